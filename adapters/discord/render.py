"""A card as Discord messages: a headline, an embed under it, buttons below the last. Pure.

The headline is the message's own text, so that a notification and a screen reader begin with it;
the rest stands in one embed's description (4,096 characters, where a message has 2,000), and never
in fields, which would cut sections at 1,024. Where embeds may not be sent, all of it is text.
Discord counts characters as they are sent, escapes included. What does not fit goes on in a further
message; nothing is cut. Words of others were cleaned and defanged by `bot.quoting` before they came
into a card; here every text is escaped, in one place.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.discord.parse import IN_PRIVATE
from bot.card import Action, Card, Section, Style, Tone

CONTENT_LIMIT = 2_000
EMBED_LIMIT = 4_096
BUTTON_LIMIT = 80
OPTION_LIMIT = 100
HIDDEN, NO_PREVIEWS = 1 << 6, 1 << 2
"""Flags of a message: only one person sees it; links in it unfold nothing."""

MARKS = {
    Tone.LIKELY: "🚩",
    Tone.POSSIBLE: "⚠️",
    Tone.NONE: "❔",
    Tone.DONE: "✅",
    Tone.INFO: "ℹ️",
    Tone.PROBLEM: "✋",
}
"""The level without colour: another shape each, and the title says it in words."""
COLOURS = {
    Tone.LIKELY: 0xC62828,
    Tone.POSSIBLE: 0xE09F1F,
    Tone.NONE: 0x7A8288,
    Tone.DONE: 0x2E7D32,
    Tone.INFO: 0x1E6FB8,
    Tone.PROBLEM: 0x7B3FA0,
}

_HEADLINE = 600
"""Characters of a headline as it is sent; a longer title goes on under it."""
_NUMBERING = 12
_BESIDE, _ROWS, _MOST_BUTTONS, _OPTIONS = 5, 5, 10, 25
_UNFIT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_SPECIAL = re.compile(r"[\\*_~`|<>\[\]()#@]")
_FIRST = re.compile(r"[-+]|\d{1,9}[.)]")
_LINK = re.compile(r"(?<=[A-Za-z]):(?=//)")
_BREAKS = re.compile(r"\s|(?<=[。！？；…，、：])(?![”’』」』）)。！？；…，、：])")
_CLOSING = "，。！？；：、”’》」』】）…,.!?;:)]}％%"


@dataclass(frozen=True, slots=True)
class Button:
    """A button that presses an action of ours."""

    label: str
    id: str


@dataclass(frozen=True, slots=True)
class Select:
    """A list to choose one action from, where there are too many for buttons."""

    id: str
    placeholder: str
    options: tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """One message: its own text, the text of its embed, its colour and what stands below."""

    content: str
    embed: str = ""
    colour: int = 0
    rows: tuple[tuple[Button, ...] | Select, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """Text, what stands before its first line and each other, and around all of them.

    `glued`: not to be parted from the next.
    """

    text: str
    before: str = ""
    again: str = ""
    around: str = ""
    glued: bool = False

    @property
    def markdown(self) -> str:
        first, *others = escape(self.text).split("\n")
        lines = [f"{self.before}{self.around}{first}{self.around}"]
        lines += [f"{self.again}{self.around}{line}{self.around}" for line in others]
        return "\n".join(lines)


def escape(text: str) -> str:
    r"""Any text as markdown that shows it and does nothing else; in linear time.

    >>> escape("**b** [x](https://e.example) <@1>")
    '\\*\\*b\\*\\* \\[x\\]\\(https\\://e.example\\) \\<\\@1\\>'
    """
    lines = (line.strip() for line in _UNFIT.sub("", text).split("\n"))
    return "\n".join(_escaped(line) for line in lines if line)


def _escaped(line: str) -> str:
    # A backslash before the mark of a list keeps it from being one; "1\." reads as "1.".
    first = _FIRST.match(line)
    head = f"{line[: first.end() - 1]}\\" if first else ""
    rest = line[first.end() - 1 :] if first else line
    return head + _LINK.sub(r"\:", _SPECIAL.sub(r"\\\g<0>", rest))


def render(card: Card, *, plain: bool = False) -> tuple[Page, ...]:
    """The messages of a card, at least one; buttons under the last.

    Args: `plain`, all of it as text, for where embeds may not be sent.
    """
    title, *over = _cut(_Piece(card.title, around="**"), 2 * _HEADLINE) or [_Piece("?")]
    headline = f"{MARKS[card.tone]} {title.markdown}"
    limit = (CONTENT_LIMIT - _HEADLINE if plain else EMBED_LIMIT) - 2 * _NUMBERING
    texts = list(_paged(_paragraphs(card, over, limit), limit)) or [""]
    count = len(texts)
    heads = [headline, *([""] * (count - 1))]
    if count > 1:
        heads = [f"{head} ({number}/{count})".strip() for number, head in enumerate(heads, 1)]
    pages = [
        Page(f"{head}\n{text}".strip()) if plain else Page(head, text, COLOURS[card.tone])
        for head, text in zip(heads, texts, strict=True)
    ]
    last = pages[-1]
    return (*pages[:-1], Page(last.content, last.embed, last.colour, _rows(card)))


def body(page: Page, *, hidden: bool = False) -> dict[str, Any]:
    """A page as the body of a request. Nobody is notified by anything in it."""
    embed = {"description": page.embed, "color": page.colour}
    flags = (HIDDEN if hidden else 0) | (0 if page.embed else NO_PREVIEWS)
    return {
        "content": page.content,
        "embeds": [embed] if page.embed else [],
        "components": [_row(row) for row in page.rows],
        "allowed_mentions": {"parse": [], "replied_user": False},
        "flags": flags,
    }


def shortened(text: str, limit: int) -> str:
    """A label that fits, cut visibly."""
    text = " ".join(_UNFIT.sub("", text).split()) or "?"
    return text if len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _paragraphs(card: Card, over: Sequence[_Piece], limit: int) -> Iterator[tuple[_Piece, ...]]:
    """What stands under the headline: paragraphs, each the pieces of its lines."""
    if over:
        yield tuple(over)
    for section in card.sections:
        lines = tuple(piece for one in _lines(section) for piece in _cut(one, limit))
        if lines:
            yield lines


def _lines(section: Section) -> Iterator[_Piece]:
    if section.heading:
        yield _Piece(section.heading, around="**", glued=True)
    for line in section.lines:
        if section.style is Style.QUOTES:
            yield _Piece(line, "> ", "> ")
        elif section.style is Style.TEXT:
            yield _Piece(line)
        else:
            yield _Piece(line, "- ", "  ")


def _paged(paragraphs: Iterable[tuple[_Piece, ...]], limit: int) -> Iterator[str]:
    """Pages of whole lines: a blank line between paragraphs, a heading never last on its page."""
    page: list[str] = []
    used = 0
    for paragraph in paragraphs:
        gap = "\n\n"
        for index, piece in enumerate(paragraph):
            text = piece.markdown
            needed = len(gap) + len(text)
            if piece.glued and index + 1 < len(paragraph):
                needed += 1 + len(paragraph[index + 1].markdown)
            if page and used + needed > limit:
                yield "".join(page)
                page, used = [], 0
            if page:
                page.append(gap)
                used += len(gap)
            page.append(text)
            used += len(text)
            gap = "\n"
    if page:
        yield "".join(page)


def _cut(piece: _Piece, limit: int) -> list[_Piece]:
    """The piece, or several that fit: cut between sentences, else words, else anywhere."""
    lines = (" ".join(line.split()) for line in _UNFIT.sub("", piece.text).split("\n"))
    text = "\n".join(line for line in lines if line)
    pieces = []
    # Two glued pieces must fit one page, so each has half of it at the most.
    most = limit // 2
    while text:
        fits = _fitting(text, most, len(piece.before) + 2 * len(piece.around))
        at = len(text) if fits == len(text) else _break(text, fits)
        glued = piece.glued and at == len(text)
        pieces.append(replace(piece, text=text[:at].rstrip(), glued=glued))
        text = text[at:].lstrip()
    return pieces


def _fitting(text: str, most: int, each_line: int) -> int:
    """How many characters of the text fit when they are sent, escapes and all."""
    used = each_line + 2
    for index, char in enumerate(text):
        used += each_line + 3 if char == "\n" else 2 if char in _COSTLY else 1
        if used > most:
            return max(1, index)
    return len(text)


_COSTLY = frozenset("\\*_~`|<>[]()#@:")


def _break(text: str, fits: int) -> int:
    """Where to cut: the last good place in the second half of what fits; no line begins closing."""
    places = [found.end() for found in _BREAKS.finditer(text, fits // 2, fits)]
    if places:
        return places[-1]
    at = fits
    while at > max(1, fits // 2) and text[at : at + 1] in _CLOSING:
        at -= 1
    return at


def _rows(card: Card) -> tuple[tuple[Button, ...] | Select, ...]:
    """Buttons, five side by side; where they are many, lists of 25 to choose from."""
    if len(card.actions) <= _MOST_BUTTONS:
        buttons = [_button(one, BUTTON_LIMIT) for one in card.actions]
        return tuple(tuple(some) for some in _chunks(buttons, _BESIDE))
    options = [_button(one, OPTION_LIMIT) for one in card.actions]
    chosen = shortened(card.title, OPTION_LIMIT)
    return tuple(
        Select(f"choose-{number}", chosen, tuple(some))
        for number, some in enumerate(_chunks(options, _OPTIONS)[:_ROWS], 1)
    )


def _button(action: Action, limit: int) -> Button:
    mark = IN_PRIVATE if action.elsewhere else ""
    return Button(shortened(action.label, limit), f"{mark}{action.id}")


def _chunks(buttons: list[Button], size: int) -> list[list[Button]]:
    return [buttons[start : start + size] for start in range(0, len(buttons), size)]


def _row(row: tuple[Button, ...] | Select) -> dict[str, Any]:
    if isinstance(row, Select):
        options = [{"label": one.label, "value": one.id} for one in row.options]
        select = {
            "type": 3,
            "custom_id": row.id,
            "placeholder": row.placeholder,
            "options": options,
        }
        return {"type": 1, "components": [select]}
    buttons = [{"type": 2, "style": 2, "label": one.label, "custom_id": one.id} for one in row]
    return {"type": 1, "components": buttons}
