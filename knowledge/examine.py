"""Read one message: normalise once, find identifiers, match routines. Pure and synchronous."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from knowledge import identifiers, pack
from knowledge.fingerprint import fingerprint
from knowledge.identifiers import Identifier
from knowledge.language import detect
from knowledge.matcher import Hit, Matcher
from knowledge.pack import Pack, Routine
from knowledge.text import MAX_LENGTH, View, read
from knowledge.weigh import Weighed, weigh


@dataclass(frozen=True, slots=True)
class Sign:
    """A cue found: its name, how to call it by language, and the words of the original."""

    cue: str
    title: Mapping[str, str]
    quote: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class RoutineMatch:
    """A routine that the text may follow; `confidence` is 0..1, the rivals considered."""

    routine: Routine
    confidence: float
    signs: tuple[Sign, ...]
    against: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class BenignMatch:
    """A harmless category that the text may belong to."""

    slug: str
    title: Mapping[str, str]
    confidence: float
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier in the text; `raw` is `original[start:end]`, offsets in code points.

    A protected one (a marketplace's own domain, say) is found but never offered for report.
    """

    identifier: Identifier
    raw: str
    start: int
    end: int
    protected: bool


@dataclass(frozen=True, slots=True)
class Findings:
    """What the text holds. `routines` and `benign` are best first.

    `language` is one of `knowledge.language`; `mode` is `message`, or `description` where the text
    tells of a scam instead of being one; `unread` counts the characters behind MAX_LENGTH.
    """

    language: str
    mode: str
    routines: tuple[RoutineMatch, ...]
    benign: tuple[BenignMatch, ...]
    identifiers: tuple[Found, ...]
    fingerprint: str | None
    unread: int = 0

    @property
    def confidence(self) -> float:
        """The belief, 0..1, that the text follows any known routine."""
        return min(1.0, sum(match.confidence for match in self.routines))


class Knowledge:
    """The pack, ready to examine texts. Building it takes a fraction of a second; keep one."""

    def __init__(self, content: Pack) -> None:
        self._pack = content
        self._matcher = Matcher((cue.name, cue.phrases) for cue in content.cues.values())

    @property
    def pack(self) -> Pack:
        """The routines, harmless categories and cues."""
        return self._pack

    @property
    def routines(self) -> Mapping[str, Routine]:
        """Every routine by slug."""
        return self._pack.routines

    def examine(self, text: str) -> Findings:
        """What a message says. Any `str` is accepted; MAX_LENGTH characters of it are read."""
        views = read(text[:MAX_LENGTH])
        found = _identifiers(views.plain, views.original)
        weighing = weigh(self._pack, self._matcher.find(views.folded))
        return Findings(
            language=detect(views.plain.text),
            mode="description" if weighing.description else "message",
            routines=tuple(
                RoutineMatch(
                    self.routines[one.slug],
                    one.confidence,
                    self._signs(one.signs, views.original),
                    self._signs(one.against, views.original),
                )
                for one in weighing.routines
            ),
            benign=tuple(self._benign(one, views.original) for one in weighing.benign),
            identifiers=found,
            fingerprint=fingerprint(views.original, ((one.start, one.end) for one in found)),
            unread=max(0, len(text) - MAX_LENGTH),
        )

    def cues(self, text: str) -> frozenset[str]:
        """The names of all cues in a text: for lint, which asks whether each is alive."""
        return frozenset(hit.cue for hit in self._matcher.find(read(text[:MAX_LENGTH]).folded))

    def _signs(self, hits: Iterable[Hit], original: str) -> tuple[Sign, ...]:
        return tuple(
            Sign(
                hit.cue,
                self._pack.cues[hit.cue].title,
                original[hit.start : hit.end],
                hit.start,
                hit.end,
            )
            for hit in hits
        )

    def _benign(self, one: Weighed, original: str) -> BenignMatch:
        title = self._pack.benign[one.slug].title
        return BenignMatch(one.slug, title, one.confidence, self._signs(one.signs, original))


def load(folders: Iterable[Path] = ()) -> Knowledge:
    """The knowledge of the package and of an operator's own folders of routines.

    Raises: PackError where the package's own pack is wrong; see `knowledge.pack.load`.
    """
    collecting = gc.isenabled()
    # A million small values are made here and nearly all stay: looking for garbage among them
    # again and again would take a third of the time.
    gc.disable()
    try:
        return Knowledge(pack.load(folders))
    finally:
        if collecting:
            gc.enable()


def _identifiers(plain: View, original: str) -> tuple[Found, ...]:
    found = []
    for span in identifiers.find(plain.text):
        start, end = plain.original_span(span.start, span.end)
        found.append(Found(span.identifier, original[start:end], start, end, span.protected))
    return tuple(found)
