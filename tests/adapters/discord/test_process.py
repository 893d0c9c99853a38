"""The face as a program: its start and its end, its secrets, what it keeps and what it does not."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import logging
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from adapters.cli import logs, run
from adapters.discord import connect as discord_face
from adapters.discord.connect import connect
from adapters.errors import FaceError, FaceRefusedError
from bot.app import App, now_ms, open_app
from bot.settings import Secret
from knowledge import Knowledge
from tests.adapters.discord.fixture import EXTORTION, connected, met, settings_for, until
from tests.adapters.discord.test_gateway import BACK, HARMLESS, asks
from tests.servers.discord.server import DiscordServer

ROOT = Path(__file__).parents[3]


async def test_a_token_refused_later_ends_the_face_in_words(
    hub: App, discord_server: DiscordServer
) -> None:
    task = asyncio.create_task(connect(hub))
    await discord_server.gateway.connected()
    await discord_server.gateway.close(4004)
    with pytest.raises(FaceRefusedError, match="developer portal") as refused:
        await asyncio.wait_for(task, BACK)
    assert discord_server.token not in str(refused.value)


async def test_a_wrong_token_and_a_discord_that_is_away_are_told_without_the_token(
    hub: App, discord_server: DiscordServer
) -> None:
    wrong = dataclasses.replace(hub.settings, discord_token=Secret("wrong.token.here"))
    with pytest.raises(FaceRefusedError, match="developer portal") as refused:
        await connect(dataclasses.replace(hub, settings=wrong))
    assert "wrong.token" not in str(refused.value)
    away = dataclasses.replace(hub.settings, discord_api_url="http://127.0.0.1:9/api/v10")
    with pytest.raises(FaceError) as error:
        await connect(dataclasses.replace(hub, settings=away))
    assert not isinstance(error.value, FaceRefusedError)


async def test_no_secret_and_no_text_is_in_any_log_line_at_any_level(
    hub: App,
    discord_server: DiscordServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    root = logging.getLogger()
    monkeypatch.setattr(root, "handlers", list(root.handlers))
    logs.set_up(hub.settings)
    root.addHandler(caplog.handler)
    caplog.set_level(logging.DEBUG)
    ann = discord_server.person("ann")
    alpha = discord_server.guild("Alpha", members=[ann])
    async with connected(hub):
        await discord_server.said(alpha.channel)
        discord_server.fault("POST", "/interactions/**", status=503)
        discord_server.fault("POST", "/channels/*/messages", cut=True)
        it = await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
        await it.message()
        await asks(ann, discord_server.direct(ann), discord_server)
        await discord_server.gateway.malformed("MESSAGE_CREATE")
        await discord_server.gateway.cut()
        await discord_server.gateway.connected()
        late = await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
        await late.message()
    assert "add it to a server: https://discord.com/oauth2" in caplog.text
    for secret in (discord_server.token, it.token, late.token, "evidence", HARMLESS, ann.id):
        assert secret not in caplog.text


async def test_the_face_is_found_and_kept_by_the_composition_root(
    hub: App, discord_server: DiscordServer
) -> None:
    assert discord_face in run.platforms()
    assert discord_face.is_configured(hub.settings)
    assert run.unserved(hub.settings) == ()
    discord_server.fault("GET", "/users/@me", status=503, times=1)
    task = asyncio.create_task(run.serve(discord_face, hub, first_wait=0.1))
    await discord_server.gateway.connected()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_what_was_taken_in_is_answered_after_the_end_of_the_process(
    discord_server: DiscordServer,
    tmp_path: Path,
    knowledge: Knowledge,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    settings = settings_for(discord_server, tmp_path / "data")
    ann = discord_server.person("ann", installed=True)
    direct = discord_server.direct(ann)
    posts = discord_server.fault("POST", "/channels/*/messages", status=503, seconds=60)
    async with open_app(settings, now_ms, knowledge) as app:
        monkeypatch.setattr(discord_face, "_DRAIN", 0.1)
        async with connected(app):
            await discord_server.gateway.connected()
            await ann.sends(EXTORTION, to=direct)
            await until(lambda: posts.hits)
    discord_server.faults.planned.clear()
    async with open_app(settings, now_ms, knowledge) as app, connected(app):
        (card,) = await discord_server.said(direct)
        assert card["content"].startswith("🚩")
        await discord_server.silence(direct)
        await asyncio.sleep(1.1)  # what was handled is erased together
        assert not await app.store.inbox.unhandled("discord")


async def test_content_is_erased_once_handled_and_what_is_not_for_us_never_kept(
    bot: App, discord_server: DiscordServer
) -> None:
    def kept() -> str:
        with contextlib.closing(sqlite3.connect(bot.settings.data_path / "redflag.sqlite3")) as raw:
            return str(raw.execute("SELECT raw FROM inbox").fetchall())

    ann = discord_server.person("ann")
    guild = await met(discord_server, "Alpha", members=[ann])
    await ann.sends("a straw in somebody else's haystack", to=guild.channel)
    await asks(ann, discord_server.direct(ann), discord_server, "a needle, is it real?")
    await until(lambda: "needle" not in kept())
    assert "straw" not in kept()


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGTERM")
async def test_sigterm_finishes_what_was_begun_and_ends_well(
    discord_server: DiscordServer, tmp_path: Path
) -> None:
    people = [discord_server.person(f"p{number}", installed=True) for number in range(8)]
    process = _started(discord_server, tmp_path)
    try:
        await discord_server.gateway.connected(30)
        slow = discord_server.fault("POST", "/channels/*/messages", delay=0.5, times=8)
        for one in people:
            await one.sends(EXTORTION, to=discord_server.direct(one))
        await until(lambda: slow.hits, 20)
        process.send_signal(signal.SIGTERM)
        for one in people:
            await discord_server.said(discord_server.direct(one), timeout=10)
        assert await asyncio.to_thread(process.wait, 20) == 0
    finally:
        process.kill()
        process.wait(10)
    told = (tmp_path / "stderr").read_text()
    assert "Traceback" not in told
    assert discord_server.token not in told
    assert "logged in as redflag-test" in told


def _started(server: DiscordServer, folder: Path) -> subprocess.Popen[bytes]:
    environment = os.environ | {
        "REDFLAG_DISCORD_TOKEN": server.token,
        "REDFLAG_DISCORD_API_URL": server.api_url,
        "REDFLAG_DATA_DIR": str(folder / "data"),
        "PYTHONPATH": str(ROOT),
    }
    with (folder / "stderr").open("wb") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "adapters", "run"],
            stdin=subprocess.DEVNULL, stdout=log, stderr=log, env=environment, cwd=folder,
        )  # fmt: skip
