"""/guide: what to do when it is truly the platform that asks."""

from __future__ import annotations

from bot import replies
from bot.app import App
from bot.request import Reply, Request
from bot.store.actions import KeptAction

NAME = "guide"
ALIASES = ("平台来问", "申诉")


async def run(request: Request, app: App) -> Reply:
    """The page."""
    return (replies.guide(request.words),)


async def press(request: Request, action: KeptAction, app: App) -> Reply:
    """`show`: the same, from a button."""
    return (replies.guide(request.words),)
