"""Bitcoin addresses: legacy (1..., 3...), SegWit and Taproot (bc1...). Main network only.

Legacy: Base58Check with version 0 or 5. SegWit version 0: Bech32 (BIP 173); versions 1-16, Taproot
among them: Bech32m (BIP 350). Canonical: as written, bc1 addresses in lower case. Test networks are
deliberately not read: nobody is paid there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.identifiers import _base58
from knowledge.identifiers.errors import ChecksumError, FormatError, LengthError

NAME = "btc"
RANK = 90
NEEDS_NAME = False
EXAMPLES = (
    "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2",
    "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
)

_CANDIDATE = re.compile(
    r"(?<![A-Za-z0-9])(?:bc1[02-9ac-hj-np-z]{11,71}|BC1[02-9AC-HJ-NP-Z]{11,71}"
    r"|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?![A-Za-z0-9])"
)
_BECH32 = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_CONSTANT = {"bech32": 1, "bech32m": 0x2BC830A3}


def find(text: str) -> Iterator[tuple[int, int]]:
    """Candidates by prefix, alphabet and length."""
    for found in _CANDIDATE.finditer(text):
        yield found.span()


def compact(raw: str) -> str:
    """Without spaces and a `bitcoin:` in front; bc1 addresses in lower case."""
    text = re.sub(r"\s+", "", raw).removeprefix("bitcoin:")
    return text.lower() if text.lower().startswith("bc1") else text


def validate(raw: str) -> str:
    """The address.

    >>> validate("BC1QW508D6QEJXTDG4Y5R3ZARVARY0C5XW7KV8F3T4")
    'bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4'

    Raises: FormatError, LengthError, ChecksumError.
    """
    stripped = re.sub(r"\s+", "", raw)
    if stripped.lower().startswith("bc1") and stripped not in (stripped.lower(), stripped.upper()):
        raise FormatError(NAME)  # BIP 173 forbids mixed case
    text = compact(raw)
    if text.startswith("bc1"):
        _validate_segwit(text)
        return text
    if not 26 <= len(text) <= 35 or text[0] not in "13":
        raise FormatError(NAME)
    payload = _base58.decode(text, NAME)
    if len(payload) != 21 or payload[0] not in (0, 5):
        raise FormatError(NAME)
    return text


def _validate_segwit(text: str) -> None:
    if not 14 <= len(text) <= 74 or any(char not in _BECH32 for char in text[3:]):
        raise FormatError(NAME)
    data = [_BECH32.index(char) for char in text[3:]]
    version = data[0]
    constant = _CONSTANT["bech32" if version == 0 else "bech32m"]
    if version > 16 or _polymod([3, 3, 0, 2, 3, *data]) != constant:
        raise ChecksumError(NAME)
    program_bits = 5 * (len(data) - 7)
    length = program_bits // 8
    if not 2 <= length <= 40 or program_bits % 8 > 4 or (version == 0 and length not in (20, 32)):
        raise LengthError(NAME)


def _polymod(values: list[int]) -> int:
    """The checksum of BIP 173."""
    check = 1
    for value in values:
        top = check >> 25
        check = (check & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATOR):
            check ^= generator if top >> bit & 1 else 0
    return check


def show(value: str, *, masked: bool = False) -> str:  # noqa: ARG001 - every kind is called alike
    """As it is: a wallet must be compared whole."""
    return value
