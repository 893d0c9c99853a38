"""/privacy: what is kept, how long, who sees it."""

from __future__ import annotations

from bot import replies
from bot.app import App
from bot.request import Reply, Request

NAME = "privacy"
ALIASES = ("隐私",)


async def run(request: Request, app: App) -> Reply:
    """The facts, with the retention the code applies."""
    return (replies.privacy(request.words),)
