"""Fixtures: the loopback server, and the bot serving it through the real library."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.telegram.connect import connect
from bot.app import App, now_ms, open_app
from bot.settings import Secret, Settings
from knowledge import Knowledge
from tests.servers.telegram import schema
from tests.servers.telegram.server import TelegramServer


@pytest.fixture
async def server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[TelegramServer]:
    """The server; the test fails where bot or server broke the rules of the Bot API."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    async with TelegramServer(schema.load()) as running:
        yield running
    assert running.violations == []
    assert running.too_early == []


def settings_for(server: TelegramServer, folder: Path) -> Settings:
    """Settings that lead the bot to the server."""
    return Settings(
        telegram_token=Secret(server.token),
        telegram_api_url=server.url,
        data_dir=str(folder),
        checks_per_minute="1000",
    )


@pytest.fixture
async def hub(server: TelegramServer, tmp_path: Path, knowledge: Knowledge) -> AsyncIterator[App]:
    """The bot, open and with the server's settings, but not connected yet."""
    async with open_app(settings_for(server, tmp_path / "data"), now_ms, knowledge) as app:
        yield app


@contextlib.asynccontextmanager
async def connected(app: App) -> AsyncIterator[asyncio.Task[None]]:
    """The bot serves Telegram for as long as the block runs; what ends it early is raised."""
    task = asyncio.create_task(connect(app))
    try:
        yield task
    finally:
        ended = task.done()
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        assert not ended, "the face ended by itself"


@pytest.fixture
async def bot(hub: App, server: TelegramServer) -> AsyncIterator[App]:
    """The bot, serving."""
    async with connected(hub):
        await server.until(lambda: server.calls("deleteWebhook"))
        yield hub
