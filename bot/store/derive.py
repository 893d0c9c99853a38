"""What follows from the log: the reports that stand, and who is admitted. It can be made anew.

`rebuild` reads the whole log and writes both again; `verify` reads it, checks the chain, and says
whether what is stored is what follows.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from bot.store.database import Database
from bot.store.log import Entry, entries, length
from bot.store.transaction import Transaction

_ROWS = 400
"""Rows in one statement: below every engine's limit of parameters."""
_STEP = 2_000
"""Entries after which progress is told and the rows so far are written."""

Progress = Callable[[int, int], None]
"""Told how many entries of how many are read."""

_Key = tuple[str, str, str, str]
_Row = tuple[str | None, int, int | None]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What reading the whole log gave. `broken` is the first entry that does not follow, if any.

    `head` is the last hash; `differs` whether what is stored is not what follows from the log.
    """

    entries: int
    head: str
    broken: int | None
    differs: bool


class _UndoneError(Exception):
    """Ends a transaction that was only to look."""


async def rebuild(database: Database, progress: Progress) -> Verdict:
    """Make the reports and admissions anew from the log, in one transaction.

    Where the chain is broken nothing is changed. Raises: StoreError.
    """
    found: Verdict | None = None
    try:
        async with database.transaction() as write:
            found = await _rebuilt(write, progress)
            if found.broken is not None:
                raise _UndoneError
    except _UndoneError:
        pass
    assert found is not None  # noqa: S101 - set in either case
    return found


async def verify(database: Database, progress: Progress) -> Verdict:
    """Read the log and say whether its chain holds and the rest follows from it; changes nothing.

    Raises: StoreError.
    """
    found: Verdict | None = None
    try:
        async with database.transaction() as write:
            found = await _rebuilt(write, progress)
            raise _UndoneError
    except _UndoneError:
        pass
    assert found is not None  # noqa: S101 - set before
    return found


async def _rebuilt(write: Transaction, progress: Progress) -> Verdict:
    total = await length(write)
    before = await _digest(write)
    await write.execute("DELETE FROM reports WHERE 1 = 1")
    await write.execute("UPDATE communities SET admitted_at = NULL WHERE admitted_at IS NOT NULL")
    head, count, broken = "", 0, None
    state = _State()
    async for entry in entries(write):
        if entry.hash_after(head) != entry.hash and broken is None:
            broken = entry.seq
        head, count = entry.hash, count + 1
        state.apply(entry)
        if count % _STEP == 0:
            await state.write(write)
            progress(count, total)
    await state.write(write)
    progress(count, total)
    return Verdict(count, head, broken, await _digest(write) != before)


@dataclass(slots=True)
class _State:
    """The rows that some entries lead to, the latest of each key."""

    reports: dict[_Key, _Row] = field(default_factory=dict)
    withdrawn: dict[_Key, int] = field(default_factory=dict)
    """Withdrawals of reports that were written earlier."""
    admitted: dict[str, int | None] = field(default_factory=dict)

    def apply(self, entry: Entry) -> None:
        """What an entry changes; of an erased subject nothing is left to be said."""
        if entry.kind in ("admitted", "dismissed"):
            self.admitted[entry.community] = entry.at if entry.kind == "admitted" else None
        if entry.identifier is None:
            return
        key = (entry.identifier.kind, entry.identifier.value, entry.community, entry.actor)
        if entry.kind == "reported":
            self.reports[key] = (entry.routine, entry.at, None)
            self.withdrawn.pop(key, None)
        elif entry.kind == "withdrawn" and key in self.reports:
            routine, at, _ = self.reports[key]
            self.reports[key] = (routine, at, entry.at)
        elif entry.kind == "withdrawn":
            self.withdrawn[key] = entry.at

    async def write(self, write: Transaction) -> None:
        """Write the rows and begin anew."""
        for key, at in self.withdrawn.items():
            await write.execute(
                "UPDATE reports SET withdrawn_at = ? WHERE identifier_kind = ? AND "
                "identifier_value = ? AND community = ? AND reporter = ?",
                [at, *key],
            )
        rows = [(*key, *row) for key, row in self.reports.items()]
        for start in range(0, len(rows), _ROWS):
            await _insert(write, rows[start : start + _ROWS])
        for community, admitted_at in self.admitted.items():
            await write.execute(
                "UPDATE communities SET admitted_at = ? WHERE id = ?", [admitted_at, community]
            )
        self.reports, self.withdrawn, self.admitted = {}, {}, {}


async def _insert(write: Transaction, rows: Iterable[tuple[object, ...]]) -> None:
    rows = list(rows)
    places = ", ".join(["(?, ?, ?, ?, ?, ?, ?)"] * len(rows))
    await write.execute(
        # Only the number of places is formatted in; the values are bound.
        "INSERT INTO reports (identifier_kind, identifier_value, community, reporter, routine, at, "  # noqa: S608
        f"withdrawn_at) VALUES {places} "
        "ON CONFLICT (identifier_kind, identifier_value, community, reporter) DO UPDATE SET "
        "routine = excluded.routine, at = excluded.at, withdrawn_at = excluded.withdrawn_at",
        [value for row in rows for value in row],
    )


async def _digest(query: Transaction) -> str:
    """A digest over everything that follows from the log."""
    digest = hashlib.sha256()
    after: tuple[object, ...] = ("", "", "", "")
    while rows := await query.rows(
        "SELECT identifier_kind, identifier_value, community, reporter, routine, at, withdrawn_at "
        "FROM reports WHERE (identifier_kind, identifier_value, community, reporter) > "
        "(?, ?, ?, ?) ORDER BY identifier_kind, identifier_value, community, reporter LIMIT ?",
        [*after, _STEP],
    ):
        for row in rows:
            digest.update(json.dumps(list(row)).encode("ascii"))
        after = tuple(rows[-1][:4])
    admitted = await query.rows("SELECT id, admitted_at FROM communities ORDER BY id")
    digest.update(json.dumps([list(row) for row in admitted]).encode("ascii"))
    return digest.hexdigest()
