"""The connection to Discord's gateway: kept, resumed, begun anew, for as long as the face serves.

The library connects and speaks; the loop around it is ours, because its own ends for good at one
event it cannot read, at a first connection refused, and waits a quarter of an hour after a long
outage. A lost connection is resumed, so that Discord tells what was missed; where it cannot be, a
new session is begun, at most one in five seconds. Of the library's picture of the world only the
servers are kept, to know where we may speak; everything else is handed on as it came.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import discord
from discord.gateway import ReconnectWebSocket
from yarl import URL

from adapters.discord.content import Raw
from adapters.discord.line import Line
from adapters.errors import FaceRefusedError

log = logging.getLogger(__name__)

HEARTBEAT_TIMEOUT = 50.0
"""Seconds without a word from Discord until a line counts as dead, whatever `line` has seen; a
heartbeat is due, and answered, every 41."""
_GOODBYE = 2.0
"""Seconds for closing a line; the library would wait for thirty."""
BETWEEN_SESSIONS = 5.2
"""Seconds between two sessions begun; Discord allows one in five."""
_OPENING = 20.0
_SHORT = 10.0
"""A connection that lasts less does not end the waiting."""
_WAITS = (0.0, 0.2, 0.4, 0.8, 1.6, 3.0)
_BAD_TOKEN, _DISALLOWED_INTENTS = 4004, 4014
_FINAL = (4010, 4011, 4012, 4013)
REFUSED = (
    "Discord refuses the token: copy it anew from the developer portal into REDFLAG_DISCORD_TOKEN."
)
_KEPT = frozenset(
    "READY RESUMED GUILD_CREATE GUILD_UPDATE GUILD_DELETE GUILD_ROLE_CREATE GUILD_ROLE_UPDATE "
    "GUILD_ROLE_DELETE GUILD_MEMBER_UPDATE CHANNEL_CREATE CHANNEL_UPDATE CHANNEL_DELETE".split()
)
"""Events that the library's picture of the servers is made of."""

Take = Callable[[str, Raw], None]


@dataclass(frozen=True, slots=True)
class _Session:
    """What a lost connection is resumed by."""

    id: str
    sequence: int | None
    gateway: URL


class Gateway(discord.Client):
    """The library's client with a loop of our own: `login`, then `listen`.

    `take` gets every event as it came, by its name; `room` is waited for before each.
    """

    def __init__(
        self, intents: discord.Intents, take: Take, room: Callable[[], Awaitable[None]]
    ) -> None:
        discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
        super().__init__(
            intents=intents,
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
        )
        self._wanted = intents
        self._take = take
        self._room = room
        self._begun_at = float("-inf")
        parsers = self._connection.parsers
        for name, read in list(parsers.items()):
            parsers[name] = self._reader(name, read)

    async def before_identify_hook(
        self,
        shard_id: int | None,  # noqa: ARG002 - the library's
        *,
        initial: bool = False,  # noqa: ARG002
    ) -> None:
        """Wait until another session may be begun."""
        clock = asyncio.get_running_loop().time
        await asyncio.sleep(max(0.0, self._begun_at + BETWEEN_SESSIONS - clock()))
        self._begun_at = clock()

    async def listen(self, gateway: URL) -> None:
        """Take events until cancelled; every outage is waited out.

        Raises: FaceRefusedError where only the operator can mend it.
        """
        known: _Session | None = None
        failures = 0
        clock = asyncio.get_running_loop().time
        while True:
            wait = _WAITS[min(failures, len(_WAITS) - 1)]
            await asyncio.sleep(wait * random.uniform(0.8, 1.2))  # noqa: S311 - no secret
            began, opened = clock(), False
            try:
                async with asyncio.timeout(_OPENING):
                    socket = await self._open(known, gateway)
                self.ws, opened = socket, True
                await self._read(socket)
            except ReconnectWebSocket as told:
                if not told.resume:
                    known, opened = None, False
            except discord.ConnectionClosed as closed:
                self._mind(closed.code)
                known, opened = None, False
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                log.warning("discord: no connection (%s); trying again", type(error).__name__)
            except Exception:
                # The library's own loop ends for good here; ours connects anew.
                log.exception("discord: what the gateway says cannot be read; connecting anew")
            if opened:
                known = await self._left(socket, known)
            failures = 0 if clock() - began > _SHORT else failures + 1
            if failures >= len(_WAITS):
                known = None  # where it is to be resumed may be gone for good

    async def _read(self, socket: Line) -> None:
        """Take what a connection tells until it ends, by one of the library's exceptions."""
        watching = asyncio.create_task(socket.watch())
        try:
            while True:
                await self._room()
                async with asyncio.timeout(HEARTBEAT_TIMEOUT + _GOODBYE):
                    await socket.poll_event()
        finally:
            watching.cancel()

    async def _open(self, known: _Session | None, gateway: URL) -> Line:
        if known is None:
            return await Line.from_client(self, initial=True, gateway=gateway)
        return await Line.from_client(
            self,
            resume=True,
            session=known.id,
            sequence=known.sequence,
            gateway=known.gateway,
        )

    async def _left(self, socket: Line, known: _Session | None) -> _Session | None:
        """Close what is left of a connection; what its session is resumed by."""
        try:
            async with asyncio.timeout(_GOODBYE):
                await socket.close(code=4000)
        except (aiohttp.ClientError, OSError, TimeoutError, RuntimeError):
            pass  # it is gone all the same
        if socket.session_id is None:
            return known
        return _Session(socket.session_id, socket.sequence, socket.gateway)

    def _mind(self, code: int) -> None:
        """What a final close means; after one that is not, a new session may be begun."""
        if code == _BAD_TOKEN:
            raise FaceRefusedError(REFUSED) from None
        if code == _DISALLOWED_INTENTS and self._wanted.message_content:
            log.warning(
                "discord: the message content intent is not granted (developer portal, Bot); "
                "going on without it: menus, commands and private messages work all the same"
            )
            self._wanted.message_content = False
        elif code == _DISALLOWED_INTENTS or code in _FINAL:
            raise FaceRefusedError(f"Discord closes the connection for good (code {code}).")

    def _reader(self, name: str, read: Callable[[Any], None]) -> Callable[[Any], None]:
        """Reads an event for the library, where it needs it, and hands it on; never raises."""

        def reader(data: Any) -> None:
            if name in _KEPT:
                try:
                    read(data)
                except Exception as error:
                    # The library's picture lacks it then; what we hand on is as it came.
                    log.warning("an event %s cannot be read (%s)", name, type(error).__name__)
            if isinstance(data, dict):
                self._take(name, data)

        return reader
