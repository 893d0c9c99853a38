"""The registry: reports of identifiers, the log of them, and their standings.

Every change is an entry of the log first; the row in `reports` follows from it, in the same
transaction, which also takes the key of its effect: a replay of the same message changes nothing
twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.store.communities import Community
from bot.store.database import Database, Transaction
from bot.store.effects import Effects
from bot.store.log import append
from bot.trust import (
    DAY_MS,
    REPORT_LIVES_DAYS,
    UNAVAILABLE,
    Report,
    Standing,
    Viewer,
    standing,
)
from knowledge.identifiers import Identifier

_MOMENT_MS = 60_000
_CHUNK = 400
"""Identifiers per query: well below SQLite's limit of bound parameters."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A report about to be made or withdrawn. `effect` is the key under which it is done once.

    `note` is what the reporter wrote beside it; it is kept apart from the log.
    """

    identifier: Identifier
    community: Community
    reporter: str
    routine: str | None
    at: int
    effect: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Own:
    """A report of the asker's own that stands: its community's id, and the note beside it."""

    community: str
    note: str


class Registry:
    """The reports; see the module."""

    def __init__(self, database: Database, effects: Effects) -> None:
        self._database = database
        self._effects = effects

    async def report(self, statements: Iterable[Statement]) -> None:
        """Make reports, all or none. A repeat by the same reporter renews the one there is.

        Raises: StoreReadOnlyError, StoreBusyError, StoreError.
        """
        async with self._database.transaction() as write:
            for one in statements:
                if not await _repeats(write, one) and await self._logged(write, "reported", one):
                    await write.execute(
                        "INSERT INTO reports (identifier_kind, identifier_value, community, "
                        "reporter, routine, at, withdrawn_at) VALUES (?, ?, ?, ?, ?, ?, NULL) "
                        "ON CONFLICT (identifier_kind, identifier_value, community, reporter) "
                        "DO UPDATE SET routine = excluded.routine, at = excluded.at, "
                        "withdrawn_at = NULL",
                        [*_key(one), one.routine, one.at],
                    )
                    await _note(write, one)

    async def withdraw(self, one: Statement) -> bool:
        """Withdraw a report of the same reporter; False where none stands."""
        async with self._database.transaction() as write:
            changed = await write.execute(
                "UPDATE reports SET withdrawn_at = ? WHERE identifier_kind = ? AND "
                "identifier_value = ? AND community = ? AND reporter = ? AND withdrawn_at IS NULL",
                [one.at, *_key(one)],
            )
            if changed:
                await write.execute(f"DELETE FROM notes {_WHERE_NOTE}", _key(one))  # noqa: S608
                await self._logged(write, "withdrawn", one)
        return bool(changed)

    async def standings(
        self, identifiers: Iterable[Identifier], viewer: Viewer, now: int
    ) -> Mapping[Identifier, Standing]:
        """The standing of each identifier as this viewer may see it, in one read."""
        wanted = tuple(dict.fromkeys(identifiers))
        if self._database.stands_in:
            return dict.fromkeys(wanted, UNAVAILABLE)
        found: dict[Identifier, list[Report]] = defaultdict(list)
        async with self._database.reading() as query:
            for start in range(0, len(wanted), _CHUNK):
                some = wanted[start : start + _CHUNK]
                places = ", ".join(["(?, ?)"] * len(some))
                rows = await query.rows(
                    # Only the number of places is formatted in; the values are bound.
                    "SELECT r.identifier_kind, r.identifier_value, r.community, c.bloc, "  # noqa: S608
                    "c.admitted_at IS NOT NULL, r.reporter, r.routine, r.at "
                    "FROM reports r JOIN communities c ON c.id = r.community "
                    "WHERE r.withdrawn_at IS NULL AND "
                    f"(r.identifier_kind, r.identifier_value) IN (VALUES {places})",
                    [part for one in some for part in (one.kind, one.value)],
                )
                for kind, value, community, bloc, admitted, reporter, routine, at in rows:
                    report = Report(community, bloc, bool(admitted), reporter, routine, at)
                    found[Identifier(kind, value)].append(report)
        return {one: standing(found[one], viewer, now) for one in wanted}

    async def own(
        self, identifiers: Iterable[Identifier], reporter: str
    ) -> Mapping[Identifier, tuple[Own, ...]]:
        """Which of these identifiers this reporter has reported: where, and with which note."""
        wanted = frozenset(identifiers)
        async with self._database.reading() as query:
            rows = await query.rows(
                "SELECT r.identifier_kind, r.identifier_value, r.community, n.note "
                "FROM reports r LEFT JOIN notes n USING "
                "(identifier_kind, identifier_value, community, reporter) "
                "WHERE r.reporter = ? AND r.withdrawn_at IS NULL ORDER BY r.at",
                [reporter],
            )
        found: dict[Identifier, tuple[Own, ...]] = {}
        for kind, value, where, note in rows:
            identifier = Identifier(kind, value)
            if identifier in wanted:
                found[identifier] = (*found.get(identifier, ()), Own(where, note or ""))
        return found

    async def prune(self, write: Transaction, now: int) -> None:
        """Erase notes beside reports that say nothing any more."""
        await write.execute("DELETE FROM notes WHERE at < ?", [now - REPORT_LIVES_DAYS * DAY_MS])

    async def reports_since(self, reporter: str, since: int) -> int:
        """How many reports this reporter has made since a time, withdrawn ones too."""
        async with self._database.reading() as query:
            row = await query.row(
                "SELECT count(*) FROM log WHERE kind = 'reported' AND actor = ? AND at >= ?",
                [reporter, since],
            )
        return int(row[0]) if row else 0

    async def standing_reports(self, reporter: str) -> tuple[tuple[Identifier, str], ...]:
        """Every report of a reporter that stands: identifier and community id."""
        async with self._database.reading() as query:
            rows = await query.rows(
                "SELECT identifier_kind, identifier_value, community FROM reports "
                "WHERE reporter = ? AND withdrawn_at IS NULL ORDER BY at",
                [reporter],
            )
        return tuple((Identifier(kind, value), community) for kind, value, community in rows)

    async def _logged(self, write: Transaction, kind: str, one: Statement) -> bool:
        """Log what is about to be done; False where it was done before."""
        effect = f"{one.effect}:{kind}:{one.identifier.kind}:{one.identifier.value}"
        if not await self._effects.is_new(write, effect, one.at):
            return False
        await append(
            write,
            kind,
            at=one.at,
            community=one.community.id,
            actor=one.reporter,
            identifier=one.identifier,
            routine=one.routine,
        )
        return True


_WHERE_NOTE = (
    "WHERE identifier_kind = ? AND identifier_value = ? AND community = ? AND reporter = ?"
)


async def _note(write: Transaction, one: Statement) -> None:
    """Keep what was written beside a report; a later report without a note leaves the earlier."""
    if one.note:
        await write.execute(
            "INSERT INTO notes (identifier_kind, identifier_value, community, reporter, note, at) "
            "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (identifier_kind, identifier_value, community, "
            "reporter) DO UPDATE SET note = excluded.note, at = excluded.at",
            [*_key(one), one.note, one.at],
        )


def _key(one: Statement) -> tuple[str, str, str, str]:
    return one.identifier.kind, one.identifier.value, one.community.id, one.reporter


async def _repeats(write: Transaction, one: Statement) -> bool:
    """Whether the same was said a moment ago: a button pressed twice is one report."""
    row = await write.row(
        "SELECT routine, at FROM reports WHERE identifier_kind = ? AND identifier_value = ? AND "
        "community = ? AND reporter = ? AND withdrawn_at IS NULL",
        _key(one),
    )
    return row is not None and row[0] == one.routine and one.at - row[1] < _MOMENT_MS
