"""A phrase of a cue: what a contributor writes, read into a pattern.

The notation is described in `knowledge/README.md`: plain words, `(a|b)`, `[optional]`, ` ... ` for
a short gap, `word*`, `{slot}`, and `re:` for a regular expression. A phrase becomes

- `needles`: groups of literals; a text that lacks every literal of one group cannot match. The
  matcher looks for the literals of all phrases in one pass over the text.
- `pattern`: a regular expression, compiled when the needles were first found.

It deliberately has no conditions or scores: those are the routine's.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

from knowledge.errors import PhraseError
from knowledge.slots import SLOT_WORDS, SLOTS
from knowledge.text import fold

# Not inside a Latin word or number: either neighbour is something else. Chinese is not concerned.
_EDGE: Final = r"(?:(?<![a-z0-9])|(?![a-z0-9]))"
_SPACE: Final = "[ -]"
_EXPRESSION_LONGEST: Final = 80
_SLOT_LONGEST: Final = 36
_GAP: Final = r"(?:[^.!?。;]|\.(?=\S)){0,40}?"
_SYMBOL: Final = re.compile(r" ?\.\.\. ?|[()\[\]|]|\{[a-z_]+\}|\*|[^()\[\]|{}*.]+|.")
_HEAD: Final = re.compile("[\u3400-\u9fff]{1,8}|[a-z0-9]{1,12}")
_UNBOUNDED: Final = re.compile(r"(?<!\\)(?:[*+]|\{\d+,\})")

Words = Mapping[str, tuple[str, ...]]
"""Word list name -> its words, in the notation of phrases."""


@dataclass(frozen=True, slots=True)
class Needle:
    """Literals of which a match contains at least one, at most `lead` characters from its start.

    `rarity` says how few false calls it promises: the weight of its least telling word.
    """

    words: frozenset[str]
    lead: int
    rarity: int


@dataclass(frozen=True, slots=True)
class _Part:
    """A piece of a phrase while it is read; `longest` bounds the characters it can match.

    `heads` are literals with one of which every match begins, empty where that is not known.
    """

    pattern: str
    longest: int
    needles: tuple[Needle, ...] = ()
    heads: frozenset[str] = frozenset()
    first: str = ""
    last: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """One way to say a cue.

    Every match contains a literal of each of the `needles`, in their order, and is at most
    `longest` characters long; it begins with one of the `heads`, where these are known. `source` is
    the phrase as it was written.
    """

    source: str
    pattern: str
    longest: int
    needles: tuple[Needle, ...]
    heads: frozenset[str] = frozenset()

    def find(self, folded: str, start: int, end: int) -> tuple[int, int] | None:
        """The first place within `folded[start:end]` where the phrase stands, or None."""
        found = _compiled(self.pattern).search(folded, start, end + 1)
        return found.span() if found and found.end() > found.start() else None

    def stands_at(self, folded: str, start: int, end: int) -> tuple[int, int] | None:
        """The span of the phrase where it begins at `start` and ends before `end`, or None."""
        # One more, so that a word is not taken for ended where only the window ends.
        found = _compiled(self.pattern).match(folded, start, end + 1)
        return found.span() if found and found.end() > found.start() else None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    # ASCII: a digit is 0-9, and a Latin word ends beside a Chinese character.
    return re.compile(pattern, re.ASCII)


def parse(source: str, words: Words) -> Phrase:
    """Read a phrase.

    Args: `source` in the notation above; `words`, the word lists it may use.
    Raises: PhraseError with a sentence for somebody who does not program.
    """
    if source.startswith("re:"):
        return _regular_expression(source)
    reader = _Reader(source, words)
    part = reader.sequence()
    if reader.peek():
        raise PhraseError(source, f"“{reader.peek()}” closes nothing.", "Remove it, or open it.")
    if all(needle.rarity < 2 for needle in part.needles):
        raise PhraseError(
            source,
            "it has no fixed word of a Chinese character or two Latin letters.",
            "Add a word that always stands in it, in every alternative.",
        )
    return Phrase(source, _EDGE + part.pattern + _EDGE, part.longest, part.needles, part.heads)


def _regular_expression(source: str) -> Phrase:
    body = source.removeprefix("re:").strip()
    try:
        parsed = re.compile(body)
    except re.error as error:
        raise PhraseError(source, f"the regular expression is wrong: {error}.", "") from error
    if _UNBOUNDED.search(body):
        raise PhraseError(
            source, "“*”, “+” and “{n,}” may run for ever.", "Give a bound such as {0,20}."
        )
    if parsed.search(""):
        raise PhraseError(source, "it matches an empty text.", "Add a fixed word to it.")
    literals = sorted(re.findall(r"[\u3400-\u9fff]{2,}|[a-z]{3,}", body), key=len)
    if not literals or "|" in body:
        raise PhraseError(
            source,
            "a regular expression needs one fixed word and no “|”.",
            "Write one entry for each alternative.",
        )
    word = literals[-1]
    needle = Needle(frozenset({word}), _EXPRESSION_LONGEST, _weight(word))
    return Phrase(source, body, _EXPRESSION_LONGEST, (needle,))


class _Reader:
    """Recursive descent over the symbols of one phrase."""

    def __init__(self, source: str, words: Words) -> None:
        self.source = source
        self.words = words
        self.symbols = _SYMBOL.findall(fold(source.strip()))
        self.position = 0

    def peek(self) -> str:
        return self.symbols[self.position] if self.position < len(self.symbols) else ""

    def take(self) -> str:
        symbol = self.peek()
        self.position += 1
        return symbol

    def sequence(self) -> _Part:
        parts: list[_Part] = []
        while self.peek() and self.peek() not in ")]|":
            parts.append(self.item())
        return _joined(parts)

    def item(self) -> _Part:
        symbol = self.take()
        if symbol == "(":
            return self.alternatives(")")
        if symbol == "[":
            inner = self.alternatives("]")
            return _Part(f"(?:{inner.pattern})?", inner.longest, heads=inner.heads, optional=True)
        if symbol.strip() == "...":
            return _Part(f"{_EDGE} ?{_GAP} ?{_EDGE}", 42)
        if symbol == "*":
            return _Part("[a-z0-9]{0,20}", 20)
        if symbol.startswith("{") and symbol.endswith("}"):
            return self.slot(symbol[1:-1])
        if symbol in "{}":
            raise PhraseError(
                self.source, f"“{symbol}” stands alone.", "Write {name} of a word list."
            )
        return _literal(symbol)

    def alternatives(self, closing: str) -> _Part:
        options = [self.sequence()]
        while self.peek() == "|":
            self.take()
            options.append(self.sequence())
        if self.take() != closing:
            raise PhraseError(self.source, f"a “{closing}” is missing.", "Close what was opened.")
        return _either(options)

    def slot(self, name: str) -> _Part:
        if name in SLOTS:
            words = frozenset(SLOT_WORDS[name])
            needles = (Needle(words, _SLOT_LONGEST, 1),) if words else ()
            return _Part(f" ?{_EDGE}{SLOTS[name]}{_EDGE} ?", _SLOT_LONGEST, needles)
        if name not in self.words:
            known = ", ".join(sorted([*SLOTS, *self.words]))
            raise PhraseError(
                self.source, f"there is no word list “{name}” here.", f"There are: {known}."
            )
        return _word_list(self.words[name])


@cache
def _word_list(words: tuple[str, ...]) -> _Part:
    """Any word of a list; lists are used by hundreds of phrases."""
    either = _either([_Reader(word, {}).sequence() for word in words])
    pattern = f" ?{_EDGE}{either.pattern}{_EDGE} ?"
    return _Part(pattern, either.longest + 2, either.needles, either.heads)


def _joined(parts: list[_Part]) -> _Part:
    if len(parts) == 1 and not parts[0].optional:
        return parts[0]
    pattern = ""
    longest = 0
    needles: list[Needle] = []
    for before, part in zip([_Part("", 0), *parts], parts, strict=False):
        needles += [Needle(one.words, longest + one.lead + 1, one.rarity) for one in part.needles]
        longest += part.longest + 1
        if _meet(before.last, part.first):
            pattern += " ?"
        # Where a word may be missing, so may one of the spaces beside it.
        if part.optional and pattern.endswith(_SPACE):
            pattern += "?"
        loose = before.optional and part.pattern.startswith(_SPACE)
        pattern += part.pattern.replace(_SPACE, _SPACE + "?", 1) if loose else part.pattern
    ends = [part for part in parts if part.pattern]
    first = ends[0].first if ends else ""
    last = ends[-1].last if ends else ""
    return _Part(pattern, longest, tuple(needles), _heads(parts), first, last)


def _either(options: list[_Part]) -> _Part:
    pattern = "(?:" + "|".join(option.pattern for option in options) + ")"
    longest = max(option.longest for option in options)
    needles: tuple[Needle, ...] = ()
    if all(option.needles for option in options):
        best = [max(option.needles, key=_rarity) for option in options]
        words = frozenset[str]().union(*(one.words for one in best))
        lead, least = max(one.lead for one in best), min(map(_rarity, best))
        needles = (Needle(words, lead, least),)
    empty = any(not option.pattern for option in options)
    first, last = options[0].first, options[0].last
    known = all(option.heads or not option.pattern for option in options)
    heads = frozenset[str]().union(*(one.heads for one in options)) if known else frozenset()
    return _Part(pattern, longest, needles, heads, first, last, optional=empty)


def _heads(parts: list[_Part]) -> frozenset[str]:
    """With what a sequence begins: its first part, and the next one while a part may be missing."""
    heads: frozenset[str] = frozenset()
    for part in parts:
        if not part.heads:
            return frozenset()
        heads |= part.heads
        if not part.optional:
            return heads
    return frozenset()


def _rarity(needle: Needle) -> int:
    return needle.rarity


@cache
def _weight(word: str) -> int:
    """How telling a literal is: a Chinese character counts as two Latin letters."""
    return sum(2 if _is_chinese(char) else 1 for char in word)


@cache
def _literal(text: str) -> _Part:
    pattern = _literal_pattern(text)
    runs = re.findall("[\u3400-\u9fff]+|[a-z0-9]+", text)
    # A single letter stands everywhere; a short word is a poor needle, but better than none.
    telling = [run for run in runs if _weight(run) >= (4 if _is_chinese(run[0]) else 3)]
    telling = telling or [run for run in runs if _weight(run) >= 2]
    spaces = sum(map(_meet, text, text[1:]))
    needles = tuple(
        Needle(frozenset({run}), text.find(run) + spaces, _weight(run)) for run in telling
    )
    # After a word that may be missing, the space in front may be missing too.
    head = _HEAD.match(text.lstrip(" "))
    heads = frozenset({head[0]}) if head else frozenset[str]()
    return _Part(pattern, len(text) + spaces, needles, heads, text[0], text[-1])


def _literal_pattern(text: str) -> str:
    if text.isascii() and text.replace(" ", "").isalnum():
        return text.replace(" ", _SPACE)
    pattern = ""
    for index, char in enumerate(text):
        before, after = text[index - 1 : index], text[index + 1 : index + 2]
        if char == " ":
            # Chinese beside Latin letters or digits is written with and without a space.
            pattern += _SPACE + ("?" if _is_chinese(before) or _is_chinese(after) else "")
        elif char == "-":
            pattern += _SPACE + "?"
        elif char == "'":
            pattern += "'?"
        else:
            pattern += (" ?" if _meet(before, char) else "") + re.escape(char)
    return pattern


def _meet(before: str, char: str) -> bool:
    """Whether Chinese and Latin letters or digits touch here without a space."""
    return before.isalnum() and char.isalnum() and _is_chinese(before) != _is_chinese(char)


def _is_chinese(char: str) -> bool:
    return "\u3400" <= char <= "\u9fff"
