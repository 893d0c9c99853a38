"""`redflag lookup | report | community`: the registry and whom the operator admits."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from adapters.cli.check import dump
from adapters.console import parse
from adapters.console.render import WIDEST, plain, render
from bot import replies, reports
from bot.app import App
from bot.card import Card
from bot.cases import Case
from bot.errors import StoreReadOnlyError
from bot.message import Message
from bot.request import Request
from bot.roster import NOBODY
from bot.trust import PROTECTED, Standing, Viewer
from knowledge import identifiers
from knowledge.identifiers import Identifier
from knowledge.identifiers.errors import IdentifierError


async def lookup(options: argparse.Namespace, app: App) -> int:
    """What may be said of each identifier; 1 where one is no identifier."""
    community = await app.store.communities.named(options.community)
    viewer = community.viewer if community else Viewer()
    asker = await app.store.askers.find(_message(options, app).author)
    wrong = 0
    for typed in options.identifier:
        try:
            identifier = identifiers.parse(typed)
        except IdentifierError as error:
            wrong = 1
            _fail(options, typed, str(error))
            continue
        found = await app.store.registry.standings([identifier], viewer, app.clock())
        if options.json:
            sys.stdout.write(dump(_answer(identifier, found[identifier])) + "\n")
            continue
        own = await app.store.registry.own([identifier], asker.pseudonym) if asker else {}
        request = await _request(options, app)
        protected = [one for one in found if identifiers.is_protected(one)]
        _show(replies.lookup(request, found, protected, own, app.knowledge.routines))
    return wrong


async def report(options: argparse.Namespace, app: App) -> int:
    """Report an identifier or take a report back; 1 where it was refused."""
    try:
        identifier = identifiers.parse(options.identifier)
    except IdentifierError as error:
        _fail(options, options.identifier, str(error))
        return 1
    if options.routine and options.routine not in app.knowledge.routines:
        known = ", ".join(app.knowledge.routines)
        _fail(options, options.routine, f"no routine is called so. There are: {known}.")
        return 1
    if not app.store.writable:
        raise StoreReadOnlyError(app.store.database.why_not)
    request = await _request(options, app)
    assert request.community is not None  # noqa: S101 - the terminal always speaks for one
    if options.withdraw:
        taken = await reports.withdraw(
            app.store.registry,
            [identifier],
            community=request.community,
            reporter=request.asker.pseudonym,
            now=request.now,
            effect=request.case.key,
        )
        viewer = request.community.viewer
        found = await app.store.registry.standings([identifier], viewer, request.now)
        if options.json:
            answer = _answer(identifier, found[identifier]) | {"withdrawn": bool(taken)}
            sys.stdout.write(dump(answer) + "\n")
        else:
            _show(replies.withdrawn(request, taken))
        return 0 if taken else 1
    outcome = await reports.report(
        app.store.registry,
        [identifier],
        routine=options.routine,
        community=request.community,
        reporter=request.asker.pseudonym,
        limit=None,
        now=request.now,
        effect=request.case.key,
    )
    if options.json:
        standing = outcome.accepted.get(identifier, PROTECTED)
        answer = _answer(identifier, standing) | {"reported": bool(outcome.accepted)}
        sys.stdout.write(dump(answer) + "\n")
    else:
        _show(replies.reported(request, outcome, app.knowledge.routines))
    return 0 if outcome.accepted else 1


async def communities(_: argparse.Namespace, app: App) -> int:
    """List the communities and since when they are admitted."""
    for one in await app.store.communities.all():
        since = f"admitted {_day(one.admitted_at)}" if one.admitted_at else "not admitted"
        sys.stdout.write(f"{one.name}: {since}\n")
    return 0


async def admit(options: argparse.Namespace, app: App) -> int:
    """Admit a community as a founding one."""
    name = _community_name(options)
    if name is None:
        return 1
    one = await app.store.communities.admit(name, app.clock())
    sys.stdout.write(f"{one.name}: admitted {_day(one.admitted_at)}\n")
    return 0


async def dismiss(options: argparse.Namespace, app: App) -> int:
    """Take an admission back."""
    name = _community_name(options)
    if name is None or await app.store.communities.named(name) is None:
        sys.stderr.write("redflag: there is no such community; see “redflag community list”.\n")
        return 1
    one = await app.store.communities.dismiss(name, app.clock())
    sys.stdout.write(f"{one.name}: not admitted\n")
    return 0


def _community_name(options: argparse.Namespace) -> str | None:
    name = " ".join(options.name.split())
    if not name or not name.isprintable() or len(name) > 100:
        sys.stderr.write("redflag: a community's name is 1 to 100 printable characters.\n")
        return None
    return name


def _day(at: int | None) -> str:
    return datetime.fromtimestamp((at or 0) / 1000, UTC).date().isoformat()


def _message(options: argparse.Namespace, app: App) -> Message:
    return parse.message(
        "",
        app.clock(),
        member=options.member,
        community=options.community,
        language=parse.language(os.environ),
    )


async def _request(options: argparse.Namespace, app: App) -> Request:
    """The terminal's own request: for a member of a community that is founded where it is new."""
    message = _message(options, app)
    asker = await app.store.askers.recognise(message.author, message.at)
    community = await app.store.communities.of_chat(message.chat, message.at)
    words = app.words(asker.language, message.author.language, app.settings.language)
    return Request(Case((message,)), asker, words, community, NOBODY)


def _answer(identifier: Identifier, found: Standing) -> dict[str, Any]:
    standing = PROTECTED if identifiers.is_protected(identifier) else found
    return {
        "kind": identifier.kind,
        "value": identifier.value,
        "standing": standing.state.value,
        "communities": standing.communities,
        "routines": list(standing.routines),
        "last": standing.last,
        "conditions": [
            {"name": one.name, "holds": one.holds, "have": one.have, "need": one.need}
            for one in standing.conditions
        ],
    }


def _fail(options: argparse.Namespace, typed: str, why: str) -> None:
    if options.json:
        failure: Mapping[str, Any] = {"value": typed, "error": why}
        sys.stdout.write(dump(failure) + "\n")
    else:
        sys.stderr.write(f"redflag: {typed!r}: {why}\n")


def _show(card: Card) -> None:
    width = min(WIDEST, shutil.get_terminal_size((80, 24)).columns)
    sys.stdout.write(plain(render(card, width)) + "\n")
