"""The SQLite file: ours or refused, old or new but never half, read where it cannot be written."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import StoreBusyError, StoreReadOnlyError, StoreUnusableError
from bot.message import Person
from bot.store import Store, database, sqlite
from bot.store.communities import Community
from bot.store.schema import Migration, migrations
from bot.store.sqlite import APPLICATION_ID, journal_mode
from bot.trust import State, Viewer
from tests.bot.stored import MAIL, NOW, events, opened, statement


@pytest.mark.parametrize(
    ("version", "mode"),
    [
        ((3, 40, 1), "delete"),
        ((3, 44, 5), "delete"),
        ((3, 44, 6), "wal"),
        ((3, 45, 0), "delete"),
        ((3, 50, 7), "wal"),
        ((3, 51, 2), "delete"),
        ((3, 51, 3), "wal"),
        ((3, 52, 0), "wal"),
    ],
)
def test_wal_is_used_only_where_it_is_free_of_the_reset_race(
    version: tuple[int, ...], mode: str
) -> None:
    assert journal_mode(version) == mode


async def test_a_person_is_found_again_only_with_the_key(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite3"
    store = await opened(path)
    person = Person("test", "secret-user-id-4711")
    asker = await store.askers.recognise(person, NOW)
    assert await store.askers.recognise(person, NOW + 5) == asker
    await store.close()
    assert b"4711" not in path.read_bytes()
    other = await Store.open(path, b"x" * 32)
    assert (await other.askers.recognise(person, NOW)).pseudonym != asker.pseudonym
    await other.close()


async def test_a_newer_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite3"
    await (await opened(path)).close()
    with sqlite3.connect(path) as raw:
        raw.execute(f"PRAGMA user_version = {len(migrations()) + 1}")
    before = path.read_bytes()
    with pytest.raises(StoreUnusableError, match="newer Redflag"):
        await opened(path)
    assert path.read_bytes() == before


async def test_a_database_of_another_program_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite3"
    with sqlite3.connect(path) as raw:
        raw.execute("CREATE TABLE recipes (name)")
    before = path.read_bytes()
    with pytest.raises(StoreUnusableError, match="another program"):
        await opened(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"not a database at all, just text" * 40, b"\x00" * 5000])
async def test_a_file_that_is_no_database_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "r.sqlite3"
    path.write_bytes(content)
    with pytest.raises(StoreUnusableError):
        await opened(path)
    assert path.read_bytes() == content


async def test_an_older_schema_is_brought_up_to_date_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.sqlite3"
    store = await opened(path)
    alpha = await store.communities.get_or_make("Alpha", NOW)
    await store.registry.report([statement(alpha, "p1", "e1")])
    await store.close()
    later = (
        *migrations(),
        Migration("CREATE TABLE later (a);"),
        Migration("ALTER TABLE later ADD COLUMN b;"),
    )
    monkeypatch.setattr(database, "migrations", lambda: later)
    store = await opened(path)
    async with store.database.reading() as query:
        assert await query.rows("SELECT a, b FROM later") == []
        assert tuple((await query.row("PRAGMA user_version")) or ()) == (len(later),)
    assert await events(store) == [("reported", "p1")]
    await store.close()


async def test_a_migration_that_fails_leaves_the_schema_it_found(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.sqlite3"
    await (await opened(path)).close()
    broken = (*migrations(), Migration("CREATE TABLE half (a);\nCREATE TABLE half (a);"))
    monkeypatch.setattr(database, "migrations", lambda: broken)
    with pytest.raises(sqlite3.OperationalError):
        await opened(path)
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(broken) - 1,)
        assert raw.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchone() is None


def read_only(path: Path) -> None:
    """Root may write anywhere, so what cannot be written is a place that is no folder."""
    path.parent.write_text("a file where a folder should be")


async def test_where_nothing_can_be_written_reading_works_and_writing_says_so(
    tmp_path: Path,
) -> None:
    path = tmp_path / "blocked" / "r.sqlite3"
    read_only(path)
    store = await opened(path)
    assert not store.writable
    assert "cannot be made" in store.database.why_not
    found = await store.registry.standings([MAIL], Viewer(), NOW)
    assert found[MAIL].state is State.UNAVAILABLE
    alpha = Community("a", "Alpha", "a", None)
    with pytest.raises(StoreReadOnlyError):
        await store.registry.report([statement(alpha, "p1", "e1")])
    await store.close()


@pytest.mark.skipif(os.name != "posix", reason="permissions are the system's own")
async def test_a_database_in_a_read_only_folder_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.sqlite3"
    store = await opened(path)
    alpha = await store.communities.get_or_make("Alpha", NOW)
    await store.registry.report([statement(alpha, "p1", "e1")])
    await store.close()
    # Whoever runs the tests may be root, to whom nothing is read-only: ask on behalf of others.
    monkeypatch.setattr(os, "access", lambda _, mode: mode != os.W_OK)
    store = await opened(path)
    assert not store.writable
    found = await store.registry.standings([MAIL], alpha.viewer, NOW)
    assert found[MAIL].state is State.LOCAL
    await store.close()


async def test_a_locked_database_is_an_honest_error_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "BUSY_TIMEOUT_MS", 50)
    path = tmp_path / "r.sqlite3"
    store = await opened(path)
    alpha = await store.communities.get_or_make("Alpha", NOW)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreBusyError, match="Try again"):
        await store.registry.report([statement(alpha, "p1", "e1")])
    other.execute("ROLLBACK")
    other.close()
    await store.registry.report([statement(alpha, "p1", "e1")])
    assert await events(store) == [("reported", "p1")]
    await store.close()


async def test_the_file_is_marked_as_ours_and_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "sub" / "r.sqlite3"
    await (await opened(path)).close()
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA application_id").fetchone() == (APPLICATION_ID,)
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


KILLED = """
import asyncio, sys
from pathlib import Path
from bot.store import Store
from bot.store.registry import Statement
from knowledge.identifiers import Identifier

async def main():
    store = await Store.open(Path(sys.argv[1]), b"k" * 32)
    alpha = await store.communities.get_or_make("Alpha", 1)
    for number in range(100_000):
        one = Identifier("email", f"x{number}@evil.example")
        await store.registry.report([Statement(one, alpha, "p1", None, 1, f"e{number}")])
        print(number, flush=True)

asyncio.run(main())
"""


def test_kill_9_loses_no_acknowledged_report(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite3"
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    for _ in range(25):
        acknowledged = int(process.stdout.readline())
    process.kill()
    rest = process.stdout.read().split()
    process.wait(10)
    process.stdout.close()
    acknowledged = int(rest[-1]) if rest else acknowledged
    with sqlite3.connect(path) as raw:
        assert raw.execute("PRAGMA quick_check").fetchone() == ("ok",)
        (kept,) = raw.execute("SELECT count(*) FROM log").fetchone()
    # One more may have been on the disk before its number was printed.
    assert kept in (acknowledged + 1, acknowledged + 2)
