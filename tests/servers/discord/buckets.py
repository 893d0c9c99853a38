"""Rate limits as every answer of Discord announces them, and real ones where a test wants some.

Unless told otherwise they are so wide that nobody ever waits.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from tests.servers.discord.clock import Clock
from tests.servers.discord.paths import Pattern
from tests.servers.discord.requests import Request

_WIDE = (1000, 1.0)


@dataclass
class Buckets:
    """How many requests each route takes in a window, and how many came."""

    clock: Clock
    rules: list[tuple[str, Pattern, int, float]] = field(default_factory=list)
    _windows: dict[str, tuple[float, int]] = field(default_factory=dict)

    def limit(self, method: str, pattern: str, count: int, per: float) -> None:
        """Let a route take only so many in that many seconds."""
        self.rules.append((method, Pattern(pattern), count, per))

    def take(self, request: Request) -> tuple[dict[str, str], float | None]:
        """The headers for a request, and how long it has to wait if it is one too many."""
        count, per = self._rule(request)
        now = self.clock.now()
        start, used = self._windows.get(request.bucket, (now, 0))
        if now >= start + per:
            start, used = now, 0
        wait = start + per - now
        refused = used >= count
        self._windows[request.bucket] = (start, used if refused else used + 1)
        name = hashlib.md5(request.bucket.encode(), usedforsecurity=False).hexdigest()
        headers = {
            "X-RateLimit-Limit": str(count),
            "X-RateLimit-Remaining": str(max(0, count - used - 1)),
            "X-RateLimit-Reset": f"{start + per:.3f}",
            "X-RateLimit-Reset-After": f"{wait:.3f}",
            "X-RateLimit-Bucket": name,
        }
        return headers, wait if refused else None

    def _rule(self, request: Request) -> tuple[int, float]:
        for method, pattern, count, per in self.rules:
            if method == request.method and pattern.match(request.path) is not None:
                return count, per
        return _WIDE
