"""The server's clock and its snowflakes. Time goes by as it does, or is moved ahead by a test.

Moving it makes tokens expire without waiting. It does not move the clock of the bot.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime

_DISCORD_EPOCH_MS = 1_420_070_400_000


class Clock:
    """Seconds since 1970, steady, and only ever ahead of the real ones."""

    def __init__(self) -> None:
        self._start = time.time() - time.monotonic()
        self._last_snowflake = 0

    def now(self) -> float:
        """The time of the server."""
        return self._start + time.monotonic()

    def pass_seconds(self, seconds: float) -> None:
        """Let time go by at once."""
        self._start += seconds

    def stamp(self, at: float | None = None) -> str:
        """A time as Discord writes it."""
        moment = datetime.fromtimestamp(self.now() if at is None else at, UTC)
        return moment.isoformat(timespec="microseconds")

    def snowflake(self) -> str:
        """A new id: valid, and greater than every one before."""
        ms = int(self.now() * 1000) - _DISCORD_EPOCH_MS
        self._last_snowflake = max(ms << 22, self._last_snowflake + 1)
        return str(self._last_snowflake)
