"""/start: what a newcomer needs to know to ask the first question."""

from __future__ import annotations

from bot import replies
from bot.app import App
from bot.request import Reply, Request

NAME = "start"
ALIASES = ("开始",)


async def run(request: Request, app: App) -> Reply:
    """The welcome, with a button for each language."""
    return (replies.welcome(request.words, app.languages),)
