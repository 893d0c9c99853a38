"""What was handled is erased from the inbox: a moment later and together, and surely at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable

from bot.errors import StoreError
from bot.store.inbox import Inbox

log = logging.getLogger(__name__)
EVERY = 1.0
"""Seconds until handled events are erased: a commit for each would cost more than it is worth."""


class Handled:
    """The events of one platform that were handled and still lie in the inbox."""

    def __init__(self, inbox: Inbox, platform: str) -> None:
        self._inbox = inbox
        self._platform = platform
        self._events: list[str] = []
        self._soon: asyncio.Task[None] | None = None
        self._erasing = asyncio.Lock()

    def add(self, events: Iterable[str]) -> None:
        """Note events that were handled; called on the event loop."""
        self._events += events
        if self._soon is None or self._soon.done():
            self._soon = asyncio.create_task(self._later())

    async def close(self) -> None:
        """Erase what is left now."""
        if self._soon is not None:
            self._soon.cancel()
            await asyncio.gather(self._soon, return_exceptions=True)
        await self._erase()

    async def _later(self) -> None:
        await asyncio.sleep(EVERY)
        await self._erase()

    async def _erase(self) -> None:
        async with self._erasing:
            events = tuple(self._events)
            if not events:
                return
            try:
                await self._inbox.handled(self._platform, events)
            except StoreError as error:
                log.warning("handled events are not erased yet: %s", error)
            else:
                # Only now: whoever is interrupted on the way erases them once more.
                del self._events[: len(events)]
