"""One connection to the gateway, which notices when Discord leaves a heartbeat unanswered.

The library takes a line for dead when nothing at all has come for its whole timeout; a heartbeat is
answered within moments, so that a few seconds without the answer already tell.
"""

from __future__ import annotations

import asyncio
from time import perf_counter
from typing import Any

from discord.gateway import DiscordWebSocket

ANSWERED_WITHIN = 5.0
"""Seconds in which a heartbeat must be answered."""
_LOOKS = 1.0
_LATE = 2
"""Looks in succession that must find it late: after a pause of our own the answer may be here and
not yet read."""


class Line(DiscordWebSocket):
    """The library's connection; `watch` runs beside it for as long as it is open."""

    _unanswered_since = 0.0

    async def send_heartbeat(self, data: Any) -> None:
        """Send a heartbeat, and remember when where the last one was answered."""
        if self._answered_at() >= self._unanswered_since:
            self._unanswered_since = perf_counter()
        await super().send_heartbeat(data)

    async def watch(self) -> None:
        """Close the line once a heartbeat stays unanswered, so that it is begun again."""
        late = 0
        while late < _LATE:
            await asyncio.sleep(_LOOKS)
            late = late + 1 if self._is_late() else 0
        await self.close(4000)

    def _is_late(self) -> bool:
        return self._answered_at() < self._unanswered_since < perf_counter() - ANSWERED_WITHIN

    def _answered_at(self) -> float:
        # The library tells the time of the last answer nowhere else.
        return self._keep_alive._last_ack if self._keep_alive is not None else perf_counter()
