"""Finds every cue in a text with one multi-pattern pass.

All literals that any phrase cannot do without go into one Aho-Corasick automaton. Where the pass
meets a literal of each of a phrase's groups, the phrase itself is read near its rarest literal:
so a phrase costs nothing in a text that does not speak of it, and hostile text that repeats a
literal 50,000 times costs no more than `_MOST` short looks.

It finds; what a cue means for a routine is the business of `knowledge.weigh`.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from ahocorasick_rs import AhoCorasick

from knowledge.phrase import Phrase
from knowledge.text import View

_MOST = 50
"""Places of a phrase's rarest literal that are looked at."""
_KEPT = 2_000
"""Places of one literal that are kept."""
_ENOUGH = 24
"""A cue quoted with this many characters is not looked for any further."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A cue found. `start` and `end` are offsets into the original text."""

    cue: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class _Entry:
    """A phrase by its rarest needle; the others, by the side of it they stand on."""

    cue: str
    phrase: Phrase
    lead: int
    heads: frozenset[int]
    rarest: frozenset[int]
    before: tuple[frozenset[int], ...]
    after: tuple[frozenset[int], ...]
    others: tuple[frozenset[int], ...]


class Matcher:
    """All cues of the pack, ready to be found. Building it costs milliseconds; keep one."""

    def __init__(self, cues: Iterable[tuple[str, Iterable[Phrase]]]) -> None:
        numbers: dict[str, int] = {}

        @cache  # the same word lists stand in hundreds of phrases
        def ids_of(words: frozenset[str]) -> frozenset[int]:
            return frozenset(numbers.setdefault(word, len(numbers)) for word in words)

        self._by_literal: dict[int, list[_Entry]] = defaultdict(list)
        for cue, phrases in cues:
            for phrase in phrases:
                ids = [ids_of(needle.words) for needle in phrase.needles]
                rarest = max(range(len(ids)), key=lambda place: phrase.needles[place].rarity)
                entry = _Entry(
                    cue,
                    phrase,
                    phrase.needles[rarest].lead,
                    ids_of(phrase.heads),
                    ids[rarest],
                    tuple(ids[:rarest]),
                    tuple(ids[rarest + 1 :]),
                    tuple(ids[:rarest] + ids[rarest + 1 :]),
                )
                for number in entry.rarest:
                    self._by_literal[number].append(entry)
        self._automaton = AhoCorasick(list(numbers))

    def find(self, folded: View) -> tuple[Hit, ...]:
        """Every cue that stands in the folded view of a message, once, at its longest place.

        Returns the hits in the order of the text.
        """
        places = _Places(self._automaton.find_matches_as_indexes(folded.text, overlapping=True))
        candidates = {
            id(entry): entry
            for number in places.literals
            for entry in self._by_literal.get(number, ())
        }
        best: dict[str, tuple[int, int]] = {}
        for entry in candidates.values():
            known = best.get(entry.cue)
            if known is None or known[1] - known[0] < _ENOUGH:
                span = _look(entry, folded.text, places)
                if span and (known is None or span[1] - span[0] > known[1] - known[0]):
                    best[entry.cue] = span
        hits = [Hit(cue, *folded.original_span(*span)) for cue, span in best.items()]
        return tuple(sorted(hits, key=lambda hit: (hit.start, hit.end, hit.cue)))


class _Places:
    """Where the literals stand in one text."""

    def __init__(self, matches: Iterable[tuple[int, int, int]]) -> None:
        self.literals: dict[int, list[int]] = defaultdict(list)
        for number, start, _ in matches:
            found = self.literals[number]
            if len(found) < _KEPT:
                found.append(start)
        self.present = frozenset(self.literals)
        self._of_needle: dict[frozenset[int], list[int]] = {}

    def of(self, needle: frozenset[int]) -> list[int]:
        """The places of any literal of a needle, ascending."""
        found = self._of_needle.get(needle)
        if found is None:
            here = needle & self.present
            found = sorted(place for number in here for place in self.literals[number])
            self._of_needle[needle] = found
        return found

    def between(self, needle: frozenset[int], low: int, high: int) -> list[int]:
        """The places of any literal of the needle from `low` to `high`."""
        found = self.of(needle)
        return found[bisect_left(found, low) : bisect_right(found, high)]

    def any_between(self, needle: frozenset[int], low: int, high: int) -> bool:
        """Whether a literal of the needle stands from `low` to `high`."""
        found = self.of(needle)
        index = bisect_left(found, low)
        return index < len(found) and found[index] <= high


def _look(entry: _Entry, folded: str, places: _Places) -> tuple[int, int] | None:
    """The first place where the phrase stands, read only where all its needles are near."""
    for needle in entry.others:
        if needle.isdisjoint(places.present):
            return None
    for start in places.of(entry.rarest)[:_MOST]:
        low, high = max(0, start - entry.lead), start + entry.phrase.longest
        if all(places.any_between(needle, low, start) for needle in entry.before) and all(
            places.any_between(needle, start, high) for needle in entry.after
        ):
            span = _read(entry, folded, places, low, start, high)
            if span:
                return span
    return None


def _read(
    entry: _Entry, folded: str, places: _Places, low: int, start: int, high: int
) -> tuple[int, int] | None:
    """The phrase between `low` and `high`, begun at `start` at the latest."""
    if not entry.heads:
        return entry.phrase.find(folded, low, high)
    for head in places.between(entry.heads, low, start):
        span = entry.phrase.stands_at(folded, head, high)
        if span:
            return span
    return None
