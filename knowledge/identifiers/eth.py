"""Ethereum addresses (0x and 40 hexadecimal digits), also used on every EVM chain.

Form and checksum by letter case: EIP-55. All lower or all upper case carries no checksum and is
accepted; mixed case must be right. Canonical: the mixed case of EIP-55. ENS names are not read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from Crypto.Hash import keccak

from knowledge.identifiers.errors import ChecksumError, FormatError

NAME = "eth"
RANK = 92
NEEDS_NAME = False
EXAMPLES = ("0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",)

_CANDIDATE = re.compile(r"(?<![A-Za-z0-9])0[xX][0-9a-fA-F]{40}(?![A-Za-z0-9])")
_FORM = re.compile(r"0x[0-9a-fA-F]{40}")


def find(text: str) -> Iterator[tuple[int, int]]:
    """Candidates by prefix, alphabet and length."""
    for found in _CANDIDATE.finditer(text):
        yield found.span()


def compact(raw: str) -> str:
    """Without spaces, the prefix in lower case."""
    text = re.sub(r"\s+", "", raw)
    return "0x" + text[2:] if text[:2].lower() == "0x" else text


def validate(raw: str) -> str:
    """The address in the letter case of EIP-55.

    >>> validate("0x5aaeb6053f3e94c9b9a09f33669435e7ef1beaed")
    '0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed'

    Raises: FormatError, ChecksumError.
    """
    text = compact(raw)
    if not _FORM.fullmatch(text):
        raise FormatError(NAME)
    digits = text[2:]
    canonical = _mixed_case(digits.lower())
    if digits not in (digits.lower(), digits.upper(), canonical):
        raise ChecksumError(NAME)
    return "0x" + canonical


def _mixed_case(digits: str) -> str:
    nibbles = keccak.new(digest_bits=256, data=digits.encode("ascii")).hexdigest()
    return "".join(
        char.upper() if int(nibble, 16) > 7 else char
        for char, nibble in zip(digits, nibbles, strict=False)
    )


def show(value: str, *, masked: bool = False) -> str:  # noqa: ARG001 - every kind is called alike
    """As it is: a wallet must be compared whole."""
    return value
