"""Base58Check, the checksum that Bitcoin and TRON addresses share.

Alphabet and checksum (the first four bytes of SHA-256 twice): Bitcoin Wiki, “Base58Check encoding”.
"""

from __future__ import annotations

from hashlib import sha256

from knowledge.identifiers.errors import ChecksumError, FormatError

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_DIGITS = {char: value for value, char in enumerate(ALPHABET)}


def decode(text: str, kind: str) -> bytes:
    """The payload with its version byte, without the checksum.

    Raises: FormatError, ChecksumError.
    """
    number = 0
    for char in text:
        if char not in _DIGITS:
            raise FormatError(kind)
        number = number * 58 + _DIGITS[char]
    zeros = len(text) - len(text.lstrip("1"))
    raw = b"\x00" * zeros + number.to_bytes((number.bit_length() + 7) // 8, "big")
    if len(raw) < 5:
        raise FormatError(kind)
    payload, check = raw[:-4], raw[-4:]
    if sha256(sha256(payload).digest()).digest()[:4] != check:
        raise ChecksumError(kind)
    return payload
