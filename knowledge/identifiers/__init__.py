"""Identifiers: what a person can be reached or paid by. Text in, kinds and canonical values out.

One module each kind, discovered by folder (modules whose name begins with `_` are shared code).
A kind's module is a page: what it is, who issues it, where its form is written down; then

    NAME: str                   the module's name
    RANK: int                   who wins where two kinds read the same words: the higher
    NEEDS_NAME: bool            a bare value could be anything: it counts only beside the name
    EXAMPLES: tuple[str, ...]   valid ones, fictional or published test vectors
    find(text) -> Iterator[(start, end)]    candidates in NFKC text without invisible characters
    compact(raw) -> str                     without separators and disguise
    validate(raw) -> str                    the canonical value; raises an IdentifierError
    show(value, *, masked) -> str           for people; masked, for a group to read along

Worse than finding one too many is naming an innocent's: a candidate counts only where `validate`
says so, and a handle only where its platform is named beside it. For a checksum the reverse
holds: rejecting a true one is worse, so a kind follows its standard and no more.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol, cast

from knowledge.identifiers import _protected, domain, url
from knowledge.identifiers.errors import IdentifierError, UnknownKindError


class Kind(Protocol):
    """What the module of a kind offers; see above."""

    NAME: str
    RANK: int
    NEEDS_NAME: bool
    EXAMPLES: tuple[str, ...]

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Candidate spans."""

    def compact(self, raw: str) -> str:
        """Without separators and disguise."""

    def validate(self, raw: str) -> str:
        """The canonical value, or an IdentifierError."""

    def show(self, value: str, *, masked: bool = False) -> str:
        """For people; masked, what groups should not read is hidden (phones, bank accounts)."""


@dataclass(frozen=True, slots=True, order=True)
class Identifier:
    """A kind and a canonical value: equal ones are the same."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Span:
    """An identifier found: `text[start:end]` is `raw`. `protected` ones are never reported."""

    identifier: Identifier
    start: int
    end: int
    raw: str
    protected: bool


_INTERFACE = (
    "NAME", "RANK", "NEEDS_NAME", "EXAMPLES", "find", "compact", "validate", "show"
)  # fmt: skip


def _discover() -> Mapping[str, Kind]:
    kinds = {}
    for info in pkgutil.iter_modules(__path__):
        if info.name.startswith("_") or info.name == "errors":
            continue
        module = importlib.import_module(f"{__name__}.{info.name}")
        missing = [name for name in _INTERFACE if not hasattr(module, name)]
        if missing:
            raise TypeError(f"{module.__name__} lacks {', '.join(missing)}")
        kinds[module.NAME] = cast(Kind, module)
    return kinds


KINDS: Mapping[str, Kind] = _discover()
"""Every kind by its name."""

LONGEST = 2_100
"""Characters of a candidate that are looked at; longer ones are no identifiers."""


@cache
def _ranked() -> tuple[Kind, ...]:
    return tuple(sorted(KINDS.values(), key=lambda kind: (-kind.RANK, kind.NAME)))


def find(text: str) -> tuple[Span, ...]:
    """Every identifier in a plain text, in its order.

    Kinds of higher rank come first; what one has read, the others do not read again. Two
    exceptions: inside a web address its domain is named too, and an e-mail address or phone that
    is said to be somebody's PayPal or WeChat is named as both, because it is both.
    """
    taken: list[tuple[int, int, str]] = []
    spans: list[Span] = []
    for kind in _ranked():
        for start, end in kind.find(text):
            if end - start > LONGEST or _is_taken(kind.NAME, start, end, taken):
                continue
            raw = text[start:end]
            value = _valid(kind, raw)
            if value is None:
                continue
            identifier = Identifier(kind.NAME, value)
            taken.append((start, end, kind.NAME))
            spans.append(Span(identifier, start, end, raw, is_protected(identifier)))
            if kind.NAME == url.NAME:
                spans.append(_host(raw, start))
    return tuple(sorted(spans, key=lambda span: (span.start, span.end, span.identifier.kind)))


def _host(raw: str, offset: int) -> Span:
    """The registrable domain of a web address: whoever owns it answers for every page on it."""
    start, end = url.host_span(raw)
    identifier = Identifier(domain.NAME, domain.validate(raw[start:end]))
    return Span(identifier, offset + start, offset + end, raw[start:end], is_protected(identifier))


_SHARED = frozenset({("email", "paypal"), ("phone", "wechat")})


def _is_taken(kind: str, start: int, end: int, taken: list[tuple[int, int, str]]) -> bool:
    return any(
        start < other_end and other_start < end and (kind, other) not in _SHARED
        for other_start, other_end, other in taken
    )


def _valid(kind: Kind, raw: str) -> str | None:
    try:
        return kind.validate(raw)
    except IdentifierError:
        return None


def parse(raw: str, kind: str | None = None) -> Identifier:
    """What a person typed, as an identifier.

    `wechat:abc12345` names the kind before the value; `kind` does the same. Without one the kinds
    are tried, the most telling first.
    Raises: IdentifierError in words for that person.
    """
    raw = raw.strip()
    before, colon, behind = raw.partition(":")
    if kind is None and colon and before.strip().lower() in KINDS:
        kind, raw = before.strip().lower(), behind.strip()
    if kind is not None:
        if kind not in KINDS:
            raise UnknownKindError(kind[:40])
        return Identifier(kind, KINDS[kind].validate(raw))
    for one in _ranked():
        value = _valid(one, raw) if len(raw) <= LONGEST else None
        if value is not None and (_says_kind(raw) or not one.NEEDS_NAME):
            return Identifier(one.NAME, value)
    raise UnknownKindError(raw[:40])


def _says_kind(raw: str) -> bool:
    """Whether a link or an @ says which platform a bare value belongs to."""
    return "/" in raw or raw.startswith("@")


def is_valid(kind: str, raw: str) -> bool:
    """Whether a text is a valid identifier of a kind; never raises for a known kind."""
    return _valid(KINDS[kind], raw) is not None


def show(identifier: Identifier, *, masked: bool = False) -> str:
    """An identifier for people: never a live link; `masked` hides what groups should not see."""
    return KINDS[identifier.kind].show(identifier.value, masked=masked)


def is_protected(identifier: Identifier) -> bool:
    """Whether it belongs to a well-known service, so that reporting it would hit everybody."""
    return _protected.is_protected(identifier.kind, identifier.value)
