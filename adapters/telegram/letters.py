"""Messages to be sent, as they lie in the outbox: to JSON and back. Pure."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace

from adapters.telegram.parse import Place
from adapters.telegram.render import Button, Page


@dataclass(frozen=True, slots=True)
class Written:
    """One message to a place. `answers` is the message it belongs to, shown as replied to or not.

    `replaces` is a message of ours in whose place it goes, where that can be.
    """

    place: Place
    page: Page
    answers: int | None = None
    replaces: int | None = None

    def __str__(self) -> str:
        """The message as JSON."""
        return json.dumps(asdict(self), ensure_ascii=False, separators=(",", ":"))


def written(place: Place, pages: Sequence[Page], replaces: int | None = None) -> list[Written]:
    """Pages to a place: the first as an answer to its message, or in the place of another."""
    alone = replace(place, message=None)
    return [
        Written(alone if number else place, page, place.message, None if number else replaces)
        for number, page in enumerate(pages)
    ]


def read(content: str) -> Written:
    """What `str` made of a message."""
    data = json.loads(content)
    page = data["page"]
    rows = tuple(tuple(Button(**button) for button in row) for row in page["rows"])
    place = Place(**data["place"])
    return Written(place, Page(page["html"], rows), data["answers"], data["replaces"])
