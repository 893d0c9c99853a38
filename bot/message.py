"""What reached the bot, free of any platform: the value every adapter's `parse` makes.

A message holds what is needed to answer it and nothing else. Texts are as they came; whoever shows
them cleans them (`bot.quoting`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a platform. `id` is the platform's own and never leaves the adapters but hashed.

    `language` is what the platform says of the person's, as a BCP 47 tag, or None.
    """

    platform: str
    id: str
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Chat:
    """Where a message stands. `community` names the chat's own community where it is known."""

    platform: str
    id: str
    private: bool
    community: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a forwarded message came from, as far as the platform shows it.

    `kind` is `user`, `hidden`, `chat` or `channel`. The forwarder is never the origin.
    """

    kind: str
    name: str = ""
    handle: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something sent along: `kind` is `picture` or `file`; `name` as the sender called it."""

    kind: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message, or one press of a button (`press` is then the action's id).

    `id` is the platform's own and unique within the chat; with the chat it is the key under which
    effects are done once. `at` is epoch milliseconds, UTC.
    """

    id: str
    author: Person
    chat: Chat
    at: int
    text: str = ""
    attachments: tuple[Attachment, ...] = ()
    origin: Origin | None = None
    quoted: str = ""
    """The text this message replies to, where the platform hands it over."""
    press: str | None = None
