"""Fixtures: the bot serving the loopback Discord through the real library."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import pytest

from adapters.discord.connect import connect
from bot.app import App, now_ms, open_app
from bot.settings import Secret, Settings
from knowledge import Knowledge
from tests.bot.test_check import MESSAGES
from tests.servers.discord.guilds import Guild
from tests.servers.discord.people import Person
from tests.servers.discord.server import DiscordServer

Json = dict[str, Any]

LOCALES = ("en-US", "zh-CN")
BOTH = [
    pytest.param(slug, text, locale, id=f"{slug}-{locale}")
    for slug, texts in MESSAGES.items()
    for text, locale in zip(texts, LOCALES, strict=True)
]
EXTORTION = MESSAGES["insider-extortion"][0]
MAIL = "desk@evil-parcels.com"
CHECK, REPORT = "Is this a scam?", "Report identifiers"


def settings_for(server: DiscordServer, folder: Path) -> Settings:
    """Settings that lead the bot to the server."""
    return Settings(
        discord_token=Secret(server.token),
        discord_api_url=server.api_url,
        data_dir=str(folder),
        checks_per_minute="1000",
    )


@pytest.fixture
async def hub(
    discord_server: DiscordServer, tmp_path: Path, knowledge: Knowledge
) -> AsyncIterator[App]:
    """The bot, open and with the server's settings, but not connected yet."""
    async with open_app(settings_for(discord_server, tmp_path / "data"), now_ms, knowledge) as app:
        yield app


@contextlib.asynccontextmanager
async def connected(app: App) -> AsyncIterator[asyncio.Task[None]]:
    """The bot serves Discord for as long as the block runs; what ends it early is raised."""
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
async def bot(hub: App, discord_server: DiscordServer) -> AsyncIterator[App]:
    """The bot, serving."""
    async with connected(hub):
        await discord_server.gateway.connected()
        yield hub


async def until(happened: Callable[[], object], timeout: float = 5) -> None:  # noqa: ASYNC109
    """Wait for it."""
    async with asyncio.timeout(timeout):
        while not happened():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


def shown(message: Json) -> str:
    """What a person reads of a message, escapes resolved."""
    embeds = [str(one.get("description") or "") for one in message["embeds"]]
    text = "\n".join([message["content"], *embeds])
    return "".join(
        char
        for index, char in enumerate(text)
        if char != "\\" or (index and text[index - 1] == "\\")
    )


def labels(message: Json) -> list[str]:
    """The buttons of a message."""
    return [
        str(one.get("label") or one.get("placeholder"))
        for row in message["components"]
        for one in row["components"]
    ]


async def admit(app: App, *guilds: Guild) -> None:
    """The operator admits the communities of these servers."""
    for guild in guilds:
        await app.store.communities.admit(guild.name, now_ms())


async def met(server: DiscordServer, name: str, **options: Any) -> Guild:
    """A server that the bot was just added to, its set-up card read."""
    guild = server.guild(name, **options)
    await server.said(guild.channel)
    return guild


async def language_card(person: Person, guild: Guild) -> Json:
    """The card by which a moderator chooses a server's language, in its channel."""
    it = await person.uses_slash("language", {"server": True}, in_=guild.channel)
    return dict(await it.message())
