"""Reporting, the use-case: what may be reported, by whom, how often; and taking it back.

A report is a statement about an identifier, not about a person. What a reporter writes beside it is
for the moderators of the own community alone and never shown to others: it would be said of
somebody who cannot answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Self

from bot.message import Origin
from bot.quoting import clean
from bot.store.askers import Asker
from bot.store.communities import Community
from bot.store.registry import Registry, Statement
from bot.trust import DAY_MS, Standing
from knowledge import identifiers
from knowledge.identifiers import Identifier
from knowledge.identifiers.errors import IdentifierError
from knowledge.pack import Routine

FRESH_DAYS = 14
LONGEST_NOTE = 300
NOTE = "\x01"
"""Before a note that came in a field of its own: what it names is not what is reported."""
PER_DAY_FRESH = 5
PER_DAY_KNOWN = 20
"""Reports a day: of somebody first met less than FRESH_DAYS ago, and of everybody else."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a report: the standings after it, and what was refused and why."""

    accepted: Mapping[Identifier, Standing]
    protected: tuple[Identifier, ...]
    over_limit: int | None
    routine: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody asks to report: identifiers, the routine's slug, what was written beside."""

    named: tuple[Identifier, ...]
    routine: str | None
    note: str = ""

    @property
    def data(self) -> dict[str, Any]:
        """The same as the data of a button; `read` turns them back."""
        pairs = [(one.kind, one.value) for one in self.named]
        return {"identifiers": pairs, "routine": self.routine, "note": self.note}

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> Self:
        """What a button's data name."""
        named = tuple(Identifier(kind, value) for kind, value in data["identifiers"])
        return cls(named, data.get("routine"), data.get("note", ""))


def wanted(
    argument: str, otherwise: tuple[Identifier, ...], routines: Mapping[str, Routine]
) -> Wanted:
    """Read `<identifier> [routine] [note]`; where it names no identifier, `otherwise` are meant.

    A routine is known by its slug and parts the identifier from the note. Without one, what stands
    behind the last identifier is the note.
    """
    argument, parted, beside = argument.partition(NOTE)
    words = argument.split()
    at = next((index for index, word in enumerate(words) if word.lower() in routines), None)
    if at is not None:
        before, note = " ".join(words[:at]), " ".join([*words[at + 1 :], beside])
        routine, named = words[at].lower(), identifiers_in(before)
    elif parted:
        routine, named, note = None, identifiers_in(argument), beside
    else:
        routine, (named, note) = None, _with_note(argument)
    return Wanted(named or otherwise, routine, clean(note)[:LONGEST_NOTE])


def _with_note(text: str) -> tuple[tuple[Identifier, ...], str]:
    """The identifiers of a text and what stands behind the last; without any, all of it is note."""
    try:
        return (identifiers.parse(text.strip()),), ""
    except IdentifierError:
        spans = identifiers.find(text)
    end = max((span.end for span in spans), default=0)
    named = tuple(dict.fromkeys(span.identifier for span in spans))
    return named, text[end:].lstrip(" \t\n,;:，；：。)）")


def typed(text: str) -> tuple[Identifier, ...]:
    """The identifier that a text is, as a whole; none where it is anything else."""
    try:
        return (identifiers.parse(text.strip()),) if text.strip() else ()
    except IdentifierError:
        return ()


def identifiers_in(text: str) -> tuple[Identifier, ...]:
    """The identifiers that somebody typed: the whole text as one, else all found in it."""
    return typed(text) or tuple(dict.fromkeys(span.identifier for span in identifiers.find(text)))


def of_origins(origins: Iterable[Origin]) -> tuple[Identifier, ...]:
    """The visible handles and numbers of those whose messages were forwarded."""
    named = []
    for origin in origins:
        for kind, raw in (("telegram", origin.handle), ("telegram-id", origin.id)):
            if raw and identifiers.is_valid(kind, raw):
                named.append(identifiers.parse(raw, kind))
    return tuple(dict.fromkeys(named))


def daily_limit(asker: Asker, now: int) -> int:
    """How many reports an asker may make in a day."""
    return PER_DAY_FRESH if now - asker.since < FRESH_DAYS * DAY_MS else PER_DAY_KNOWN


async def report(
    registry: Registry,
    named: Iterable[Identifier],
    *,
    routine: str | None,
    community: Community,
    reporter: str,
    limit: int | None,
    now: int,
    effect: str,
    note: str = "",
) -> Outcome:
    """Report identifiers, all or none but the protected ones.

    Args: `reporter`, a pseudonym; `limit`, reports it may make in a day (None: the operator, who
    has no limit); `effect`, the key under which this is done once; `note`, what was written beside
    it; `now`, epoch ms.
    Raises: StoreError.
    """
    named = tuple(dict.fromkeys(named))
    allowed = tuple(one for one in named if not identifiers.is_protected(one))
    protected = tuple(one for one in named if identifiers.is_protected(one))
    if limit is not None and allowed:
        made = await registry.reports_since(reporter, now - DAY_MS)
        if made + len(allowed) > limit:
            return Outcome({}, protected, limit, routine)
    await registry.report(
        Statement(one, community, reporter, routine, now, effect, note) for one in allowed
    )
    after = await registry.standings(allowed, community.viewer, now)
    return Outcome(after, protected, None, routine)


async def withdraw(
    registry: Registry,
    named: Iterable[Identifier],
    *,
    community: Community,
    reporter: str,
    now: int,
    effect: str,
) -> tuple[Identifier, ...]:
    """Take back the reporter's reports of these identifiers; those that stood.

    Raises: StoreError.
    """
    withdrawn = []
    for one in named:
        statement = Statement(one, community, reporter, None, now, effect)
        if await registry.withdraw(statement):
            withdrawn.append(one)
    return tuple(withdrawn)
