"""`redflag db`: look after the database; every command says what it did and what to do next."""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from bot.app import KEY_FILE
from bot.errors import SettingsError
from bot.settings import Secret, Settings, database_at
from bot.store import backup, derive
from bot.store.copy import copy as copied
from bot.store.database import Database
from bot.store.schema import migrations

_EVERY = 0.2
"""Seconds between two drawings of a progress bar."""
_BAR = 30

Call = Callable[[argparse.Namespace, Settings], int]


def add(calls: Any) -> None:
    """Add the command to the command line."""
    one = calls.add_parser("db", help="look after the database: copies, checks, another engine")
    what = one.add_subparsers(title="commands", metavar="COMMAND", required=True)

    def command(name: str, meaning: str, call: Call) -> argparse.ArgumentParser:
        some: argparse.ArgumentParser = what.add_parser(name, help=meaning)
        some.set_defaults(call=call)
        return some

    command("upgrade", "bring the schema up to date; the bot does it at its start too", upgrade)
    some = command("backup", "make a copy, while the bot runs", make_backup)
    some.add_argument("file", nargs="?", type=Path, help="default: one of the hourly copies")
    some = command("restore", "put a copy in the place of the database", restore)
    some.add_argument("file", nargs="?", type=Path, help="default: the latest hourly copy")
    command("verify", "check pages, the chain of the log, and what follows from it", verify)
    command("rebuild", "make everything that follows from the log anew", rebuild)
    some = command("copy", "copy everything into another, empty database, and compare", copy)
    some.add_argument("url", help="sqlite:///path or postgresql://user:password@host/name")


def upgrade(_: argparse.Namespace, settings: Settings) -> int:
    """Bring the schema up to date."""

    async def opened() -> None:
        await (await Database.open(settings.database)).close()

    asyncio.run(opened())
    _say(f"The schema is up to date (version {len(migrations())}).")
    return 0


def make_backup(options: argparse.Namespace, settings: Settings) -> int:
    """Make a copy and say where it is."""
    where = settings.database

    async def into_file(database: Database) -> int:
        if options.file is None:
            raise SettingsError("Say into which file: redflag db backup FILE.")
        target = await Database.open(options.file)
        try:
            rows = await copied(database, target, _Progress().table)
        finally:
            await target.close()
        _say(f"{rows} rows are in {options.file}.")
        return 0

    if isinstance(where, Secret):
        done = _opened(settings, into_file)
    else:
        made = asyncio.run(backup.back_up(where, options.file))
        _say(f"The copy is {made}, and sound.")
        done = 0
    _say(f"Keep {settings.data_path / KEY_FILE} too: without it the copy recognises nobody.")
    return done


def restore(options: argparse.Namespace, settings: Settings) -> int:
    """Bring a copy back."""
    where = settings.database
    if isinstance(where, Secret):
        return _restored_into(where, options.file)
    source = options.file or next(reversed(backup.hourly(where)), None)
    if source is None:
        raise SettingsError("There is no copy yet. Name a file: redflag db restore FILE.")
    before = asyncio.run(backup.restore(where, source))
    _say(f"{source} is the database now.")
    if before is not None:
        _say(f"What was there before is kept as {before}.")
    return upgrade(options, settings)


def _restored_into(where: Secret, source: Path | None) -> int:
    if source is None:
        raise SettingsError("Name a file: redflag db restore FILE.")
    if not source.is_file():
        raise SettingsError(f"There is no file {source}.")

    async def call() -> int:
        old, new = await Database.open(source), await Database.open(where)
        try:
            rows = await copied(old, new, _Progress().table, replace=True)
        finally:
            await old.close()
            await new.close()
        _say(f"{rows} rows of {source} are the database now.")
        return 0

    return asyncio.run(call())


def verify(_: argparse.Namespace, settings: Settings) -> int:
    """Check everything that can be checked."""

    async def call(database: Database) -> int:
        pages = await database.quick_check()
        found = await derive.verify(database, _Progress().entries)
        _say(f"Pages: {pages}.")
        _say(f"Log: {found.entries} entries, last hash {found.head or '(none)'}.")
        if found.broken is not None:
            _say(f"The chain is broken at entry {found.broken}: restore a copy made before that.")
        if found.differs:
            _say("The reports are not those that follow from the log: redflag db rebuild.")
        return 0 if pages == "ok" and found.broken is None and not found.differs else 1

    return _opened(settings, call)


def rebuild(_: argparse.Namespace, settings: Settings) -> int:
    """Make reports and admissions anew from the log."""

    async def call(database: Database) -> int:
        began = time.monotonic()
        found = await derive.rebuild(database, _Progress().entries)
        if found.broken is not None:
            _say(
                f"The chain is broken at entry {found.broken}; nothing was changed. Restore a copy."
            )
            return 1
        changed = "Something had been different." if found.differs else "Nothing was different."
        _say(f"{found.entries} entries in {time.monotonic() - began:.1f} s. {changed}")
        return 0

    return _opened(settings, call)


def copy(options: argparse.Namespace, settings: Settings) -> int:
    """Copy everything into another database."""

    async def call(database: Database) -> int:
        target = await Database.open(database_at(options.url))
        try:
            rows = await copied(database, target, _Progress().table)
        finally:
            await target.close()
        _say(f"{rows} rows copied, and the same on both sides.")
        _say("Now name the other database in REDFLAG_DATABASE_URL, and keep the same data folder:")
        _say(f"{settings.data_path / KEY_FILE} goes on to recognise people.")
        return 0

    return _opened(settings, call)


def _opened(settings: Settings, call: Callable[[Database], Coroutine[Any, Any, int]]) -> int:
    async def opened() -> int:
        database = await Database.open(settings.database)
        try:
            return await call(database)
        finally:
            await database.close()

    return asyncio.run(opened())


class _Progress:
    """A bar on the terminal; where standard error is none, nothing."""

    def __init__(self) -> None:
        self._shown_at = 0.0

    def entries(self, done: int, total: int) -> None:
        """So many of so many."""
        filled = _BAR * done // total if total else _BAR
        self._show(f"{'#' * filled}{'.' * (_BAR - filled)} {done}/{total}", last=done == total)

    def table(self, name: str, rows: int) -> None:
        """So many rows of a table."""
        self._show(f"{name}: {rows}", last=False)

    def _show(self, text: str, *, last: bool) -> None:
        now = time.monotonic()
        if sys.stderr.isatty() and (last or now - self._shown_at > _EVERY):
            self._shown_at = now
            sys.stderr.write(f"\r{text:<60}" + ("\n" if last else ""))
            sys.stderr.flush()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
