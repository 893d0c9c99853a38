"""A card as lines of styled text for a terminal. Pure; colour only repeats what a word says.

Lines are measured in cells (a Chinese character takes two) and broken between Chinese characters as
readers expect: no line begins with a closing mark. Text of a card holds no control characters
(`bot.quoting`); they are dropped here once more, because a terminal obeys them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from wcwidth import width as cells

from bot.card import Card, Section, Style, Tone

Fragment = tuple[str, str]
"""A style name and a text, as prompt_toolkit's formatted text has them."""

WIDEST = 88
"""Cells a card is at most wide: longer lines read badly."""

MARKS = {
    Tone.LIKELY: "[!!]",
    Tone.POSSIBLE: "[! ]",
    Tone.NONE: "[ ?]",
    Tone.DONE: "[ok]",
    Tone.INFO: "[i ]",
    Tone.PROBLEM: "[x ]",
}
_PREFIX = {Style.TEXT: "", Style.BULLETS: "• ", Style.QUOTES: "│ ", Style.FACTS: "- "}
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_CHINESE = "\u2e80-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff01-\uffee"
_UNIT = re.compile(
    rf"\s+|[（“‘《「【(\[]*(?:[{_CHINESE}]|[^\s{_CHINESE}]+?(?=[{_CHINESE}\s]|$))"
    r"[，。！？；：、”’》」】）…,.!?;:)\]]*"
)


def render(card: Card, width: int = 80, first_action: int = 1) -> list[list[Fragment]]:
    """The lines of a card, each a list of fragments, at most `width` cells wide (at least 20).

    Actions are numbered from `first_action`; typing a number presses it.
    """
    width = max(20, width)
    tone = f"class:{card.tone.value}"
    mark = MARKS[card.tone]
    title = _wrapped(card.title, width - 5)
    lines: list[list[Fragment]] = [
        [(tone, f"{mark if index == 0 else '    '} {line}")] for index, line in enumerate(title)
    ]
    for section in card.sections:
        lines.append([])
        lines += _section(section, width)
    if card.actions:
        lines.append([])
        for number, action in enumerate(card.actions, first_action):
            label = f"[{number}] "
            for index, line in enumerate(_wrapped(action.label, width - len(label))):
                start = label if index == 0 else " " * len(label)
                lines.append([("class:action", start + line)])
    return lines


def plain(lines: Iterable[Sequence[Fragment]]) -> str:
    """The lines as text without any style, each ended by a line feed."""
    return "".join("".join(text for _, text in line) + "\n" for line in lines)


def _section(section: Section, width: int) -> list[list[Fragment]]:
    lines: list[list[Fragment]] = []
    if section.heading:
        lines += [[("class:heading", line)] for line in _wrapped(section.heading, width)]
    prefix = _PREFIX[section.style]
    style = "class:quote" if section.style is Style.QUOTES else ""
    for text in section.lines:
        for index, line in enumerate(_wrapped(text, width - len(prefix))):
            again = prefix if section.style is Style.QUOTES else " " * len(prefix)
            lines.append([(style, (prefix if index == 0 else again) + line)])
    return lines


def _wrapped(text: str, width: int) -> list[str]:
    """The text in lines of at most `width` cells; a longer word is cut at the edge."""
    lines: list[str] = []
    for paragraph in _CONTROL.sub("", text).split("\n"):
        line = ""
        for unit in _UNIT.findall(paragraph):
            if cells(line + unit.rstrip()) <= width:
                line += unit
                continue
            if line.strip():
                lines.append(line.rstrip())
            line = unit.lstrip()
            while cells(line) > width:
                cut = _fitting(line, width)
                lines.append(line[:cut])
                line = line[cut:]
        lines.append(line.rstrip())
    return lines


def _fitting(text: str, width: int) -> int:
    """How many characters of the text fit into `width` cells; at least one."""
    used = 0
    for index, char in enumerate(text):
        used += max(0, cells(char))
        if used > width:
            return max(1, index)
    return len(text)
