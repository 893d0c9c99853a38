"""The bot on Telegram, over python-telegram-bot: parse and render are pure, connect serves."""
