"""Nothing acknowledged is lost and nothing is done twice, whatever ends the process.

`make soak` kills ten times as often and shuffles ten times as many histories.
"""

from __future__ import annotations

import asyncio
import dataclasses
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from adapters.cli import doctor
from adapters.telegram import connect as telegram
from adapters.telegram import intake as intake_module
from adapters.telegram.face import Face
from adapters.telegram.parse import Me
from adapters.telegram.request import AiohttpRequest
from bot import attempts
from bot.app import App, now_ms, open_app
from bot.outgoing import Outgoing
from bot.settings import Secret, Settings
from bot.store import derive
from knowledge import Knowledge
from tests.conftest import ENGINES
from tests.servers.postgres import fresh
from tests.servers.telegram.fixture import connected, settings_for
from tests.servers.telegram.people import Group, Person
from tests.servers.telegram.server import TelegramServer

ROOT = Path(__file__).parents[3]
KILLS = int(os.environ.get("REDFLAG_TEST_KILLS", "20"))
SEEDS = int(os.environ.get("REDFLAG_TEST_SEEDS", "100"))
TOGETHER = 10
"""Histories at once: each waits most of the time."""
BACK = 20.0
"""Seconds in which a bot that was started again has to answer, on a machine that does more."""
ORDINARY = "Hello, when will my order arrive? Thanks!"


