"""A Bot API server that only makes load: as lean as it can be, and with no opinion.

It hands out private messages and counts what comes back. Nothing is checked and nothing stored; any
token is right and any method it does not know succeeds. For strictness there is `TelegramServer`.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections import deque
from typing import Any

from aiohttp import web

Json = dict[str, Any]


ME: Json = {
    "id": 123456,
    "is_bot": True,
    "first_name": "Redflag",
    "username": "redflag_test_bot",
    "can_join_groups": True,
    "can_read_all_group_messages": False,
    "supports_inline_queries": True,
}
BATCH = 100
_DONE = '{"ok":true,"result":true}'


class LoadServer:
    def __init__(self) -> None:
        self._waiting: deque[tuple[int, str]] = deque()
        self._next_id = 1
        self._poll: asyncio.Future[None] | None = None
        self._received = 0
        self._expected = 0
        self._began = 0.0
        self._last = 0.0
        self._said: dict[int, float] = {}
        self._accepted: list[float] = []
        self._answered: list[float] = []
        self._held = 0
        self._not_before = 0.0
        self._early = 0

    def application(self) -> web.Application:
        app = web.Application()
        app.router.add_post("/control/load", self._load)
        app.router.add_post("/control/stream", self._stream)
        app.router.add_get("/control/state", self._state)
        app.router.add_route("*", "/bot{token:[^/]*}/{method}", self._method)
        return app

    async def _load(self, http: web.Request) -> web.Response:
        order = await http.json()
        count, chats = int(order["messages"]), max(int(order.get("chats", 1)), 1)
        text = str(order.get("text", "hello"))
        self._received, self._expected = 0, count
        date = int(time.time())
        for number in range(count):
            chat_id = 1_000_000 + number % chats
            self._waiting.append((self._next_id, _message(self._next_id, chat_id, date, text)))
            self._next_id += 1
        self._began = self._last = time.perf_counter()
        if self._poll is not None and not self._poll.done():
            self._poll.set_result(None)
        return web.json_response({"queued": count})

    async def _stream(self, http: web.Request) -> web.Response:
        """Say so many messages a second for so long; one chat is told to wait at every try."""
        order = await http.json()
        rate, seconds, chats = int(order["rate"]), float(order["seconds"]), int(order["chats"])
        self._received = self._early = 0
        self._said, self._accepted, self._answered = {}, [], []
        self._held = 1_000_000
        self._not_before = 0.0
        began = time.perf_counter()
        for number in range(int(rate * seconds)):
            await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
            text = _message(
                self._next_id, 1_000_000 + number % chats, int(time.time()), order["text"]
            )
            self._said[self._next_id] = time.perf_counter()
            self._waiting.append((self._next_id, text))
            self._next_id += 1
            if self._poll is not None and not self._poll.done():
                self._poll.set_result(None)
        self._expected = sum(number % chats != 0 for number in range(int(rate * seconds)))
        return web.json_response({"said": len(self._said)})

    def _hold(self, chat: int) -> float:
        """Seconds that a chat has to wait; what comes too early is counted."""
        if chat != self._held:
            return 0.0
        now = time.perf_counter()
        self._early += now < self._not_before - 0.02
        self._not_before = now + 5
        return 5.0

    async def _state(self, _: web.Request) -> web.Response:
        seconds = self._last - self._began
        return web.json_response(
            {
                "received": self._received,
                "expected": self._expected,
                "waiting": len(self._waiting),
                "seconds": seconds,
                "per_second": self._received / seconds if seconds else 0.0,
                "accepted": sorted(self._accepted),
                "answered": sorted(self._answered),
                "early": self._early,
            }
        )

    async def _method(self, http: web.Request) -> web.Response:
        name = http.match_info["method"]
        if name == "sendMessage":
            params = await _parameters(http)
            wait = self._hold(int(params["chat_id"]))
            if wait:
                return _json(
                    f'{{"ok":false,"error_code":429,"description":"Too Many Requests",'
                    f'"parameters":{{"retry_after":{int(wait)}}}}}',
                    429,
                )
            self._received += 1
            answers = json.loads(params.get("reply_parameters") or "{}").get("message_id")
            if answers in self._said:
                self._answered.append(time.perf_counter() - self._said[answers])
            self._last = time.perf_counter()
            return _json(_sent(self._received, params))
        if name == "getUpdates":
            return _json(await self._updates(await _parameters(http)))
        if name == "getMe":
            return _json(json.dumps({"ok": True, "result": ME}))
        await http.read()
        return _json(_DONE)

    async def _updates(self, params: Json) -> str:
        offset = int(params.get("offset", 0))
        while self._waiting and self._waiting[0][0] < offset:
            number, _ = self._waiting.popleft()
            if number in self._said:
                self._accepted.append(time.perf_counter() - self._said[number])
        timeout = float(params.get("timeout", 0))
        if not self._waiting and timeout:
            self._poll = asyncio.get_running_loop().create_future()
            await asyncio.wait([self._poll], timeout=min(timeout, 50))
        batch = [text for _, (__, text) in zip(range(BATCH), self._waiting, strict=False)]
        return f'{{"ok":true,"result":[{",".join(batch)}]}}'


async def _parameters(http: web.Request) -> Json:
    if http.content_type == "application/json":
        return dict(await http.json())
    return dict(http.query) | dict(await http.post())


def _message(update_id: int, chat_id: int, date: int, text: str) -> str:
    person = {"id": chat_id, "is_bot": False, "first_name": "Ann", "language_code": "en"}
    message = {
        "message_id": update_id,
        "date": date,
        "chat": {"id": chat_id, "type": "private", "first_name": "Ann"},
        "from": person,
        "text": text,
    }
    return json.dumps({"update_id": update_id, "message": message}, ensure_ascii=False)


def _sent(number: int, params: Json) -> str:
    chat = {"id": int(params["chat_id"]), "type": "private", "first_name": "Ann"}
    message = {"message_id": number, "date": int(time.time()), "chat": chat, "text": "ok"}
    return json.dumps({"ok": True, "result": message})


def _json(text: str, status: int = 200) -> web.Response:
    return web.Response(status=status, body=text.encode(), content_type="application/json")
