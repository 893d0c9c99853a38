"""The whole way of a message, on one screen: a case in, cards out.

1 who asks · 2 how often · 3 a command or a text · 4 findings · 5 what is remembered · 6 the
verdict · 7 its words · 8 what to remember · 9 buttons. Every arrow passes a frozen value.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from bot import commands, replies, reports
from bot.app import App
from bot.card import Card
from bot.cases import Case
from bot.errors import RosterError, StoreError
from bot.locales import Words
from bot.membership import viewer_of
from bot.request import Examine, Request
from bot.roster import NOBODY, Roster
from bot.store.asked import Answered
from bot.store.askers import Asker
from bot.store.communities import Community
from bot.trust import UNAVAILABLE, Standing, Viewer
from bot.verdict import Verdict, judge
from knowledge import Findings, identifiers
from knowledge.examine import Found
from knowledge.identifiers import Identifier
from knowledge.language import detect

log = logging.getLogger(__name__)
SHORT = 600
"""Characters up to which a text is examined where it stands."""
_EXAMINERS = ThreadPoolExecutor(2, "examine")
"""Threads for longer ones: few, because they share one interpreter with whoever speaks to the
platforms, which has to get its turn within moments."""


async def handle(case: Case, app: App, roster: Roster = NOBODY) -> tuple[Card, ...]:
    """Answer one case. Never raises: what goes wrong is a card, a mistake of ours too.

    Args: `roster`, the platform's word on who is a member of which chat.
    """
    try:
        return await attempt(case, app, roster)
    except Exception:
        # Whoever asks at midnight gets an answer, whatever mistake of ours is met.
        number = secrets.token_hex(3)
        log.exception("error %s while handling a case", number)
        return (replies.apology(app.words(case.asker.language), number),)


async def attempt(case: Case, app: App, roster: Roster = NOBODY) -> tuple[Card, ...]:
    """Answer one case, as `handle` does, and raise what only a mistake of ours can raise.

    For whoever tries again; nothing is done twice by that.
    """
    words = app.words(case.asker.language)
    try:
        request = await recognise(case, app, roster)
        words = request.words
        if not app.limit.allows(request.asker.pseudonym, request.now):
            # In a group the warning itself would be the flood.
            return () if request.in_group else (replies.slow_down(words),)
        reply = await commands.dispatch(request, app)
        if isinstance(reply, Examine):
            request = reply.request or request
            reply = (await check(reply, request, app),)
        return await with_buttons((*await answers(request, app), *reply), request, app)
    except StoreError as error:
        log.warning("store: %s", error)
        return (replies.store_problem(words, error), *await without_memory(case, app))
    except RosterError as error:
        log.warning("membership: %s", error)
        return (replies.platform_silent(words),)


async def check(wanted: Examine, request: Request, app: App) -> Card:
    """Examine a text and word the verdict."""
    if not wanted.text.strip():
        return replies.nothing_to_read(request.words, request.case.attachments)
    findings = with_origins(await examined(wanted.text, app), request.case)
    verdict = await judged(findings, request, app)
    await remember(findings, verdict, request, app)
    return replies.check(verdict, request, wanted.text, findings.fingerprint)


async def examined(text: str, app: App) -> Findings:
    """What the knowledge finds; a long text in a thread, because it may take a second.

    A short one takes a millisecond or two, and a thread would cost more than it gives: both would
    wait for each other to let go of the interpreter.
    """
    if len(text) <= SHORT:
        return app.knowledge.examine(text)
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_EXAMINERS, app.knowledge.examine, text)


def with_origins(findings: Findings, case: Case) -> Findings:
    """The findings with whoever the platform shows as the origin of what was forwarded."""
    known = {found.identifier for found in findings.identifiers}
    origins = tuple(
        Found(one, identifiers.show(one), 0, 0, identifiers.is_protected(one))
        for one in reports.of_origins(case.origins)
        if one not in known
    )
    return replace(findings, identifiers=(*findings.identifiers, *origins))


async def glance(case: Case, app: App, roster: Roster) -> Card:
    """What may be said of a text or an identifier to whoever will read it: nothing is remembered.

    For a card that its asker shares elsewhere: standings as an outsider of every community sees
    them, shared ones only where the asker's community is admitted; no buttons.
    """
    words = app.words(case.asker.language)
    try:
        request = await recognise(case, app, roster)
        words = request.words
        named = reports.typed(case.text)
        viewer = Viewer(admitted=(await viewer_of(request, app)).admitted) if named else Viewer()
        if named:
            standings = await app.store.registry.standings(named, viewer, request.now)
            protected = frozenset(one for one in named if identifiers.is_protected(one))
            card = replies.lookup(request, standings, protected, {}, app.knowledge.routines)
        else:
            findings = await examined(case.text, app)
            verdict = await judged(findings, request, app, viewer)
            card = replies.check(verdict, request, case.text, None)
        return replace(card, actions=())
    except StoreError as error:
        log.warning("store: %s", error)
        return replies.store_problem(words, error)
    except Exception:
        # As above: a mistake of ours is an apology, never silence.
        number = secrets.token_hex(3)
        log.exception("error %s while glancing at a text", number)
        return replies.apology(words, number)


async def without_memory(case: Case, app: App) -> tuple[Card, ...]:
    """What the knowledge alone says of a text: who asks at midnight must not wait for a disk."""
    text = commands.text_to_check(case)
    if not text.strip():
        return ()
    findings = await examined(text, app)
    standings = {found.identifier: UNAVAILABLE for found in findings.identifiers}
    stranger = Asker("", None, case.at)
    request = Request(case, stranger, words_for(case, stranger, app), None, NOBODY)
    card = replies.check(judge(findings, standings), request, text, None)
    return (replace(card, actions=()),)


async def judged(
    findings: Findings, request: Request, app: App, viewer: Viewer | None = None
) -> Verdict:
    """The verdict, with what the registry and other askers know of it."""
    named = [found.identifier for found in findings.identifiers if not found.protected]
    standings: Mapping[Identifier, Standing] = {}
    if named:
        viewer = viewer or await viewer_of(request, app)
        standings = await app.store.registry.standings(named, viewer, request.now)
    others = await app.store.asked.others(findings.fingerprint, request.asker.pseudonym)
    return judge(findings, standings, others)


async def remember(findings: Findings, verdict: Verdict, request: Request, app: App) -> None:
    """Note that this asker brought this text: its fingerprint and our answer, not the text."""
    if findings.fingerprint and app.store.writable:
        routine = verdict.match.routine.slug if verdict.match else None
        answered = Answered(findings.fingerprint, verdict.level, routine)
        await app.store.asked.note(answered, request.asker.pseudonym, request.now)


async def recognise(case: Case, app: App, roster: Roster) -> Request:
    """Who asks, in which language, from which community."""
    asker = await app.store.askers.recognise(case.asker, case.at)
    community = await app.store.communities.of_chat(case.chat, case.at)
    if community and case.chat.title is not None and not case.asker.hidden and app.store.writable:
        await app.store.communities.saw(community.id, asker.pseudonym, case.at)
    return Request(case, asker, words_for(case, asker, app, community), community, roster)


def words_for(case: Case, asker: Asker, app: App, community: Community | None = None) -> Words:
    """The language of an answer: the one chosen, else what case and settings suggest.

    In a group it is the group's, because everybody there has to read it.
    """
    if not case.chat.private and community and community.language:
        return app.words(community.language)
    spoken = detect(case.text) if case.text.strip() else None
    # Who writes Chinese reads it; who forwards an English mail may not read English at all.
    chinese = "zh" if spoken in ("zh", "zh-Hant") else None
    return app.words(asker.language, chinese, case.asker.language, app.settings.language, spoken)


async def answers(request: Request, app: App) -> tuple[Card, ...]:
    """What moderators have answered to this asker since the last message."""
    if not app.store.writable or request.in_group:
        return ()  # what somebody asked alone is not answered before others
    texts = await app.store.questions.take_answers(request.asker.pseudonym, request.now)
    return tuple(replies.moderator_answered(request.words, text) for text in texts)


async def with_buttons(cards: tuple[Card, ...], request: Request, app: App) -> tuple[Card, ...]:
    """The cards as the chat sees them, their actions kept and named.

    Without actions where nothing can be kept.
    """
    if request.in_group:
        cards = tuple(replies.in_group(card, request) for card in cards)
    if not app.store.writable:
        return tuple(replace(card, actions=()) for card in cards)
    community = request.community.id if request.community else None
    kept = app.store.actions.kept
    asker = request.asker.pseudonym
    return tuple([await kept(card, asker, community, request.now) for card in cards])