@contextmanager
def process(
    server: TelegramServer, folder: Path, database: str = ""
) -> Iterator[subprocess.Popen[bytes]]:
    """The bot as a process of its own; killed at the end, whatever happens."""
    environment = os.environ | {
        "REDFLAG_TELEGRAM_TOKEN": server.token,
        "REDFLAG_TELEGRAM_API_URL": server.url,
        "REDFLAG_DATA_DIR": str(folder),
        "REDFLAG_CHECKS_PER_MINUTE": "100000",
        "REDFLAG_DATABASE_URL": database,
    }
    with (folder.parent / "log.txt").open("ab") as log:
        started = subprocess.Popen(
            [sys.executable, "-m", "adapters", "run"],
            env=environment,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
        try:
            yield started
        finally:
            started.send_signal(signal.SIGKILL)
            started.wait(10)


class Reporting:
    """People in groups of their own who report one identifier after the other."""

    def __init__(self, server: TelegramServer) -> None:
        self.server = server
        self.sent: dict[tuple[int, int], str] = {}
        self._count = 0

    def reports(self) -> None:
        """Somebody reports something nobody has reported yet."""
        if self._count % 4 == 0:  # a fresh account may report five times a day
            self._person = self.server.person(f"P{self._count}")
            self._group = self.server.group(f"G{self._count}", members=[self._person])
        mail = f"x{self._count}@evil-parcels.com"
        self._count += 1
        message = self._person.sends(f"/report {mail} insider-extortion", to=self._group)
        self.sent[self._group.id, message["message_id"]] = mail

    def acknowledged(self) -> Counter[str]:
        """How often each report was answered."""
        found: Counter[str] = Counter()
        for (chat, _), message in self.server.all_messages.items():
            replied = message.get("reply_to_message") or {}
            mail = self.sent.get((chat, replied.get("message_id", 0)))
            if mail and message["from"]["is_bot"] and "eported" in message["text"]:
                found[mail] += 1
        return found


def logged(path: Path) -> Counter[str]:
    """How often each identifier was reported, by the log; the file is sound."""
    with closing(sqlite3.connect(path)) as raw:
        assert raw.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        rows = raw.execute(
            "SELECT s.value FROM log l JOIN subjects s ON s.id = l.subject "
            "WHERE l.kind = 'reported'"
        ).fetchall()
    return Counter(value for (value,) in rows)


def _is_done(path: Path) -> bool:
    """Whether nothing waits to be handled or sent; nothing was left alone either."""
    with closing(sqlite3.connect(path)) as raw:
        (waiting,) = raw.execute("SELECT count(*) FROM inbox WHERE raw IS NOT NULL").fetchone()
        (letters,) = raw.execute("SELECT count(*) FROM outbox").fetchone()
    return not waiting and not letters


@pytest.mark.timeout(60 + 30 * KILLS)
async def test_however_often_it_is_killed_no_report_is_lost_or_made_twice(
    server: TelegramServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, rng, people = tmp_path / "data", random.Random(5), Reporting(server)
    probe, starts = server.person("Probe"), []
    for _ in range(KILLS):
        before = len(server.calls("sendMessage"))
        people.reports()
        with process(server, folder):
            began = time.monotonic()
            await server.until(lambda: len(server.calls("sendMessage")) > before, BACK)  # noqa: B023
            starts.append(time.monotonic() - began)
            end = time.monotonic() + rng.uniform(0.0, 0.8)
            while time.monotonic() < end:
                people.reports()
                await asyncio.sleep(rng.uniform(0, 0.03))
    with process(server, folder):
        probe.sends(ORDINARY)
        await probe.hears()
        await server.until(lambda: _is_done(folder / "redflag.sqlite3"), BACK)
    found = logged(folder / "redflag.sqlite3")
    assert set(found) == set(people.sent.values())
    assert set(found.values()) == {1}
    # An answer is given up where the process was killed twice just before it left.
    silent = set(found) - set(people.acknowledged())
    assert len(silent) <= KILLS / 20
    # An answer may come twice: its receipt and the process were lost in the same moment.
    assert max(people.acknowledged().values()) <= 2
    with capsys.disabled():
        twice = sum(people.acknowledged().values()) - len(people.acknowledged())
        starts.sort()
        sys.stdout.write(
            f"\n{KILLS} kills, {len(found)} reports, none lost, none made twice; {twice} answers "
            f"sent twice, {len(silent)} given up; first answer "
            f"{starts[len(starts) // 2]:.1f} s after a start (longest {starts[-1]:.1f} s)\n"
        )


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def history(server: TelegramServer, rng: random.Random) -> list[dict[str, Any]]:
    """Updates of many people who check, report and withdraw, as Telegram would deliver them."""
    people = [server.person(f"P{number}") for number in range(3)]
    groups = [server.group(f"G{number}", members=people) for number in range(2)]
    updates: list[dict[str, Any]] = []

    def say(person: Person, text: str, to: Group | None = None) -> None:
        updates.append({"message": person.writes(text, to=to)})

    for person in people:
        for _ in range(3):
            mail = f"x{rng.randrange(3)}@evil-parcels.com"
            say(person, f"/report {mail} insider-extortion", rng.choice(groups))
            say(person, rng.choice((f"I saw {mail}", "/language zh", "/lookup " + mail, ORDINARY)))
    return [{"update_id": 100 + number, **one} for number, one in enumerate(updates)]


async def stored(app: App) -> dict[str, Any]:
    """What the database holds, random names and moments aside."""
    database = app.store.database
    async with database.reading() as query:
        names = {row[0]: row[1] for row in await query.rows("SELECT id, name FROM communities")}
        reports = await query.rows(
            "SELECT identifier_value, community, routine, withdrawn_at FROM reports"
        )
        log = await query.rows(
            "SELECT l.kind, s.value, l.community FROM log l "
            "LEFT JOIN subjects s ON s.id = l.subject"
        )
        counts = {
            table: (await query.rows(f"SELECT count(*) FROM {table}"))[0][0]
            for table in ("askers", "asked", "effects", "chats", "members", "inbox", "outbox")
        }
        languages = await query.rows("SELECT language FROM askers")
    verdict = await derive.verify(database, lambda *_: None)
    assert (verdict.broken, verdict.differs) == (None, False)
    return {
        "reports": sorted(
            (value, names[c], routine, at is None) for value, c, routine, at in reports
        ),
        "log": sorted((kind, value, names[c]) for kind, value, c in log),
        "counts": counts,
        "languages": sorted(str(language) for (language,) in languages),
    }


class Given:
    """Hands updates to the bot's own intake, as a batch of getUpdates, and waits for the end."""

    def __init__(self, app: App, bot: Any, face: Face) -> None:
        self.app = app
        self.outgoing = Outgoing(app.store.outbox, "telegram", self._dropped)
        self.intake = intake_module.Intake(app, bot, Me(1, "redflag_test_bot"), face, self.outgoing)

    async def _dropped(self, *_: Any) -> bool:
        return True

    async def take(self, batches: list[list[dict[str, Any]]]) -> dict[str, Any]:
        for batch in batches:
            await self.intake.accept(batch)
        await self.intake.drain()
        await self.outgoing.drain()
        await self.intake.close()
        await self.outgoing.close()
        return await stored(self.app)


async def state_after(
    server: TelegramServer,
    settings: Settings,
    knowledge: Knowledge,
    batches: list[list[dict[str, Any]]],
) -> dict[str, Any]:
    async with open_app(settings, lambda: 1_790_000_000_000, knowledge) as app:
        bot = telegram._bot(settings, AiohttpRequest(connections=4))
        try:
            await bot.initialize()
            face = Face(app, bot, Me(bot.id, bot.username))
            return await Given(app, bot, face).take(batches)
        finally:
            await bot.shutdown()


async def place(engine: str, request: pytest.FixtureRequest) -> Secret:
    if engine == "sqlite":
        return Secret("")
    return Secret(await fresh(request.getfixturevalue("postgres")))


@pytest.mark.timeout(60 + 3 * SEEDS)
async def test_every_update_three_times_and_in_any_order_leads_to_the_same_state(
    server: TelegramServer,
    tmp_path: Path,
    knowledge: Knowledge,
    engine: str,
    request: pytest.FixtureRequest,
) -> None:
    async def same(seed: int) -> None:
        rng = random.Random(seed)
        many = history(server, rng) * 3
        rng.shuffle(many)
        first = list({one["update_id"]: one for one in reversed(many)}.values())[::-1]
        cuts = sorted(rng.sample(range(len(many)), 5))
        batches = [many[a:b] for a, b in zip([0, *cuts], [*cuts, len(many)], strict=True)]
        states = []
        for name, given in (("once", [first]), ("thrice", batches)):
            settings = dataclasses.replace(
                settings_for(server, tmp_path / f"{seed}-{name}"),
                database_url=await place(engine, request),
            )
            states.append(await state_after(server, settings, knowledge, given))
        for part in states[0]:
            assert states[0][part] == states[1][part], (seed, part)
        assert states[0]["counts"]["outbox"] == 0

    for start in range(0, SEEDS, TOGETHER):
        await asyncio.gather(*(same(seed) for seed in range(start, min(SEEDS, start + TOGETHER))))


async def test_what_fails_three_times_is_a_dead_letter_and_can_be_tried_again(
    server: TelegramServer, hub: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(intake_module, "REVIVED_EVERY", 0.05)
    monkeypatch.setattr(attempts, "_PAUSE", 0.01)
    tries = 0
    handle = Face.handle

    async def fails(self: Face, events: Any) -> Any:
        nonlocal tries
        if "needle" in events[0].message.text:
            tries += 1
            raise ZeroDivisionError
        return await handle(self, events)

    monkeypatch.setattr(Face, "handle", fails)
    ann, bob = server.person("Ann"), server.person("Bob")
    async with connected(hub):
        ann.sends("a needle, when will my order arrive?")
        assert "Something went wrong" in (await ann.hears())[0]["text"]
        assert tries == 3
        bob.sends(ORDINARY)
        await bob.hears()
        (dead,) = await hub.store.inbox.dead()
        assert "ZeroDivisionError" in dead.reason
        assert "needle" not in dead.reason
        findings = [one async for one in doctor._dead_letters(hub.store, retry=False)]
        assert "--retry" in findings[0].way_out
        monkeypatch.setattr(Face, "handle", handle)
        (told,) = [one async for one in doctor._dead_letters(hub.store, retry=True)]
        assert "tried again" in told.says
        assert (await ann.hears())[0]["text"].startswith("❔")
        assert await hub.store.inbox.dead() == ()


async def test_what_ends_the_process_each_time_does_not_do_so_for_ever(
    server: TelegramServer, tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(server, tmp_path / "data")
    monkeypatch.setattr(telegram, "_DRAIN", 0.05)
    handle, begun = Face.handle, 0

    async def hangs(self: Face, events: Any) -> Any:
        nonlocal begun
        if "needle" in events[0].message.text:
            begun += 1
            await asyncio.sleep(60)  # until the process ends in it
        return await handle(self, events)

    monkeypatch.setattr(Face, "handle", hangs)
    ann, bob = server.person("Ann"), server.person("Bob")
    ann.sends("a needle, when will my order arrive?")
    for start in range(9):
        async with open_app(settings, now_ms, knowledge) as app, connected(app):
            bob.sends(ORDINARY)
            await bob.hears()
            if start < 4:
                await server.until(lambda: begun > start)  # noqa: B023
            else:
                await asyncio.sleep(1.5)
    assert 5 <= begun <= 6
    async with open_app(settings, now_ms, knowledge) as app:
        assert len(await app.store.inbox.dead()) == 1


async def test_an_answer_that_waits_outlives_two_restarts(
    server: TelegramServer, tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(server, tmp_path / "data")
    monkeypatch.setattr(telegram, "_DRAIN", 0.1)
    ann = server.person()
    held = server.fault("sendMessage", chat=ann.id, retry_after=1, times=3)
    ann.forwards(ORDINARY)
    for round_ in range(3):
        async with open_app(settings, now_ms, knowledge) as app, connected(app):
            await server.until(lambda: held.hits > round_)  # noqa: B023
        await asyncio.sleep(1.1)
    async with open_app(settings, now_ms, knowledge) as app, connected(app):
        await ann.hears()
        await server.silence(ann.id)


async def test_a_database_locked_for_eight_seconds_loses_nothing(
    server: TelegramServer, bot: App
) -> None:
    people = Reporting(server)
    with closing(sqlite3.connect(bot.settings.data_path / "redflag.sqlite3")) as other:
        other.isolation_level = None
        other.execute("BEGIN EXCLUSIVE")
        for _ in range(6):
            people.reports()
        await asyncio.sleep(8)
        assert not people.acknowledged()
        other.execute("ROLLBACK")
    await server.until(lambda: set(people.acknowledged()) == set(people.sent.values()), BACK)
    assert set(people.acknowledged().values()) == {1}
    await server.until(lambda: logged(bot.settings.data_path / "redflag.sqlite3"))
    assert set(logged(bot.settings.data_path / "redflag.sqlite3").values()) == {1}


async def test_a_database_locked_for_long_is_an_honest_error(
    server: TelegramServer, bot: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    # SQLite's own patience is shortened, not the lock: the same way, in a tenth of the time.
    await bot.store.database.engine.writer.rows("PRAGMA busy_timeout = 1000")
    ann = server.person("Ann")
    alpha = server.group("Alpha", members=[ann])
    with closing(sqlite3.connect(bot.settings.data_path / "redflag.sqlite3")) as other:
        other.isolation_level = None
        other.execute("BEGIN EXCLUSIVE")
        ann.sends("/report x@evil-parcels.com insider-extortion", to=alpha)
        (told,) = await server.said(alpha.id, within=BACK)
        assert "That did not work" in told["text"]
        assert "eported" not in told["text"]
        ann.sends(ORDINARY)
        problem, verdict = await server.said(ann.id, 2, within=BACK)
        assert problem["text"].startswith("✋")
        assert verdict["text"].startswith("❔")
        other.execute("ROLLBACK")
    ann.sends("/report x@evil-parcels.com insider-extortion", to=alpha)
    assert "Reported" in (await alpha.hears())[0]["text"]


async def test_a_full_disk_acknowledges_nothing_and_recovers_by_itself(
    server: TelegramServer, bot: App
) -> None:
    path = bot.settings.data_path / "redflag.sqlite3"
    writer = bot.store.database.engine.writer
    people = Reporting(server)

    async def report() -> bool:
        """Somebody reports; whether it was acknowledged."""
        before, known = len(server.calls("sendMessage")), sum(people.acknowledged().values())
        people.reports()
        await server.until(lambda: len(server.calls("sendMessage")) > before)
        return sum(people.acknowledged().values()) > known

    assert await report()
    ((pages,),) = await writer.rows("PRAGMA page_count")
    # Hardly more pages than there are: SQLite says of the next one what it says of a full disk.
    await writer.rows(f"PRAGMA max_page_count = {pages + 2}")
    while await report():
        assert len(people.sent) < 300
    for _ in range(5):
        await report()
    assert set(logged(path)) == set(people.acknowledged())
    ann = server.person("Ann")
    ann.forwards("I work in the review department and have evidence. " + ORDINARY)
    await ann.hears()
    await writer.rows("PRAGMA max_page_count = 1000000")
    assert await report()
    assert set(logged(path)) == set(people.acknowledged())


async def test_the_bot_serves_from_either_engine_and_ends_when_it_is_told_to(
    server: TelegramServer, tmp_path: Path, engine: str, request: pytest.FixtureRequest
) -> None:
    database = (await place(engine, request)).reveal()
    people = Reporting(server)
    with process(server, tmp_path / "data", database) as bot:
        for _ in range(5):
            people.reports()
        await server.until(lambda: len(people.acknowledged()) == 5, BACK)
        bot.send_signal(signal.SIGTERM)
        assert await asyncio.to_thread(bot.wait, BACK) == 0
    settings = dataclasses.replace(
        settings_for(server, tmp_path / "data"), database_url=Secret(database)
    )
    async with open_app(settings, now_ms) as app:
        verdict = await derive.verify(app.store.database, lambda *_: None)
        assert (verdict.entries, verdict.broken, verdict.differs) == (5, None, False)
