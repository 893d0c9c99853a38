"""One hub on Discord and Telegram: communities of both warn each other, through both libraries."""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.discord import connect as discord_face
from adapters.telegram import connect as telegram_face
from bot.app import App, now_ms, open_app
from bot.settings import Secret
from knowledge import Knowledge
from tests.adapters.discord.fixture import EXTORTION, MAIL, REPORT, met, settings_for, shown
from tests.servers.discord.server import DiscordServer
from tests.servers.telegram import schema
from tests.servers.telegram.server import TelegramServer


@pytest.fixture
async def telegram_server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramServer]:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with TelegramServer(schema.load()) as running:
        yield running
    assert running.violations == []


@pytest.fixture
async def both(
    discord_server: DiscordServer,
    telegram_server: TelegramServer,
    tmp_path: Path,
    knowledge: Knowledge,
) -> AsyncIterator[App]:
    """The bot, serving both platforms."""
    settings = dataclasses.replace(
        settings_for(discord_server, tmp_path / "data"),
        telegram_token=Secret(telegram_server.token),
        telegram_api_url=telegram_server.url,
    )
    async with open_app(settings, now_ms, knowledge) as app:
        faces = [asyncio.create_task(one.connect(app)) for one in (discord_face, telegram_face)]
        await discord_server.gateway.connected()
        await telegram_server.until(lambda: telegram_server.calls("deleteWebhook"))
        yield app
        assert not any(face.done() for face in faces)
        for face in faces:
            face.cancel()
        for face in faces:
            with contextlib.suppress(asyncio.CancelledError):
                await face


async def test_a_form_here_and_a_command_there_are_seen_by_third_communities_on_both(
    both: App, discord_server: DiscordServer, telegram_server: TelegramServer
) -> None:
    ann, cat = discord_server.person("ann"), discord_server.person("cat")
    alpha = await met(discord_server, "Alpha", members=[ann])
    gamma = await met(discord_server, "Gamma", members=[cat])
    bob, dan = telegram_server.person("Bob"), telegram_server.person("Dan")
    beta = telegram_server.group("Beta", members=[bob])
    delta = telegram_server.group("Delta", members=[dan])
    for group, person in ((beta, bob), (delta, dan)):
        person.sends("/language", to=group)
        await group.hears()
    for name in ("Alpha", "Beta", "Gamma", "Delta"):
        await both.store.communities.admit(name, now_ms())

    strange = await ann.sends(EXTORTION, to=alpha.channel)
    form = await (await ann.uses_menu(REPORT, strange, in_=alpha.channel)).modal()
    done = await (await ann.submits(form, {"identifier": MAIL})).message()
    assert "Reported" in shown(done)
    dan.sends(f"/lookup {MAIL}", to=delta)
    assert "no reports here" in (await delta.hears())[0]["text"]
    bob.sends(f"/report {MAIL} insider-extortion", to=beta)
    assert "Reported" in (await beta.hears())[0]["text"]

    it = await cat.uses_slash("lookup", {"identifier": MAIL}, in_=gamma.channel)
    assert "several members in 2 communities, not checked" in shown(await it.message())
    dan.sends(f"/lookup {MAIL}", to=delta)
    assert "several members in 2 communities, not checked" in (await delta.hears())[0]["text"]

    back = await ann.presses(done, "Take back")
    assert "Taken back" in shown(await back.message())
    it = await cat.uses_slash("lookup", {"identifier": MAIL}, in_=gamma.channel)
    assert "No reports here" in shown(await it.message())
    dan.sends(f"/lookup {MAIL}", to=delta)
    assert "no reports here" in (await delta.hears())[0]["text"]
