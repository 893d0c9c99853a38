"""Copies of a SQLite file: made while the bot runs, checked, kept by age, and brought back.

SQLite's own online backup writes the copy, on a connection of its own in a thread, so that nobody
waits for it but who wants to write; a copy appears whole, under its last name, or not at all. The
key beside the database is not in it: without that key a copy recognises nobody, so keep both.
PostgreSQL has tools of its own for this; `bot.store.copy` makes a SQLite file of it where wanted.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import shutil
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from bot.errors import StoreError, StoreUnusableError
from bot.store.sqlite import APPLICATION_ID, BUSY_TIMEOUT_MS, quoted, wrapped

KEPT = 24
"""Hourly copies that are kept; the others are removed, the oldest first."""
_HOURLY = "redflag-"
_FORM = "%Y%m%dT%H%M%SZ"


def folder_of(path: Path) -> Path:
    """Where the copies of a database lie."""
    return path.parent / "backups"


def hourly(path: Path) -> tuple[Path, ...]:
    """The copies that are kept by age, the oldest first."""
    return tuple(sorted(folder_of(path).glob(f"{_HOURLY}*.sqlite3")))


def made_at(copy: Path) -> datetime | None:
    """When an hourly copy was made, by its name; None where that does not tell."""
    with contextlib.suppress(ValueError):
        return datetime.strptime(copy.stem.removeprefix(_HOURLY), _FORM).replace(tzinfo=UTC)
    return None


async def back_up(path: Path, target: Path | None = None, *, prefix: str = _HOURLY) -> Path:
    """Copy a database that may be in use; the copy's path.

    Without a `target` the copy is one of the hourly ones, of which the oldest beyond KEPT go.
    Raises: StoreUnusableError where the database is damaged: then older copies stay as they are;
    StoreError where the copy cannot be written.
    """
    return await asyncio.to_thread(_back_up, path, target, prefix)


def _back_up(path: Path, target: Path | None, prefix: str) -> Path:
    copy = target or folder_of(path) / f"{prefix}{datetime.now(UTC).strftime(_FORM)}.sqlite3"
    draft = copy.with_name(f".{copy.name}.draft")
    try:
        copy.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(draft, os.O_RDWR | os.O_CREAT | os.O_TRUNC, 0o600))
        with wrapped():
            _copied(path, draft)
            found = check(draft)
        if found != "ok":
            raise StoreUnusableError(
                f"The database is damaged ({found}). Bring a copy back: redflag db restore."
            )
        with draft.open("rb+") as file:
            os.fsync(file.fileno())
        draft.replace(copy)
    except OSError as error:
        raise StoreError(f"The copy {copy} cannot be written: {error.strerror}.") from error
    finally:
        draft.unlink(missing_ok=True)
    if target is None and prefix == _HOURLY:
        for old in hourly(path)[:-KEPT]:
            old.unlink(missing_ok=True)
    return copy


def check(path: Path) -> str:
    """`ok`, or the first thing that SQLite finds wrong with a file; it is only read.

    Raises: sqlite3.Error where it cannot be read at all.
    """
    with closing(_connected(path, "ro")) as connection:
        try:
            return str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "") != "SQLITE_CORRUPT":
                raise
            return str(error)


async def restore(path: Path, source: Path) -> Path | None:
    """Put a copy in the place of the database, which a running bot may have open.

    Returns where the database as it was is kept, damage and all; None where there was none.
    Raises: StoreUnusableError where the source is no sound copy; StoreError.
    """
    return await asyncio.to_thread(_restore, path, source)


def _restore(path: Path, source: Path) -> Path | None:
    if not source.is_file():
        raise StoreUnusableError(f"There is no file {source}.")
    with wrapped():
        found = check(source)
        with closing(_connected(source, "ro")) as copy:
            (ours,) = copy.execute("PRAGMA application_id").fetchone()
    if found != "ok" or ours != APPLICATION_ID:
        raise StoreUnusableError(
            f"{source} is no sound copy of a Redflag database "
            f"({found if found != 'ok' else 'another program made it'})."
        )
    before = _kept(path) if path.exists() else None
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    with wrapped():
        try:
            _copied(source, path)
        except sqlite3.DatabaseError as error:
            if getattr(error, "sqlite_errorname", "") not in ("SQLITE_NOTADB", "SQLITE_CORRUPT"):
                raise
            # Emptied and not replaced: a running bot has this very file open.
            os.truncate(path, 0)
            _copied(source, path)
    return before


def _kept(path: Path) -> Path:
    """The database as it is, out of harm's way."""
    try:
        return _back_up(path, None, "before-restore-")
    except (StoreError, sqlite3.Error):
        aside = path.with_name(f"{path.name}.damaged-{datetime.now(UTC).strftime(_FORM)}")
        shutil.copy2(path, aside)
        return aside


def _copied(source: Path, target: Path) -> None:
    with closing(_connected(source, "ro")) as old, closing(_connected(target, "rw")) as new:
        old.backup(new)


def _connected(path: Path, mode: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"file:{quoted(path)}?mode={mode}", uri=True, timeout=BUSY_TIMEOUT_MS / 1000
    )
    connection.isolation_level = None
    return connection
