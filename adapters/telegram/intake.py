"""Updates in: kept before Telegram is told, parsed each alone, handled in order chat by chat.

A batch is committed to the inbox as it came; only then may Telegram consider it delivered. One
update that cannot be read costs nobody else anything. Each chat has a lane of its own: what is said
in it is handled in its order, and a lane that waits (for Telegram, or for the rest of a case) holds
up no other. Where the database cannot be used, messages are handled from memory all the same.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import Any

from telegram import Bot, Update
from telegram.error import InvalidToken

from adapters.telegram.parse import PLATFORM, Asked, Event, Glanced, Me, parse
from bot.app import App
from bot.cases import HOLD, may_be_a_comment
from bot.errors import StoreError
from bot.handled import Handled
from bot.store.inbox import Arrival

log = logging.getLogger(__name__)

MOST_WAITING = 2_000
"""Events in memory above which no more are taken from Telegram, which keeps them meanwhile."""
MOST_IN_A_LANE = 40
"""Events of one chat that wait at the most: one that floods must not fill the room of all."""

Raw = Mapping[str, Any]
Handle = Callable[[Sequence[Event]], Awaitable[None]]


class Intake:
    """The lanes of one bot. `handle` gets one case (or press, or change) at a time."""

    def __init__(self, app: App, bot: Bot, me: Me, handle: Handle) -> None:
        self._app = app
        self._bot = bot
        self._me = me
        self._handle = handle
        self._lanes: dict[int, _Lane] = {}
        self._handled = Handled(app.store.inbox, PLATFORM)
        self._served = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def waiting(self) -> int:
        """Events that are not handled yet."""
        return sum(len(lane.events) for lane in self._lanes.values())

    @property
    def is_full(self) -> bool:
        """Whether nothing more should be taken in for now."""
        return self.waiting > MOST_WAITING

    async def room(self) -> None:
        """Wait while it is full."""
        while self.is_full:
            self._served.clear()
            await self._served.wait()

    async def resume(self) -> None:
        """Take up what had arrived and was not handled when the last run ended."""
        try:
            left = await self._app.store.inbox.unhandled(PLATFORM)
        except StoreError as error:
            log.warning("what was left of the last run cannot be read: %s", error)
            return
        for arrival in left:
            self._admit(arrival)

    async def accept(self, batch: Iterable[Raw]) -> None:
        """Keep a batch, then hand it on. When this returns, Telegram may consider it delivered."""
        arrivals = [
            Arrival(str(raw["update_id"]), json.dumps(raw, ensure_ascii=True)) for raw in batch
        ]
        try:
            new = await self._app.store.inbox.keep(PLATFORM, arrivals, self._app.clock())
        except StoreError as error:
            log.warning("updates are handled without being kept: %s", error)
            new = tuple(arrivals)
        for arrival in new:
            self._admit(arrival)

    async def drain(self) -> None:
        """Wait until everything taken in was handled."""
        await self._idle.wait()

    async def close(self) -> None:
        """End the lanes where they are; what they had not handled stays in the inbox."""
        tasks = [lane.task for lane in self._lanes.values() if lane.task]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._handled.close()

    def _admit(self, arrival: Arrival) -> None:
        try:
            update = Update.de_json(json.loads(arrival.raw), self._bot)
            event = parse(update, self._me)
        except Exception as error:
            # Whatever the library or we trip over, the next update must not.
            log.warning("update %s cannot be read (%s)", arrival.event, type(error).__name__)
            event = None
        if event is None:
            self._handled.add([arrival.event])
            return
        chat = 0 if isinstance(event, Glanced) else event.place.chat
        key = chat or int(arrival.event)  # what is typed inline waits for nobody
        lane = self._lanes.setdefault(key, _Lane())
        if len(lane.events) >= MOST_IN_A_LANE:
            log.warning("a chat says more than can be answered; an update of it is dropped")
            self._handled.add([arrival.event])
            return
        lane.events.append((arrival.event, event))
        lane.more.set()
        self._idle.clear()
        if lane.task is None:
            lane.task = asyncio.create_task(self._serve(key, lane))

    async def _serve(self, key: int, lane: _Lane) -> None:
        try:
            while lane.events:
                taken = await lane.next_case()
                try:
                    await self._handle([event for _, event in taken])
                except InvalidToken:
                    log.error("telegram: %s", "an answer is refused with the token; it is kept")
                    return  # not handled: the next start answers it
                except Exception:
                    log.exception("an update of Telegram was not handled")
                self._handled.add([number for number, _ in taken])
                self._served.set()
        finally:
            del self._lanes[key]
            if not self._lanes:
                self._idle.set()


class _Lane:
    """The events of one chat that wait, in their order."""

    def __init__(self) -> None:
        self.events: deque[tuple[str, Event]] = deque()
        self.more = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    async def next_case(self) -> list[tuple[str, Event]]:
        """The next event, with those that follow it as parts of the same case."""
        taken = [self.events.popleft()]
        while await self._follows(taken[-1][1]):
            taken.append(self.events.popleft())
        return taken

    async def _follows(self, last: Event) -> bool:
        """Whether the next event goes on with the last; waits a moment where it may still come."""
        if not isinstance(last, Asked) or not _may_go_on(last):
            return False
        if not self.events:
            self.more.clear()
            try:
                await asyncio.wait_for(self.more.wait(), HOLD)
            except TimeoutError:
                return False
        following = self.events[0][1]
        if not isinstance(following, Asked) or following.edited:
            return False
        if last.album:
            return following.album == last.album
        return last.message.origin is None and following.message.origin is not None


def _may_go_on(last: Asked) -> bool:
    """A short comment in a private chat, or a part of an album."""
    if last.edited or last.message.press or last.message.text.startswith("/"):
        return False
    return bool(last.album) or may_be_a_comment(last.message)
