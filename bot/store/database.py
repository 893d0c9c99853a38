"""The SQLite file: opened, migrated, locked and wrapped here; it holds no business logic.

One owned connection through aiosqlite, every transaction BEGIN IMMEDIATE (a read that becomes a
write fails at once otherwise), synchronous FULL: what was acknowledged is on the disk. SQLite
before 3.51.3 can corrupt a WAL file that two connections use (fixed also in 3.44.6 and 3.50.7),
and the command line runs beside a bot; so the journal mode follows the version (`journal_mode`).

Transactions that wait for each other share a commit (`bot.store.commits`).

A file that cannot be written is opened for reading; where there is none to read, an empty one in
memory stands in, and every write says so. Nothing is ever accepted that would not be kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiosqlite

from bot.errors import StoreBusyError, StoreError, StoreReadOnlyError, StoreUnusableError
from bot.store.commits import SharedCommits

APPLICATION_ID = 0x5265_6466
"""Marks the file as ours (SQLite header, offset 68): "Redf"."""
BUSY_TIMEOUT_MS = 10_000
MIGRATIONS = Path(__file__).parent / "migrations"

Row = Sequence[Any]


def journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """`wal` where this SQLite is free of the WAL-reset race, `delete` elsewhere."""
    fixed = (
        version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    )
    return "wal" if fixed else "delete"


def migrations(folder: Path = MIGRATIONS) -> tuple[str, ...]:
    """The SQL of each schema version, in order; the first makes version 1."""
    return tuple(path.read_text(encoding="utf-8") for path in sorted(folder.glob("v*.sql")))


class Transaction:
    """Statements within one transaction. Parameters are always bound, never formatted in."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    async def execute(self, sql: str, parameters: Iterable[Any] = ()) -> int:
        """Run an INSERT, UPDATE or DELETE; the number of rows it changed.

        RETURNING tells that in the same trip to the database's thread.
        """
        return len(await self.rows(f"{sql} RETURNING 1", parameters))

    async def rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[Row]:
        """Every row of a query."""
        return list(await self._connection.execute_fetchall(sql, tuple(parameters)))

    async def row(self, sql: str, parameters: Iterable[Any] = ()) -> Row | None:
        """The first row of a query, or None."""
        rows = await self.rows(sql, parameters)
        return rows[0] if rows else None


