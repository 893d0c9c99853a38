"""International Bank Account Numbers (ISO 13616).

Country, two check digits by ISO 7064 (mod 97-10), and the country's own account number of fixed
length (`_iban_lengths.txt`). Canonical: without spaces, upper case. It deliberately does not check
the national digits inside, nor whether the account exists.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from knowledge.identifiers.errors import ChecksumError, ComponentError, FormatError, LengthError

NAME = "iban"
RANK = 80
NEEDS_NAME = False
EXAMPLES = ("GB29 NWBK 6016 1331 9268 19", "DE89370400440532013000")

_CANDIDATE = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?:[ -]?[A-Z0-9]{4}){2,7}(?:[ -]?[A-Z0-9]{1,3})?(?![A-Za-z0-9])",
    re.IGNORECASE,
)
_FORM = re.compile(r"[A-Z]{2}\d{2}[A-Z0-9]{8,30}")
_LENGTHS_FILE = Path(__file__).parent / "_iban_lengths.txt"


@cache
def _lengths() -> Mapping[str, int]:
    lines = _LENGTHS_FILE.read_text(encoding="utf-8").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {country: int(length) for country, length in pairs}


def find(text: str) -> Iterator[tuple[int, int]]:
    """Candidates, cut to the length of their country: what follows may be another word."""
    for found in _CANDIDATE.finditer(text):
        start, end = found.span()
        length = _lengths().get(text[start : start + 2].upper())
        if length is None:
            continue
        letters = 0
        for place in range(start, end):
            letters += text[place].isalnum()
            if letters == length:
                yield start, place + 1
                break


def compact(raw: str) -> str:
    """Without spaces and dashes, upper case."""
    return re.sub(r"[\s-]", "", raw).upper().removeprefix("IBAN")


def validate(raw: str) -> str:
    """The account number.

    >>> validate("gb29 nwbk 6016 1331 9268 19")
    'GB29NWBK60161331926819'

    Raises: FormatError, ComponentError, LengthError, ChecksumError.
    """
    text = compact(raw)
    if not _FORM.fullmatch(text) or not text.isascii():
        raise FormatError(NAME)
    length = _lengths().get(text[:2])
    if length is None:
        raise ComponentError(NAME)
    if len(text) != length:
        raise LengthError(NAME)
    moved = text[4:] + text[:4]
    if int("".join(str(int(char, 36)) for char in moved)) % 97 != 1:
        raise ChecksumError(NAME)
    return text


def show(value: str, *, masked: bool = False) -> str:
    """In groups of four; masked, only the country and the last four."""
    text = value[:4] + "*" * (len(value) - 8) + value[-4:] if masked else value
    return " ".join(text[place : place + 4] for place in range(0, len(text), 4))
