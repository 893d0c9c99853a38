"""The loopback Discord and the bot serving it, for every test of this folder."""

from tests.adapters.discord.fixture import bot, hub
from tests.servers.discord.fixture import discord_server

__all__ = ["bot", "discord_server", "hub"]