class Database:
    """An open database. Use `open`, then `async with database.transaction() as t`."""

    def __init__(self, connection: aiosqlite.Connection, *, stands_in: bool, why_not: str) -> None:
        self._connection = connection
        self._lock = asyncio.Lock()
        self._commits = SharedCommits(connection, self._lock)
        self.writable = not why_not
        self.stands_in = stands_in
        """Whether there is no file at all, only an empty database in memory."""
        self.why_not = why_not
        """Where it is not writable: why, as a sentence for the operator."""

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open the file, making it and bringing its schema up to date where needed.

        Raises: StoreUnusableError where the file is not ours, newer than this program, or damaged.
        """
        why_not = _unwritable(path)
        if not why_not:
            # Made before SQLite makes it, so that nobody else on the machine may read it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            return await cls._open(f"file:{_quoted(path)}?mode=rw", why_not)
        if os.access(path, os.R_OK):
            return await cls._open(f"file:{_quoted(path)}?mode=ro", why_not)
        return await cls._open(":memory:", why_not)

    @classmethod
    async def _open(cls, uri: str, why_not: str) -> Self:
        with _wrapped():
            connection = await aiosqlite.connect(uri, uri=uri != ":memory:", isolation_level=None)
        database = cls(connection, stands_in=uri == ":memory:", why_not=why_not)
        try:
            with _wrapped():
                await database._prepare()
        except BaseException:
            await connection.close()
            raise
        return database

    async def _prepare(self) -> None:
        await self._connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        await self._connection.execute("PRAGMA foreign_keys = ON")
        if self.writable:
            await self._connection.execute("PRAGMA synchronous = FULL")
            await self._connection.execute(f"PRAGMA journal_mode = {journal_mode()}")
        if self.writable or self.stands_in:
            await self._migrate(migrations())
        else:
            await self._check_version(len(migrations()))
        if not self.writable:
            await self._connection.execute("PRAGMA query_only = ON")

    async def _check_version(self, newest: int) -> int:
        (application,) = (await self._pragma("application_id")) or (0,)
        (version,) = (await self._pragma("user_version")) or (0,)
        (tables,) = (await self._one("SELECT count(*) FROM sqlite_master")) or (0,)
        if application != APPLICATION_ID and tables:
            raise StoreUnusableError(
                "This file is a database of another program. Point REDFLAG_DATA_DIR elsewhere."
            )
        if version > newest:
            raise StoreUnusableError(
                f"The database was written by a newer Redflag (schema {version}; this one knows "
                f"{newest}). Update Redflag, or restore an older copy of the file."
            )
        if version < newest and not self.writable and tables:
            raise StoreUnusableError(
                f"The database has the older schema {version} and cannot be brought up to date: "
                f"{self.why_not}"
            )
        return int(version)

    async def _migrate(self, scripts: Sequence[str]) -> None:
        version = await self._check_version(len(scripts))
        for number, script in enumerate(scripts[version:], version + 1):
            await self._connection.execute("BEGIN IMMEDIATE")
            try:
                # Another process may have been first while this one waited for the lock.
                (current,) = (await self._pragma("user_version")) or (0,)
                if current < number:
                    for statement in _statements(script):
                        await self._connection.execute(statement)
                    await self._connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
                    await self._connection.execute(f"PRAGMA user_version = {number}")
                await self._connection.execute("COMMIT")
            except BaseException:
                await self._connection.execute("ROLLBACK")
                raise

    async def _pragma(self, name: str) -> Row | None:
        return await self._one(f"PRAGMA {name}")

    async def _one(self, sql: str) -> Row | None:
        rows = list(await self._connection.execute_fetchall(sql))
        return rows[0] if rows else None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Transaction]:
        """A transaction that writes: all of it is on the disk afterwards, or none.

        Raises: StoreReadOnlyError, StoreBusyError, StoreError.
        """
        if not self.writable:
            raise StoreReadOnlyError(self.why_not)
        with _wrapped():
            async with self._commits.one():
                yield Transaction(self._connection)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Transaction]:
        """One or more queries that write nothing.

        They may see what others have written and not committed yet: an answer may be ahead of the
        disk by that moment, an acknowledgement never is.

        Raises: StoreBusyError, StoreError.
        """
        async with self._lock:
            with _wrapped():
                yield Transaction(self._connection)

    async def quick_check(self) -> str:
        """`ok`, or what SQLite finds wrong with the file."""
        async with self.reading() as query:
            row = await query.row("PRAGMA quick_check(1)")
        return str(row[0]) if row else "no answer"

    async def close(self) -> None:
        """Close the connection; what is running is finished first."""
        async with self._lock:
            await self._connection.close()


def _quoted(path: Path) -> str:
    return path.absolute().as_uri().removeprefix("file:")


def _unwritable(path: Path) -> str:
    """Why a database at this path cannot be written, or an empty string."""
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        return f"The data folder {folder} cannot be made: {error.strerror}."
    if path.exists() and not path.is_file():
        return f"{path} is not a file."
    for place in (folder, *([path] if path.exists() else [])):
        if not os.access(place, os.W_OK):
            return f"{place} cannot be written. Check its permissions, or set REDFLAG_DATA_DIR."
    return ""


def _statements(script: str) -> list[str]:
    """The statements of a migration; sqlite3 runs one at a time inside a transaction."""
    statements, pending = [], ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            statements.append(pending)
            pending = ""
    return statements


@contextlib.contextmanager
def _wrapped() -> Any:
    """Driver errors become ours, once, here. Mistakes of ours (wrong SQL) pass through."""
    try:
        yield
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorname", "") or ""
        if code.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
            raise StoreBusyError(
                "The database is in use by another process. Try again in a moment."
            ) from error
        if code.startswith(("SQLITE_READONLY", "SQLITE_PERM")):
            raise StoreReadOnlyError("The database cannot be written.") from error
        if code.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT", "SQLITE_CANTOPEN")):
            raise StoreUnusableError(
                f"The database cannot be used ({error}). Run “redflag doctor”; restore a copy of "
                "the file, or move it away to begin anew."
            ) from error
        if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
            raise StoreError(f"The disk did not take the data ({error}). Make room.") from error
        raise
