"""Events in: read each alone, kept before they count as taken, handled in order person by person.

What is not for us is forgotten where it is read. What is, lies in the inbox until it was handled,
so that the end of the process loses nothing; an event that Discord tells twice is dropped. Keeping
and handling may take their time: an interaction's first word does not wait for either. Each person
has a lane: what one says is handled in its order and holds up nobody else. Where the database
cannot be used, events are handled from memory all the same.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections import OrderedDict, deque
from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from adapters.discord.answer import Answer
from adapters.discord.content import Raw
from adapters.discord.parse import PLATFORM, Asked, Event, Opened, Ticket, Typed, Used
from bot.app import App
from bot.attempts import GivenUpError, Suspects, attempted, buried
from bot.cases import HOLD, may_be_a_comment
from bot.erasing import Erasing
from bot.errors import StoreError
from bot.store.inbox import Arrival

log = logging.getLogger(__name__)

MOST_WAITING = 2_000
"""Events in memory above which the gateway is not read for a while."""
MOST_IN_A_LANE = 40
"""Events of one person that wait at the most: one who floods must not fill the room of all."""
REVIVED_EVERY = 20.0
"""Seconds between looks for dead letters that the operator wants tried again."""
_REMEMBERED = 5_000


@dataclass(frozen=True, slots=True)
class Taken:
    """An event that is to be handled, and what answers it where it is an interaction."""

    event: Event
    answer: Answer | None


@dataclass(frozen=True, slots=True)
class _Entry:
    """An event in its lane; `tries` of earlier runs, None where this one took it in."""

    id: str
    taken: Taken
    tries: int | None = None


Parse = Callable[[str, Raw], Event | None]


class Answering(Protocol):
    """Who handles the events; see `adapters.discord.face`."""

    async def handle(self, taken: Sequence[Taken]) -> None:
        """Handle the parts of one case, or one interaction."""

    async def excuse(self, taken: Taken, number: str) -> None:
        """All handling failed; the number stands in the log."""

    async def too_many(self, taken: Taken) -> None:
        """An event is dropped, because its person says more than can be answered."""


class Intake:
    """The lanes of one bot. `face` gets one case, or one interaction, at a time."""

    def __init__(
        self, app: App, parse: Parse, answering: Callable[[Ticket], Answer], face: Answering
    ) -> None:
        self._app = app
        self._parse = parse
        self._answering = answering
        self._face = face
        self._arrived: deque[tuple[Arrival, Taken]] = deque()
        self._lanes: dict[str, _Lane] = {}
        self._admitted = 0
        self._known: OrderedDict[str, None] = OrderedDict()
        inbox = app.store.inbox
        self._suspects = Suspects(inbox, PLATFORM, app.clock)
        self._handled = Erasing[str](lambda some: inbox.handled(PLATFORM, some))
        self._tasks: set[asyncio.Task[None]] = set()
        self._keeping: asyncio.Task[None] | None = None
        self._served = asyncio.Event()

    @property
    def waiting(self) -> int:
        """Events that are not handled yet."""
        return len(self._arrived) + self._admitted

    async def room(self) -> None:
        """Wait while there is too much in memory."""
        while self.waiting > MOST_WAITING:
            self._served.clear()
            await self._served.wait()

    def take(self, name: str, raw: Raw) -> None:
        """Take an event of the gateway, or of a history; returns at once and never raises."""
        event = self._read(name, raw)
        if event is None:
            return
        if isinstance(event, (Opened, Typed)):
            # Nothing to keep: whoever opened or typed this sees at once whether it came.
            self._start(self._handled_at_once(Taken(event, self._answering(event.ticket))))
            return
        id_ = event.message.id
        if id_ in self._known:
            return
        self._remember(id_)
        taken = self._taken(event)
        kept = json.dumps({"t": name, "d": raw}, ensure_ascii=True)
        self._arrived.append((Arrival(id_, kept), taken))
        if self._keeping is None:
            self._keeping = self._start(self._keep())

    async def resume(self) -> None:
        """Take up what had arrived and was not handled when the last run ended."""
        try:
            left = await self._app.store.inbox.unhandled(PLATFORM)
        except StoreError as error:
            log.warning("what was left of the last run cannot be read: %s", error)
            return
        self._take_up(left)

    async def watch_revived(self) -> None:
        """Take up dead letters that the operator wants tried again, until cancelled."""
        while True:
            await asyncio.sleep(REVIVED_EVERY)
            try:
                self._take_up(await self._app.store.inbox.revived(PLATFORM))
            except StoreError as error:
                log.warning("revived letters cannot be read: %s", error)

    def _take_up(self, left: Sequence[Arrival]) -> None:
        for arrival in left:
            stored = json.loads(arrival.raw)
            event = self._read(stored["t"], stored["d"])
            if isinstance(event, (Asked, Used)):
                self._remember(arrival.event)
                self._admit(_Entry(arrival.event, self._taken(event), arrival.tries))
            else:
                self._handled.add([arrival.event])

    async def drain(self) -> None:
        """Wait until everything taken in was handled."""
        while self._tasks:
            await asyncio.wait(self._tasks)

    async def close(self) -> None:
        """End the lanes where they are; what they had not handled stays in the inbox."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._handled.close()

    def _read(self, name: str, raw: Raw) -> Event | None:
        try:
            return self._parse(name, raw)
        except Exception as error:
            # Whatever is wrong with this event, the next must not suffer from it.
            log.warning("an event %s cannot be read (%s)", name, type(error).__name__)
            return None

    def _taken(self, event: Asked | Used) -> Taken:
        if isinstance(event, Asked):
            return Taken(event, None)
        answer = self._answering(event.ticket)
        self._start(answer.watch())
        return Taken(event, answer)

    async def _keep(self) -> None:
        """Keep what arrived, as many at once as there are, then hand it on."""
        try:
            while self._arrived:
                some = list(self._arrived)
                arrivals = [arrival for arrival, _ in some]
                try:
                    new = await self._app.store.inbox.keep(PLATFORM, arrivals, self._app.clock())
                except StoreError as error:
                    log.warning("events are handled without being kept: %s", error)
                    new = tuple(arrivals)
                fresh = {one.event for one in new}
                for arrival, taken in some:
                    self._arrived.popleft()
                    if arrival.event in fresh:
                        self._admit(_Entry(arrival.event, taken))
        finally:
            self._keeping = None

    def _admit(self, entry: _Entry) -> None:
        event = entry.taken.event
        assert isinstance(event, (Asked, Used))  # noqa: S101 - the others are not kept
        key = event.message.author.id
        lane = self._lanes.setdefault(key, _Lane())
        if len(lane.entries) >= MOST_IN_A_LANE:
            log.warning("somebody says more than can be answered; an event is dropped")
            self._handled.add([entry.id])
            self._start(self._face.too_many(entry.taken))
            return
        lane.entries.append(entry)
        self._admitted += 1
        lane.more.set()
        if not lane.serving:
            lane.serving = True
            self._start(self._serve(key, lane))

    async def _serve(self, key: str, lane: _Lane) -> None:
        try:
            while lane.entries:
                entries = await lane.next_case()
                try:
                    await self._handle(entries)
                except Exception:
                    # Not even an excuse could be made; the next of this person is not to suffer.
                    log.exception("an event of Discord was not handled")
                self._admitted -= len(entries)
                self._served.set()
        finally:
            del self._lanes[key]

    async def _handle(self, entries: Sequence[_Entry]) -> None:
        """Handle a case unless it is to be left alone."""
        async with self._suspects.one(entries[0].id, entries[0].tries) as may_begin:
            if may_begin:
                await self._answer(entries)

    async def _answer(self, entries: Sequence[_Entry]) -> None:
        """Handle a case in a few tries; what was handled, sent by then, is erased."""
        ids, taken = [one.id for one in entries], [one.taken for one in entries]
        try:
            await attempted(lambda: self._face.handle(taken))
        except GivenUpError as error:
            now = self._app.clock()
            await buried(self._app.store.inbox, PLATFORM, ids, error, now)
            await self._face.excuse(taken[0], error.number)
        else:
            self._handled.add(ids)

    async def _handled_at_once(self, taken: Taken) -> None:
        try:
            await self._face.handle([taken])
        except Exception:
            # A form or a suggestion that does not open is seen at once, and asked for again.
            log.exception("an event of Discord was not handled")

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _remember(self, event: str) -> None:
        self._known[event] = None
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


class _Lane:
    """The events of one person that wait, in their order."""

    def __init__(self) -> None:
        self.entries: deque[_Entry] = deque()
        self.more = asyncio.Event()
        self.serving = False

    async def next_case(self) -> list[_Entry]:
        """The next event, with the forward that belongs to it."""
        taken = [self.entries.popleft()]
        while await self._follows(taken[-1].taken.event):
            taken.append(self.entries.popleft())
        return taken

    async def _follows(self, last: Event) -> bool:
        """Whether the next event goes on with the last; waits a moment where it may still come."""
        if not isinstance(last, Asked) or not may_be_a_comment(last.message):
            return False
        if not self.entries:
            self.more.clear()
            try:
                await asyncio.wait_for(self.more.wait(), HOLD)
            except TimeoutError:
                return False
        following = self.entries[0].taken.event
        return isinstance(following, Asked) and following.message.origin is not None
