"""Draws a real card as Discord shows it: `docs/discord-<language>-<theme>.svg`.

A mail is put to the bot by the menu of its message, through the whole pipeline and the real
renderer; what Discord would receive is laid out as its app does: a headline, an embed with its bar,
quotes, lists, buttons below, and that only one person sees it. Run it as
`python -m tests.adapters.discord.picture`; `test_picture` fails where a picture no longer shows
what the bot says.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from xml.sax.saxutils import escape

from adapters.discord.parse import PLATFORM, PRIVATE
from adapters.discord.render import Page, render
from adapters.discord.words import on_discord
from bot.app import open_app
from bot.cases import Case
from bot.message import Chat, Message, Person
from bot.pipeline import handle
from bot.settings import Settings
from tests.picture import FOLDER, MAILS

THEMES = {
    "light": {
        "ground": "#ffffff", "embed": "#f2f3f5", "text": "#2e3338", "quiet": "#5c6370",
        "quote": "#c4c9ce", "button": "#e3e5e8", "label": "#2e3338",
    },
    "dark": {
        "ground": "#313338", "embed": "#2b2d31", "text": "#dbdee1", "quiet": "#949ba4",
        "quote": "#4e5058", "button": "#4e5058", "label": "#ffffff",
    },
}  # fmt: skip
_ONLY_YOU = {
    "en": "Only you can see this · Dismiss message",
    "zh": "仅您可见 · 忽略消息",
}
_WIDTH, _LEFT, _EDGE, _SIZE, _LINE = 560, 72, 16, 15, 20
_NARROW, _WIDE = "iljft.,:;'!|()[]· ", "mwMW@—%"
_FONTS = "'gg sans', system-ui, 'Noto Sans', 'Noto Sans CJK SC', 'PingFang SC', sans-serif"
_HAN = "\u2e80-\u9fff\uff00-\uffef"
_UNIT = re.compile(rf"[“‘《（「]*(?:[{_HAN}]|[^\s{_HAN}“]+)[，。！？；：、”’》）」]*|\s+|.")
_ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
_NOON = 1_790_000_000_000


@dataclass(frozen=True)
class Line:
    """One line as it is read: bold, quoted, or pushed in behind a bullet."""

    text: str
    bold: bool = False
    quoted: bool = False
    bullet: str = ""


async def card(language: str) -> Page:
    """The one message that Discord gets for the mail of this language."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_app(Settings(data_dir=folder), lambda: _NOON) as app:
            person = Person(PLATFORM, "1100000000000000001", language)
            chat = Chat(PLATFORM, PRIVATE, private=True)
            asked = Message("1", person, chat, _NOON, "/check", quoted=MAILS[language])
            (answer,) = await handle(Case((asked,)), on_discord(app))
            (page,) = render(answer)
            return page


def draw(page: Page, language: str, theme: str) -> str:
    """The message on the screen, as SVG without script or outside reference."""
    colours = THEMES[theme]
    wide = _WIDTH - _LEFT - _EDGE
    parts = [
        '<circle cx="36" cy="36" r="20" fill="#c62828"/>',
        '<text x="36" y="43" text-anchor="middle" font-size="20">🚩</text>',
        _text(_LEFT, 30, "Redflag", colours["text"], bold=True),
        f'<rect x="{_LEFT + 70}" y="17" width="36" height="16" rx="4" fill="#5865f2"/>',
        f'<text x="{_LEFT + 88}" y="29" text-anchor="middle" font-size="10" fill="#ffffff" '
        'font-weight="600">APP</text>',
    ]
    y = 52.0
    for line in _laid_out(page.content, wide):
        parts.append(_text(_LEFT, y, line.text, colours["text"], bold=line.bold))
        y += _LINE
    lines = list(_laid_out(page.embed, wide - 36))
    top, height = y - 8, len(lines) * _LINE + 24.0
    parts.append(_box(_LEFT, top, wide, height, colours["embed"]))
    parts.append(_box(_LEFT, top, 4, height, f"#{page.colour:06x}"))
    y = top + 26
    for line in lines:
        x = _LEFT + 18
        if line.quoted:
            parts.append(_box(x, y - 15, 4, _LINE, colours["quote"]))
            x += 12
        if line.bullet.strip():
            parts.append(_text(x, y, "•", colours["text"], bold=False))
        x += 16 if line.bullet else 0
        parts.append(_text(x, y, line.text, colours["text"], bold=line.bold))
        y += _LINE
    y = top + height + 8
    y = _buttons(parts, page, y, colours)
    parts.append(_text(_LEFT, y + 18, f"👁 {_ONLY_YOU[language]}", colours["quiet"], bold=False))
    height = y + 34
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height:.0f}" '
        f'width="{_WIDTH}" height="{height:.0f}" font-size="{_SIZE}" font-family="{_FONTS}">'
    )
    ground = f'<rect width="100%" height="100%" fill="{colours["ground"]}"/>'
    return "\n".join([head, ground, *parts, "</svg>", ""])


