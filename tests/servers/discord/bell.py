"""Waiting for something to have happened, without ever missing it.

Each wait has a future of its own: an `asyncio.Event` that is set and cleared loses wake-ups.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable


class Bell:
    """Rung whenever anything happened; those who wait look again."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.Future[None]] = set()

    def ring(self) -> None:
        """Wake everyone who waits."""
        for future in self._waiting:
            if not future.done():
                future.set_result(None)
        self._waiting.clear()

    async def until(self, happened: Callable[[], bool], timeout: float) -> bool:  # noqa: ASYNC109
        """Wait for it; False if it did not happen in time."""
        loop = asyncio.get_running_loop()
        end = loop.time() + timeout
        while not happened():
            remaining = end - loop.time()
            if remaining <= 0:
                return False
            future: asyncio.Future[None] = loop.create_future()
            self._waiting.add(future)
            await asyncio.wait([future], timeout=remaining)
            self._waiting.discard(future)
        return True
