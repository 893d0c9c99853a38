"""What reached the bot, free of any platform: the value every adapter's `parse` makes.

A message holds what is needed to answer it and nothing else. Texts are as they came; whoever shows
them cleans them (`bot.quoting`).
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on a platform. `id` is the platform's own and never leaves the adapters but hashed.

    `language` is what the platform says of the person's, as a BCP 47 tag, or None. `hidden`: the
    platform does not say who it is (an anonymous admin, a channel writing in a group); the id then
    stands for the mask, which several people may wear.
    """

    platform: str
    id: str
    language: str | None = None
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Chat:
    """Where a message stands. `private`: nobody reads along.

    `title` is a group's or server's own, which speaks for a community; anybody can choose any
    title, so it names nothing. `community` is a community's name from somebody who may say it: the
    operator at the terminal.
    """

    platform: str
    id: str
    private: bool
    community: str | None = None
    title: str | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a forwarded message came from, as far as the platform shows it.

    `kind` is `user`, `hidden`, `chat` or `channel`. The forwarder is never the origin. `handle` and
    `id` are empty where they are hidden; `id` is never one that the platform keeps to itself.
    """

    kind: str
    name: str = ""
    handle: str = ""
    id: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """Something sent along: `kind` is `picture`, `file` or `other` (voice, sticker, place ...).

    `name` is what the sender called it.
    """

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
