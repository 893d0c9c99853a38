"""Statements within one transaction, or one reading; the same on both engines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from bot.store.engine import Connection, Row


class Transaction:
    """Statements within one transaction. Parameters are always bound, never formatted in."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> int:
        """Run an INSERT, UPDATE or DELETE; the number of rows it changed.

        RETURNING tells that in the same trip to the database.
        """
        return len(await self.rows(f"{sql} RETURNING 1", parameters))

    async def rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[Row]:
        """Every row of a query."""
        return await self._connection.rows(sql, _storable(parameters))

    async def row(self, sql: str, parameters: Iterable[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        rows = await self.rows(sql, parameters)
        return rows[0] if rows else None


def _storable(parameters: Iterable[Any]) -> Iterator[Any]:
    """Texts as both engines take them: no NUL, no half of a surrogate pair."""
    for one in parameters:
        if isinstance(one, str) and not one.isprintable():
            yield one.replace("\0", "").encode("utf-8", "replace").decode("utf-8")
        else:
            yield one
