"""/start: what a newcomer needs to know to ask the first question.

Its button leads from a short answer in a group into the private chat, where the same question is
answered in full.
"""

from __future__ import annotations

from dataclasses import replace

from bot import replies
from bot.app import App
from bot.cases import Case
from bot.commands import dispatch
from bot.request import Reply, Request
from bot.store.actions import TEXT, KeptAction

NAME = "start"
ALIASES = ("开始",)


async def run(request: Request, app: App) -> Reply:
    """The welcome, with a button for each language."""
    return (replies.welcome(request, app.languages),)


async def press(request: Request, action: KeptAction, app: App) -> Reply:
    """`rest`: the question of the group once more, where nobody reads along."""
    asked = replace(
        request.case.messages[0],
        text=str(action.data[TEXT]),
        quoted=str(action.data["quoted"]),
        press=None,
    )
    return await dispatch(replace(request, case=Case((asked,))), app)
