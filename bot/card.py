"""A reply, free of any platform: adapters render it, nothing else words it.

Every string of a card is plain text and none of it is markup: an adapter escapes all of it. What
came from a message stands in sections of style `QUOTES` or `FACTS` and was cleaned and defanged by
`bot.quoting` before it got here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Tone(StrEnum):
    """How a card should feel. A renderer shows it by a word or sign, never by colour alone."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    NONE = "none"
    DONE = "done"
    INFO = "info"
    PROBLEM = "problem"


class Audience(StrEnum):
    """Who may press a button; the right is checked at the press."""

    ASKER = "asker"
    MEMBERS = "members"
    MODERATORS = "moderators"


class Style(StrEnum):
    """How the lines of a section are laid out."""

    TEXT = "text"
    BULLETS = "bullets"
    QUOTES = "quotes"
    FACTS = "facts"


@dataclass(frozen=True, slots=True)
class Section:
    """A heading (may be empty) and its lines."""

    heading: str
    lines: tuple[str, ...]
    style: Style = Style.TEXT


@dataclass(frozen=True, slots=True)
class Action:
    """A button. Adapters use `label` and `id`, an opaque 16 ASCII characters.

    `command`, `step` and `data` say what a press does; they lie in the store under the id, which
    `bot.store.actions` gives when it keeps them. `replaces`: the answer takes the place of the card
    with the button. `elsewhere`: it leads into the private chat, and the press happens there.
    `community` is the id of the one it speaks for, where that is not the chat's own.
    """

    label: str
    command: str
    step: str
    data: Mapping[str, Any] = field(default_factory=dict)
    id: str = ""
    audience: Audience = Audience.ASKER
    replaces: bool = False
    elsewhere: bool = False
    community: str | None = None


@dataclass(frozen=True, slots=True)
class Card:
    """One reply. `short` says it in one line, for a notification.

    `brief` is what a group sees instead of the sections, with a button into the private chat for
    the rest; empty, it sees all of the card. `replaces`: see `Action`.
    """

    tone: Tone
    title: str
    sections: tuple[Section, ...] = ()
    actions: tuple[Action, ...] = ()
    short: str = ""
    language: str = "en"
    brief: tuple[str, ...] = ()
    replaces: bool = False
