"""The log is a chain; what follows from it can be made anew; all of it moves to another engine."""

import asyncio
import random
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import StoreUnusableError
from bot.settings import Secret
from bot.store import Store, derive
from bot.store.copy import copy
from bot.store.database import Database
from bot.store.log import entries
from bot.store.postgres import Postgres
from bot.store.schema import FOLDER, migrations
from bot.store.sqlite import APPLICATION_ID, Sqlite
from knowledge.identifiers import Identifier
from tests.bot.stored import NOW, Where, opened, statement
from tests.conftest import ENGINES
from tests.servers.postgres import fresh


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def silent(*_: object) -> None:
    """Progress that nobody watches."""


async def busy(store: Store, seed: int = 1, steps: int = 120) -> None:
    """A hub with a history: reports, renewals, withdrawals, admissions taken back."""
    rng = random.Random(seed)
    communities = [await store.communities.get_or_make(name, NOW) for name in ("A", "B", "C")]
    for step in range(steps):
        one = Identifier("email", f"x{rng.randrange(12)}@evil.example")
        at = NOW + step * 100_000
        said = statement(
            rng.choice(communities), f"p{rng.randrange(5)}", f"e{step}", identifier=one, at=at
        )
        what = rng.random()
        if what < 0.6:
            await store.registry.report([said])
        elif what < 0.8:
            await store.registry.withdraw(said)
        elif what < 0.9:
            await store.communities.admit(said.community.name, at)
        else:
            await store.communities.dismiss(said.community.name, at)


async def test_the_chain_holds_and_what_is_stored_follows_from_it(where: Where) -> None:
    store = await opened(where)
    await busy(store)
    found = await derive.verify(store.database, silent)
    assert (found.broken, found.differs) == (None, False)
    assert found.entries > 50
    rebuilt = await derive.rebuild(store.database, silent)
    assert (rebuilt.head, rebuilt.differs) == (found.head, False)
    await store.close()


async def test_what_was_lost_is_made_anew_from_the_log(where: Where) -> None:
    store = await opened(where)
    await busy(store)
    async with store.database.transaction() as write:
        await write.execute("DELETE FROM reports WHERE reporter = 'p1'")
        await write.execute("UPDATE communities SET admitted_at = 5 WHERE name = 'A'")
        before = await write.rows("SELECT * FROM reports ORDER BY 1, 2, 3, 4")
    assert (await derive.verify(store.database, silent)).differs
    async with store.database.reading() as query:  # looking changes nothing
        assert await query.rows("SELECT * FROM reports ORDER BY 1, 2, 3, 4") == before
    seen: list[tuple[int, int]] = []
    assert (await derive.rebuild(store.database, lambda *one: seen.append(one))).differs
    assert not (await derive.verify(store.database, silent)).differs
    assert seen[-1][0] == seen[-1][1]
    await store.close()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE log SET actor = 'p9' WHERE seq = 20",
        "UPDATE log SET at = at + 1 WHERE seq = 20",
        "DELETE FROM log WHERE seq = 20",
        "UPDATE log SET subject = 'other' WHERE seq = 20",
    ],
)
async def test_whatever_is_changed_in_the_middle_is_found_and_rebuilds_nothing(
    where: Where, change: str
) -> None:
    store = await opened(where)
    await busy(store)
    async with store.database.transaction() as write:
        await write.execute(change)
    found = await derive.verify(store.database, silent)
    assert found.broken in (20, 21)
    async with store.database.reading() as query:
        before = await query.rows("SELECT * FROM reports ORDER BY 1, 2, 3, 4")
    assert (await derive.rebuild(store.database, silent)).broken == found.broken
    async with store.database.reading() as query:
        assert await query.rows("SELECT * FROM reports ORDER BY 1, 2, 3, 4") == before
    await store.close()


async def test_an_identifier_can_be_erased_and_the_chain_still_holds(where: Where) -> None:
    store = await opened(where)
    await busy(store)
    async with store.database.transaction() as write:
        assert await write.execute("DELETE FROM subjects WHERE value = 'x3@evil.example'") == 1
        await write.execute("DELETE FROM reports WHERE identifier_value = 'x3@evil.example'")
    found = await derive.verify(store.database, silent)
    assert (found.broken, found.differs) == (None, False)
    await store.close()


async def test_the_log_names_nobody_and_nothing(where: Where) -> None:
    store = await opened(where)
    await busy(store)
    async with store.database.reading() as query:
        text = "".join([str(one.__class__) + str(vars_of(one)) async for one in entries(query)])
        effects = await query.rows("SELECT key FROM effects")
    assert "evil.example" not in text
    assert all(len(key) == 64 and set(key) <= set("0123456789abcdef") for (key,) in effects)
    await store.close()


def vars_of(entry: object) -> dict[str, object]:
    """What of an entry lies in the log itself."""
    names = ("at", "kind", "community", "actor", "subject", "routine", "detail", "hash")
    return {name: getattr(entry, name) for name in names}


