"""A line or a paste in the terminal, as the bot's message. Pure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence

from bot.card import Action
from bot.message import Attachment, Chat, Message, Person

PLATFORM = "console"
COMMUNITY = "console"
"""The terminal's own community, where no other is named: one chat alone is a community too."""
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".bmp")


def message(
    text: str,
    now: int,
    *,
    member: str = "me",
    community: str = COMMUNITY,
    language: str | None = None,
    offered: Sequence[Action] = (),
) -> Message:
    """What somebody typed or pasted.

    Args: `offered`, the buttons of the last reply: the number of one, typed alone, presses it.
    `now`, epoch ms.
    """
    typed = text.strip()
    number = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 3 else 0
    press = offered[number - 1].id if 1 <= number <= len(offered) else None
    return Message(
        id=f"{now}-{secrets.token_hex(4)}",
        author=Person(PLATFORM, member, language),
        chat=Chat(PLATFORM, community, private=True, community=community),
        at=now,
        text="" if press else text,
        press=press,
    )


def attachment(path: str) -> Attachment:
    """A file named on the command line, by its ending: a picture or another file."""
    kind = "picture" if path.lower().endswith(_PICTURES) else "file"
    return Attachment(kind, path.replace("\\", "/").rsplit("/", 1)[-1])


def split(piped: str) -> tuple[str, ...]:
    """The messages in piped text: all of it is one, unless it begins with a command."""
    if piped.lstrip().startswith(("/", "／")):
        return tuple(line for line in piped.splitlines() if line.strip())
    return (piped,)


def decode(raw: bytes) -> str:
    """Piped bytes as text: UTF-8, else GB 18030 (Chinese Windows), else with marks for the rest."""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("utf-8", "replace")


def language(environment: Mapping[str, str]) -> str | None:
    """The language the terminal is set to, or None for the C locale."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(name, "")
        if value:
            return None if value.split(".")[0] in ("C", "POSIX") else value
    return None
