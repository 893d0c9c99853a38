"""One message, three views of its text, and the way back from each to the original.

- `original`: what reached us, untouched. Quotes and published spans always refer to it.
- `plain`: invisible characters removed and NFKC applied, case kept. Identifiers are read here,
  because base58 is case-sensitive and a homograph domain must stay visible.
- `folded`: `plain` in lower case, look-alike letters of other scripts as Latin ones, traditional
  Chinese as simplified, any white space as one space, none between two Chinese characters. Cues
  are read here.

NFKC: Unicode Standard Annex #15. Traditional to simplified: the character table of OpenCC, one
character at a time, so that lengths stay; whole words that differ between regions are the
business of the cues. It deliberately does not undo leet-speak or letters spaced apart.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import opencc

MAX_LENGTH = 100_000
"""Characters of one message that are read; what lies behind is not."""

_SURROGATE = re.compile("[\ud800-\udfff]")
# Default-ignorable code points (Unicode DerivedCoreProperties) and control characters other than
# tab, line feed and carriage return: nobody sees them, so no reading may depend on them.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f"
    "\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufff8"
    "\U000e0000-\U000e0fff]+"
)
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_NON_ASCII = re.compile("[^\x00-\x7f]+")
_CJK = "\u3400-\u4dbf\u4e00-\u9fff"
_SPACE = re.compile(rf"(?<=[{_CJK}])\s+(?=[{_CJK}])|\s{{2,}}|[^\S ]")

# Letters of other scripts (and typographic signs) that a reader takes for Latin ones. Our own
# short list of what such messages use; the full confusables table would also fold Chinese.
_LOOK_ALIKES = {
    pair[0]: pair[1]
    for pair in (
        "аa еe оo рp сc уy хx іi јj ѕs ԁd һh ԛq ԝw кk мm тt вb нh гr "  # Cyrillic
        "αa οo ρp νv ιi κk τt υu χx εe ηn ıi ɡg ɑa "  # Greek and others
        "‘' ’' ‛' ʼ' ´' “\" ”\" „\" ‐- ‑- ‒- –- —- −-"  # quotes and dashes
    ).split()
}
# Regional variants that OpenCC keeps apart though sellers use them for one another.
_VARIANTS = {"帐": "账", "著": "着", "妳": "你", "祂": "他"}


@dataclass(frozen=True, slots=True)
class View:
    """A text and the map from its positions back to the text it was made from.

    The map is a row of pieces. Inside a piece that is `even`, positions run in step; any other
    piece stands as a whole for a whole span of the source (one ligature became three letters).
    """

    text: str
    source: View | None = None
    _starts: tuple[int, ...] = ()
    _spans: tuple[tuple[int, int, bool], ...] = ()

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span of the original text that `text[start:end]` was made from.

        Args: code point offsets, 0 <= start <= end <= len(text). An empty span stays empty.
        Returns: code point offsets into the original.
        """
        if self.source is None:
            return start, end
        if not self._starts:
            return self.source.original_span(start, end)
        first = self._place(start, opening=True)
        last = max(first, self._place(end - 1, opening=False)) if end > start else first
        return self.source.original_span(first, last)

    def _place(self, position: int, *, opening: bool) -> int:
        piece = max(0, bisect_right(self._starts, position) - 1)
        start, end, even = self._spans[piece]
        if even:
            place = start + position - self._starts[piece]
            return min(place if opening else place + 1, end)
        return start if opening else end


class _Writer:
    """Collects the pieces of a new view while it is written from left to right."""

    def __init__(self, source: View) -> None:
        self.source = source
        self.parts: list[str] = []
        self.length = 0
        self.starts: list[int] = []
        self.spans: list[tuple[int, int, bool]] = []

    def keep(self, start: int, end: int) -> None:
        if start < end:
            self._add(self.source.text[start:end], start, end, even=True)

    def replace(self, start: int, end: int, text: str) -> None:
        self._add(text, start, end, even=False)

    def _add(self, text: str, start: int, end: int, *, even: bool) -> None:
        if not text:
            return
        self.starts.append(self.length)
        self.spans.append((start, end, even))
        self.parts.append(text)
        self.length += len(text)

    def view(self) -> View:
        return View("".join(self.parts), self.source, tuple(self.starts), tuple(self.spans))


