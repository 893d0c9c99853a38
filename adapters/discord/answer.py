"""The answer to one interaction: acknowledged in time, whatever it waits for.

Discord wants the first word within three seconds, or the person reads that the bot does not
respond. What is not answered soon is deferred first: a command shows that the bot is thinking, a
button shows nothing. The token lives a quarter of an hour; what comes later, or finds the
interaction lost, becomes a message of its own, in private.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from enum import Enum, auto
from typing import Any

from adapters.discord.parse import Ticket, moment
from adapters.discord.render import HIDDEN, Page, body
from adapters.discord.rest import OutageError, RefusedError, Rest
from adapters.discord.send import Sender

log = logging.getLogger(__name__)

DEFER_AFTER = 0.6
"""Seconds after which an interaction that is not answered is deferred."""
_FIRST_WORD = 2.6
"""Seconds in which the first word must have arrived; Discord's own limit is three."""
_LIFE_MS = 14 * 60_000
_LATER = 30.0
"""Seconds for which what follows the first word is tried."""
_MESSAGE, _DEFERRED, _DEFERRED_UPDATE, _UPDATE, _CHOICES, _FORM = 4, 5, 6, 7, 8, 9
_ACKNOWLEDGED, _UNKNOWN_MESSAGE = 40060, 10008
_GONE = (10062, 10015, 50027)
"""The interaction is unknown or its token has expired."""


class _State(Enum):
    NEW = auto()
    DEFERRED = auto()
    ANSWERED = auto()
    LOST = auto()


class Answer:
    """Answers one interaction; made when it comes in."""

    def __init__(self, rest: Rest, sender: Sender, application: str, ticket: Ticket) -> None:
        self._rest = rest
        self._sender = sender
        self._hook = f"/webhooks/{application}/{ticket.token}"
        self._ticket = ticket
        self._until = asyncio.get_running_loop().time() + _FIRST_WORD
        self._state = _State.NEW
        self._spoken = asyncio.Event()
        self._lock = asyncio.Lock()
        self._sent = 0

    async def watch(self) -> None:
        """Defer where nothing was answered soon."""
        try:
            async with asyncio.timeout(DEFER_AFTER):
                await self._spoken.wait()
        except TimeoutError:
            await self._defer()

    async def _defer(self) -> None:
        async with self._lock:
            if self._state is not _State.NEW:
                return
            if self._ticket.source:
                await self._first_word(_DEFERRED_UPDATE, None)
            else:
                # Whether others may read the answer is not known yet: it may be a refusal.
                hidden = {"flags": HIDDEN} if self._ticket.among_others else {}
                await self._first_word(_DEFERRED, hidden)
            if self._is(_State.ANSWERED):
                self._state = _State.DEFERRED

    async def show(
        self, pages: Sequence[Page], now: int, *, hidden: bool, replaces: bool = False
    ) -> None:
        """Show pages to the person; the first in the place of the message where it `replaces`.

        Args: `now`, epoch ms; `hidden`, nobody else may see them.
        """
        async with self._lock:
            if now - moment(self._ticket.id) > _LIFE_MS:
                self._state = _State.LOST
            for page in pages:
                await self._show(page, hidden=hidden, replaces=replaces)
                replaces = False
                self._sent += 1

    async def open(self, form: dict[str, Any]) -> None:
        """Show a form; only a first word can."""
        async with self._lock:
            if self._state is _State.NEW:
                await self._first_word(_FORM, form)

    async def offer(self, choices: Sequence[dict[str, Any]]) -> None:
        """Offer what may be meant by what is typed."""
        async with self._lock:
            await self._first_word(_CHOICES, {"choices": list(choices)})

    async def _show(self, page: Page, *, hidden: bool, replaces: bool) -> None:
        replaces = replaces and self._ticket.source is not None
        if self._state is _State.NEW:
            kind = _UPDATE if replaces else _MESSAGE
            await self._first_word(kind, _changed(page) if replaces else body(page, hidden=hidden))
            if self._is(_State.ANSWERED):
                return
        if not self._is(_State.LOST):
            await self._follow(page, hidden=hidden, replaces=replaces)
        if self._is(_State.LOST):
            await self._elsewhere(page, replaces=replaces)

    def _is(self, state: _State) -> bool:
        """Asked anew after every word: each may have changed it."""
        return self._state is state

    async def _first_word(self, kind: int, data: dict[str, Any] | None) -> None:
        """The one response there may be."""
        path = f"/interactions/{self._ticket.id}/{self._ticket.token}/callback"
        said: dict[str, Any] = {"type": kind} if data is None else {"type": kind, "data": data}
        within = self._until - asyncio.get_running_loop().time()
        self._spoken.set()
        try:
            await self._rest.hook("POST", path, within=within, body=said)
        except RefusedError as error:
            if error.code == _ACKNOWLEDGED:
                # Our own earlier try, whose receipt was lost; or that of a run that has ended.
                self._state = _State.ANSWERED if error.again else _State.DEFERRED
                return
            log.warning("an interaction is not answered: %s", error)
            self._state = _State.LOST
        except OutageError as error:
            log.warning("an interaction is not answered in time: %s", error)
            self._state = _State.LOST
        else:
            self._state = _State.ANSWERED

    async def _follow(self, page: Page, *, hidden: bool, replaces: bool) -> None:
        """Whatever comes after the first word."""
        fills = self._state is _State.DEFERRED and (replaces or not self._ticket.source)
        try:
            if fills:
                await self._later("PATCH", f"{self._hook}/messages/@original", _changed(page))
            else:
                await self._later("POST", self._hook, body(page, hidden=hidden))
        except RefusedError as error:
            if error.code == _UNKNOWN_MESSAGE and fills:
                self._state = _State.ANSWERED
                await self._follow(page, hidden=hidden, replaces=False)
            elif error.code in _GONE:
                self._state = _State.LOST
            else:
                log.warning("what follows an answer is not taken: %s", error)
        except OutageError as error:
            log.warning("what follows an answer goes elsewhere: %s", error)
            self._state = _State.LOST
        else:
            self._state = _State.ANSWERED

    async def _later(self, method: str, path: str, said: dict[str, Any]) -> None:
        await self._rest.hook(method, path, within=_LATER, body=said)

    async def _elsewhere(self, page: Page, *, replaces: bool) -> None:
        ticket = self._ticket
        if replaces and ticket.source and ticket.shown:
            replaces = await self._sender.edit(ticket.channel, ticket.source, page)
        else:
            replaces = False
        if not replaces:
            await self._sender.direct(ticket.person, page, f"{ticket.id}.{self._sent}")


def _changed(page: Page) -> dict[str, Any]:
    """A page as the body of an edit: who sees a message cannot be changed any more."""
    changed = body(page)
    changed.pop("flags")
    return changed
