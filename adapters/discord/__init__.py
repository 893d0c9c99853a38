"""The bot on Discord, over discord.py: parse and render are pure, connect serves."""
