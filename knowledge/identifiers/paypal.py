"""PayPal: a paypal.me link, or an e-mail address or @name said to be somebody's PayPal.

Canonical: the e-mail address, or `@name` in lower case (PayPal.Me names are letters and digits, up
to 20). An e-mail address said to be a PayPal account is named as e-mail too: it is both.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.identifiers import email
from knowledge.identifiers.errors import FormatError

NAME = "paypal"
RANK = 71
NEEDS_NAME = True
EXAMPLES = ("https://paypal.me/fastreviewdesk", "PayPal @fastreviewdesk", "bob@evil-parcels.com")

_LINK = (
    r"(?:h(?:tt|xx)ps?://)?(?:www\.)?(?:paypal(?:\.|\[\.\])me|paypal(?:\.|\[\.\])com/paypalme)/"
    r"(?P<linked>[A-Za-z0-9]{1,20})(?:/[0-9.]{1,10}[A-Za-z]{0,3})?(?![A-Za-z0-9])"
)
_WORD = r"(?:(?<![A-Za-z0-9])pay\s?pal(?![A-Za-z0-9.])|贝宝|(?<![A-Za-z0-9])pp(?![A-Za-z0-9.]))"
_BETWEEN = (
    r"[^\n@A-Za-z0-9]{0,6}(?:(?:account|acc|id|me|is|to|账号|账户|e-?mail|address|friends)"
    r"[^\n@A-Za-z0-9]{0,4}){0,3}"
)
_CANDIDATE = re.compile(
    rf"(?<![\w.@/-]){_LINK}|{_WORD}{_BETWEEN}(?P<named>@[A-Za-z0-9]{{3,20}}(?![\w.])"
    r"|[A-Za-z0-9][A-Za-z0-9._%+-]{0,62}@[A-Za-z0-9.-]{1,80}[A-Za-z0-9])",
    re.IGNORECASE | re.ASCII,
)
_LINKED = re.compile(_LINK, re.IGNORECASE | re.ASCII)
_NAME = re.compile(r"@?([a-z0-9]{1,20})", re.ASCII)


def find(text: str) -> Iterator[tuple[int, int]]:
    """Links, and what stands behind a word for PayPal."""
    for found in _CANDIDATE.finditer(text):
        yield found.span("named") if found["named"] else found.span()


def compact(raw: str) -> str:
    """The e-mail address, or `@name`; lower case."""
    text = re.sub(r"^pay\s?pal(?!\.|\[)\s*:?\s*", "", raw.strip(), flags=re.IGNORECASE)
    linked = _LINKED.fullmatch(text.rstrip("/"))
    if linked:
        return "@" + linked["linked"].lower()
    return text.lower()


def validate(raw: str) -> str:
    """The e-mail address, or `@name`.

    >>> validate("paypal.me/FastReviewDesk/50usd")
    '@fastreviewdesk'

    Raises: FormatError, ComponentError where an e-mail's host has no public suffix.
    """
    text = compact(raw)
    if "@" in text[1:] or "[" in text:
        return email.validate(text)
    found = _NAME.fullmatch(text)
    if found is None:
        raise FormatError(NAME)
    return "@" + found[1]


def show(value: str, *, masked: bool = False) -> str:  # noqa: ARG001 - every kind is called alike
    """@name, or the defanged address."""
    return value if value.startswith("@") else email.show(value)
