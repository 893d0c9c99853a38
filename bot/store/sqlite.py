"""SQLite: one file, one owned connection through aiosqlite.

Every transaction is BEGIN IMMEDIATE (a read that becomes a write fails at once otherwise),
synchronous FULL: what was acknowledged is on the disk. SQLite before 3.51.3 can corrupt a WAL file
that two connections use (fixed also in 3.44.6 and 3.50.7), and the command line runs beside a bot;
so the journal mode follows the version (`journal_mode`).

A file that cannot be written is opened for reading; where there is none to read, an empty one in
memory stands in, and every write says so. Nothing is ever accepted that would not be kept.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sqlite3
from collections.abc import AsyncIterator, Iterable, Iterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self

import aiosqlite

from bot.errors import StoreBusyError, StoreError, StoreReadOnlyError, StoreUnusableError
from bot.store.engine import Read, Row, Run

APPLICATION_ID = 0x5265_6466
"""Marks the file as ours (SQLite header, offset 68): "Redf"."""
BUSY_TIMEOUT_MS = 10_000
_AT_ONCE = 2_000


def journal_mode(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> str:
    """`wal` where this SQLite is free of the WAL-reset race, `delete` elsewhere."""
    fixed = (
        version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51) or (3, 44, 6) <= version < (3, 45)
    )
    return "wal" if fixed else "delete"


class Session:
    """The connection; one statement is one trip to its thread."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self._connection = connection

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open; a full disk ends one by itself."""
        return self._connection.in_transaction

    async def begin(self) -> None:
        """Begin a transaction, the only one that writes."""
        await self.rows("BEGIN IMMEDIATE")

    async def rows(self, sql: str, parameters: Iterable[Any] = ()) -> list[Row]:
        """Run one statement; the rows it gives."""
        return list(await self._connection.execute_fetchall(sql, tuple(parameters)))


class Sqlite:
    """An open file; see the module."""

    name = "sqlite"

    def __init__(
        self, connection: aiosqlite.Connection, path: Path | None, *, why_not: str
    ) -> None:
        self._connection = connection
        self._path = path
        self.lock = asyncio.Lock()
        self.writer = Session(connection)
        self.stands_in = path is None
        self.why_not = why_not

    @classmethod
    async def open(cls, path: Path) -> Self:
        """Open the file, making it where there is none.

        Raises: StoreUnusableError where it is no database, StoreError otherwise.
        """
        why_not = _unwritable(path)
        uri = ":memory:"
        if not why_not:
            # Made before SQLite makes it, so that nobody else on the machine may read it.
            os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
            uri = f"file:{quoted(path)}?mode=rw"
        elif os.access(path, os.R_OK):
            uri = f"file:{quoted(path)}?mode=ro"
        with wrapped():
            connection = await aiosqlite.connect(uri, uri=uri != ":memory:", isolation_level=None)
        engine = cls(connection, None if uri == ":memory:" else path, why_not=why_not)
        try:
            with wrapped():
                await engine._prepare()
        except BaseException:
            await connection.close()
            raise
        return engine

    async def _prepare(self) -> None:
        run = self.writer.rows
        await run(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        await run("PRAGMA foreign_keys = ON")
        if not self.why_not:
            await run("PRAGMA synchronous = FULL")
            await run(f"PRAGMA journal_mode = {journal_mode()}")
        elif not self.stands_in:
            await run("PRAGMA query_only = ON")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[Session]:
        """The same connection: it may see what others have written and not committed yet."""
        async with self.lock:
            yield self.writer

    def wrapped(self) -> contextlib.AbstractContextManager[None]:
        """Driver errors become ours."""
        return wrapped()

    def schema(self, script: str) -> tuple[str, ...]:
        """The statements of a migration; sqlite3 runs one at a time inside a transaction."""
        return statements(script)

    async def version(self) -> int | None:
        """The schema version found; 0 in an empty database, None in one of another program."""
        ((application,),) = await self.writer.rows("PRAGMA application_id")
        ((version,),) = await self.writer.rows("PRAGMA user_version")
        ((tables,),) = await self.writer.rows("SELECT count(*) FROM sqlite_master")
        if application != APPLICATION_ID and tables:
            return None
        return int(version)

    async def mark(self, version: int) -> None:
        """Write down the schema version; the file's header belongs to the transaction."""
        await self.writer.rows(f"PRAGMA application_id = {APPLICATION_ID}")
        await self.writer.rows(f"PRAGMA user_version = {int(version)}")

    async def check(self) -> str:
        """`ok`, or the first thing that SQLite finds wrong with the file."""
        ((found,),) = await self.writer.rows("PRAGMA quick_check(1)")
        return str(found)

    async def safeguard(self, version: int) -> None:
        """Copy the file before its schema changes: killed half-way it is whole, but who knows."""
        if self._path is not None:
            from bot.store.backup import back_up

            await back_up(self._path, prefix=f"before-schema-{version + 1}-")

    async def tables(self) -> Mapping[str, tuple[str, ...]]:
        """The store's tables and their columns."""
        found: dict[str, list[str]] = {}
        for table, column in await self.writer.rows(
            "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c "
            "WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite@_%' ESCAPE '@' "
            "ORDER BY m.name, c.cid"
        ):
            found.setdefault(table, []).append(column)
        return {table: tuple(columns) for table, columns in found.items()}

    async def read(self, table: str, columns: tuple[str, ...]) -> AsyncIterator[list[Row]]:
        """A table, some thousand rows at once."""
        last = -1
        while rows := await self.writer.rows(
            f"SELECT rowid, {', '.join(columns)} FROM {table} WHERE rowid > ? "  # noqa: S608
            "ORDER BY rowid LIMIT ?",
            [last, _AT_ONCE],
        ):
            yield [row[1:] for row in rows]
            last = rows[-1][0]

    @asynccontextmanager
    async def snapshot(self) -> AsyncIterator[Read]:
        """Everything as of one moment: whoever wants to write waits."""
        async with self.lock:
            await self.writer.rows("BEGIN")
            try:
                yield self.read
            finally:
                await self.writer.rows("COMMIT")

    async def settle(self, run: Run) -> None:
        """SQLite goes on behind the highest number by itself."""

    async def close(self) -> None:
        """Close the connection; what is running is finished first."""
        async with self.lock:
            await self._connection.close()


def quoted(path: Path) -> str:
    """A path as it stands in a URI of SQLite."""
    return path.absolute().as_uri().removeprefix("file:")


def statements(script: str) -> tuple[str, ...]:
    """A script, statement by statement."""
    found, pending = [], ""
    for line in script.splitlines():
        pending += line + "\n"
        if sqlite3.complete_statement(pending):
            found.append(pending)
            pending = ""
    return tuple(found)


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


@contextlib.contextmanager
def wrapped() -> Iterator[None]:
    """SQLite's errors become ours, once, here. Mistakes of ours (wrong SQL) pass through."""
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
                f"The database cannot be used ({error}). Run “redflag doctor”, then “redflag db "
                "restore”; or move the file away to begin anew."
            ) from error
        if code.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
            raise StoreError(f"The disk did not take the data ({error}). Make room.") from error
        raise
