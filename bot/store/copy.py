"""A whole database into another, whichever engines they are: row for row, and compared afterwards.

Everything is read as of one moment and written in one transaction; each table is then counted and
digested on both sides. The key beside a database is no part of it and is copied by hand.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass

from bot.errors import StoreUnusableError
from bot.store.database import Database, Transaction
from bot.store.engine import Row

Progress = Callable[[str, int], None]
"""Told a table and how many of its rows are copied."""

_MOST_PARAMETERS = 30_000
_MOST_ROWS = 400
_MODULUS = 1 << 256
_FIRST = "communities"
"""The table that others refer to."""


@dataclass(slots=True)
class _Sum:
    """How many rows, and a digest that does not depend on their order."""

    rows: int = 0
    digest: int = 0

    def add(self, rows: list[Row]) -> None:
        for row in rows:
            text = json.dumps(list(row), ensure_ascii=True).encode("ascii")
            self.rows += 1
            self.digest = (self.digest + int.from_bytes(hashlib.sha256(text).digest())) % _MODULUS


async def copy(
    source: Database, target: Database, progress: Progress, *, replace: bool = False
) -> int:
    """Copy every row; how many there were.

    `replace`: what stands in the target goes first; else it must be empty.
    Raises: StoreUnusableError where it is not, or where the two differ afterwards (then nothing is
    kept); StoreError.
    """
    sums: dict[str, _Sum] = {}
    async with target.transaction() as write, source.engine.snapshot() as read:
        tables = await source.engine.tables()
        names = sorted(tables, key=lambda name: (name != _FIRST, name))
        for name in reversed(names):
            if replace:
                await write.rows(f"DELETE FROM {name}")  # noqa: S608 - a table of ours
            elif await write.row(f"SELECT 1 FROM {name} LIMIT 1"):  # noqa: S608
                raise StoreUnusableError("The database to copy into is not empty.")
        for name in names:
            sums[name] = _Sum()
            async for rows in read(name, tables[name]):
                sums[name].add(rows)
                await _insert(write, name, tables[name], rows)
                progress(name, sums[name].rows)
        await target.engine.settle(write.rows)
        for name in names:
            found = _Sum()
            async for rows in target.engine.read(name, tables[name]):
                found.add(rows)
            if found != sums[name]:
                raise StoreUnusableError(f"The copy of {name} differs; nothing was kept.")
    return sum(one.rows for one in sums.values())


async def _insert(
    write: Transaction, table: str, columns: tuple[str, ...], rows: list[Row]
) -> None:
    at_once = min(_MOST_ROWS, _MOST_PARAMETERS // len(columns))
    place = f"({', '.join('?' * len(columns))})"
    for start in range(0, len(rows), at_once):
        some = rows[start : start + at_once]
        await write.execute(
            # Names of our own tables, and the number of places; the values are bound.
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([place] * len(some))}",  # noqa: S608
            [value for row in some for value in row],
        )
