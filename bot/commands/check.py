"""/check: judge a text, as if it had been pasted alone; in a reply, the text replied to with it.

Its buttons lead on from a verdict: more advice, or a question to the moderators.
"""

from __future__ import annotations

from dataclasses import replace

from bot import replies
from bot.app import App
from bot.commands import for_community
from bot.membership import communities_of
from bot.request import Examine, Reply, Request
from bot.store.actions import TEXT, KeptAction

NAME = "check"
ALIASES = ("查", "检查", "鉴别")


async def run(request: Request, app: App) -> Reply:
    """Hand the text on to be examined; without one, say how to ask."""
    # As with a comment and the forward after it: what the asker says of a message belongs to it.
    text = "\n".join(part for part in (request.argument, request.case.quoted) if part)
    if not text and not request.case.attachments:
        return (replies.how_to_check(request.words),)
    return Examine(text)


async def press(request: Request, action: KeptAction, app: App) -> Reply:
    """`advice`: all the advice of a routine; `ask` and `ask-yes`: a question to the moderators."""
    if action.step == "advice":
        routine = app.knowledge.routines.get(str(action.data["routine"]))
        return (
            replies.advice(request.words, routine) if routine else replies.stale(request.words),
        )
    if request.community is None:
        communities = await communities_of(request, app)
        if not communities:
            return (replies.no_moderators(request.words),)
        if len(communities) > 1:
            return (replies.whose_moderators(request.words, communities, action.data),)
        request = replace(request, community=communities[0])
    if action.step == "ask":
        return for_community((replies.ask_consent(request, action.data),), request)
    assert request.community is not None  # noqa: S101 - chosen above
    await app.store.questions.put(
        community=request.community.id,
        pseudonym=request.asker.pseudonym,
        language=request.words.language,
        text=str(action.data[TEXT]),
        level=str(action.data["level"]),
        routine=action.data.get("routine"),
        now=request.now,
        effect=f"{action.pseudonym}:{action.data['key']}:ask",
    )
    return (replies.asked_moderators(request.words, request.community.name),)
