"""Telegram's own number of an account, group or channel: it stays when the @name changes.

Form: the Bot API's ids (core.telegram.org/bots/api#user and #chat): an account is a positive number
of at most 52 bits; a group is negative, a channel begins with -100. In texts they stand in links
`tg://user?id=...` and behind the words “Telegram ID”; a bare number is nobody's. Canonical: the
digits, with the minus of groups and channels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.identifiers.errors import FormatError

NAME = "telegram-id"
RANK = 78
NEEDS_NAME = True
EXAMPLES = ("tg://user?id=5123456789", "tg://openmessage?user_id=5123456789", "-1001234567890")

_DIGITS = r"-?[1-9]\d{4,15}"
_LINK = rf"tg://(?:user\?id|openmessage\?user_id)=(?P<linked>{_DIGITS})"
_CANDIDATE = re.compile(
    rf"{_LINK}(?!\d)|(?<![A-Za-z])(?:telegram|tg)[\s-]?id\s?[:：=]?\s?(?P<named>{_DIGITS})(?!\d)",
    re.IGNORECASE | re.ASCII,
)
_LINKED = re.compile(_LINK, re.IGNORECASE | re.ASCII)


def find(text: str) -> Iterator[tuple[int, int]]:
    """Links to an account, and numbers behind `Telegram ID`."""
    for found in _CANDIDATE.finditer(text):
        yield found.span("named") if found["named"] else found.span()


def compact(raw: str) -> str:
    """The number without a link around it."""
    text = raw.strip()
    linked = _LINKED.fullmatch(text)
    return linked["linked"] if linked else text


def validate(raw: str) -> str:
    """The number as Telegram writes it.

    >>> validate("tg://user?id=5123456789")
    '5123456789'

    Raises: FormatError.
    """
    text = compact(raw)
    if not re.fullmatch(_DIGITS, text, re.ASCII) or abs(int(text)) >= 1 << 52:
        raise FormatError(NAME)
    return text


def show(value: str, *, masked: bool = False) -> str:  # noqa: ARG001 - every kind is called alike
    """The number."""
    return value
