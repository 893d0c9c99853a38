"""WhatsApp: a telephone number said to be one, or a link (wa.me/..., api.whatsapp.com/send?phone=).

Canonical: E.164 like a phone, but another kind: the number is reached there, and whoever reports it
saw it used there. Links to groups are not read yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.identifiers import phone
from knowledge.identifiers.errors import FormatError

NAME = "whatsapp"
RANK = 72
NEEDS_NAME = True
EXAMPLES = ("https://wa.me/447400123456", "+44 7400 123456")

_LINK = (
    r"(?:h(?:tt|xx)ps?://)?(?:www\.)?(?:wa(?:\.|\[\.\])me/\+?"
    r"|(?:api|web)(?:\.|\[\.\])whatsapp(?:\.|\[\.\])com/send/?\?phone=\+?)"
    r"(?P<linked>\d{7,15})(?:[?&][!-~]{0,300})?"
)
_NUMBER = r"(?P<number>(?:\+|00)?[ (]{0,2}\d(?:[ ().\-/]{0,2}\d){7,15})"
_CANDIDATE = re.compile(
    rf"(?<![\w.@/-]){_LINK}"
    rf"|(?:(?<![A-Za-z0-9])(?:whats\s?app|whatapp|wsp|wapp|wa)(?![A-Za-z0-9.])"
    rf"|瓦次普|沃茨阿普)[^\n\d+@]{{0,16}}{_NUMBER}(?!\d)",
    re.IGNORECASE,
)
_DIGITS = re.compile(r"\d\d")
_LINKED = re.compile(_LINK, re.IGNORECASE)


def find(text: str) -> Iterator[tuple[int, int]]:
    """Links, and numbers behind a word for WhatsApp."""
    if not _DIGITS.search(text):
        return
    for found in _CANDIDATE.finditer(text):
        yield found.span("number") if found["number"] else found.span()


def compact(raw: str) -> str:
    """The number alone, with its +."""
    linked = _LINKED.fullmatch(raw.strip())
    return f"+{linked['linked']}" if linked else phone.compact(raw)


def validate(raw: str) -> str:
    """The number in E.164.

    >>> validate("https://wa.me/447400123456?text=hi")
    '+447400123456'

    Raises: FormatError.
    """
    text = compact(raw)
    if not _LINKED.fullmatch(raw.strip()):
        text = raw
    # Numbers are often given without the +: the country's digits decide.
    for attempt in (text, f"+{phone.compact(text).lstrip('+')}"):
        try:
            return phone.validate(attempt)
        except FormatError:
            continue
    raise FormatError(NAME)


def show(value: str, *, masked: bool = False) -> str:
    """Like a phone."""
    return phone.show(value, masked=masked)
