"""/routines: every routine the bot knows, one line each."""

from __future__ import annotations

from bot import replies
from bot.app import App
from bot.request import Reply, Request

NAME = "routines"
ALIASES = ("套路", "套路大全")


async def run(request: Request, app: App) -> Reply:
    """The list, with a button for each routine."""
    return (replies.routines(request.words, app.knowledge.routines.values()),)
