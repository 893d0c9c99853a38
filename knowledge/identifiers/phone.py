"""Telephone numbers, through Google's libphonenumber (the `phonenumbers` package).

Canonical: E.164 (ITU-T), such as +447400123456. Read are numbers with a country (+44, 0086),
Chinese mobile numbers without one, and others without one only beside a word for telephone and
written with separators. Order numbers, sums, dates, times and tracking numbers are deliberately
not numbers here: naming an innocent's order as a phone is worse than missing a phone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import phonenumbers

from knowledge.identifiers.errors import FormatError

NAME = "phone"
RANK = 30
NEEDS_NAME = False
EXAMPLES = ("+44 7400 123456", "138 0013 8000", "+1 (202) 555-0143")

_SEPARATOR = r"[ ().\-/]{0,2}"
_INTERNATIONAL = rf"(?:\+|(?<![\d.])00){_SEPARATOR}[1-9](?:{_SEPARATOR}\d){{6,14}}"
_CHINESE_MOBILE = r"(?<![\d.,#-])1[3-9]\d[ -]?\d{4}[ -]?\d{4}"
_NATIONAL = (
    r"(?i:tel|phone|call(?: me)?|mobile|cell|text me|电话|手机|座机)[^\n\d+]{0,12}"
    r"(\(\d{3}\) ?\d{3}-\d{4}|\d{3}[-. ]\d{3}[-. ]\d{4})"
)
_END = r"(?!\d|[-.,]\d|[A-Za-z])"
_CANDIDATE = re.compile(rf"({_INTERNATIONAL}|{_CHINESE_MOBILE}){_END}|{_NATIONAL}{_END}")
_DIGITS = re.compile(r"\d\d")
_MOBILE = re.compile(r"1[3-9]\d{9}")


def find(text: str) -> Iterator[tuple[int, int]]:
    """Candidates by their form."""
    if not _DIGITS.search(text):
        return
    for found in _CANDIDATE.finditer(text):
        yield found.span(1) if found[1] else found.span(2)


def compact(raw: str) -> str:
    """Digits alone, with the + where there is one."""
    text = re.sub(r"[^\d+]", "", raw.strip().removeprefix("tel:"))
    return "+" + text[2:] if text.startswith("00") else text


def validate(raw: str) -> str:
    """The number in E.164.

    >>> validate("0086-138-0013-8000")
    '+8613800138000'

    Raises: FormatError.
    """
    if len(raw) > 40 or re.search(r"[^\d+ ().\-/]", raw.strip().removeprefix("tel:")):
        raise FormatError(NAME)
    text = compact(raw)
    region = None if text.startswith("+") else "CN" if _MOBILE.fullmatch(text) else "US"
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException as error:
        raise FormatError(NAME) from error
    # Fictional numbers (555, Ofcom's drama ranges) are possible though nobody has them.
    if not phonenumbers.is_possible_number(number) or (
        not phonenumbers.is_valid_number(number) and not _is_fictional(text)
    ):
        raise FormatError(NAME)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _is_fictional(text: str) -> bool:
    return bool(re.fullmatch(r"(?:\+1)?\d{3}555\d{4}|\+447700900\d{3}", text))


def show(value: str, *, masked: bool = False) -> str:
    """In the international form; masked, only the country and the last two digits."""
    if masked:
        return value[:3] + "*" * max(0, len(value) - 5) + value[-2:]
    number = phonenumbers.parse(value, None)
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
