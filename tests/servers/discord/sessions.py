"""A gateway session and the connection it has at the moment, if any.

A session outlives its connection: what happens meanwhile is kept, numbered, and sent again when
the client resumes. Everything goes through a queue, so that telling the bot never waits.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from dataclasses import dataclass, field

from aiohttp import web

from tests.servers.discord.form import Json
from tests.servers.discord.intents import Intent

DISPATCH, HEARTBEAT, IDENTIFY, PRESENCE, VOICE_STATE, RESUME, RECONNECT = 0, 1, 2, 3, 4, 6, 7
REQUEST_MEMBERS, INVALID_SESSION, HELLO, ACK = 8, 9, 10, 11

_FLUSHED = b"\x00\x00\xff\xff"


class Connection:
    """One websocket. `compressed` says that the client asked for zlib-stream."""

    def __init__(
        self, socket: web.WebSocketResponse, transport: asyncio.BaseTransport, *, compressed: bool
    ) -> None:
        self.socket = socket
        self.transport = transport
        self.session: Session | None = None
        self.detached = False
        self._zlib = zlib.compressobj() if compressed else None
        self._queue: asyncio.Queue[str] = asyncio.Queue()
        self._writer = asyncio.create_task(self._write())

    def send(
        self, op: int, data: object, *, number: int | None = None, name: str | None = None
    ) -> None:
        """Queue one message."""
        self.send_text(json.dumps({"op": op, "d": data, "s": number, "t": name}))

    def send_text(self, text: str) -> None:
        """Queue what may be no message at all."""
        self._queue.put_nowait(text)

    async def flush(self) -> None:
        """Wait until everything queued is on its way."""
        waiting = asyncio.create_task(self._queue.join())
        await asyncio.wait([waiting, self._writer], return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()

    async def close(self, code: int) -> None:
        """Close the websocket, after everything queued."""
        await self.flush()
        self.detach()
        await self.socket.close(code=code)

    def detach(self) -> None:
        """Stop writing; the session, if any, goes on without this connection."""
        self.detached = True
        self._writer.cancel()
        if self.session is not None and self.session.connection is self:
            self.session.connection = None

    async def _write(self) -> None:
        while True:
            text = await self._queue.get()
            try:
                if self._zlib is None:
                    await self.socket.send_str(text)
                else:
                    packed = self._zlib.compress(text.encode()) + self._zlib.flush(
                        zlib.Z_SYNC_FLUSH
                    )
                    assert packed.endswith(_FLUSHED)
                    await self.socket.send_bytes(packed)
            except ConnectionError:
                return
            finally:
                self._queue.task_done()


@dataclass(eq=False)
class Session:
    """One session: its intents, and every event it was ever told of."""

    id: str
    intents: Intent
    connection: Connection | None = None
    events: list[tuple[str, str]] = field(default_factory=list)

    @property
    def number(self) -> int:
        """The number of the last event."""
        return len(self.events)

    def tell(self, name: str, data: Json) -> None:
        """Number an event and send it, or keep it until the client is back."""
        # As it is now: the objects go on changing.
        self.events.append((name, json.dumps(data)))
        if self.connection is not None:
            self._send(self.connection, self.number)

    def resume(self, connection: Connection, after: int) -> None:
        """Send again what the client has missed."""
        self.connection = connection
        connection.session = self
        for number in range(after + 1, self.number + 1):
            self._send(connection, number)

    def _send(self, connection: Connection, number: int) -> None:
        name, data = self.events[number - 1]
        head = json.dumps({"op": DISPATCH, "s": number, "t": name})
        connection.send_text(f'{head[:-1]}, "d": {data}}}')