async def test_a_whole_database_moves_to_the_other_engine_and_back(
    where: Where, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    store = await opened(where)
    await busy(store)
    await store.inbox.keep("telegram", [], NOW)
    other: Where = tmp_path / "other.sqlite3"
    if isinstance(where, Path):
        other = Secret(await fresh(request.getfixturevalue("postgres")))
    there = await opened(other)
    rows = await copy(store.database, there.database, silent)
    assert rows > 100
    with pytest.raises(StoreUnusableError, match="not empty"):
        await copy(store.database, there.database, silent)
    found = await derive.verify(there.database, silent)
    assert (found.broken, found.differs) == (None, False)
    await busy(there, seed=2)  # numbers go on behind those that came
    found = await derive.verify(there.database, silent)
    assert (found.broken, found.differs) == (None, False)
    await copy(there.database, store.database, silent, replace=True)
    assert (await derive.verify(store.database, silent)).head == found.head
    await store.close()
    await there.close()


def released(path: Path, version: int, rows: int) -> None:
    """A file as a released version left it."""
    with closing(sqlite3.connect(path)) as raw, raw:
        for script in sorted(FOLDER.glob("v*.sql"))[:version]:
            raw.executescript(script.read_text("utf-8"))
        raw.execute("INSERT INTO communities (id, name, bloc, made_at) VALUES ('c', 'A', 'c', 1)")
        for number in range(rows):
            value = f"x{number % 700}@evil.example"
            raw.execute(
                "INSERT INTO events (at, kind, community, actor, identifier_kind, "
                "identifier_value, effect) VALUES (?, 'reported', 'c', ?, 'email', ?, ?)",
                [number, f"p{number}", value, f"telegram:4711:{number}"],
            )
            raw.execute(
                "INSERT INTO reports (identifier_kind, identifier_value, community, reporter, at) "
                "VALUES ('email', ?, 'c', ?, ?)",
                [value, f"p{number}", number],
            )
        raw.execute(f"PRAGMA user_version = {version}")
        raw.execute(f"PRAGMA application_id = {APPLICATION_ID}")


@pytest.mark.parametrize("version", [1, 2])
async def test_every_released_schema_is_brought_up_to_date(tmp_path: Path, version: int) -> None:
    path = tmp_path / "r.sqlite3"
    released(path, version, rows=1_500)
    store = await opened(path)
    found = await derive.verify(store.database, silent)
    assert (found.entries, found.broken, found.differs) == (1_500, None, False)
    await store.close()
    assert len(list((tmp_path / "backups").glob("before-schema-*"))) == 1


MIGRATING = """
import asyncio, sys
from pathlib import Path
from bot.settings import Secret
from bot.store.database import Database

async def main(where):
    print("begins", flush=True)
    database = await Database.open(Secret(where) if where.startswith("postgres") else Path(where))
    await database.close()

asyncio.run(main(sys.argv[1]))
"""


async def schema_of(where: Where) -> tuple[int, frozenset[str]]:
    """The version written down, and the tables there are."""
    if isinstance(where, Secret):
        engine = await Postgres.open(where)
    else:
        engine = await Sqlite.open(where)  # type: ignore[assignment]
    try:
        return int(await engine.version() or 0), frozenset(await engine.tables())
    finally:
        await engine.close()


async def test_a_migration_killed_twenty_times_is_old_or_new_and_never_half(
    where: Where, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    rng = random.Random(3)
    steps = []
    for count in range(len(migrations()) + 1):
        place: Where = tmp_path / f"step{count}.sqlite3"
        if isinstance(where, Secret):
            place = Secret(await fresh(request.getfixturevalue("postgres")))
        database = Database(await (Postgres if isinstance(place, Secret) else Sqlite).open(place))  # type: ignore[arg-type]
        await database.migrate(migrations()[:count])
        await database.close()
        steps.append((await schema_of(place))[1])
    killed = 0
    for attempt in range(20):
        place = tmp_path / f"killed{attempt}.sqlite3"
        if isinstance(where, Secret):
            place = Secret(await fresh(request.getfixturevalue("postgres")))
        else:
            released(place, 2, rows=400)
        address = place.reveal() if isinstance(place, Secret) else str(place)
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", MIGRATING, address, stdout=asyncio.subprocess.PIPE
        )
        assert process.stdout is not None
        await process.stdout.readline()
        await asyncio.sleep(rng.uniform(0, 0.06))
        if process.returncode is None:
            process.kill()
            killed += 1
        await process.communicate()
        await asyncio.sleep(0.05)  # the server learns of it
        version, tables = await schema_of(place)
        assert tables == steps[version], version
        await (await opened(place)).close()
        assert await schema_of(place) == (len(migrations()), steps[-1])
    assert killed >= 10
