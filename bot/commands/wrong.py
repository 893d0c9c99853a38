"""/wrong: the asker says that the last answer was wrong.

Kept is what was said and what was meant, never the text: operators see how often, and a text that
an asker wants looked at goes to the moderators only by the asker's own choice.
"""

from __future__ import annotations

from bot import replies
from bot.app import App
from bot.request import Reply, Request
from bot.store.actions import KeptAction

NAME = "wrong"
ALIASES = ("判错了", "不对")

HARMLESS = "harmless"
UNKNOWN = "unknown"


async def run(request: Request, app: App) -> Reply:
    """Ask what it really was, for the text this asker brought last."""
    last = await app.store.asked.last(request.asker.pseudonym)
    if last is None:
        return (replies.nothing_answered(request.words),)
    data = {"fingerprint": last.fingerprint, "level": last.level, "routine": last.routine}
    return (replies.what_was_it(request.words, data),)


async def press(request: Request, action: KeptAction, app: App) -> Reply:
    """`ask` and `which` lead on, `note` keeps what was meant."""
    if action.step == "ask":
        return (replies.what_was_it(request.words, action.data),)
    if action.step == "which":
        routines = app.knowledge.routines.values()
        return (replies.which_routine(request.words, routines, action.data),)
    await app.store.corrections.note(
        fingerprint=str(action.data["fingerprint"]),
        pseudonym=request.asker.pseudonym,
        level=str(action.data["level"]),
        said=action.data.get("routine"),
        meant=str(action.data["meant"]),
        now=request.now,
    )
    return (replies.correction_noted(request.words),)
