"""The server as a fixture: `from tests.servers.discord.fixture import discord_server`.

It holds the official description against every request if `REDFLAG_TEST_SPECS` names a folder
that has it, points the library at the server, and fails at the end if anything was not in order.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pytest
from yarl import URL

from tests.servers.discord.library import discord
from tests.servers.discord.schema import Schema
from tests.servers.discord.server import DiscordServer


@cache
def official_schema() -> Schema | None:
    """The official description, read once, if it is at hand."""
    folder = os.environ.get("REDFLAG_TEST_SPECS")
    return Schema.load(Path(folder)) if folder else None


@contextmanager
def library_pointed_at(server: DiscordServer) -> Iterator[None]:
    """Make the library talk to this server; its addresses are those of the whole process."""
    route, socket = discord.http.Route, discord.gateway.DiscordWebSocket
    before = route.BASE, socket.DEFAULT_GATEWAY
    route.BASE, socket.DEFAULT_GATEWAY = server.api_url, URL(server.gateway_url)
    try:
        yield
    finally:
        route.BASE, socket.DEFAULT_GATEWAY = before


@pytest.fixture
async def discord_server() -> AsyncIterator[DiscordServer]:
    """A Discord of one's own."""
    async with DiscordServer(official_schema()) as server:
        with library_pointed_at(server):
            yield server
    assert not server.violations, "\n".join(server.violations)
