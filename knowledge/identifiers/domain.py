"""Registrable domains (evil.example), under the Public Suffix List (publicsuffix.org).

Canonical is what somebody registers: the public suffix and one label before it, in lower case and
Punycode (RFC 3492, IDNA). Below a hosting platform (the list's private section) that is the
customer's own name, such as shop.github.io. The list comes with the `publicsuffixlist` package.

It deliberately does not say whether a domain exists or resembles a brand. Endings that are also
file endings (.zip, .py) count only where the text disguises or links them; `e.g.`, `v1.2` and
sentences without a space after the full stop are no domains.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from publicsuffixlist import PublicSuffixList

from knowledge.identifiers._disguise import HOST, plain_dots
from knowledge.identifiers.errors import ComponentError, FormatError

NAME = "domain"
RANK = 20
NEEDS_NAME = False
EXAMPLES = ("evil-parcels.com", "shop.github.io", "bücher-markt.de")

# Top-level domains that sellers write as file endings far more often than as domains.
_FILE_ENDINGS = frozenset({"zip", "mov", "py", "sh", "md"})
_CANDIDATE = re.compile(rf"(?<![\w@.-]){HOST}(?![\w@-])", re.ASCII)
_NUMERIC = re.compile(r"[\d.]+\Z")


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


def find(text: str) -> Iterator[tuple[int, int]]:
    """Candidates: two labels or more with dots between, disguised or not."""
    if "." not in text and "点" not in text and "dot" not in text.lower():
        return
    for found in _CANDIDATE.finditer(text):
        raw = found[0]
        host = plain_dots(raw)
        before, _, ending = host.rpartition(".")
        is_file = raw == host and ending.lower() in _FILE_ENDINGS
        # Two sentences that lack the space between them: `your account.It is`.
        is_sentence = ending.istitle() and before == before.lower()
        if not is_file and not is_sentence:
            yield found.span()


def compact(raw: str) -> str:
    """Without disguise, scheme, path or a `www.` in front; lower case."""
    host = plain_dots(raw.strip()).lower().rstrip(".")
    return host.removeprefix("www.")


def validate(raw: str) -> str:
    """The registrable domain in Punycode.

    >>> validate("www.Mail[.]Evil-Parcels[.]co[.]uk")
    'evil-parcels.co.uk'

    Raises: FormatError, ComponentError where the public suffix does not exist.
    """
    host = compact(raw)
    if len(host) > 253 or not re.fullmatch(rf"{HOST}", host) or _NUMERIC.match(host):
        raise FormatError(NAME)
    try:
        ascii_host = host.encode("idna").decode("ascii")
    except UnicodeError as error:
        raise FormatError(NAME) from error
    registrable = _suffixes().privatesuffix(ascii_host)
    if registrable is None:
        raise ComponentError(NAME)
    return str(registrable)


def show(value: str, *, masked: bool = False) -> str:  # noqa: ARG001 - every kind is called alike
    """Defanged: a domain is no link."""
    return value.replace(".", "[.]")
