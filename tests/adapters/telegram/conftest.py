"""The loopback server and the bot serving it, for every test of this folder."""

from tests.servers.telegram.fixture import bot, hub, server

__all__ = ["bot", "hub", "server"]
