"""A Telegram Bot API server on loopback, strict both ways, that reads like a chat in tests.

It serves `/bot<token>/<method>` as the Bot API does, for the methods this project uses; a method it
does not know is refused. Where the official schema is at hand (REDFLAG_TEST_SPECS) every request
and every answer is checked against it; what is wrong is refused and noted in `violations`. People
write and press through `people`. It deliberately stores nothing and knows no media.
"""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

from tests.servers.telegram import schema as official
from tests.servers.telegram.faults import Fault
from tests.servers.telegram.methods import Methods, Refusal
from tests.servers.telegram.people import Group, Person

TOKEN = "123456789:AAFictional-token-of-the-loopback-server1"
Update = dict[str, Any]
Message = dict[str, Any]
_DEFAULT_KINDS_LACK = frozenset({"chat_member", "message_reaction", "message_reaction_count"})
_DECODED = (
    "reply_markup", "reply_parameters", "link_preview_options", "allowed_updates", "commands",
    "scope", "results", "button", "entities",
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One call of the bot."""

    method: str
    parameters: dict[str, Any]
    at: float


class TelegramServer:
    """The server; use it as an async context manager."""

    def __init__(self, schema: official.Schema | None = None) -> None:
        self.schema = schema
        self.token = TOKEN
        self.me: dict[str, Any] = {
            "id": 123456789,
            "is_bot": True,
            "first_name": "Redflag",
            "username": "redflag_test_bot",
            "can_join_groups": True,
            "can_read_all_group_messages": False,
            "supports_inline_queries": True,
            "can_connect_to_business": False,
            "has_main_web_app": False,
        }
        self.violations: list[str] = []
        self.requests: list[Request] = []
        self.too_early: list[Request] = []
        self.faults: list[Fault] = []
        self.people: dict[int, Person] = {}
        self.groups: dict[int, Group] = {}
        self.moved: dict[int, int] = {}
        self.sent: dict[int, list[Message]] = defaultdict(list)
        self.all_messages: dict[tuple[int, int], Message] = {}
        self.ids = itertools.count(1_000)
        self.numbers = itertools.count(5_000_000_001)
        self.methods = Methods(self)
        self.webhook: dict[str, Any] = {}
        self._consumed: dict[int, int] = defaultdict(int)
        self._updates: list[Update | str] = []
        self._update_ids = itertools.count(800_000_001)
        self._kinds: frozenset[str] | None = None
        self._poll: asyncio.Future[None] | None = None
        self._arrived: list[asyncio.Future[None]] = []
        self._not_before: dict[tuple[str, int], float] = {}
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._delivering: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        await self.listen()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._delivering:
            self._delivering.cancel()
            await asyncio.gather(self._delivering, return_exceptions=True)
        await self.stop_listening()

    @property
    def url(self) -> str:
        """What REDFLAG_TELEGRAM_API_URL is set to."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def is_polled(self) -> bool:
        """Whether a program waits for updates just now."""
        return self._poll is not None and not self._poll.done()

    async def listen(self) -> None:
        """Listen, again on the same port after an outage."""
        application = web.Application()
        application.router.add_route("*", "/bot{token}/{method}", self._serve)
        self._runner = web.AppRunner(application, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, reuse_address=True)
        await site.start()
        self._port = self._runner.addresses[0][1]

    async def stop_listening(self) -> None:
        """Go away, cutting every connection."""
        self._wake()
        if self._runner:
            await self._runner.cleanup()
            self._runner = None

    # What people do.

    def person(self, name: str = "Ann", *, username: str = "", language: str = "en") -> Person:
        """Somebody new, who has not started the bot yet."""
        one = Person(self, next(self.numbers), name, username, language)
        self.people[one.id] = one
        return one

    def group(self, title: str, **more: Any) -> Group:
        """A group; see `people.Group`."""
        one = Group(self, title, **more)
        self.groups[one.id] = one
        return one

    def deliver(self, update: Update) -> int:
        """Queue an update for the bot; its id."""
        update.setdefault("update_id", next(self._update_ids))
        self._check("Update", update, "update")
        self._updates.append(update)
        self._wake()
        if self.webhook and self._delivering is None:
            self._delivering = asyncio.create_task(self._post_updates())
        return int(update["update_id"])

    def deliver_raw(self, update: Update) -> int:
        """Queue something that is no valid update, with an id."""
        update.setdefault("update_id", next(self._update_ids))
        self._updates.append(update)
        self._wake()
        return int(update["update_id"])

    def fault(self, method: str, **more: Any) -> Fault:
        """Let something go wrong from now on; see `Fault`."""
        one = Fault(method, **more)
        self.faults.append(one)
        return one

    # What the bot did.

    def calls(self, method: str, **parameters: Any) -> list[Request]:
        """The calls of a method, with these parameters."""
        return [
            one
            for one in self.requests
            if one.method == method
            and all(one.parameters.get(name) == value for name, value in parameters.items())
        ]

    async def said(self, chat: int, count: int = 1, within: float = 10) -> list[Message]:
        """The next messages of the bot in a chat, after those told before."""
        start = self._consumed[chat]
        async with self._within(within, lambda: self._story(chat)):
            while len(self.sent[chat]) < start + count:
                await self.something()
        self._consumed[chat] = start + count
        return self.sent[chat][start : start + count]

    async def silence(self, chat: int, seconds: float = 0.7) -> None:
        """Fails where the bot says anything more in a chat for so long."""
        before = self._consumed[chat]
        await asyncio.sleep(seconds)
        assert len(self.sent[chat]) == before, self._story(chat)

    async def until(self, condition: Any, within: float = 10) -> None:
        """Wait until a condition on the server holds."""
        async with self._within(within, lambda: f"still not so; {self._story(0)}"):
            while not condition():
                await self.something()

    async def something(self) -> None:
        """Wait for the next request of the bot, a moment at most."""
        future = asyncio.get_running_loop().create_future()
        self._arrived.append(future)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(future, 0.2)

    @contextlib.asynccontextmanager
    async def _within(self, seconds: float, story: Any) -> Any:
        try:
            async with asyncio.timeout(seconds):
                yield
        except TimeoutError:
            raise AssertionError(story()) from None

    def _story(self, chat: int) -> str:
        texts = [one["text"] for one in self.sent[chat]] if chat else []
        last = [(one.method, one.parameters) for one in self.requests[-6:]]
        return f"the bot said {texts} there; last calls {last}; violations {self.violations}"

    # Serving.

    async def _serve(self, http: web.Request) -> web.StreamResponse:
        method = http.match_info["method"]
        if http.match_info["token"] != self.token:
            return _answer(401, {"ok": False, "error_code": 401, "description": "Unauthorized"})
        parameters = await _parameters(http)
        self._note(Request(method, parameters, time.monotonic()))
        fault = next((one for one in self.faults if one.strikes(method, parameters)), None)
        if fault and not fault.after:
            return await self._fail(fault, http, parameters)
        answer = await self._done(method, parameters)
        if fault:
            await self._fail(fault, http, parameters)
        return answer

    def _note(self, request: Request) -> None:
        if request.method != "getUpdates":
            self.requests.append(request)
        limited = request.method, request.parameters.get("chat_id", 0)
        if request.at < self._not_before.get(limited, 0):
            self.too_early.append(request)

    async def _done(self, method: str, parameters: dict[str, Any]) -> web.Response:
        problem = self.schema and self.schema.method_problem(method, parameters)
        if problem:
            self.violations.append(f"{method}: {problem}")
            return _refused(400, f"Bad Request: {problem}")
        try:
            if method == "getUpdates":
                result: Any = await self._get_updates(parameters)
                if isinstance(result, str):
                    body = f'{{"ok": true, "result": {result}}}'
                    return web.Response(text=body, content_type="application/json")
            else:
                result = self.methods.call(method, parameters)
        except Refusal as refusal:
            return _refused(refusal.status, refusal.description, refusal.parameters)
        finally:
            arrived, self._arrived = self._arrived, []
            for future in arrived:
                if not future.done():
                    future.set_result(None)
        self._check_answer(method, result)
        return _answer(200, {"ok": True, "result": result})

    async def _get_updates(self, parameters: dict[str, Any]) -> str | list[Update]:
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        if self._poll and not self._poll.done():
            self._poll.set_exception(
                Refusal(
                    409,
                    "Conflict: terminated by other getUpdates request; make sure that only one "
                    "bot instance is running",
                )
            )
        kinds = parameters.get("allowed_updates")
        self._kinds = frozenset(kinds) if kinds else None
        offset = int(parameters.get("offset", 0))
        self._updates = [one for one in self._updates if _id(one) >= offset]
        if not self._wanted():
            mine = self._poll = asyncio.get_running_loop().create_future()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(mine, float(parameters.get("timeout", 0)))
        return self._wanted()[: int(parameters.get("limit", 100))]

    def _wanted(self) -> list[Update]:
        return [one for one in self._updates if isinstance(one, dict) and self._allowed(one)]

    def _allowed(self, update: Update) -> bool:
        kinds = [name for name in update if name != "update_id"]
        if self._kinds is None:
            return not set(kinds) & _DEFAULT_KINDS_LACK
        return all(kind in self._kinds for kind in kinds)

    def _wake(self) -> None:
        if self._poll and not self._poll.done():
            self._poll.set_result(None)

    async def _post_updates(self) -> None:
        """Deliver to the webhook, in order, each until it is taken."""
        async with aiohttp.ClientSession() as session:
            while True:
                update = next(iter(self._wanted()), None)
                if update and await self._posted(session, update):
                    self._updates.remove(update)
                else:
                    await asyncio.sleep(0.02)

    async def _posted(self, session: aiohttp.ClientSession, update: Update) -> bool:
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        try:
            async with session.post(self.webhook["url"], json=update, headers=headers) as answer:
                return answer.status == 200
        except aiohttp.ClientError:
            return False

    async def _fail(
        self, fault: Fault, http: web.Request, parameters: dict[str, Any]
    ) -> web.StreamResponse:
        await asyncio.sleep(fault.delay)
        if fault.cut:
            assert http.transport is not None
            http.transport.abort()
            return web.Response()
        if fault.body is not None:
            return web.Response(status=fault.status, text=fault.body, content_type="text/html")
        more = {}
        if fault.retry_after is not None:
            limited = fault.method, parameters.get("chat_id", 0)
            self._not_before[limited] = time.monotonic() + fault.retry_after
            more = {"retry_after": fault.retry_after}
        status = 429 if more else fault.status
        return _refused(status, fault.description or "Too Many Requests", more)

    def _check(self, kind: str, value: object, what: str) -> None:
        problem = self.schema and self.schema.type_problem(kind, value)
        if problem:
            self.violations.append(f"{what} of this server: {problem}")

    def _check_answer(self, method: str, result: Any) -> None:
        if self.schema is None or method == "getUpdates":
            return  # each update was checked when it was delivered
        kinds: Iterable[str] = self.schema.returns(method)
        problems = [self.schema.type_problem(kind, result) for kind in kinds]
        if all(problems):
            self.violations.append(f"answer of this server to {method}: {problems[0]}")


def _id(update: Update | str) -> int:
    return int(update["update_id"]) if isinstance(update, dict) else 0


async def _parameters(http: web.Request) -> dict[str, Any]:
    """The parameters of a call, whichever way they came; JSON in them decoded."""
    pairs = dict(parse_qsl(http.query_string, keep_blank_values=True))
    if http.content_type == "application/json":
        pairs |= await http.json()
    elif http.can_read_body:
        pairs |= {name: str(value) for name, value in (await http.post()).items()}
    found: dict[str, Any] = dict(pairs)
    for name in _DECODED:
        if isinstance(found.get(name), str):
            found[name] = json.loads(found[name])
    for name in ("chat_id", "user_id", "message_id", "message_thread_id"):
        if isinstance(found.get(name), str) and found[name].lstrip("-").isdigit():
            found[name] = int(found[name])
    return found


def _answer(status: int, body: dict[str, Any]) -> web.Response:
    return web.json_response(body, status=status)


def _refused(
    status: int, description: str, parameters: dict[str, Any] | None = None
) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if parameters:
        body["parameters"] = parameters
    return _answer(status, body)
