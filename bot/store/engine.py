"""What the store asks of a database engine, so that its SQL is written once.

The SQL of the topics is what SQLite and PostgreSQL both read: `?` for parameters, ON CONFLICT,
RETURNING, row values. An engine turns the placeholders, the schema's types and its driver's errors
into what the store knows; what a statement means is no business of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Mapping,
    Sequence,
)
from contextlib import AbstractAsyncContextManager, AbstractContextManager
from typing import Any, Protocol, TypeVar

Row = Sequence[Any]
Ended = TypeVar("Ended")


async def to_the_end(work: Coroutine[Any, Any, Ended]) -> Ended:
    """Let work end though we are cancelled meanwhile: the database's thread does it anyway.

    What is begun and not known to have ended would leave the connection in nobody's transaction.
    """
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        if not task.cancelled():
            task.exception()
        raise


Run = Callable[[str, Iterable[Any]], Awaitable[list[Row]]]
Read = Callable[[str, tuple[str, ...]], AsyncIterator[list[Row]]]
"""Reads a table's columns, some thousand rows at once."""


class Connection(Protocol):
    """One session with the database."""

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""

    async def begin(self) -> None:
        """Begin a transaction that writes; whoever else writes waits until it ends."""

    async def rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[Row]:
        """Run one statement; the rows it gives."""


class Engine(Protocol):
    """An open database of one kind."""

    name: str
    """`sqlite` or `postgresql`."""
    why_not: str
    """Where it cannot be written: why, as a sentence for the operator."""
    stands_in: bool
    """Whether there is no database at all, only an empty one in memory."""

    lock: asyncio.Lock
    """Held by whoever uses the connection that writes."""

    @property
    def writer(self) -> Connection:
        """The one connection that writes."""

    def reading(self) -> AbstractAsyncContextManager[Connection]:
        """A connection for queries, for as long as the block runs."""

    def wrapped(self) -> AbstractContextManager[None]:
        """Driver errors become ours, once, here. Mistakes of ours (wrong SQL) pass through."""

    def schema(self, script: str) -> tuple[str, ...]:
        """The statements of a migration, in this engine's words."""

    async def version(self) -> int | None:
        """The schema version found; 0 in an empty database, None in one of another program."""

    async def mark(self, version: int) -> None:
        """Write down the schema version, within the transaction that made it."""

    async def check(self) -> str:
        """`ok`, or what the engine finds wrong with its pages."""

    async def safeguard(self, version: int) -> None:
        """Keep the database as it is before its schema changes, where the engine needs that."""

    async def tables(self) -> Mapping[str, tuple[str, ...]]:
        """The store's tables and their columns."""

    def read(self, table: str, columns: tuple[str, ...]) -> AsyncIterator[list[Row]]:
        """A table as the connection that writes sees it, some thousand rows at once."""

    def snapshot(self) -> AbstractAsyncContextManager[Read]:
        """Everything as of one moment, for as long as the block runs."""

    async def settle(self, run: Run) -> None:
        """After rows came with their numbers: the next ones go on behind them."""

    async def close(self) -> None:
        """Close every connection; what is running is finished first."""
