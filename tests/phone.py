"""Draws a real card as a phone shows it in Telegram: `docs/telegram-<language>-<theme>.svg`.

A mail goes through the whole pipeline and the real renderer; what Telegram would receive is laid
out as its app does: a forwarded message, the answer in a bubble, quotes with a bar, buttons below.
Widths of letters are estimated, so line breaks are about where the app breaks.
`tests/test_docs.py` fails where a picture no longer shows what the bot says.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from adapters.telegram.parse import PLATFORM
from adapters.telegram.render import Page, render
from bot.app import open_app
from bot.cases import Case
from bot.message import Chat, Message, Origin, Person
from bot.pipeline import handle
from bot.settings import Settings
from tests.picture import FOLDER, MAILS
from tests.servers.telegram.entities import parse_html

THEMES = {
    "light": {
        "ground": "#b9d3a8", "theirs": "#ffffff", "mine": "#e1ffc7", "text": "#111111",
        "quiet": "#5b7a5b", "bar": "#3a8ee6", "quote": "#eaf3fc", "button": "#7fa572",
        "label": "#ffffff",
    },
    "dark": {
        "ground": "#0e1621", "theirs": "#182533", "mine": "#2b5278", "text": "#f2f5f8",
        "quiet": "#8fb4d6", "bar": "#6ab2f2", "quote": "#203246", "button": "#24384d",
        "label": "#e6eef6",
    },
}  # fmt: skip
_FORWARDED = {"en": "Forwarded from Review Desk", "zh": "转发自 Review Desk"}
_WIDTH, _EDGE, _PAD, _SIZE, _LINE = 390, 10, 12, 15, 20
_NARROW, _WIDE = "iljft.,:;'!|()[]· ", "mwMW@—%"
_FONTS = (
    "system-ui, -apple-system, Roboto, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', sans-serif"
)
_HAN = "\u2e80-\u9fff\uff00-\uffef"
_UNIT = re.compile(rf"[“‘《（「]*(?:[{_HAN}]|[^\s{_HAN}“]+)[，。！？；：、”’》）」]*|\s+|.")
_NOON = 1_790_000_000_000


@dataclass(frozen=True)
class Line:
    """One line of a bubble."""

    text: str
    bold: bool = False
    quoted: bool = False


async def card(language: str) -> Page:
    """The one message that Telegram gets for the mail of this language."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_app(Settings(data_dir=folder), lambda: _NOON) as app:
            message = Message(
                "1",
                Person(PLATFORM, "5000000001", language),
                Chat(PLATFORM, "5000000001", private=True),
                _NOON,
                MAILS[language],
                origin=Origin("hidden", "Review Desk"),
            )
            (answer,) = await handle(Case((message,)), app)
            (page,) = render(answer, "redflag_bot")
            return page


def draw(page: Page, language: str, theme: str) -> str:
    """A phone's screen with the mail and its answer, as SVG without script or outside reference."""
    colours = THEMES[theme]
    parts: list[str] = []
    sent = [Line(_FORWARDED[language], bold=True), *_wrapped(MAILS[language], _inner() - 60)]
    y = _bubble(parts, sent, _EDGE, 70, _WIDTH - 70 - _EDGE, colours["mine"], colours)
    y = _bubble(
        parts, list(_lines(page)), y + 8, _EDGE, _WIDTH - 2 * _EDGE, colours["theirs"], colours
    )
    for row in page.rows:
        y += 4
        width = (_WIDTH - 2 * _EDGE - 4 * (len(row) - 1)) / len(row)
        for index, button in enumerate(row):
            x = _EDGE + index * (width + 4)
            parts.append(_box(x, y, width, 36, colours["button"]))
            parts.append(
                f'<text x="{x + width / 2:.0f}" y="{y + 23:.0f}" text-anchor="middle" '
                f'font-weight="500" fill="{colours["label"]}">{escape(button.label)}</text>'
            )
        y += 36
    height = y + _EDGE
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" '
        f'width="{_WIDTH}" height="{height:.0f}" font-size="{_SIZE}" font-family="{_FONTS}">'
    )
    ground = f'<rect width="100%" height="100%" fill="{colours["ground"]}"/>'
    return "\n".join([head, ground, *parts, "</svg>", ""])


def _inner() -> int:
    return _WIDTH - 2 * _EDGE - 2 * _PAD


def _bubble(
    parts: list[str], lines: list[Line], y: float, x: float, width: float, fill: str,
    colours: dict[str, str],
) -> float:  # fmt: skip
    """Draw a bubble of lines at a height; the height below it."""
    height = len(lines) * _LINE + 2 * _PAD - 4
    parts.append(_box(x, y, width, height, fill))
    for number, line in enumerate(lines):
        top = y + _PAD + number * _LINE - 2
        if line.quoted:
            parts.append(
                f'<rect x="{x + _PAD}" y="{top:.0f}" width="{width - 2 * _PAD:.0f}" '
                f'height="{_LINE}" fill="{colours["quote"]}"/>'
            )
            parts.append(
                f'<rect x="{x + _PAD}" y="{top:.0f}" width="3" height="{_LINE}" '
                f'fill="{colours["bar"]}"/>'
            )
        weight = ' font-weight="600"' if line.bold else ""
        indent = x + _PAD + (10 if line.quoted else 0)
        parts.append(
            f'<text x="{indent:.0f}" y="{top + 15:.0f}" fill="{colours["text"]}"{weight} '
            f'xml:space="preserve">{escape(line.text)}</text>'
        )
    return y + height


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" rx="12" '
        f'fill="{fill}"/>'
    )


def _lines(page: Page) -> Iterator[Line]:
    """The lines of a message, as wide as a phone, with what is bold or quoted in it."""
    text, entities = parse_html(page.html)
    units = text.encode("utf-16-le")
    at = 0
    for paragraph in text.split("\n"):
        end = at + len(paragraph.encode("utf-16-le"))
        kinds = {one["type"] for one in entities if _covers(one, at // 2, end // 2)}
        quoted, bold = "blockquote" in kinds, "bold" in kinds
        for line in _wrapped(paragraph, _inner() - (14 if quoted else 0), bold=bold) or [Line("")]:
            yield Line(line.text, bold, quoted)
        at = end + 2
    assert at == len(units) + 2


def _covers(entity: dict[str, int], start: int, end: int) -> bool:
    return entity["offset"] <= start and end <= entity["offset"] + entity["length"] and end > start


def _wrapped(text: str, width: float, *, bold: bool = False) -> list[Line]:
    lines, line = [], ""
    for unit in _UNIT.findall(text):
        if line and _width(line + unit.rstrip(), bold) > width:
            lines.append(Line(line.rstrip()))
            line = unit.lstrip()
        else:
            line += unit
    return [*lines, Line(line.rstrip())] if line.strip() else lines


def _width(text: str, bold: bool) -> float:
    """About how many pixels a text is wide."""
    ems = sum(
        1.0 if char > "\u2e7f"
        else 0.34 if char in _NARROW
        else 0.92 if char in _WIDE
        else 0.7 if char.isupper()
        else 0.61
        for char in text
    )  # fmt: skip
    return ems * _SIZE * (1.1 if bold else 1)


def main() -> None:
    """Draw every picture anew."""
    for language in MAILS:
        page = asyncio.run(card(language))
        for theme in THEMES:
            path = FOLDER / f"telegram-{language}-{theme}.svg"
            path.write_text(draw(page, language, theme), encoding="utf-8")


if __name__ == "__main__":
    main()
