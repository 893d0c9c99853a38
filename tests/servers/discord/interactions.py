"""One interaction, from the side of the person who is waiting for an answer."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.discord.form import Json
from tests.servers.discord.modals import inputs

if TYPE_CHECKING:
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.people import Person
    from tests.servers.discord.server import DiscordServer

COMMAND, COMPONENT, AUTOCOMPLETE, MODAL_SUBMIT = 2, 3, 4, 5
MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, CHOICES, MODAL = 4, 5, 6, 7, 8, 9

_TYPES = {
    COMMAND: {MESSAGE, DEFERRED, MODAL},
    COMPONENT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE, MODAL},
    AUTOCOMPLETE: {CHOICES},
    MODAL_SUBMIT: {MESSAGE, DEFERRED, DEFERRED_UPDATE, UPDATE},
}


@dataclass(frozen=True)
class Response:
    """The initial answer: its type, its data, and when it came."""

    type: int
    data: Json
    at: float


@dataclass(frozen=True)
class Modal:
    """A modal on the screen of a person."""

    interaction: Interaction
    data: Json

    @property
    def title(self) -> str:
        """What stands above it."""
        return str(self.data["title"])

    @property
    def labels(self) -> list[str]:
        """What stands above its inputs."""
        return [one.label for one in inputs(self.data)]


@dataclass(eq=False)
class Interaction:
    """What a person did, and everything the bot answered to it.

    `source` is the message a component belongs to, `original` the message the answer is, `waits`
    whether it still shows that the bot is thinking.
    """

    server: DiscordServer
    id: str
    token: str
    kind: int
    person: Person
    channel: Channel
    payload: Json
    sent_at: float
    hidden: bool = False
    source: Json | None = None
    after: Interaction | None = None
    answer: Response | None = None
    original: Json | None = None
    waits: bool = False
    filled: bool = False
    later: list[Json] = field(default_factory=list)

    @property
    def allowed_types(self) -> set[int]:
        """The types of answer that Discord takes."""
        types = _TYPES[self.kind]
        if self.kind == MODAL_SUBMIT and self.source is None:
            # A modal that came from a command has no message to change.
            return types - {DEFERRED_UPDATE, UPDATE}
        return types

    @property
    def acknowledged_after(self) -> float | None:
        """Seconds until the initial answer, if there is one."""
        return None if self.answer is None else self.answer.at - self.sent_at

    async def response(self, timeout: float = 5) -> Response:  # noqa: ASYNC109
        """The initial answer."""
        await self._until(lambda: self.answer is not None, timeout, "an answer")
        assert self.answer is not None
        return self.answer

    async def message(self, timeout: float = 5) -> Json:  # noqa: ASYNC109
        """What the person reads in the end: the answer, once it no longer waits."""
        await self._until(
            lambda: self.filled or (self.answer is not None and self.answer.type >= CHOICES),
            timeout,
            "a message",
        )
        assert self.filled, f"The answer is no message but {self._told()}"
        assert self.original is not None
        return copy.deepcopy(self.original)

    async def followups(self, count: int = 1, timeout: float = 5) -> list[Json]:  # noqa: ASYNC109
        """The first messages that came after the answer, those deleted since among them."""
        what = f"{count} messages after the answer"
        await self._until(lambda: len(self.later) >= count, timeout, what)
        return copy.deepcopy(self.later[:count])

    async def modal(self, timeout: float = 5) -> Modal:  # noqa: ASYNC109
        """The modal that was shown."""
        answer = await self.response(timeout)
        assert answer.type == MODAL, f"The answer is no modal but {self._told()}"
        return Modal(self, answer.data)

    async def choices(self, timeout: float = 5) -> list[Json]:  # noqa: ASYNC109
        """What was offered while the person typed."""
        answer = await self.response(timeout)
        assert answer.type == CHOICES, f"The answer offers nothing but is {self._told()}"
        return list(answer.data.get("choices") or [])

    async def _until(
        self,
        happened: Callable[[], bool],
        timeout: float,  # noqa: ASYNC109
        what: str,
    ) -> None:
        if await self.server.bell.until(happened, timeout):
            return
        since = [one for one in self.server.requests if one.at >= self.sent_at]
        calls = "".join(f"\n  {one}" for one in since) or " nothing"
        raise AssertionError(
            f"No {what.removeprefix('an ').removeprefix('a ')} within {timeout} s; "
            f"so far {self._told()}. The bot sent since:{calls}"
        )

    def _told(self) -> str:
        if self.answer is None:
            return "no answer at all"
        waiting = ", still thinking" if self.waits else ""
        return f"a response of type {self.answer.type}{waiting}: {self.answer.data}"
