import asyncio
import os
import random
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import StoreBusyError, StoreError, StoreReadOnlyError, StoreUnusableError
from bot.message import Person
from bot.store import Store, database
from bot.store.communities import Community
from bot.store.database import APPLICATION_ID, Database, journal_mode, migrations
from bot.store.registry import Statement
from bot.trust import DAY_MS, State, Viewer
from knowledge.identifiers import Identifier

KEY = b"k" * 32
NOW = 1_790_000_000_000
MAIL = Identifier("email", "bob@evil.example")


async def opened(path: Path) -> Store:
    return await Store.open(path, KEY)


def statement(community: Community, reporter: str, effect: str, **more: object) -> Statement:
    values = {"identifier": MAIL, "routine": None, "at": NOW} | more
    return Statement(community=community, reporter=reporter, effect=effect, **values)  # type: ignore[arg-type]


async def events(store: Store) -> list[tuple[str, str]]:
    async with store.database.reading() as query:
        return [
            tuple(row) for row in await query.rows("SELECT kind, actor FROM events ORDER BY seq")
        ]


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


async def test_a_report_outlives_the_process(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite3"
    store = await opened(path)
    alpha = await store.communities.admit("Alpha", NOW)
    beta = await store.communities.admit("Beta", NOW)
    await store.registry.report([statement(alpha, "p1", "e1"), statement(beta, "p2", "e2")])
    await store.close()
    store = await opened(path)
    found = await store.registry.standings([MAIL], beta.viewer, NOW)
    assert found[MAIL].state is State.REPORTED
    await store.close()


async def test_the_same_effect_is_done_once(tmp_path: Path) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    alpha = await store.communities.get_or_make("Alpha", NOW)
    for _ in range(3):
        await store.registry.report([statement(alpha, "p1", "e1")])
    assert await events(store) == [("reported", "p1")]
    assert await store.registry.withdraw(statement(alpha, "p1", "e2"))
    # A replay of the report after the withdrawal must not bring it back.
    await store.registry.report([statement(alpha, "p1", "e1")])
    assert not await store.registry.withdraw(statement(alpha, "p1", "e2"))
    assert await events(store) == [("reported", "p1"), ("withdrawn", "p1")]
    found = await store.registry.standings([MAIL], alpha.viewer, NOW)
    assert found[MAIL].state is State.UNKNOWN
    await store.close()


async def test_a_repeat_by_one_reporter_is_one_report(tmp_path: Path) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    alpha = await store.communities.get_or_make("Alpha", NOW)
    for number in range(5):
        at = NOW + number * DAY_MS
        await store.registry.report([statement(alpha, "p1", f"e{number}", at=at)])
        # A second press a moment later is the same report, not a newer one.
        await store.registry.report([statement(alpha, "p1", f"again{number}", at=at + 900)])
    found = await store.registry.standings([MAIL], alpha.viewer, NOW + 5 * DAY_MS)
    assert (found[MAIL].members, found[MAIL].last) == (1, NOW + 4 * DAY_MS)
    assert await store.registry.reports_since("p1", NOW) == 5
    await store.close()


async def test_many_identifiers_are_looked_up_in_one_read(tmp_path: Path) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    alpha = await store.communities.get_or_make("Alpha", NOW)
    many = [Identifier("email", f"x{number}@evil.example") for number in range(1_500)]
    await store.registry.report(
        statement(alpha, "p1", f"e{one.value}", identifier=one) for one in many[::3]
    )
    found = await store.registry.standings(many, alpha.viewer, NOW)
    assert len(found) == 1_500
    assert sum(one.state is State.LOCAL for one in found.values()) == 500
    await store.close()


async def test_admission_is_logged_once_for_each_change(tmp_path: Path) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    for _ in range(2):
        await store.communities.admit("Alpha", NOW)
    await store.communities.dismiss("Alpha", NOW)
    assert await events(store) == [("admitted", "operator"), ("dismissed", "operator")]
    await store.close()


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


async def test_forgetting_leaves_no_trace_of_the_pseudonym_but_the_statements(
    tmp_path: Path,
) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    person = Person("test", "7")
    asker = await store.askers.recognise(person, NOW)
    alpha = await store.communities.get_or_make("Alpha", NOW)
    await store.registry.report([statement(alpha, asker.pseudonym, "e1")])
    await store.askers.forget(asker)
    assert await store.askers.find(person) is None
    found = await store.registry.standings([MAIL], alpha.viewer, NOW)
    assert found[MAIL].state is State.LOCAL
    await store.close()


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
    later = (*migrations(), "CREATE TABLE later (a);", "ALTER TABLE later ADD COLUMN b;")
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
    broken = (*migrations(), "CREATE TABLE half (a);\nCREATE TABLE half (a);")
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
    monkeypatch.setattr(database, "BUSY_TIMEOUT_MS", 50)
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


async def test_transactions_of_many_tasks_do_not_mix(tmp_path: Path) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    alpha = await store.communities.get_or_make("Alpha", NOW)
    await asyncio.gather(
        *(store.registry.report([statement(alpha, f"p{n}", f"e{n}")]) for n in range(40)),
        *(store.registry.standings([MAIL], alpha.viewer, NOW) for _ in range(40)),
    )
    found = await store.registry.standings([MAIL], alpha.viewer, NOW)
    assert found[MAIL].members == 40
    await store.close()


async def test_a_failed_transaction_leaves_nothing_behind(tmp_path: Path) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    insert = "INSERT INTO askers (mark, pseudonym, since) VALUES ('m', 'p', 1)"

    async def half_done() -> None:
        async with store.database.transaction() as write:
            await write.execute(insert)
            raise RuntimeError("on the way")

    with pytest.raises(RuntimeError, match="on the way"):
        await half_done()
    async with store.database.reading() as query:
        assert await query.rows("SELECT * FROM askers") == []
    await store.close()


INSERT = "INSERT INTO askers (mark, pseudonym, since) VALUES (?, ?, 1)"


async def commits(store: Store) -> list[str]:
    """Every statement that the connection runs from now on."""
    ran: list[str] = []
    run = store.database._commits._run

    async def noted(sql: str) -> None:
        ran.append(sql)
        await run(sql)

    store.database._commits._run = noted  # type: ignore[method-assign]
    return ran


async def keep(store: Store, mark: str, *, fails: bool = False) -> None:
    async with store.database.transaction() as write:
        await write.execute(INSERT, [mark, mark])
        if fails:
            raise RuntimeError(mark)


async def marks(path: Path) -> set[str]:
    with sqlite3.connect(path) as raw:
        return {row[0] for row in raw.execute("SELECT mark FROM askers")}


async def test_transactions_that_wait_for_each_other_share_a_commit(tmp_path: Path) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    ran = await commits(store)
    await asyncio.gather(*(keep(store, str(number)) for number in range(50)))
    assert ran.count("COMMIT") < 10
    assert len(await marks(tmp_path / "r.sqlite3")) == 50
    await store.close()


async def test_one_that_fails_takes_nobody_with_it(tmp_path: Path) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    done = await asyncio.gather(
        *(keep(store, str(number), fails=number % 3 == 0) for number in range(30)),
        *(keep(store, "1") for _ in range(3)),
        return_exceptions=True,
    )
    kept = {str(number) for number in range(30) if number % 3}
    assert await marks(tmp_path / "r.sqlite3") == kept
    assert sum(isinstance(one, RuntimeError) for one in done) == 10
    assert sum(isinstance(one, sqlite3.IntegrityError) for one in done) == 3
    await store.close()


async def test_a_commit_that_fails_is_told_to_everybody_in_it(tmp_path: Path) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    run = store.database._commits._run

    async def full(sql: str) -> None:
        if sql == "COMMIT":
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorname = "SQLITE_FULL"
            raise error
        await run(sql)

    store.database._commits._run = full  # type: ignore[method-assign]
    done = await asyncio.gather(
        *(keep(store, str(number)) for number in range(20)), return_exceptions=True
    )
    assert all(isinstance(one, StoreError) for one in done), done
    store.database._commits._run = run  # type: ignore[method-assign]
    assert await marks(tmp_path / "r.sqlite3") == set()
    await keep(store, "after")
    assert await marks(tmp_path / "r.sqlite3") == {"after"}
    await store.close()


async def test_who_gives_up_waiting_leaves_nobody_waiting(tmp_path: Path) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    for stop in range(6):
        tasks = [asyncio.create_task(keep(store, f"{stop}-{number}")) for number in range(8)]
        await asyncio.sleep(0.0005 * stop)
        for task in tasks[1::2]:
            task.cancel()
        done = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        told = {f"{stop}-{number}" for number, one in enumerate(done) if one is None}
        assert told <= await marks(tmp_path / "r.sqlite3")
        assert {f"{stop}-{number}" for number in range(0, 8, 2)} <= told
    await store.close()


@pytest.mark.parametrize("seed", range(4))
async def test_whoever_is_cancelled_at_any_moment_breaks_nothing_for_the_others(
    tmp_path: Path, seed: int
) -> None:
    store = await opened(tmp_path / "r.sqlite3")
    rng = random.Random(seed)

    async def now_and_then(mark: str) -> None:
        await asyncio.sleep(rng.random() * 0.05)
        await keep(store, mark, fails=rng.random() < 0.1)

    told: set[str] = set()
    cancelled: set[str] = set()
    for wave in range(8):
        tasks = {
            f"{wave}-{number}": asyncio.create_task(now_and_then(f"{wave}-{number}"))
            for number in range(40)
        }
        for mark, task in tasks.items():
            if rng.random() < 0.3:
                await asyncio.sleep(rng.random() * 0.004)
                task.cancel()
                cancelled.add(mark)
        done = await asyncio.wait_for(asyncio.gather(*tasks.values(), return_exceptions=True), 20)
        for mark, one in zip(tasks, done, strict=True):
            assert one is None or isinstance(one, RuntimeError) or mark in cancelled, (mark, one)
            if one is None:
                told.add(mark)
    kept = await marks(tmp_path / "r.sqlite3")
    assert told <= kept
    assert kept - told <= cancelled
    await keep(store, "after")
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
        (kept,) = raw.execute("SELECT count(*) FROM events").fetchone()
    # One more may have been on the disk before its number was printed.
    assert kept in (acknowledged + 1, acknowledged + 2)


async def test_a_database_object_is_usable_alone(tmp_path: Path) -> None:
    base = await Database.open(tmp_path / "r.sqlite3")
    async with base.transaction() as write:
        assert await write.execute("DELETE FROM askers") == 0
    assert await base.quick_check() == "ok"
    await base.close()
