"""An open database: migrated, locked and wrapped here; it holds no business logic.

Which engine it is, the address says: a path is a SQLite file (`bot.store.sqlite`), an address of
PostgreSQL is that (`bot.store.postgres`). Transactions that wait for each other share a commit
(`bot.store.commits`).
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Self

from bot.errors import StoreReadOnlyError, StoreUnusableError
from bot.settings import Secret
from bot.store.commits import SharedCommits
from bot.store.engine import Engine, Row
from bot.store.schema import Migration, migrations
from bot.store.sqlite import Sqlite
from bot.store.transaction import Transaction

__all__ = ["Database", "Row", "Transaction"]


class Database:
    """An open database. Use `open`, then `async with database.transaction() as t`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._commits = SharedCommits(engine.writer, engine.lock)
        self.damage = ""
        """What was found wrong with it while it is open; then it is not written any more."""

    @classmethod
    async def open(cls, where: Path | Secret) -> Self:
        """Open a SQLite file, or a PostgreSQL database by its address; migrate where needed.

        Raises: StoreUnusableError where it is not ours, newer than this program, or damaged.
        """
        engine = await _engine(where)
        database = cls(engine)
        try:
            with engine.wrapped():
                await database.migrate(migrations())
        except BaseException:
            await engine.close()
            raise
        return database

    @property
    def engine(self) -> Engine:
        """What it stands on: for whoever copies or backs up a whole database."""
        return self._engine

    @property
    def writable(self) -> bool:
        """Whether anything can be kept."""
        return not self.why_not

    @property
    def why_not(self) -> str:
        """Where it is not writable: why, as a sentence for the operator."""
        return self.damage or self._engine.why_not

    @property
    def stands_in(self) -> bool:
        """Whether there is no database at all, only an empty one in memory."""
        return self._engine.stands_in

    async def migrate(self, steps: Sequence[Migration]) -> None:
        """Bring the schema up to date, step by step.

        Raises: StoreUnusableError where it is not ours, or newer than the steps.
        """
        found = _checked(await self._engine.version(), len(steps))
        if found == len(steps):
            return
        if not self.writable and not self.stands_in:
            if found:
                raise StoreUnusableError(
                    f"The database has the older schema {found} and cannot be brought up to date: "
                    f"{self.why_not}"
                )
            return
        if found and not self.stands_in:
            await self._engine.safeguard(found)
        writer = self._engine.writer
        for number, step in enumerate(steps[found:], found + 1):
            await writer.begin()
            try:
                # Another process may have been first while this one waited for the lock.
                if _checked(await self._engine.version(), len(steps)) < number:
                    for statement in self._engine.schema(step.script):
                        await writer.rows(statement)
                    if step.run is not None:
                        await step.run(Transaction(writer))
                    await self._engine.mark(number)
                await writer.rows("COMMIT")
            except BaseException:
                if writer.in_transaction:
                    await writer.rows("ROLLBACK")
                raise

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction that writes: all of it is on the disk afterwards, or none.

        Raises: StoreReadOnlyError, StoreBusyError, StoreError.
        """
        if self.why_not:
            raise StoreReadOnlyError(self.why_not)
        with self._engine.wrapped():
            async with self._commits.one():
                yield Transaction(self._engine.writer)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """One or more queries that write nothing.

        In a SQLite file they may see what others have written and not committed yet: an answer may
        be ahead of the disk by that moment, an acknowledgement never is.

        Raises: StoreBusyError, StoreError.
        """
        with self._engine.wrapped():
            async with self._engine.reading() as connection:
                yield Transaction(connection)

    async def quick_check(self) -> str:
        """`ok`, or what the engine finds wrong."""
        with self._engine.wrapped():
            async with self._engine.lock:
                return await self._engine.check()

    async def close(self) -> None:
        """Close it; what is running is finished first."""
        await self._engine.close()


async def _engine(where: Path | Secret) -> Engine:
    if not isinstance(where, Secret):
        return await Sqlite.open(where)
    try:
        from bot.store.postgres import Postgres
    except ModuleNotFoundError as error:
        raise StoreUnusableError(
            "REDFLAG_DATABASE_URL names PostgreSQL, whose driver is not installed: "
            "pip install 'redflag[postgres]'."
        ) from error
    return await Postgres.open(where)


def _checked(version: int | None, newest: int) -> int:
    if version is None:
        raise StoreUnusableError(
            "This is a database of another program. Point REDFLAG_DATA_DIR or "
            "REDFLAG_DATABASE_URL elsewhere."
        )
    if version > newest:
        raise StoreUnusableError(
            f"The database was written by a newer Redflag (schema {version}; this one knows "
            f"{newest}). Update Redflag, or restore an older copy."
        )
    return version
