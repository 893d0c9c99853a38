"""/report: tell the registry that an identifier was used in a routine; and take it back.

`/report <identifier> [routine]`, a reply to a message, or the buttons under a verdict. A community
is needed: a report without one has no weight. Protected identifiers are refused with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from bot import replies, reports
from bot.app import App
from bot.errors import StoreReadOnlyError
from bot.request import Reply, Request
from bot.store.actions import KeptAction
from knowledge.identifiers import Identifier

NAME = "report"
ALIASES = ("举报", "上报")


async def run(request: Request, app: App) -> Reply:
    """Report what the argument names; several identifiers are offered as buttons."""
    words = request.words
    text, routine = reports.split_routine(request.argument, app.knowledge.routines)
    named = reports.identifiers_in(text or request.case.quoted)
    if not text and not request.case.quoted:
        return (replies.how_to_report(words),)
    if not named:
        return (replies.no_identifier(words, text),)
    if len(named) > 1:
        return (replies.choose_report(request, named, routine),)
    return await _report(request, named, routine, app)


async def press(request: Request, action: KeptAction, app: App) -> Reply:
    """`choose` lists what can be reported, `make` reports, `withdraw` takes back."""
    named = _identifiers(action.data["identifiers"])
    routine = action.data.get("routine")
    if action.step == "choose":
        return (replies.choose_report(request, named, routine),)
    if action.step == "withdraw":
        return await _withdraw(request, named, app)
    return await _report(request, named, routine, app)


async def _report(
    request: Request, named: Sequence[Identifier], routine: str | None, app: App
) -> Reply:
    if not app.store.writable:
        raise StoreReadOnlyError(app.store.database.why_not)
    if request.community is None:
        return (replies.no_community(request.words),)
    outcome = await reports.report(
        app.store.registry,
        named,
        routine=routine,
        community=request.community,
        reporter=request.asker.pseudonym,
        limit=reports.daily_limit(request.asker, request.now),
        now=request.now,
        effect=request.case.key,
    )
    return (replies.reported(request, outcome, app.knowledge.routines),)


async def _withdraw(request: Request, named: Sequence[Identifier], app: App) -> Reply:
    if request.community is None:
        return (replies.no_community(request.words),)
    withdrawn = await reports.withdraw(
        app.store.registry,
        named,
        community=request.community,
        reporter=request.asker.pseudonym,
        now=request.now,
        effect=request.case.key,
    )
    return (replies.withdrawn(request, withdrawn),)


def _identifiers(pairs: Iterable[Sequence[str]]) -> tuple[Identifier, ...]:
    return tuple(Identifier(kind, value) for kind, value in pairs)
