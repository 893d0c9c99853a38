"""Delivery by webhook: only Telegram is let in, and what it delivers is kept before its 200."""

from __future__ import annotations

import dataclasses
import io
import socket

import aiohttp
import pytest

from adapters.telegram.connect import is_configured
from bot.app import App
from bot.errors import SettingsError
from bot.settings import Secret, Settings
from tests.bot.test_check import MESSAGES
from tests.servers.telegram.fixture import connected
from tests.servers.telegram.server import TelegramServer

SECRET = "a-fictional-secret-of-the-webhook"
EXTORTION = MESSAGES["insider-extortion"][0]


def free_port() -> int:
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@pytest.fixture
def hooked(hub: App) -> App:
    port = free_port()
    settings = dataclasses.replace(
        hub.settings,
        telegram_webhook_url=f"http://127.0.0.1:{port}",
        telegram_webhook_secret=Secret(SECRET),
        telegram_webhook_listen=f"127.0.0.1:{port}",
    )
    return dataclasses.replace(hub, settings=settings)


async def test_telegram_delivers_and_is_answered(hooked: App, server: TelegramServer) -> None:
    async with connected(hooked):
        await server.until(lambda: server.webhook)
        assert server.webhook["url"].endswith("/telegram")
        assert server.token not in server.webhook["url"]
        ann = server.person()
        ann.forwards(EXTORTION)
        assert (await ann.hears())[0]["text"].startswith("🚩")


@pytest.mark.parametrize("told", [None, "", "wrong", SECRET[:-1], SECRET + "x", "geheim-\u00e9"])
async def test_who_does_not_know_the_secret_is_refused(
    hooked: App, server: TelegramServer, told: str | None
) -> None:
    async with connected(hooked), aiohttp.ClientSession() as session:
        await server.until(lambda: server.webhook)
        ann = server.person()
        ann.started = True
        update = {"update_id": 1, "message": ann.writes(EXTORTION)}
        headers = {} if told is None else {"X-Telegram-Bot-Api-Secret-Token": told}
        async with session.post(server.webhook["url"], json=update, headers=headers) as answer:
            assert answer.status == 403
        await server.silence(ann.id, 0.3)


async def test_a_delivery_made_twice_is_answered_once_and_rubbish_costs_nothing(
    hooked: App, server: TelegramServer
) -> None:
    async with connected(hooked), aiohttp.ClientSession() as session:
        await server.until(lambda: server.webhook)
        ann = server.person()
        ann.started = True
        update = {"update_id": 77, "message": ann.writes(EXTORTION)}
        for body, status in (
            (b"", 400), (b"[]", 400), (b"[" * 100_000, 400), (b"\xff", 400), (b"{}", 400),
            (b'{"update_id": "x"}', 400), (b'{"update_id": 5}', 200), (b"x" * (1 << 21), 413),
        ):  # fmt: skip
            assert await _post(session, server, data=io.BytesIO(body)) == status, body[:20]
        for _ in range(3):
            assert await _post(session, server, json=update) == 200
        await ann.hears()
        await server.silence(ann.id)


async def _post(session: aiohttp.ClientSession, server: TelegramServer, **body: object) -> int:
    headers = {"X-Telegram-Bot-Api-Secret-Token": SECRET}
    async with session.post(server.webhook["url"], headers=headers, **body) as answer:  # type: ignore[arg-type]
        return answer.status


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"telegram_webhook_secret": Secret("")}, "SECRET"),
        ({"telegram_webhook_secret": Secret("short")}, "SECRET"),
        ({"telegram_webhook_secret": Secret("with spaces in it, long")}, "SECRET"),
        ({"telegram_webhook_url": "http://bot.example.org"}, "https"),
        ({"telegram_webhook_url": "bot.example.org"}, "https"),
        ({"telegram_webhook_listen": "8443"}, "host:port"),
        ({"telegram_webhook_listen": "127.0.0.1:x"}, "host:port"),
    ],
)
def test_a_webhook_set_up_by_half_stops_the_start(change: dict[str, str], says: str) -> None:
    settings = Settings(
        telegram_token=Secret("x"),
        telegram_webhook_url="https://bot.example.org",
        telegram_webhook_secret=Secret(SECRET),
    )
    assert is_configured(settings)
    with pytest.raises(SettingsError, match=says):
        is_configured(dataclasses.replace(settings, **change))  # type: ignore[arg-type]
