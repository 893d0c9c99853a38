"""The store on both engines: kept whole or not at all, and once."""

import asyncio
import random
import sqlite3

import asyncpg
import pytest

from bot.errors import StoreError
from bot.message import Person
from bot.store import Store
from bot.store.database import Database
from bot.trust import DAY_MS, State
from knowledge.identifiers import Identifier
from tests.bot.stored import MAIL, NOW, Where, events, opened, statement
from tests.conftest import ENGINES


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def disk_full(store: Store) -> Exception:
    """What the driver says of a disk that takes nothing more."""
    if store.database.engine.name == "postgresql":
        full: Exception = asyncpg.DiskFullError("could not extend file")
        return full
    error = sqlite3.OperationalError("database or disk is full")
    error.sqlite_errorname = "SQLITE_FULL"
    return error


async def marks(store: Store) -> set[str]:
    async with store.database.reading() as query:
        return {row[0] for row in await query.rows("SELECT mark FROM askers")}


TWICE = (sqlite3.IntegrityError, asyncpg.UniqueViolationError)
INSERT = "INSERT INTO askers (mark, pseudonym, since) VALUES (?, ?, 1)"


async def test_a_report_outlives_the_process(where: Where) -> None:
    store = await opened(where)
    alpha = await store.communities.admit("Alpha", NOW)
    beta = await store.communities.admit("Beta", NOW)
    await store.registry.report([statement(alpha, "p1", "e1"), statement(beta, "p2", "e2")])
    await store.close()
    store = await opened(where)
    found = await store.registry.standings([MAIL], beta.viewer, NOW)
    assert found[MAIL].state is State.REPORTED
    await store.close()


async def test_the_same_effect_is_done_once(where: Where) -> None:
    store = await opened(where)
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


async def test_a_repeat_by_one_reporter_is_one_report(where: Where) -> None:
    store = await opened(where)
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


async def test_many_identifiers_are_looked_up_in_one_read(where: Where) -> None:
    store = await opened(where)
    alpha = await store.communities.get_or_make("Alpha", NOW)
    many = [Identifier("email", f"x{number}@evil.example") for number in range(1_500)]
    await store.registry.report(
        statement(alpha, "p1", f"e{one.value}", identifier=one) for one in many[::3]
    )
    found = await store.registry.standings(many, alpha.viewer, NOW)
    assert len(found) == 1_500
    assert sum(one.state is State.LOCAL for one in found.values()) == 500
    await store.close()


async def test_admission_is_logged_once_for_each_change(where: Where) -> None:
    store = await opened(where)
    for _ in range(2):
        await store.communities.admit("Alpha", NOW)
    await store.communities.dismiss("Alpha", NOW)
    assert await events(store) == [("admitted", "operator"), ("dismissed", "operator")]
    await store.close()


async def test_forgetting_leaves_no_trace_of_the_pseudonym_but_the_statements(
    where: Where,
) -> None:
    store = await opened(where)
    person = Person("test", "7")
    asker = await store.askers.recognise(person, NOW)
    alpha = await store.communities.get_or_make("Alpha", NOW)
    await store.registry.report([statement(alpha, asker.pseudonym, "e1")])
    await store.askers.forget(asker)
    assert await store.askers.find(person) is None
    found = await store.registry.standings([MAIL], alpha.viewer, NOW)
    assert found[MAIL].state is State.LOCAL
    await store.close()


async def test_transactions_of_many_tasks_do_not_mix(where: Where) -> None:
    store = await opened(where)
    alpha = await store.communities.get_or_make("Alpha", NOW)
    await asyncio.gather(
        *(store.registry.report([statement(alpha, f"p{n}", f"e{n}")]) for n in range(40)),
        *(store.registry.standings([MAIL], alpha.viewer, NOW) for _ in range(40)),
    )
    found = await store.registry.standings([MAIL], alpha.viewer, NOW)
    assert found[MAIL].members == 40
    await store.close()


async def test_a_failed_transaction_leaves_nothing_behind(where: Where) -> None:
    store = await opened(where)
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


async def test_transactions_that_wait_for_each_other_share_a_commit(where: Where) -> None:
    store = await opened(where)
    ran = await commits(store)
    await asyncio.gather(*(keep(store, str(number)) for number in range(50)))
    assert ran.count("COMMIT") < 10
    assert len(await marks(store)) == 50
    await store.close()


async def test_one_that_fails_takes_nobody_with_it(where: Where) -> None:
    store = await opened(where)
    done = await asyncio.gather(
        *(keep(store, str(number), fails=number % 3 == 0) for number in range(30)),
        *(keep(store, "1") for _ in range(3)),
        return_exceptions=True,
    )
    kept = {str(number) for number in range(30) if number % 3}
    assert await marks(store) == kept
    assert sum(isinstance(one, RuntimeError) for one in done) == 10
    assert sum(isinstance(one, TWICE) for one in done) == 3
    await store.close()


async def test_a_commit_that_fails_is_told_to_everybody_in_it(where: Where) -> None:
    store = await opened(where)
    run = store.database._commits._run

    async def full(sql: str) -> None:
        if sql == "COMMIT":
            raise disk_full(store)
        await run(sql)

    store.database._commits._run = full  # type: ignore[method-assign]
    done = await asyncio.gather(
        *(keep(store, str(number)) for number in range(20)), return_exceptions=True
    )
    assert all(isinstance(one, StoreError) for one in done), done
    store.database._commits._run = run  # type: ignore[method-assign]
    assert await marks(store) == set()
    await keep(store, "after")
    assert await marks(store) == {"after"}
    await store.close()


async def test_who_gives_up_waiting_leaves_nobody_waiting(where: Where) -> None:
    store = await opened(where)
    for stop in range(6):
        tasks = [asyncio.create_task(keep(store, f"{stop}-{number}")) for number in range(8)]
        await asyncio.sleep(0.0005 * stop)
        for task in tasks[1::2]:
            task.cancel()
        done = await asyncio.wait_for(asyncio.gather(*tasks, return_exceptions=True), 5)
        told = {f"{stop}-{number}" for number, one in enumerate(done) if one is None}
        assert told <= await marks(store)
        assert {f"{stop}-{number}" for number in range(0, 8, 2)} <= told
    await store.close()


@pytest.mark.parametrize("seed", range(4))
async def test_whoever_is_cancelled_at_any_moment_breaks_nothing_for_the_others(
    where: Where, seed: int
) -> None:
    store = await opened(where)
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
    kept = await marks(store)
    assert told <= kept
    assert kept - told <= cancelled
    await keep(store, "after")
    await store.close()


async def test_a_database_object_is_usable_alone(where: Where) -> None:
    base = await Database.open(where)
    async with base.transaction() as write:
        assert await write.execute("DELETE FROM askers") == 0
    assert await base.quick_check() == "ok"
    await base.close()


async def test_who_speaks_in_two_chats_at_once_is_one_asker(where: Where) -> None:
    store = await opened(where)
    person = Person("test", "7")
    met = await asyncio.gather(*(store.askers.recognise(person, NOW) for _ in range(10)))
    assert len(set(met)) == 1
    await store.close()
