"""Answers on their way: kept before they are sent, sent chat by chat, erased when they were.

Each chat has a lane: its letters leave in their order, and one that has to wait holds up no other.
What was put here leaves even if the process ends in between. Where the store cannot be used,
letters are sent from memory all the same.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Protocol

from bot.erasing import Erasing
from bot.errors import StoreError
from bot.store.outbox import Letter, Outbox

log = logging.getLogger(__name__)

_EVERY = 0.05
"""Seconds until a sent letter is erased: what the process may send twice when it is killed."""


class Attempt(Protocol):
    """What whoever sends a letter says of it."""

    async def begins(self) -> None:
        """It is about to be sent."""

    async def failed(self) -> None:
        """The platform has surely not taken it."""


Deliver = Callable[[Letter, Attempt], Awaitable[bool]]


class _First:
    """A letter of this run: where it ends, the letter is there, and may have been sent."""

    async def begins(self) -> None:
        """Nothing need be said."""

    async def failed(self) -> None:
        """Nor here."""


class _Again:
    """A letter that an earlier run may have sent: marked before it is sent once more."""

    def __init__(self, outbox: Outbox, platform: str, letter: Letter) -> None:
        self._outbox = outbox
        self._platform = platform
        self._letter = letter

    async def begins(self) -> None:
        await self._mark(resent=True)

    async def failed(self) -> None:
        await self._mark(resent=False)

    async def _mark(self, *, resent: bool) -> None:
        try:
            await self._outbox.mark(self._platform, self._letter, resent=resent)
        except StoreError as error:
            log.warning("a letter that may be there already is not marked: %s", error)


class Outgoing:
    """The letters of one platform.

    `deliver` sends one, waiting as long as it takes: True when it is done with, sent or given up;
    False where it is to be kept for the next start. It says of each try that it begins, and
    whether the platform has surely not taken the letter.
    """

    def __init__(self, outbox: Outbox, platform: str, deliver: Deliver) -> None:
        self._outbox = outbox
        self._platform = platform
        self._deliver = deliver
        self._lanes: dict[str, deque[tuple[Letter, Attempt]]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._sent = Erasing[Letter](lambda some: outbox.sent(platform, some), _EVERY)

    @property
    def waiting(self) -> int:
        """Letters that have not left."""
        return sum(len(lane) for lane in self._lanes.values())

    async def put(self, handled: Iterable[str], letters: Sequence[Letter], now: int) -> None:
        """Erase the events that were handled, keep their answers, and send these."""
        try:
            await self._outbox.put(self._platform, handled, letters, now)
        except StoreError as error:
            log.warning("answers are sent without being kept: %s", error)
        for letter in letters:
            self._admit(letter, _First())

    async def resume(self) -> None:
        """Send what was left when the last run ended."""
        try:
            left = await self._outbox.left(self._platform)
        except StoreError as error:
            log.warning("what the last run did not send cannot be read: %s", error)
            return
        for letter in left:
            self._admit(letter, _Again(self._outbox, self._platform, letter))

    async def drain(self) -> None:
        """Wait until everything has left."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """End the lanes where they are; what has not left is sent at the next start."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._sent.close()

    def _admit(self, letter: Letter, attempt: Attempt) -> None:
        lane = self._lanes.get(letter.chat)
        if lane is not None:
            lane.append((letter, attempt))
            return
        self._lanes[letter.chat] = deque([(letter, attempt)])
        task = asyncio.create_task(self._serve(letter.chat))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _serve(self, chat: str) -> None:
        lane = self._lanes[chat]
        try:
            while lane:
                letter, attempt = lane[0]
                if await self._delivered(letter, attempt):
                    self._sent.add([letter])
                lane.popleft()
                if lane:
                    # Of a chat's letters only one may be sent and not erased when we are killed.
                    await self._sent.flush()
        finally:
            del self._lanes[chat]

    async def _delivered(self, letter: Letter, attempt: Attempt) -> bool:
        try:
            return await self._deliver(letter, attempt)
        except Exception:
            # Of one letter that trips us up the others in the lane must not suffer.
            log.exception("a letter was not sent")
            return True
