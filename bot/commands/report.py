"""/report: tell the registry that an identifier was used in a routine; and take it back.

`/report <identifier> [routine] [note]`, a reply to a message, or the buttons under a verdict. A
community is needed: a report without one has no weight. In a private chat it is one of those whose
membership the platform confirms. Protected identifiers are refused with a reason.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from bot import replies, reports
from bot.app import App
from bot.card import Card
from bot.commands import for_community
from bot.errors import StoreReadOnlyError
from bot.membership import communities_of, role_in
from bot.reports import Wanted
from bot.request import Reply, Request
from bot.roster import Role
from bot.store.actions import KeptAction
from knowledge.identifiers import Identifier

NAME = "report"
ALIASES = ("举报", "上报")


async def run(request: Request, app: App) -> Reply:
    """Report what the argument or the message replied to names; several are offered as buttons."""
    case = request.case
    beside = (*reports.identifiers_in(case.quoted), *reports.of_origins(case.origins))
    wanted = reports.wanted(request.argument, tuple(dict.fromkeys(beside)), app.knowledge.routines)
    if not wanted.named and not request.argument and not case.quoted:
        return (replies.how_to_report(request.words),)
    if not wanted.named:
        return (replies.no_identifier(request.words, request.argument or case.quoted),)
    return await _report(request, wanted, app, confirmed=len(wanted.named) == 1)


async def press(request: Request, action: KeptAction, app: App) -> Reply:
    """`choose` lists what can be reported, `make` reports, `withdraw` takes back."""
    wanted = Wanted.read(action.data)
    if action.step == "withdraw":
        return await _withdraw(request, wanted.named, app)
    return await _report(request, wanted, app, confirmed=action.step == "make")


async def _report(request: Request, wanted: Wanted, app: App, *, confirmed: bool) -> Reply:
    """Ask what is still open (as whom, for whom, which), else report."""
    if not app.store.writable:
        raise StoreReadOnlyError(app.store.database.why_not)
    if request.case.asker.hidden:
        return (replies.report_as_yourself(request, wanted),)
    communities = await communities_of(request, app)
    if not communities:
        return (replies.no_community(request.words),)
    if len(communities) > 1:
        return (replies.which_community(request, communities, wanted, confirmed=confirmed),)
    request = replace(request, community=communities[0])
    if not confirmed:
        return for_community((replies.choose_report(request, wanted),), request)
    return for_community(await _make(request, wanted, app), request)


async def _make(request: Request, wanted: Wanted, app: App) -> tuple[Card, ...]:
    assert request.community is not None  # noqa: S101 - chosen by then
    if await role_in(request.community, request, app) < Role.MEMBER:
        return (replies.members_report(request.words, request.community.name),)
    outcome = await reports.report(
        app.store.registry,
        wanted.named,
        routine=wanted.routine,
        community=request.community,
        reporter=request.asker.pseudonym,
        limit=reports.daily_limit(request.asker, request.now),
        now=request.now,
        effect=request.case.key,
        note=wanted.note,
    )
    return (replies.reported(request, outcome, app.knowledge.routines),)


async def _withdraw(request: Request, named: Iterable[Identifier], app: App) -> Reply:
    """Take back the asker's own reports, in whichever community they stand."""
    registry = app.store.registry
    withdrawn: list[Identifier] = []
    for identifier, places in (await registry.own(named, request.asker.pseudonym)).items():
        for own in places:
            community = await app.store.communities.of_id(own.community)
            assert community is not None  # noqa: S101 - a report's community is never deleted
            withdrawn += await reports.withdraw(
                registry,
                [identifier],
                community=community,
                reporter=request.asker.pseudonym,
                now=request.now,
                effect=f"{request.case.key}:{community.id}",
            )
    return (replies.withdrawn(request, dict.fromkeys(withdrawn)),)
