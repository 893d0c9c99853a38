"""/help: what the bot can do, one line for each command."""

from __future__ import annotations

from bot import replies
from bot.app import App
from bot.request import Reply, Request

NAME = "help"
ALIASES = ("帮助",)


async def run(request: Request, app: App) -> Reply:
    """The commands, in the asker's language."""
    return (replies.help_card(request.words),)
