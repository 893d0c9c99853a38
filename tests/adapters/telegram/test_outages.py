"""What goes wrong at Telegram or at ours costs nobody else an answer, and no secret is told."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from adapters.cli import doctor, logs, run
from adapters.cli.logs import Redacting, secrets_of
from adapters.errors import FaceRefusedError
from adapters.telegram import connect as telegram
from adapters.telegram.connect import connect
from bot.app import App, now_ms, open_app
from bot.settings import Secret, Settings
from bot.store.database import Database
from knowledge import Knowledge
from tests.bot.test_check import MESSAGES
from tests.servers.telegram.fixture import connected, settings_for
from tests.servers.telegram.server import TelegramServer

EXTORTION = MESSAGES["insider-extortion"][0]
ROOT = Path(__file__).parents[3]


async def test_a_chat_that_must_wait_holds_up_no_other_and_gets_nothing_early(
    bot: App, server: TelegramServer
) -> None:
    ann, *others = (server.person(f"P{number}") for number in range(12))
    fault = server.fault("sendMessage", chat=ann.id, retry_after=3, times=1)
    ann.forwards(EXTORTION)
    await server.until(lambda: fault.hits)
    ann.forwards("And when will my order arrive, please? Thanks!")
    before = time.monotonic()
    for one in others:
        one.forwards(EXTORTION)
    await asyncio.gather(*(one.hears() for one in others))
    assert time.monotonic() - before < 3
    first, second = await ann.hears(2)
    assert first["text"].startswith("🚩")
    assert second["text"].startswith("❔")
    assert server.too_early == []


async def test_an_outage_of_get_updates_is_waited_out(
    bot: App, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    ann = server.person()
    fault = server.fault("getUpdates", status=502, body="<html>Bad Gateway</html>", seconds=2)
    ann.forwards(EXTORTION)
    await server.said(ann.id, within=20)
    assert fault.hits > 0
    assert "no updates" in caplog.text


async def test_a_server_that_goes_away_and_comes_back_is_found_again(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    ann.forwards(EXTORTION)
    await ann.hears()
    await server.stop_listening()
    ann.forwards(EXTORTION)
    await asyncio.sleep(0.5)
    await server.listen()
    await server.said(ann.id, within=20)


async def test_an_update_that_cannot_be_read_costs_the_others_nothing(
    bot: App, server: TelegramServer
) -> None:
    ann, bob = server.person("Ann"), server.person("Bob")
    server.deliver_raw({"message": {"message_id": "x", "chat": 5}})
    ann.forwards(EXTORTION)
    server.deliver_raw({"callback_query": None, "message": []})
    server.deliver_raw({"message": {"message_id": 1, "date": 99**20, "chat": {"id": 1}}})
    bob.forwards(EXTORTION)
    await ann.hears()
    await bob.hears()
    await server.until(lambda: not _unhandled(bot))


def _unhandled(app: App) -> int:
    path = app.settings.data_path / "redflag.sqlite3"
    import sqlite3

    with contextlib.closing(sqlite3.connect(path)) as raw:
        (count,) = raw.execute("SELECT count(*) FROM inbox WHERE raw IS NOT NULL").fetchone()
    return int(count)


async def test_content_is_erased_once_handled(bot: App, server: TelegramServer) -> None:
    ann = server.person()
    ann.sends("a needle in a haystack, when will it arrive?")
    await ann.hears()
    await server.until(lambda: not _unhandled(bot))


async def test_an_update_delivered_twice_is_answered_once(bot: App, server: TelegramServer) -> None:
    ann = server.person()
    ann.forwards(EXTORTION)
    await ann.hears()
    message = ann.writes(EXTORTION)
    number = server.deliver({"message": message})
    await ann.hears()
    server.deliver_raw({"update_id": number, "message": message})
    await server.silence(ann.id)


async def test_what_was_taken_in_is_answered_after_a_crash(
    server: TelegramServer, tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = settings_for(server, tmp_path / "data")
    ann = server.person()
    crash = server.fault("sendMessage", status=500, delay=30)
    async with open_app(settings, now_ms, knowledge) as app:
        monkeypatch.setattr(telegram, "_DRAIN", 0.1)
        async with connected(app):
            ann.forwards(EXTORTION)
            await server.until(lambda: crash.hits)
    server.faults.clear()
    async with open_app(settings, now_ms, knowledge) as app, connected(app):
        assert (await ann.hears())[0]["text"].startswith("🚩")


async def test_what_was_answered_is_not_answered_again_though_the_end_was_hurried(
    server: TelegramServer, tmp_path: Path, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telegram, "_DRAIN", 0.1)
    settings = settings_for(server, tmp_path / "data")
    ann, bob = server.person("Ann"), server.person("Bob")
    held = server.fault("sendMessage", chat=bob.id, retry_after=2, times=1)
    async with open_app(settings, now_ms, knowledge) as app, connected(app):
        bob.forwards(EXTORTION)
        ann.forwards(EXTORTION)
        await ann.hears()
        await server.until(lambda: held.hits)
    await asyncio.sleep(2)
    async with open_app(settings, now_ms, knowledge) as app, connected(app):
        await bob.hears()
        await server.silence(ann.id)


async def test_one_that_floods_does_not_fill_the_room_of_all(
    bot: App, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    eve, ann = server.person("Eve"), server.person("Ann")
    alpha = server.group("Alpha", members=[eve])
    server.fault("sendMessage", chat=alpha.id, retry_after=3, times=1)
    for _ in range(120):
        eve.sends("/help", to=alpha)
    await server.until(lambda: "more than can be answered" in caplog.text)
    ann.forwards(EXTORTION)
    await server.said(ann.id, within=2.5)


async def test_telegram_being_away_for_seconds_loses_no_answer(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    server.fault("sendMessage", status=502, body="<html>Bad Gateway</html>", seconds=2)
    ann.forwards(EXTORTION)
    await ann.hears()
    await server.silence(ann.id)


async def test_an_answer_whose_receipt_is_lost_is_sent_once_more_at_most(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    fault = server.fault("sendMessage", chat=ann.id, cut=True, after=True)
    ann.forwards(EXTORTION)
    await ann.hears(2)
    await server.silence(ann.id, 2)
    assert fault.hits == 2


async def test_a_press_is_answered_though_the_chat_is_gone(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    ann.forwards(EXTORTION)
    (card,) = await ann.hears()
    ann.blocked = True
    assert "text" not in await ann.presses(card, "More advice")
    ann.blocked = False
    del server.all_messages[ann.id, card["message_id"]]
    await ann.presses(card, "This answer")
    await ann.hears()


async def test_a_press_too_late_to_be_answered_is_done_all_the_same(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    ann.forwards(EXTORTION)
    (card,) = await ann.hears()
    server.fault("answerCallbackQuery", status=400, description="Bad Request: query is too old")
    ann.presses_button(card, "More advice")
    assert "Keep as evidence" in (await ann.hears())[0]["text"]


async def test_two_programs_on_one_token_are_explained(
    bot: App, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    import aiohttp

    await server.until(lambda: server.is_polled)
    async with aiohttp.ClientSession() as session:
        address = f"{server.url}/bot{server.token}/getUpdates"
        (await session.post(address, data={"timeout": 0})).release()
    await server.until(lambda: "only one may" in caplog.text)
    assert server.token not in caplog.text


async def test_a_wrong_token_is_refused_in_words_without_the_token(
    server: TelegramServer, hub: App
) -> None:
    for wrong in ("123:wrong", "not a token", server.token + "x"):
        settings = dataclasses.replace(hub.settings, telegram_token=Secret(wrong))
        with pytest.raises(FaceRefusedError) as refused:
            await connect(dataclasses.replace(hub, settings=settings))
        assert "BotFather" in str(refused.value)
        assert wrong not in str(refused.value)
        assert refused.value.__suppress_context__


async def test_doctor_asks_telegram_and_says_what_to_switch_on(
    server: TelegramServer, hub: App
) -> None:
    server.me |= {"supports_inline_queries": False, "can_join_groups": False}
    findings = [one async for one in doctor._platforms(hub.settings)]
    says = [(one.says, one.way_out) for one in findings if one.subject == "telegram"]
    assert says[0] == ("logged in as @redflag_test_bot", "")
    assert ["/setinline" in says[1][1], "/setjoingroups" in says[2][1]] == [True, True]
    wrong = dataclasses.replace(hub.settings, telegram_token=Secret(server.token + "x"))
    (refused,) = [one async for one in doctor._platforms(wrong)]
    assert "BotFather" in refused.way_out
    half = dataclasses.replace(hub.settings, telegram_webhook_url="https://bot.example.org")
    (refused,) = [one async for one in doctor._platforms(half)]
    assert "SECRET" in refused.way_out


async def test_a_refused_face_leaves_the_others_working(
    server: TelegramServer, hub: App, caplog: pytest.LogCaptureFixture
) -> None:
    class Other:
        NAME = "other"
        served = asyncio.Event()

        def is_configured(self, settings: Settings) -> bool:
            return bool(settings.data_dir)

        async def connect(self, app: App) -> None:
            self.served.set()
            await asyncio.sleep(30)

    settings = dataclasses.replace(hub.settings, telegram_token=Secret(server.token + "x"))
    app = dataclasses.replace(hub, settings=settings)
    other = Other()
    tasks = [asyncio.create_task(run.serve(one, app)) for one in (telegram, other)]
    await asyncio.wait_for(other.served.wait(), 5)
    await server.until(lambda: "Trying again in 60 s" in caplog.text)
    assert server.token not in caplog.text
    assert not any(task.done() for task in tasks)
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_no_secret_is_in_any_log_line_at_any_level(
    hub: App,
    server: TelegramServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    logs.set_up(hub.settings)
    root.addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG)
    async with connected(hub):
        ann = server.person()
        server.fault("sendMessage", cut=True, times=1)
        server.fault("getUpdates", cut=True, times=1)
        ann.forwards(EXTORTION)
        await ann.hears()
    assert caplog.text
    assert server.token not in caplog.text
    assert "evidence" not in caplog.text


def test_what_is_written_hides_secrets_even_in_tracebacks() -> None:
    settings = Settings(telegram_token=Secret("123456:" + "A" * 35), discord_token=Secret("hush"))
    formatter = Redacting(secrets_of(settings))
    try:
        raise ValueError("https://api.telegram.org/bot123456:" + "A" * 35 + "/getMe hush")
    except ValueError:
        record = logging.LogRecord("x", 40, "x", 1, "at %s", ("9876543:" + "b" * 35,),
                                   sys.exc_info())  # fmt: skip
    text = formatter.format(record)
    assert "AAAA" not in text
    assert "bbbb" not in text
    assert "hush" not in text
    assert "ValueError" in text


async def test_the_database_being_away_costs_the_memory_and_not_the_answer(
    bot: App, server: TelegramServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.errors import StoreError

    def full(self: Database) -> object:
        raise StoreError("The disk did not take the data.")

    monkeypatch.setattr(Database, "transaction", full)
    ann = server.person()
    ann.forwards(EXTORTION)
    problem, verdict = await ann.hears(2)
    assert problem["text"].startswith("✋")
    assert verdict["text"].startswith("🚩")


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM")
async def test_sigterm_finishes_what_was_begun_and_ends_well(
    server: TelegramServer, tmp_path: Path
) -> None:
    process = _started(server, tmp_path)
    try:
        await server.until(lambda: server.calls("deleteWebhook"), 30)
        people = [server.person(f"P{number}") for number in range(10)]
        server.fault("sendMessage", delay=0.5, after=True, times=10)
        for one in people:
            one.forwards(EXTORTION)
        await server.until(lambda: server.calls("sendMessage"), 20)
        process.send_signal(signal.SIGTERM)
        for one in people:
            await one.hears()
        assert await asyncio.to_thread(process.wait, 20) == 0
    finally:
        process.kill()
        process.wait(10)
    told = (tmp_path / "stderr").read_text()
    assert "Traceback" not in told
    assert server.token not in told
    assert re.search("logged in as @redflag_test_bot", told)


def _started(server: TelegramServer, folder: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "REDFLAG_TELEGRAM_TOKEN": server.token,
        "REDFLAG_TELEGRAM_API_URL": server.url,
        "REDFLAG_DATA_DIR": str(folder / "data"),
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "stderr").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "adapters", "run"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=folder,
        )  # fmt: skip
