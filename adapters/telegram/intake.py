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
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from telegram import Bot, Update
from telegram.error import InvalidToken

from adapters.telegram.letters import Written
from adapters.telegram.parse import PLATFORM, Asked, Event, Glanced, Me, parse
from bot.app import App
from bot.attempts import GivenUpError, Suspects, attempted, buried
from bot.cases import HOLD, may_be_a_comment
from bot.erasing import Erasing
from bot.errors import StoreError
from bot.outgoing import Outgoing
from bot.store.inbox import Arrival
from bot.store.outbox import Letter

log = logging.getLogger(__name__)

MOST_WAITING = 2_000
"""Events in memory above which no more are taken from Telegram, which keeps them meanwhile."""
MOST_IN_A_LANE = 40
"""Events of one chat that wait at the most: one that floods must not fill the room of all."""

REVIVED_EVERY = 20.0
"""Seconds between looks for dead letters that the operator wants tried again."""

Raw = Mapping[str, Any]


class Answering(Protocol):
    """Who handles the events; see `adapters.telegram.face`."""

    async def handle(self, events: Sequence[Event]) -> Sequence[Written]:
        """Handle one case (or press, or change); what is to be sent."""

    def excuse(self, events: Sequence[Event], number: str) -> Sequence[Written]:
        """What is to be sent where all handling failed."""


class Intake:
    """The lanes of one bot. `face` gets one case (or press, or change) at a time."""

    def __init__(self, app: App, bot: Bot, me: Me, face: Answering, outgoing: Outgoing) -> None:
        self._app = app
        self._bot = bot
        self._me = me
        self._face = face
        self._outgoing = outgoing
        self._lanes: dict[int, _Lane] = {}
        inbox = app.store.inbox
        self._suspects = Suspects(inbox, PLATFORM, app.clock)
        self._passed_over = Erasing[str](lambda some: inbox.handled(PLATFORM, some))
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
            self._admit(arrival, arrival.tries)

    async def watch_revived(self) -> None:
        """Take up dead letters that the operator wants tried again, until cancelled."""
        while True:
            await asyncio.sleep(REVIVED_EVERY)
            try:
                for arrival in await self._app.store.inbox.revived(PLATFORM):
                    self._admit(arrival, arrival.tries)
            except StoreError as error:
                log.warning("revived letters cannot be read: %s", error)

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
        await self._passed_over.close()

    def _admit(self, arrival: Arrival, tries: int | None = None) -> None:
        try:
            update = Update.de_json(json.loads(arrival.raw), self._bot)
            event = parse(update, self._me)
        except Exception as error:
            # Whatever the library or we trip over, the next update must not.
            log.warning("update %s cannot be read (%s)", arrival.event, type(error).__name__)
            event = None
        if event is None:
            self._passed_over.add([arrival.event])
            return
        chat = 0 if isinstance(event, Glanced) else event.place.chat
        key = chat or int(arrival.event)  # what is typed inline waits for nobody
        lane = self._lanes.setdefault(key, _Lane())
        if len(lane.events) >= MOST_IN_A_LANE:
            log.warning("a chat says more than can be answered; an update of it is dropped")
            self._passed_over.add([arrival.event])
            return
        lane.events.append(_Waiting(arrival.event, event, tries))
        lane.more.set()
        self._idle.clear()
        if lane.task is None:
            lane.task = asyncio.create_task(self._serve(key, lane))

    async def _serve(self, key: int, lane: _Lane) -> None:
        try:
            while lane.events:
                taken = await lane.next_case()
                try:
                    await self._handle(taken)
                except InvalidToken:
                    log.error("telegram: %s", "the token is refused; updates are kept")
                    return  # not handled: the next start answers it
                self._served.set()
        finally:
            del self._lanes[key]
            if not self._lanes:
                self._idle.set()

    async def _handle(self, taken: Sequence[_Waiting]) -> None:
        """Handle a case unless it is to be left alone.

        Raises: InvalidToken, which ends the face.
        """
        async with self._suspects.one(taken[0].id, taken[0].tries) as may_begin:
            if may_begin:
                await self._answer(taken)

    async def _answer(self, taken: Sequence[_Waiting]) -> None:
        """Handle a case in a few tries, then put its answers on their way."""
        ids, events = [one.id for one in taken], [one.event for one in taken]
        now = self._app.clock()
        try:
            letters = await attempted(lambda: self._face.handle(events), (InvalidToken,))
        except GivenUpError as error:
            await buried(self._app.store.inbox, PLATFORM, ids, error, now)
            ids, letters = [], self._face.excuse(events, error.number)
        await self._outgoing.put(
            ids,
            [
                Letter(taken[0].id, number, str(one.place.chat), str(one))
                for number, one in enumerate(letters)
            ],
            now,
        )


@dataclass(frozen=True, slots=True)
class _Waiting:
    """An event in its lane; `tries` of earlier runs, None where this one took it in."""

    id: str
    event: Event
    tries: int | None


class _Lane:
    """The events of one chat that wait, in their order."""

    def __init__(self) -> None:
        self.events: deque[_Waiting] = deque()
        self.more = asyncio.Event()
        self.task: asyncio.Task[None] | None = None

    async def next_case(self) -> list[_Waiting]:
        """The next event, with those that follow it as parts of the same case."""
        taken = [self.events.popleft()]
        while await self._follows(taken[-1].event):
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
        following = self.events[0].event
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
