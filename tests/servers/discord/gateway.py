"""The gateway: who is connected, what they are told, and the script by which it fails.

Version 10, JSON, plain or zlib-stream. Sharding is accepted and ignored; voice is not there, and
nobody is disconnected for heartbeats that are late. Anything else the protocol forbids is answered
with the documented close code.
"""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from aiohttp import WSMsgType, web

from tests.servers.discord.form import Json
from tests.servers.discord.intents import ALL, PRIVILEGED, Intent, shaped
from tests.servers.discord.rest import reset
from tests.servers.discord.sessions import (
    ACK,
    HEARTBEAT,
    HELLO,
    IDENTIFY,
    INVALID_SESSION,
    PRESENCE,
    RECONNECT,
    REQUEST_MEMBERS,
    RESUME,
    VOICE_STATE,
    Connection,
    Session,
)

if TYPE_CHECKING:
    from tests.servers.discord.server import DiscordServer

UNKNOWN_OPCODE, DECODE_ERROR, NOT_AUTHENTICATED, BAD_TOKEN, ALREADY = 4001, 4002, 4003, 4004, 4005
INVALID_SEQ, INVALID_INTENTS, DISALLOWED_INTENTS = 4007, 4013, 4014
_FINAL = (1000, 1001, BAD_TOKEN, INVALID_SEQ, 4009, 4010, 4011, 4012, INVALID_INTENTS, 4014)
_LONGEST = 4096


