"""What becomes of a request: token, misfortune, schema, limits, the work, the headers.

Every request is recorded. What a correct bot would never send is a violation, and so is an answer
of ours that is not what the official description promises.
"""

from __future__ import annotations

import asyncio
import json
import socket
import struct
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from aiohttp import BodyPartReader, web

from tests.servers.discord.faults import Fault
from tests.servers.discord.form import ApiError, Complaint, invalid_form
from tests.servers.discord.messages import File
from tests.servers.discord.paths import Pattern
from tests.servers.discord.requests import Answer, Request

if TYPE_CHECKING:
    from tests.servers.discord.schema import Schema
    from tests.servers.discord.server import DiscordServer


@dataclass(frozen=True)
class Call:
    """What a route gets to work with."""

    server: DiscordServer
    request: Request
    args: dict[str, str]


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True)
class Route:
    """One route. Those that are `open` need no token."""

    method: str
    pattern: Pattern
    handler: Handler
    open: bool = False


class Rest:
    """The REST side of the server."""

    def __init__(self, server: DiscordServer, routes: list[Route], schema: Schema | None) -> None:
        self._server = server
        self._routes = sorted(routes, key=lambda route: -route.pattern.weight)
        self._schema = schema

    async def handle(self, http: web.Request) -> web.StreamResponse:
        """Take one request, whatever becomes of it."""
        server = self._server
        request, broken = await self._read(http)
        server.requests.append(request)
        answer = server.faults.refuses(request)
        fault = None if answer else server.faults.strikes(request)
        headers, wait = server.buckets.take(request)
        if wait is not None and answer is None and fault is None:
            server.faults.too_early.append(request)
            answer = _too_many(request, wait)
        if answer is None and (fault is None or not fault.answers or fault.done):
            answer = self._error(request, broken) if broken else await self._work(request)
        if fault is not None:
            await asyncio.sleep(fault.delay)
            answer = self._struck(request, fault, answer, http)
        if answer is None:
            server.bell.ring()
            return web.Response(status=500)
        request.status, request.answer = answer.status, answer.body
        server.bell.ring()
        return _response(answer, headers)

    def _struck(
        self, request: Request, fault: Fault, answer: Answer | None, http: web.Request
    ) -> Answer | None:
        if fault.cut:
            reset(http.transport)
            return None
        if fault.status is None:
            return answer
        self._server.faults.close(request, fault)
        return fault.answer()

    async def _work(self, request: Request) -> Answer:
        try:
            self._check_request(request)
            answer = await self._handle(request)
        except ApiError as error:
            answer = self._error(request, error)
        if self._schema is not None and isinstance(answer.body, dict | list | None):
            wrong = self._schema.answer(request.method, request.path, answer.status, answer.body)
            for complaint in wrong:
                self._server.violations.append(
                    f"The server's own answer to {request.method} {request.path} "
                    f"({answer.status}): {complaint}"
                )
        return answer

    async def _handle(self, request: Request) -> Answer:
        for route in self._routes:
            args = route.pattern.match(request.path)
            if args is None or route.method != request.method:
                continue
            token = request.headers.get("authorization", "")
            if not route.open and token != f"Bot {self._server.token}":
                raise ApiError(0)
            return await route.handler(Call(self._server, request, args))
        raise ApiError(0, status=404, message="404: Not Found", violation=True)

    def _check_request(self, request: Request) -> None:
        if self._schema is None:
            return
        complaints = self._schema.request(
            request.method, request.path, request.query, request.body, multipart=request.multipart
        )
        found = list(complaints)
        if found:
            raise invalid_form(found)

    def _error(self, request: Request, error: ApiError) -> Answer:
        if error.violation:
            details = "; ".join(map(str, error.complaints)) or error.message
            self._server.violations.append(f"{request.method} {request.path}: {details}")
        return Answer(error.status, error.body)

    async def _read(self, http: web.Request) -> tuple[Request, ApiError | None]:
        request = Request(
            method=http.method,
            path=http.path.removeprefix("/api/v10"),
            query=dict(http.query),
            body=None,
            files=[],
            headers={key.lower(): value for key, value in http.headers.items()},
            at=self._server.clock.now(),
        )
        try:
            if http.content_type == "multipart/form-data":
                request.multipart = True
                await _read_parts(http, request)
            elif http.can_read_body:
                request.body = json.loads(await http.text())
        except ValueError:
            return request, ApiError(50109, violation=True)
        if request.body is not None and not request.multipart:
            sent = request.headers.get("content-type", "")
            if not sent.startswith("application/json"):
                wrong = Complaint((), "CONTENT_TYPE_INVALID", f"Not JSON but {sent!r}")
                return request, invalid_form([wrong])
        return request, None


def reset(transport: asyncio.BaseTransport | None) -> None:
    """Cut a connection the hard way: the other side sees a TCP reset."""
    if transport is None:
        return
    found = transport.get_extra_info("socket")
    if found is not None:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert isinstance(transport, asyncio.WriteTransport)
    transport.abort()


async def _read_parts(http: web.Request, request: Request) -> None:
    files: dict[int, File] = {}
    async for part in await http.multipart():
        assert isinstance(part, BodyPartReader)
        content = bytes(await part.read(decode=True))
        if part.name == "payload_json":
            request.body = json.loads(content)
        else:
            number = int(str(part.name).removeprefix("files[").removesuffix("]"))
            files[number] = (part.filename or "", content)
    request.files = [files[number] for number in sorted(files)]
    request.body = {} if request.body is None else request.body


def _too_many(request: Request, wait: float) -> Answer:
    fault = Fault(
        request.method, Pattern("/**"), 429, wait, True, 1, None, 0, False, None, False, False
    )
    return fault.answer()


def _response(answer: Answer, limits: dict[str, str]) -> web.Response:
    headers = limits | answer.headers
    if answer.body is None:
        return web.Response(status=answer.status, headers=headers)
    if isinstance(answer.body, str):
        return web.Response(
            status=answer.status, headers=headers, text=answer.body, content_type="text/plain"
        )
    # The library takes anything but exactly this type for text; a charset would be too much.
    return web.Response(
        status=answer.status,
        headers=headers,
        body=json.dumps(answer.body).encode(),
        content_type="application/json",
    )
