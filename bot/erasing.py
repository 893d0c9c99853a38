"""What is done with is erased a moment later and together, and surely at the end."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Generic, TypeVar

from bot.errors import StoreError

log = logging.getLogger(__name__)

Item = TypeVar("Item")


class Erasing(Generic[Item]):
    """What waits to be erased; a commit for each would cost more than it is worth.

    `erase` erases some; `every`, seconds: how long one waits for others.
    """

    def __init__(
        self, erase: Callable[[Sequence[Item]], Awaitable[None]], every: float = 1.0
    ) -> None:
        self._erase = erase
        self._every = every
        self._items: list[Item] = []
        self._soon: asyncio.Task[None] | None = None
        self._erasing = asyncio.Lock()

    def add(self, items: Iterable[Item]) -> None:
        """Note what is done with; called on the event loop."""
        self._items += items
        if self._soon is None or self._soon.done():
            self._soon = asyncio.create_task(self._later())

    async def close(self) -> None:
        """Erase what is left now."""
        if self._soon is not None:
            self._soon.cancel()
            await asyncio.gather(self._soon, return_exceptions=True)
        await self.flush()

    async def _later(self) -> None:
        await asyncio.sleep(self._every)
        await self.flush()

    async def flush(self) -> None:
        """Erase what waits; where that fails, it is tried with the next."""
        async with self._erasing:
            items = tuple(self._items)
            if not items:
                return
            try:
                await self._erase(items)
            except StoreError as error:
                log.warning("what is done with is not erased yet: %s", error)
            else:
                # Only now: whoever is interrupted on the way erases them once more.
                del self._items[: len(items)]
