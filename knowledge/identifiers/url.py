"""Web addresses: http and https, disguised (hxxp, [.]) or bare with a path (evil.example/pay).

Form: RFC 3986. Canonical is `host/path?query`: the host in lower case and Punycode without `www.`,
the path as it stands, without the scheme, default ports, fragment, user info and tracking
parameters, so that the same page written twice is the same. It deliberately opens nothing and does
not resolve shorteners.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.identifiers import domain
from knowledge.identifiers._disguise import HOST, plain_dots, plain_scheme
from knowledge.identifiers.errors import FormatError

NAME = "url"
RANK = 40
NEEDS_NAME = False
EXAMPLES = (
    "https://evil-parcels.com/pay?id=7",
    "hxxp://evil-parcels[.]com/x",
    "evil-parcels.com/p",
)

_SCHEME = r"h(?:tt|xx|\*\*)ps?\s?(?:\[:\]|:)\s?(?:\[//\]|//|\[/\]\[/\])"
_USER = r"(?:[\w.%~!$&'()*+,;=:-]{1,80}@)?"
_REST = r"(?::\d{1,5})?(?:[/?#][!-~]{0,1500})?"
_CANDIDATE = re.compile(
    rf"(?:(?<![A-Za-z0-9]){_SCHEME}{_USER}{HOST}{_REST})"
    rf"|(?:(?<![\w@.-])(?:www\.)?{HOST}(?::\d{{1,5}})?/[!-~]{{0,1500}})",
    re.ASCII | re.IGNORECASE,
)
_PARTS = re.compile(
    r"(?:https?://)?(?:[^/?#@\s]{0,80}@)?(?P<host>[^/?#:\s]+)(?::(?P<port>\d{1,5}))?"
    r"(?P<path>/[^?#\s]*)?(?:\?(?P<query>[^#\s]*))?(?:#\S*)?\Z",
    re.IGNORECASE,
)
_TRACKING = re.compile(r"(?:utm_\w+|gclid|fbclid|msclkid|ref|ref_|spm|igsh)\Z")
_TRAILING = ".,;:!?'\"*_~"
_PAIRS = {")": "(", "]": "[", "}": "{", ">": "<"}


def find(text: str) -> Iterator[tuple[int, int]]:
    """Candidates, without the punctuation and brackets behind them."""
    if "/" not in text:
        return
    for found in _CANDIDATE.finditer(text):
        start, end = found.span()
        while end > start and _is_behind(text[start:end]):
            end -= 1
        yield start, end


def _is_behind(raw: str) -> bool:
    last = raw[-1]
    if last in _TRAILING:
        return True
    return last in _PAIRS and raw.count(last) > raw.count(_PAIRS[last])


def compact(raw: str) -> str:
    """Without disguise."""
    text = plain_scheme(raw.strip())
    scheme = re.match(r"https?://", text, re.IGNORECASE)
    start = scheme.end() if scheme else 0
    host = re.split(r"[/?#]", text[start:], maxsplit=1)[0]
    return text[:start].lower() + plain_dots(host) + text[start + len(host) :]


def validate(raw: str) -> str:
    """`host/path?query`; see the module.

    >>> validate("hxxps://WWW[.]Evil-Parcels[.]com:443/Pay?utm_source=x&id=7#top")
    'evil-parcels.com/Pay?id=7'
    >>> validate("https://amazon.com@evil-parcels.com/login")
    'evil-parcels.com/login'

    Raises: FormatError, ComponentError where the host has no public suffix.
    """
    text = compact(raw)
    parts = _PARTS.match(text)
    if parts is None or not (text.startswith(("http://", "https://")) or parts["path"]):
        raise FormatError(NAME)
    domain.validate(parts["host"])
    host = domain.compact(parts["host"]).encode("idna").decode("ascii")
    port = f":{parts['port']}" if parts["port"] and int(parts["port"]) not in (80, 443) else ""
    path = "" if parts["path"] in (None, "/") else parts["path"].rstrip("/")
    kept = [
        one
        for one in (parts["query"] or "").split("&")
        if one and not _TRACKING.match(one.partition("=")[0].lower())
    ]
    query = f"?{'&'.join(kept)}" if kept else ""
    return host + port + (path or "/") + query


def host_span(raw: str) -> tuple[int, int]:
    """Where the host stands in a candidate, as offsets; user info before it is not the host."""
    scheme = re.match(_SCHEME, raw, re.IGNORECASE)
    start = scheme.end() if scheme else 0
    end = start + len(re.split(r"[/?#]", raw[start:], maxsplit=1)[0])
    start = max(start, raw.rfind("@", start, end) + 1)
    port = re.search(r":\d{1,5}\Z", raw[start:end])
    return start, end - len(port[0]) if port else end


def show(value: str, *, masked: bool = False) -> str:  # noqa: ARG001 - every kind is called alike
    """Defanged: neither scheme nor dots of the host are live."""
    host, slash, rest = value.partition("/")
    return "hxxp://" + host.replace(".", "[.]") + slash + rest
