"""The registry: reports of identifiers, the log of them, and their standings.

Every change is an event first; the row in `reports` follows from it, in the same transaction. An
event carries the key of its effect (platform, event, action) under a unique constraint: a replay
of the same message changes nothing twice.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.store.communities import Community
from bot.store.database import Database, Transaction
from bot.trust import UNAVAILABLE, Report, Standing, Viewer, standing
from knowledge.identifiers import Identifier

_CHUNK = 400
"""Identifiers per query: well below SQLite's limit of bound parameters."""


@dataclass(frozen=True, slots=True)
class Statement:
    """A report about to be made or withdrawn. `effect` is the key under which it is done once."""

    identifier: Identifier
    community: Community
    reporter: str
    routine: str | None
    at: int
    effect: str


class Registry:
    """The reports; see the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def report(self, statements: Iterable[Statement]) -> None:
        """Make reports, all or none. A repeat by the same reporter renews the one there is.

        Raises: StoreReadOnlyError, StoreBusyError, StoreError.
        """
        async with self._database.transaction() as write:
            for one in statements:
                if await _event(write, "reported", one):
                    await write.execute(
                        "INSERT INTO reports (identifier_kind, identifier_value, community, "
                        "reporter, routine, at, withdrawn_at) VALUES (?, ?, ?, ?, ?, ?, NULL) "
                        "ON CONFLICT (identifier_kind, identifier_value, community, reporter) "
                        "DO UPDATE SET routine = excluded.routine, at = excluded.at, "
                        "withdrawn_at = NULL",
                        [*_key(one), one.routine, one.at],
                    )

    async def withdraw(self, one: Statement) -> bool:
        """Withdraw a report of the same reporter; False where none stands."""
        async with self._database.transaction() as write:
            changed = await write.execute(
                "UPDATE reports SET withdrawn_at = ? WHERE identifier_kind = ? AND "
                "identifier_value = ? AND community = ? AND reporter = ? AND withdrawn_at IS NULL",
                [one.at, *_key(one)],
            )
            if changed:
                await _event(write, "withdrawn", one)
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

    async def reported_by(self, identifier: Identifier, community: str, reporter: str) -> bool:
        """Whether this reporter has a report of the identifier that stands."""
        async with self._database.reading() as query:
            row = await query.row(
                "SELECT 1 FROM reports WHERE identifier_kind = ? AND identifier_value = ? AND "
                "community = ? AND reporter = ? AND withdrawn_at IS NULL",
                [identifier.kind, identifier.value, community, reporter],
            )
        return row is not None

    async def reports_since(self, reporter: str, since: int) -> int:
        """How many reports this reporter has made since a time, withdrawn ones too."""
        async with self._database.reading() as query:
            row = await query.row(
                "SELECT count(*) FROM events WHERE kind = 'reported' AND actor = ? AND at >= ?",
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


def _key(one: Statement) -> tuple[str, str, str, str]:
    return one.identifier.kind, one.identifier.value, one.community.id, one.reporter


async def _event(write: Transaction, kind: str, one: Statement) -> bool:
    """Append an event; False where its effect was done before."""
    added = await write.execute(
        "INSERT INTO events (at, kind, community, actor, identifier_kind, identifier_value, "
        "routine, effect) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (effect) DO NOTHING",
        [
            one.at,
            kind,
            one.community.id,
            one.reporter,
            one.identifier.kind,
            one.identifier.value,
            one.routine,
            f"{one.effect}:{kind}:{one.identifier.kind}:{one.identifier.value}",
        ],
    )
    return added > 0
