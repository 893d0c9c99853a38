"""How often one asker may ask: a sliding minute, in memory.

It protects the others from one who floods; it is no defence against many accounts. Limits on
reports are counted in the store, because they must survive a restart.
"""

from __future__ import annotations

from collections import OrderedDict, deque

MINUTE_MS = 60_000
_REMEMBERED = 10_000
"""Askers remembered; the one who asked longest ago is dropped first."""


class CheckLimit:
    """At most `per_minute` calls of `allows` a minute and asker succeed."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._times: OrderedDict[str, deque[int]] = OrderedDict()

    def allows(self, pseudonym: str, now: int) -> bool:
        """Count one call at `now` (epoch ms); False, and not counted, where it is one too many."""
        times = self._times.setdefault(pseudonym, deque())
        self._times.move_to_end(pseudonym)
        if len(self._times) > _REMEMBERED:
            self._times.popitem(last=False)
        while times and now - times[0] >= MINUTE_MS:
            times.popleft()
        if len(times) >= self._per_minute:
            return False
        times.append(now)
        return True
