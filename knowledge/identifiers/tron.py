"""TRON addresses (T...), where most USDT is sent.

Form: Base58Check with version byte 0x41, 34 characters (TRON developer documentation, “Account”).
Canonical: as written, because Base58 is case-sensitive. The hexadecimal form is not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.identifiers import _base58
from knowledge.identifiers.errors import FormatError

NAME = "tron"
RANK = 91
NEEDS_NAME = False
EXAMPLES = ("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",)

_CANDIDATE = re.compile(r"(?<![A-Za-z0-9])T[1-9A-HJ-NP-Za-km-z]{33}(?![A-Za-z0-9])")


def find(text: str) -> Iterator[tuple[int, int]]:
    """Candidates by prefix, alphabet and length."""
    for found in _CANDIDATE.finditer(text):
        yield found.span()


def compact(raw: str) -> str:
    """Without spaces."""
    return re.sub(r"\s+", "", raw)


def validate(raw: str) -> str:
    """The address.

    >>> validate("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t")
    'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t'

    Raises: FormatError, ChecksumError.
    """
    text = compact(raw)
    if len(text) != 34 or not text.startswith("T"):
        raise FormatError(NAME)
    payload = _base58.decode(text, NAME)
    if len(payload) != 21 or payload[0] != 0x41:
        raise FormatError(NAME)
    return text


def show(value: str, *, masked: bool = False) -> str:  # noqa: ARG001 - every kind is called alike
    """As it is: a wallet must be compared whole."""
    return value
