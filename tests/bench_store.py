"""`make bench`, the store: commits a second on both engines, and everything made anew from the log.

PostgreSQL runs here too, on a socket of its own with its settings as they come. Beside each engine
stands the same insert, one commit each, by its bare driver. Nothing is asserted.
"""

from __future__ import annotations

import asyncio
import resource
import sqlite3
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import closing
from pathlib import Path

import asyncpg

from bot.settings import Secret
from bot.store import Store, derive
from bot.store.communities import Community
from bot.store.copy import copy
from bot.store.database import Database
from bot.store.log import _hash
from knowledge.identifiers import Identifier
from tests.bot.stored import KEY, NOW, Where, statement
from tests.servers.postgres import fresh, serving

REPORTS, TOGETHER = 600, 50
EVENTS = 1_000_000
IDENTIFIERS, REPORTERS = 200_000, 5_000


def main() -> None:
    """Print the figures."""
    with serving() as address, tempfile.TemporaryDirectory() as folder:
        asyncio.run(_commits(Path(folder), address))
        asyncio.run(_rebuilds(Path(folder), address))


async def _commits(folder: Path, address: str) -> None:
    places: dict[str, tuple[Where, Callable[[], Awaitable[float]]]] = {
        "sqlite": (folder / "r.sqlite3", lambda: _bare_sqlite(folder / "bare.sqlite3")),
        "postgresql": (Secret(await fresh(address)), lambda: _bare_postgres(address)),
    }
    for name, (where, bare) in places.items():
        store = await Store.open(where, KEY)
        alpha = await store.communities.get_or_make("Alpha", NOW)
        alone = await _reports(store, alpha, "a", 1)
        together = await _reports(store, alpha, "b", TOGETHER)
        await store.close()
        _say(
            f"{name}, reports/s, each acknowledged when it is on the disk: one after the other "
            f"{alone:.0f}, {TOGETHER} at once {together:.0f}; a bare insert and commit "
            f"{await bare():.0f}"
        )


async def _reports(store: Store, alpha: Community, prefix: str, at_once: int) -> float:
    async def some(lane: int) -> None:
        for number in range(REPORTS // at_once):
            key = f"{prefix}{lane}-{number}"
            one = Identifier("email", f"{key}@evil.example")
            await store.registry.report([statement(alpha, "p1", key, identifier=one)])

    began = time.perf_counter()
    await asyncio.gather(*(some(lane) for lane in range(at_once)))
    return REPORTS / (time.perf_counter() - began)


async def _bare_sqlite(path: Path) -> float:
    with closing(sqlite3.connect(path)) as raw:
        raw.execute("PRAGMA synchronous = FULL")
        raw.execute("CREATE TABLE t (a TEXT PRIMARY KEY)")
        began = time.perf_counter()
        for number in range(REPORTS):
            raw.execute("INSERT INTO t VALUES (?)", [str(number)])
            raw.commit()
        return REPORTS / (time.perf_counter() - began)


async def _bare_postgres(address: str) -> float:
    connection = await asyncpg.connect(await fresh(address))
    try:
        await connection.execute("CREATE TABLE t (a TEXT PRIMARY KEY)")
        began = time.perf_counter()
        for number in range(REPORTS):
            await connection.execute("INSERT INTO t VALUES ($1)", str(number))
        return REPORTS / (time.perf_counter() - began)
    finally:
        await connection.close()


async def _rebuilds(folder: Path, address: str) -> None:
    path = folder / "many.sqlite3"
    database = await Database.open(path)
    await database.close()
    _fill(path)
    database = await Database.open(path)
    await _rebuild("sqlite", database)
    there = await Database.open(Secret(await fresh(address)))
    began = time.perf_counter()
    rows = await copy(database, there, lambda *_: None)
    _say(f"sqlite to postgresql: {rows / (time.perf_counter() - began):.0f} rows/s, compared")
    await database.close()
    await _rebuild("postgresql", there)
    await there.close()


async def _rebuild(name: str, database: Database) -> None:
    began = time.perf_counter()
    found = await derive.rebuild(database, lambda *_: None)
    took = time.perf_counter() - began
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    _say(
        f"{name}, {found.entries} entries of the log checked and made anew: {took:.0f} s, "
        f"{found.entries / took:.0f} a second, process memory {peak:.0f} MB at most"
    )


def _fill(path: Path) -> None:
    """A long history, written as the log writes it."""
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("INSERT INTO communities (id, name, bloc, made_at) VALUES ('c', 'A', 'c', 1)")
        raw.executemany(
            "INSERT INTO subjects (id, kind, value) VALUES (?, 'email', ?)",
            ((f"{number:016x}", f"x{number}@evil.example") for number in range(IDENTIFIERS)),
        )
        raw.executemany(
            "INSERT INTO log (at, kind, community, actor, subject, routine, detail, hash) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            _history(),
        )


def _history() -> Iterator[tuple[object, ...]]:
    last = ""
    for number in range(EVENTS):
        kind = "withdrawn" if number % 10 == 9 else "reported"
        subject = f"{number * 7919 % IDENTIFIERS:016x}"
        entry = (NOW + number, kind, "c", f"p{number % REPORTERS}", subject, None, "{}")
        last = _hash(last, *entry)
        yield (*entry, last)


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
