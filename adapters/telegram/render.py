"""A card as Telegram messages: HTML within the limits, a keyboard under the last one. Pure.

Telegram counts a message's length after its markup is parsed
(core.telegram.org/bots/api#sendmessage); it is counted here in UTF-16 code units, which is never
less than Telegram counts. What does not fit goes on in a further message; nothing is cut. Words of
others were cleaned and defanged by `bot.quoting` before they came into a card; here every text is
escaped, in one place.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from bot.card import Action, Card, Section, Style, Tone

TEXT_LIMIT = 4_096
CAPTION_LIMIT = 1_024
ALERT_LIMIT = 200
"""Characters of a message, of a caption under a picture, and of the answer to a press."""
_NUMBERING = 12
"""Room for “(12/34)” at the end of a page."""

MARKS = {
    Tone.LIKELY: "🚩",
    Tone.POSSIBLE: "⚠️",
    Tone.NONE: "❔",
    Tone.DONE: "✅",
    Tone.INFO: "ℹ️",
    Tone.PROBLEM: "✋",
}
"""The level without colour: another shape each, and the title says it in words."""

_ROW = 24
"""Cells of two labels that stand side by side; a longer label has a row of its own."""
_MOST_BUTTONS = 100
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_BREAKS = re.compile(r"\s|(?<=[。！？；…，、：])(?![”’』」）)。！？；…，、：])")
_CLOSING = "，。！？；：、”’》」』】）…,.!?;:)]}％%"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: it presses an action of ours, or opens an address of Telegram's own."""

    label: str
    action: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its HTML and its rows of buttons."""

    html: str
    rows: tuple[tuple[Button, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text that stands within one pair of tags; `glued`: not to be parted from the next."""

    text: str
    opening: str = ""
    closing: str = ""
    glued: bool = False

    @property
    def html(self) -> str:
        return f"{self.opening}{escape(self.text)}{self.closing}"


def escape(text: str) -> str:
    """Any text as HTML that shows it and does nothing else; in linear time.

    >>> escape("<b>&</b>")
    '&lt;b&gt;&amp;&lt;/b&gt;'
    """
    return html.escape(_UNFIT.sub("", text), quote=False)


def length(text: str) -> int:
    """The length of a text in UTF-16 code units.

    >>> length("a🚩")
    3
    """
    return len(text) + sum(char > "\uffff" for char in text)


def render(card: Card, username: str = "", limit: int = TEXT_LIMIT) -> tuple[Page, ...]:
    """The messages of a card, at least one, each at most `limit` long; buttons under the last.

    Args: `username`, the bot's own, for buttons that lead into the private chat.
    """
    pages = list(_paged(_pieces(card, limit - _NUMBERING), limit - _NUMBERING))
    if len(pages) > 1:
        pages = [f"{page}\n\n({number}/{len(pages)})" for number, page in enumerate(pages, 1)]
    rows = _rows(card.actions, username)
    return (*(Page(page) for page in pages[:-1]), Page(pages[-1], rows))


def alert(card: Card) -> str:
    """A card in the few words that an answer to a press may have."""
    lines = [line for section in card.sections for line in section.lines]
    words = card.title if not lines else f"{card.title}\n{lines[0]}"
    return words if length(words) <= ALERT_LIMIT else words[: ALERT_LIMIT // 2 - 1] + "…"


def _pieces(card: Card, limit: int) -> Iterator[tuple[_Piece, ...]]:
    """The paragraphs of a card, each the pieces of its lines."""
    yield tuple(_cut(_Piece(f"{MARKS[card.tone]} {card.title}", "<b>", "</b>"), limit))
    for section in card.sections:
        lines = tuple(piece for one in _lines(section) for piece in _cut(one, limit))
        if lines:
            yield lines


def _lines(section: Section) -> Iterator[_Piece]:
    if section.heading:
        yield _Piece(section.heading, "<b>", "</b>", glued=True)
    for line in section.lines:
        if section.style is Style.QUOTES:
            yield _Piece(line, "<blockquote>", "</blockquote>")
        else:
            yield _Piece(f"• {line}" if section.style is not Style.TEXT else line)


def _paged(paragraphs: Iterable[tuple[_Piece, ...]], limit: int) -> Iterator[str]:
    """Pages of whole lines: a blank line between paragraphs, a heading never last on its page."""
    page, used = "", 0
    for paragraph in paragraphs:
        gap = "\n\n"
        for index, piece in enumerate(paragraph):
            needed = length(gap) + length(piece.text)
            if piece.glued and index + 1 < len(paragraph):
                needed += 1 + length(paragraph[index + 1].text)
            if page and used + needed > limit:
                yield page
                page, used = "", 0
            if page:
                page += gap
                used += length(gap)
            page += piece.html
            used += length(piece.text)
            gap = "\n"
    yield page


def _cut(piece: _Piece, limit: int) -> Iterator[_Piece]:
    """The piece, or several that fit: cut between sentences, else words, else anywhere."""
    text = _UNFIT.sub("", piece.text).strip()
    if not text:
        return
    # Two glued pieces must fit one page, so each has half of it at the most.
    most = limit // 2
    while length(text) > most:
        at = _break(text, most)
        yield _Piece(text[:at].rstrip(), piece.opening, piece.closing)
        text = text[at:].lstrip()
    if text:
        yield _Piece(text, piece.opening, piece.closing, piece.glued)


def _break(text: str, most: int) -> int:
    """Where to cut: the last good place in the second half of what fits; no line begins closing."""
    fits = most
    while length(text[:fits]) > most:
        fits -= max(1, (length(text[:fits]) - most) // 2)
    places = [found.end() for found in _BREAKS.finditer(text, fits // 2, fits)]
    if places:
        return places[-1]
    while fits > most // 2 and text[fits : fits + 1] in _CLOSING:
        fits -= 1
    return fits


def _rows(actions: Iterable[Action], username: str) -> tuple[tuple[Button, ...], ...]:
    rows: list[tuple[Button, ...]] = []
    for action in list(actions)[:_MOST_BUTTONS]:
        button = _button(action, username)
        beside = rows[-1] if rows else ()
        if len(beside) == 1 and _cells(beside[0].label) + _cells(button.label) <= _ROW:
            rows[-1] = (*beside, button)
        else:
            rows.append((button,))
    return tuple(rows)


def _button(action: Action, username: str) -> Button:
    label = _UNFIT.sub("", action.label).strip() or "?"
    if action.elsewhere:
        return Button(label, url=f"https://t.me/{username}?start={action.id}")
    return Button(label, action=action.id)


def _cells(label: str) -> int:
    """About how wide a label is: a Chinese character takes two."""
    return sum(2 if char > "\u2e7f" else 1 for char in label)