def _buttons(parts: list[str], page: Page, y: float, colours: dict[str, str]) -> float:
    """Draw the buttons, as many in a row as have room; the height below them."""
    x = float(_LEFT)
    for row in page.rows:
        assert isinstance(row, tuple)
        for button in row:
            width = _wide(button.label, bold=False) + 32
            if x > _LEFT and x + width > _WIDTH - _EDGE:
                x, y = float(_LEFT), y + 40
            parts.append(_box(x, y, width, 32, colours["button"]))
            parts.append(
                f'<text x="{x + width / 2:.0f}" y="{y + 21:.0f}" text-anchor="middle" '
                f'font-weight="500" fill="{colours["label"]}">{escape(button.label)}</text>'
            )
            x += width + 8
        x, y = float(_LEFT), y + 40
    return y


def _laid_out(markdown: str, width: float) -> Iterator[Line]:
    """Markdown as the lines that a screen shows."""
    for written in markdown.split("\n"):
        quoted, bullet = written.startswith("> "), "• " if written.startswith("- ") else ""
        said = written[2:] if quoted or bullet else written
        bold = said.startswith("**") or "**" in said[:6]
        said = _ESCAPED.sub(r"\1", said.replace("**", ""))
        room = width - 12 * quoted - 16 * bool(bullet)
        for number, line in enumerate(_wrapped(said, room, bold=bold) or [""]):
            yield Line(line, bold, quoted, bullet if number == 0 else " " * len(bullet))


def _wrapped(text: str, width: float, *, bold: bool) -> list[str]:
    lines, line = [], ""
    for unit in _UNIT.findall(text):
        if line and _wide(line + unit.rstrip(), bold=bold) > width:
            lines.append(line.rstrip())
            line = unit.lstrip()
        else:
            line += unit
    return [*lines, line.rstrip()] if line.strip() else lines


def _wide(text: str, *, bold: bool) -> float:
    """About how many pixels a text is wide."""
    ems = sum(
        1.0 if char > "\u2e7f"
        else 0.34 if char in _NARROW
        else 0.92 if char in _WIDE
        else 0.7 if char.isupper()
        else 0.58
        for char in text
    )  # fmt: skip
    return ems * _SIZE * (1.1 if bold else 1)


def _text(x: float, y: float, text: str, colour: str, *, bold: bool) -> str:
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.0f}" y="{y:.0f}" fill="{colour}"{weight} xml:space="preserve">'
        f"{escape(text)}</text>"
    )


def _box(x: float, y: float, width: float, height: float, fill: str) -> str:
    return (
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{width:.0f}" height="{height:.0f}" '
        f'rx="{min(4, width / 2):.0f}" fill="{fill}"/>'
    )


def main() -> None:
    """Draw every picture anew."""
    for language in MAILS:
        page = asyncio.run(card(language))
        for theme in THEMES:
            path = FOLDER / f"discord-{language}-{theme}.svg"
            path.write_text(draw(page, language, theme), encoding="utf-8")


if __name__ == "__main__":
    main()
