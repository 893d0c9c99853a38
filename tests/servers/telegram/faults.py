"""What goes wrong on purpose: answers a server gives instead of serving, for a while."""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Fault:
    """One thing that goes wrong: for a method, perhaps in one chat, so often or so long.

    `retry_after` makes it a 429 that lasts until the time is up; requests before that are noted.
    """

    method: str
    status: int = 500
    description: str = ""
    retry_after: int | None = None
    chat: int | None = None
    times: int | None = None
    seconds: float | None = None
    body: str | None = None
    delay: float = 0
    cut: bool = False
    after: bool = False
    """Whether the method is done and only its answer is lost."""
    began: float = field(default_factory=time.monotonic)
    hits: int = 0

    def strikes(self, method: str, parameters: dict[str, Any]) -> bool:
        """Whether it strikes this request; counts it if so."""
        if method != self.method or (self.chat and parameters.get("chat_id") != self.chat):
            return False
        now = time.monotonic()
        if self.times is not None and self.hits >= self.times:
            return False
        if self.seconds is not None and now - self.began > self.seconds:
            return False
        self.hits += 1
        return True
