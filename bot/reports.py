"""Reporting, the use-case: what may be reported, by whom, how often; and taking it back.

A report is a statement about an identifier, not about a person. No free text is taken: it would be
said of somebody who cannot answer.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.store.askers import Asker
from bot.store.communities import Community
from bot.store.registry import Registry, Statement
from bot.trust import DAY_MS, Standing
from knowledge import identifiers
from knowledge.identifiers import Identifier
from knowledge.identifiers.errors import IdentifierError
from knowledge.pack import Routine

FRESH_DAYS = 14
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


def split_routine(argument: str, routines: Mapping[str, Routine]) -> tuple[str, str | None]:
    """The text of a report without the routine's slug, if it ends in one, and the slug."""
    text, _, last = argument.rpartition(" ")
    return (text.strip(), last) if last in routines else (argument, None)


def identifiers_in(text: str) -> tuple[Identifier, ...]:
    """The identifiers that somebody typed: the whole text as one, else all found in it."""
    if not text.strip():
        return ()
    try:
        return (identifiers.parse(text.strip()),)
    except IdentifierError:
        return tuple(dict.fromkeys(span.identifier for span in identifiers.find(text)))


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
) -> Outcome:
    """Report identifiers, all or none but the protected ones.

    Args: `reporter`, a pseudonym; `limit`, reports it may make in a day (None: the operator, who
    has no limit); `effect`, the key under which this is done once; `now`, epoch ms.
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
        Statement(one, community, reporter, routine, now, effect) for one in allowed
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
