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
from bot.message import Attachment, Origin
from bot.request import Examine, Reply, Request
from bot.store.actions import TEXT, KeptAction

NAME = "start"
ALIASES = ("开始",)


async def run(request: Request, app: App) -> Reply:
    """The welcome, with a button for each language."""
    return (replies.welcome(request, app.languages),)


async def press(request: Request, action: KeptAction, app: App) -> Reply:
    """`rest`: the question of the group once more, where nobody reads along."""
    data = action.data
    origins = [Origin(*one) for one in data["origins"]]
    asked = replace(
        request.case.messages[0],
        text=str(data[TEXT]),
        quoted=str(data["quoted"]),
        attachments=tuple(Attachment(*one) for one in data["attachments"]),
        origin=origins[0] if origins else None,
        press=None,
    )
    again = replace(request, case=Case((asked,)))
    reply = await dispatch(again, app)
    return replace(reply, request=again) if isinstance(reply, Examine) else reply
