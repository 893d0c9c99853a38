"""What belongs together: a comment and the forward after it, an album, is one case.

Pure: an adapter hands over the messages it has and gets cases. Only consecutive messages of one
author in one chat are joined; a command or a press always stands alone, and so does a second
comment, because two pasted texts are two questions.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.message import Attachment, Chat, Message, Origin, Person

WINDOW_MS = 1_500
"""Messages of one author further apart than this are separate cases."""

HOLD = 0.4
"""Seconds for which an intake waits for the forward that may follow a comment."""
COMMENT_LENGTH = 200
"""Characters of a text that may be a comment on a forward still to come."""


@dataclass(frozen=True, slots=True)
class Case:
    """The consecutive messages of one asker that belong together; never empty."""

    messages: tuple[Message, ...]

    @property
    def asker(self) -> Person:
        """Who asks: the author of the messages, never the origin of a forward."""
        return self.messages[0].author

    @property
    def chat(self) -> Chat:
        """Where the messages stand."""
        return self.messages[0].chat

    @property
    def at(self) -> int:
        """Epoch milliseconds, UTC, of the last message."""
        return self.messages[-1].at

    @property
    def key(self) -> str:
        """The key under which this case's effects are done once."""
        first = self.messages[0]
        return f"{first.chat.platform}:{first.chat.id}:{first.id}"

    @property
    def text(self) -> str:
        """All texts, a line feed between them."""
        return "\n".join(message.text for message in self.messages if message.text)

    @property
    def quoted(self) -> str:
        """The texts replied to, a line feed between them."""
        return "\n".join(message.quoted for message in self.messages if message.quoted)

    @property
    def press(self) -> str | None:
        """The id of the action pressed, or None."""
        return self.messages[0].press

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Where what was forwarded came from."""
        return tuple(one.origin for one in self.messages if one.origin is not None)

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """Everything sent along."""
        return tuple(one for message in self.messages for one in message.attachments)


def join(messages: Iterable[Message]) -> tuple[Case, ...]:
    """Cases of messages that stand in the order they were sent."""
    cases: list[list[Message]] = []
    for message in messages:
        if cases and _belongs(cases[-1], message):
            cases[-1].append(message)
        else:
            cases.append([message])
    return tuple(Case(tuple(case)) for case in cases)


def may_be_a_comment(message: Message) -> bool:
    """Whether a message may be a comment on a forward that is still to come: short, in private."""
    return (
        message.chat.private
        and message.press is None
        and message.origin is None
        and not message.attachments
        and not message.text.startswith("/")
        and len(message.text) <= COMMENT_LENGTH
    )


def _belongs(case: list[Message], message: Message) -> bool:
    last = case[-1]
    alone = any(one.press or one.text.startswith("/") for one in (*case, message))
    comment_then_forward = last.origin is None and message.origin is not None
    captions = sum(bool(one.text) for one in (*case, message))
    album = bool(last.attachments and message.attachments and captions <= 1)
    return (
        not alone
        and (comment_then_forward or album)
        and last.author.id == message.author.id
        and last.chat == message.chat
        and 0 <= message.at - last.at <= WINDOW_MS
    )
