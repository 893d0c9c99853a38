"""Undoes how addresses are disguised: `bob [at] mail (dot) example`, `hxxps://evil[.]example`.

Shared by e-mail, domain and url. Bare `at` and `dot` in lower case are ordinary English words and
stay; `艾特` and `点` count only between Latin letters or digits.
"""

from __future__ import annotations

import re

DOT = (
    r"(?:\.|\s?(?:\[\.\]|\(\.\)|\{\.\}|\[dot\]|\(dot\)|\{dot\}|\[点\]|\(点\))\s?|\sDOT\s"
    r"|(?<=[A-Za-z0-9])\s?点\s?(?=[A-Za-z]))"
)
"""One disguised or plain dot, as a regular expression."""

AT = (
    r"(?:@|\s?(?:\[@\]|\(@\)|\{@\}|\[at\]|\(at\)|\{at\}|\[艾特\]|\(艾特\))\s?|\sAT\s"
    r"|(?<=[A-Za-z0-9])\s?艾特\s?(?=[A-Za-z0-9]))"
)
"""One disguised or plain @."""

_DOT = re.compile(DOT, re.IGNORECASE)
_AT = re.compile(AT, re.IGNORECASE)
_SCHEME = re.compile(
    r"^h(?:tt|xx|\*\*|XX)p(s?)\s?(?:\[:\]|:)\s?(?:\[//\]|//|\[/\]\[/\])", re.IGNORECASE
)

# Latin letters with accents too; Chinese around a name is no part of it.
_LETTER = "[A-Za-z0-9\u00df-\u00f6\u00f8-\u024f]"
_INNER = "[A-Za-z0-9_\u00df-\u00f6\u00f8-\u024f-]"
LABEL = rf"{_LETTER}(?:{_INNER}{{0,61}}{_LETTER})?"
HOST = rf"{LABEL}(?:{DOT}{LABEL}){{1,8}}"
"""A host name of two labels or more, dots perhaps disguised."""


def plain_dots(text: str) -> str:
    """The text with every disguised dot plain."""
    return _DOT.sub(".", text)


def plain_at(text: str) -> str:
    """The text with every disguised @ plain."""
    return _AT.sub("@", text)


def plain_scheme(text: str) -> str:
    """A web address with a disguised scheme as http:// or https://."""
    return _SCHEME.sub(lambda found: f"http{found[1].lower()}://", text)
