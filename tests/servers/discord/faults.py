"""Misfortune on demand: 429, failures, slow answers, cut connections. And who does not wait.

After a 429 with a time, the same route (with the same channel, guild or webhook), or everything
after a global one, stays closed for that long; what comes too early is noted and refused again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from tests.servers.discord.clock import Clock
from tests.servers.discord.paths import Pattern
from tests.servers.discord.requests import Answer, Request

_CLOUDFLARE = "error code: 1015"
_IN_FLIGHT = 0.05
_EARLY = 0.02


@dataclass
class Fault:
    """One misfortune: what it hits, how often or until when, and how."""

    method: str
    pattern: Pattern
    status: int | None
    retry_after: float | None
    via: bool
    left: int | None
    until: float | None
    delay: float
    cut: bool
    body: object
    for_all: bool
    done: bool
    hits: int = 0

    @property
    def answers(self) -> bool:
        """Whether it comes instead of the answer, not only before it."""
        return self.cut or self.status is not None

    def answer(self, waiting: float | None = None) -> Answer:
        """What the bot gets."""
        if self.status == 429:
            return self._limited(self.retry_after if waiting is None else waiting)
        if self.body is not None:
            return Answer(self.status or 500, self.body)
        return Answer(self.status or 500, {"message": f"{self.status}: Failure", "code": 0})

    def _limited(self, wait: float | None) -> Answer:
        seconds = 1.0 if wait is None else max(wait, 0.001)
        headers = {"Retry-After": str(int(seconds) + 1)}
        if not self.via:
            # What stands in front of Discord answers with text and without a Via.
            return Answer(429, self.body or _CLOUDFLARE, headers)
        scope = "global" if self.for_all else "user"
        headers |= {"Via": "1.1 google", "X-RateLimit-Scope": scope}
        if self.for_all:
            headers["X-RateLimit-Global"] = "true"
        body = {
            "message": "You are being rate limited.",
            "retry_after": seconds,
            "global": self.for_all,
            "code": 0,
        }
        return Answer(429, self.body or body, headers)


@dataclass
class Faults:
    """All that is planned, and what is closed at the moment."""

    clock: Clock
    planned: list[Fault] = field(default_factory=list)
    too_early: list[Request] = field(default_factory=list)
    _closed: dict[str, tuple[float, float, Fault]] = field(default_factory=dict)

    def plan(self, fault: Fault) -> None:
        """Add a misfortune; the first planned strikes first."""
        self.planned.append(fault)

    def refuses(self, request: Request) -> Answer | None:
        """The answer to a request that did not wait."""
        for key in ("", request.bucket):
            if key not in self._closed or (key == "" and request.interactive):
                continue
            since, until, fault = self._closed[key]
            if request.at >= until - _EARLY:
                del self._closed[key]
                continue
            # What was under way when the refusal was sent could not know of it.
            if request.at > since + _IN_FLIGHT:
                self.too_early.append(request)
            return fault.answer(until - request.at)
        return None

    def strikes(self, request: Request) -> Fault | None:
        """The misfortune that hits a request."""
        for fault in self.planned:
            over = fault.until is not None and request.at >= fault.until
            if over or fault.left == 0:
                continue
            if fault.method not in ("*", request.method):
                continue
            if fault.pattern.match(request.path) is None:
                continue
            if fault.left is not None:
                fault.left -= 1
            fault.hits += 1
            return fault
        return None

    def close(self, request: Request, fault: Fault) -> None:
        """From now on nothing more may come here for a while."""
        if fault.status == 429 and fault.retry_after:
            now = self.clock.now()
            key = "" if fault.for_all else request.bucket
            self._closed[key] = (now, now + fault.retry_after, fault)
