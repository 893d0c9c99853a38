"""Telegram names: @name beside a word for Telegram, or a link (t.me/name, t.me/+invite).

Form: 5-32 Latin letters, digits and underscores, beginning with a letter (Telegram FAQ, “What can
I use as my username?”). Canonical: lower case without @, because Telegram ignores the case; an
invitation keeps its case behind a +. A bare @name is deliberately not read in a text: it may be
anybody's on any platform, and naming the wrong person is worse than naming none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.identifiers.errors import FormatError

NAME = "telegram"
RANK = 75
NEEDS_NAME = True
EXAMPLES = ("https://t.me/fast_review_desk", "@fast_review_desk", "t.me/+AbCdEfGh12345678")

_HOST = r"(?:t(?:elegram)?(?:\.|\[\.\])me|telegram(?:\.|\[\.\])dog)"
_INVITE = r"(?:\+|joinchat/)(?P<invite>[\w-]{10,64})"
_PLACE = rf"(?:s/)?(?:{_INVITE}|(?P<linked>[A-Za-z]\w{{4,31}}))"
_LINK = rf"(?:h(?:tt|xx)ps?://)?(?:www\.)?{_HOST}/{_PLACE}"
_WORD = (
    r"(?:(?<![A-Za-z0-9])(?:telegram|telegramm|tele|tg)(?![A-Za-z0-9.])|电报|飞机号|纸飞机|飞机)"
)
_CANDIDATE = re.compile(
    rf"(?<![\w.@/-]){_LINK}(?![\w/])|{_WORD}[^\n@]{{0,24}}@(?P<near>[A-Za-z]\w{{4,31}})(?![\w.])"
    rf"|{_WORD}\s?(?:id|handle|账号|号)?\s?[:=]\s?(?P<named>[A-Za-z]\w{{4,31}})(?![\w.@:])",
    re.IGNORECASE | re.ASCII,
)
_NAME = re.compile(r"@?([A-Za-z]\w{4,31})", re.ASCII)
_LINKED = re.compile(_LINK, re.IGNORECASE | re.ASCII)
# Words of Telegram's own links, and of sentences, that are nobody's names.
_NOBODY = frozenset(
    "addstickers addtheme boost channel contact giftcode group invoice joinchat login proxy share "
    "socks username message please handle support".split()
)


def find(text: str) -> Iterator[tuple[int, int]]:
    """Links, @names near a word for Telegram, and names behind `Telegram:`."""
    for found in _CANDIDATE.finditer(text):
        if found["near"]:
            yield found.start("near") - 1, found.end("near")
        elif found["named"]:
            yield found.span("named")
        else:
            yield found.span()


def compact(raw: str) -> str:
    """The name without @ and link; an invitation as `+code`."""
    text = raw.strip()
    linked = _LINKED.fullmatch(text.rstrip("/"))
    if linked:
        return f"+{linked['invite']}" if linked["invite"] else linked["linked"]
    return text.removeprefix("@")


def validate(raw: str) -> str:
    """The name in lower case, or `+code` of an invitation.

    >>> validate("https://t.me/Fast_Review_Desk")
    'fast_review_desk'

    Raises: FormatError.
    """
    text = compact(raw)
    if re.fullmatch(r"\+[\w-]{10,64}", text, re.ASCII) and not text[1:].isdigit():
        return text
    if not _NAME.fullmatch(text) or text.lower() in _NOBODY:
        raise FormatError(NAME)
    return text.lower()


def show(value: str, *, masked: bool = False) -> str:  # noqa: ARG001 - every kind is called alike
    """@name, or the invitation's code."""
    return f"t[.]me/{value}" if value.startswith("+") else f"@{value}"
