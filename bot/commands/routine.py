"""/routine: one routine in full: how it goes, how to tell it apart, what to do."""

from __future__ import annotations

from bot import replies
from bot.app import App
from bot.request import Reply, Request
from bot.store.actions import KeptAction

NAME = "routine"
ALIASES = ("套路详情",)


async def run(request: Request, app: App) -> Reply:
    """The routine named by its slug or its title; else the list."""
    wanted = request.argument.strip().lower()
    for routine in app.knowledge.routines.values():
        if wanted in (routine.slug, *(title.lower() for title in routine.title.values())):
            return (replies.routine(request.words, routine),)
    return (replies.routines(request.words, app.knowledge.routines.values()),)


async def press(request: Request, action: KeptAction, app: App) -> Reply:
    """`show`: the routine of the button."""
    routine = app.knowledge.routines.get(str(action.data["routine"]))
    return (replies.routine(request.words, routine) if routine else replies.stale(request.words),)