@dataclass
class Gateway:
    """All sessions. The script acts on whoever is connected at that moment."""

    server: DiscordServer
    heartbeat_interval: int = 41_250
    sessions: dict[str, Session] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    presences: list[Json] = field(default_factory=list)
    acknowledges: bool = True
    refusals: int = 0

    async def connected(self, timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait until the bot has a session and is connected."""
        if not await self.server.bell.until(self._is_connected, timeout):
            raise AssertionError(f"The bot is not at the gateway after {timeout} s")

    async def disconnected(self, timeout: float = 10) -> None:  # noqa: ASYNC109
        """Wait until nobody is connected."""
        if not await self.server.bell.until(lambda: not self.connections, timeout):
            raise AssertionError(f"The bot is still at the gateway after {timeout} s")

    def dispatch(self, name: str, data: Json) -> None:
        """Tell every session that wants to know."""
        for session in self.sessions.values():
            told = shaped(name, data, session.intents, self.server.bot.id)
            if told is not None:
                session.tell(name, told)

    async def close(self, code: int = 4000) -> None:
        """Close every connection with a code."""
        for connection in list(self.connections):
            session = connection.session
            await connection.close(code)
            if session is not None and code in _FINAL:
                self.sessions.pop(session.id, None)

    async def cut(self) -> None:
        """Reset every connection, as a broken line does."""
        for connection in list(self.connections):
            connection.detach()
            reset(connection.transport)
        await self.disconnected()

    async def reconnect(self) -> None:
        """Ask every client to come back (op 7)."""
        await self._say(RECONNECT, None)

    async def invalidate(self, *, resumable: bool = False) -> None:
        """Say that the session is not valid any more (op 9)."""
        if not resumable:
            self.sessions.clear()
        await self._say(INVALID_SESSION, resumable)

    def stop_acks(self) -> None:
        """Acknowledge no heartbeat from now on."""
        self.acknowledges = False

    def start_acks(self) -> None:
        """Acknowledge heartbeats again."""
        self.acknowledges = True

    def refuse(self, times: int = 1) -> None:
        """Refuse the next connections before they are any."""
        self.refusals = times

    async def send_raw(self, text: str) -> None:
        """Send whatever it is to every client."""
        for connection in list(self.connections):
            connection.send_text(text)
            await connection.flush()

    async def malformed(self, event_name: str) -> None:
        """Send an event of that name that has nothing of what belongs into it."""
        for session in self.sessions.values():
            session.tell(event_name, {"id": "no number", "guild_id": [], "type": None})
            if session.connection is not None:
                await session.connection.flush()

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Serve one connection for as long as it lasts."""
        if self.refusals > 0:
            self.refusals -= 1
            return web.Response(status=503)
        asked, compress = request.query, request.query.get("compress")
        if asked.get("v") != "10" or asked.get("encoding") != "json":
            return web.Response(status=400, text="Only v=10 and encoding=json are served here")
        if compress not in (None, "zlib-stream"):
            return web.Response(status=400, text=f"{compress} is not served here")
        socket = web.WebSocketResponse(compress=False, max_msg_size=1 << 20)
        await socket.prepare(request)
        transport = request.transport
        assert transport is not None
        connection = Connection(socket, transport, compressed=compress is not None)
        self.connections.append(connection)
        connection.send(HELLO, {"heartbeat_interval": self.heartbeat_interval, "_trace": ["[]"]})
        try:
            async for message in socket:
                code = self._took(connection, message.data, message.type)
                if code is not None:
                    await connection.close(code)
                    break
        finally:
            self.connections.remove(connection)
            session = connection.session
            # A client that says goodbye by itself gives its session up.
            given_up = not connection.detached and socket.close_code in (1000, 1001)
            connection.detach()
            if session is not None and given_up:
                self.sessions.pop(session.id, None)
            self.server.bell.ring()
        return socket

    async def stop(self) -> None:
        """Close everything, because the server is going away."""
        self.refusals = 1 << 30
        for connection in list(self.connections):
            await connection.close(1001)

    def _is_connected(self) -> bool:
        return any(session.connection is not None for session in self.sessions.values())

    async def _say(self, op: int, data: object) -> None:
        for connection in list(self.connections):
            connection.send(op, data)
            await connection.flush()

    def _took(self, connection: Connection, text: object, kind: WSMsgType) -> int | None:
        """Act on one message; the code to close with, if it was not allowed."""
        try:
            if kind is not WSMsgType.TEXT or len(str(text).encode()) > _LONGEST:
                raise ValueError
            message = json.loads(str(text))
            op, data = message["op"], message["d"]
        except (ValueError, KeyError, TypeError):
            return DECODE_ERROR
        if op == HEARTBEAT:
            if self.acknowledges:
                connection.send(ACK, None)
            return None
        if op in (IDENTIFY, RESUME):
            if connection.session is not None:
                return ALREADY
            if not isinstance(data, dict):
                return DECODE_ERROR
            if data.get("token") != self.server.token:
                return BAD_TOKEN
            begin = self._identify if op == IDENTIFY else self._resume
            code = begin(connection, data)
            self.server.bell.ring()
            return code
        if op not in (PRESENCE, VOICE_STATE, REQUEST_MEMBERS):
            return UNKNOWN_OPCODE
        if connection.session is None:
            return NOT_AUTHENTICATED
        if op == PRESENCE:
            self.presences.append(data)
        elif op == REQUEST_MEMBERS:
            self._members(connection.session, data)
        return None

    def _identify(self, connection: Connection, data: Json) -> int | None:
        self.server.identifies.append(self.server.clock.now())
        bits = data.get("intents")
        if not isinstance(bits, int) or bits & ~int(ALL):
            return INVALID_INTENTS
        intents = Intent(bits)
        if intents & PRIVILEGED & ~self.server.granted:
            return DISALLOWED_INTENTS
        session = Session(secrets.token_hex(16), intents, connection)
        # The bot is one process: a new session takes the place of those nobody is connected to.
        for old in [one for one in self.sessions.values() if one.connection is None]:
            del self.sessions[old.id]
        self.sessions[session.id] = session
        connection.session = session
        server = self.server
        entered = [guild for guild in server.guilds.values() if guild.installed]
        ready: Json = {
            "v": 10,
            "user": server.bot.payload() | {"mfa_enabled": True, "verified": True, "email": None},
            "guilds": [{"id": guild.id, "unavailable": True} for guild in entered],
            "session_id": session.id,
            "session_type": "normal",
            "resume_gateway_url": server.gateway_url,
            "application": {"id": server.application_id, "flags": 0},
            "private_channels": [],
            "relationships": [],
            "presences": [],
            "user_settings": {},
            "geo_ordered_rtc_regions": [],
        }
        if "shard" in data:
            ready["shard"] = data["shard"]
        session.tell("READY", ready)
        for guild in entered:
            created = guild.create_payload() | {"unavailable": False}
            told = shaped("GUILD_CREATE", created, intents, server.bot.id)
            if told is not None:
                session.tell("GUILD_CREATE", told)
        return None

    def _resume(self, connection: Connection, data: Json) -> int | None:
        self.server.resumes.append(self.server.clock.now())
        session = self.sessions.get(str(data.get("session_id")))
        if session is None:
            connection.send(INVALID_SESSION, False)
            return None
        after = data.get("seq") or 0
        if after > session.number:
            self.sessions.pop(session.id)
            return INVALID_SEQ
        session.resume(connection, after)
        session.tell("RESUMED", {"_trace": ["[]"]})
        return None

    def _members(self, session: Session, data: Json) -> None:
        guild = self.server.guilds.get(str(data["guild_id"]))
        if guild is None or not guild.installed:
            return
        everybody = list(guild.members.values())
        if "user_ids" in data:
            asked = data["user_ids"]
            wanted = {str(one) for one in (asked if isinstance(asked, list) else [asked])}
            found = [one for one in everybody if one.id in wanted]
        else:
            start = str(data.get("query") or "").lower()
            names = [one for one in everybody if one.name.lower().startswith(start)]
            found = names[: data.get("limit") or None]
            wanted = set()
        chunk: Json = {
            "guild_id": guild.id,
            "members": [guild.member(one) for one in found],
            "chunk_index": 0,
            "chunk_count": 1,
            "not_found": sorted(wanted - {one.id for one in found}),
        }
        if data.get("nonce") is not None:
            chunk["nonce"] = data["nonce"]
        session.tell("GUILD_MEMBERS_CHUNK", chunk)