@dataclass(frozen=True, slots=True)
class Text:
    """The three views of one message; see the module's docstring."""

    original: str
    plain: View
    folded: View


def read(original: str) -> Text:
    """The three views of a message of at most MAX_LENGTH characters.

    Any `str` is accepted: lone surrogates read as U+FFFD, NUL and control characters as nothing.
    """
    start = View(_SURROGATE.sub("\ufffd", original))
    plain = _compatibility(_without_invisible(start))
    return Text(original, plain, _with_single_spaces(_folded_letters(plain)))


def fold(phrase: str) -> str:
    """A phrase as it would stand in the folded view; used for cues, which meet the text there."""
    return read(phrase).folded.text


def _without_invisible(source: View) -> View:
    if not _INVISIBLE.search(source.text):
        return source
    writer = _Writer(source)
    done = 0
    for found in _INVISIBLE.finditer(source.text):
        writer.keep(done, found.start())
        done = found.end()
    writer.keep(done, len(source.text))
    return writer.view()


def _compatibility(source: View) -> View:
    # Full-width forms are one to one: with them out of the way, most Chinese text is normal.
    text = source.text if source.text.isascii() else source.text.translate(_FULL_WIDTH)
    even = View(text, source)
    if unicodedata.is_normalized("NFKC", text):
        return even
    writer = _Writer(even)
    done = 0
    for found in _NON_ASCII.finditer(text):
        # The ASCII character in front may be the base of a combining mark.
        start = max(done, found.start() - 1)
        writer.keep(done, start)
        for first, last in _segments(text, start, found.end()):
            normal = unicodedata.normalize("NFKC", text[first:last])
            if normal == text[first:last]:
                writer.keep(first, last)
            else:
                writer.replace(first, last, normal)
        done = found.end()
    writer.keep(done, len(text))
    return writer.view()


def _segments(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Spans that normalise apart as they do joined.

    A cut is made only in front of a starter where both sides normalise alike apart and joined;
    cutting at combining marks alone breaks Hangul syllables followed by a final jamo.
    """
    cuts = [start]
    for position in range(start + 1, end):
        char = text[position]
        if unicodedata.combining(unicodedata.normalize("NFKD", char)[0]):
            continue
        # Long runs of marks are hostile; 32 characters of context decide every real case.
        before = text[max(cuts[-1], position - 32) : position]
        apart = unicodedata.normalize("NFKC", before) + unicodedata.normalize("NFKC", char)
        if unicodedata.normalize("NFKC", before + char) == apart:
            cuts.append(position)
    return list(pairwise([*cuts, end]))


class _FoldTable(dict[int, str]):
    """code point -> folded character, filled as characters are met; always one to one."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        lower = char.casefold()
        folded = lower if len(lower) == 1 else char.lower()[0]
        folded = _simplified().get(folded, folded)
        folded = _LOOK_ALIKES.get(folded, _VARIANTS.get(folded, folded))
        self[code] = folded
        return folded


@cache
def _simplified() -> dict[str, str]:
    """Traditional -> simplified, for every single character that OpenCC maps to another one."""
    chars = [chr(code) for code in (*range(0x3400, 0x4DC0), *range(0x4E00, 0xA000))]
    converted = opencc.OpenCC("t2s").convert("\n".join(chars)).split("\n")
    return {
        char: simple
        for char, simple in zip(chars, converted, strict=True)
        if char != simple and len(simple) == 1
    }


def is_traditional(char: str) -> bool:
    """Whether a Chinese character is written differently in simplified script."""
    return char in _simplified()


_FOLD = _FoldTable()


def _folded_letters(plain: View) -> View:
    text = plain.text
    return View(text.lower() if text.isascii() else text.translate(_FOLD), plain)


def _with_single_spaces(source: View) -> View:
    writer = _Writer(source)
    done = 0
    for found in _SPACE.finditer(source.text):
        writer.keep(done, found.start())
        between_chinese = (
            found.start() > 0
            and found.end() < len(source.text)
            and _is_chinese(source.text[found.start() - 1])
            and _is_chinese(source.text[found.end()])
        )
        writer.replace(found.start(), found.end(), "" if between_chinese else " ")
        done = found.end()
    if not done:
        return source
    writer.keep(done, len(source.text))
    return writer.view()


def _is_chinese(char: str) -> bool:
    return "\u4e00" <= char <= "\u9fff" or "\u3400" <= char <= "\u4dbf"
