"""A request as it came in and what it was answered: the record a test reads."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from tests.servers.discord.form import Json
from tests.servers.discord.messages import File


@dataclass(frozen=True)
class Answer:
    """A status, a body (None for none), and headers besides the usual ones."""

    status: int
    body: object = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Request:
    """One request of the bot. `path` begins behind `/api/v10`; `status` 0 means no answer."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    files: list[File]
    headers: dict[str, str]
    at: float
    multipart: bool = False
    status: int = 0
    answer: object = None

    @property
    def json(self) -> Json:
        """The body, where it has to be an object; nothing counts as an empty one."""
        return self.body if isinstance(self.body, dict) else {}

    @property
    def interactive(self) -> bool:
        """Whether it answers an interaction: no token is needed, the global limit is not for it."""
        parts = self.path.split("/")
        return parts[1] == "interactions" or (parts[1] == "webhooks" and len(parts) > 3)

    @property
    def bucket(self) -> str:
        """The route with its channel, guild or webhook, which rate limits are for."""
        parts = self.path.split("/")
        major = 4 if self.interactive else 3
        shape = [part if part.isalpha() or part[:1] == "@" else "*" for part in parts[major:]]
        return f"{self.method} {'/'.join([*parts[:major], *shape])}"

    def __str__(self) -> str:
        body = "" if self.body is None else " " + json.dumps(self.body, ensure_ascii=False)[:400]
        return f"{self.method} {self.path} -> {self.status or 'no answer'}{body}"
