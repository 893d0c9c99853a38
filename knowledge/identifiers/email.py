"""E-mail addresses, plain or disguised (bob [at] mail (dot) example).

Form: RFC 5321, the part of it that mail systems hand out: a local part of letters, digits and
. _ % + - and a host under a public suffix. Canonical is all lower case, host in Punycode: strictly
the local part is case-sensitive, but no provider treats it so, and a report must meet the next
mail. Addresses with quotes or Unicode local parts are not read; nobody is sent money by them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.identifiers import domain
from knowledge.identifiers._disguise import AT, HOST, plain_at, plain_dots
from knowledge.identifiers.errors import FormatError, LengthError

NAME = "email"
RANK = 60
NEEDS_NAME = False
EXAMPLES = ("review.team@evil-parcels.com", "bob [at] evil-parcels (dot) com")

_LOCAL = r"[A-Za-z0-9](?:[A-Za-z0-9._%+-]{0,62}[A-Za-z0-9_+-])?"
_CANDIDATE = re.compile(rf"(?<!//)(?<![A-Za-z0-9._%+-]){_LOCAL}{AT}{HOST}", re.ASCII)
_ADDRESS = re.compile(rf"({_LOCAL})@({HOST})", re.ASCII)
_HINT = re.compile(r"@|艾特|\bat\b|\bAT\b", re.IGNORECASE)


def find(text: str) -> Iterator[tuple[int, int]]:
    """Candidates: a local part, an @, a host; Chinese may touch either side."""
    if not _HINT.search(text):
        return
    for found in _CANDIDATE.finditer(text):
        yield found.span()


def compact(raw: str) -> str:
    """Without disguise, in lower case."""
    text = plain_dots(plain_at(raw.strip())).lower()
    return text.removeprefix("mailto:").strip("<>")


def validate(raw: str) -> str:
    """The address in lower case, its host in Punycode.

    >>> validate("Bob[at]Evil-Parcels[dot]com")
    'bob@evil-parcels.com'

    Raises: FormatError, LengthError, ComponentError where the host has no public suffix.
    """
    parts = _ADDRESS.fullmatch(compact(raw))
    if parts is None or ".." in parts[1]:
        raise FormatError(NAME)
    if len(parts[0]) > 254:
        raise LengthError(NAME)
    domain.validate(parts[2])
    return f"{parts[1]}@{parts[2].encode('idna').decode('ascii')}"


def show(value: str, *, masked: bool = False) -> str:  # noqa: ARG001 - every kind is called alike
    """Defanged: no mail program makes a link of it."""
    return value.replace("@", "[@]").replace(".", "[.]")
