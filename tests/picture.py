"""`make picture`: draws the README's pictures from real cards, `docs/card-<language>.svg`.

A mail is put to the bot through the whole pipeline, and the lines that a narrow terminal would show
are drawn as text. `tests/test_docs.py` fails where a picture no longer shows what the bot says.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import Iterable
from pathlib import Path
from xml.sax.saxutils import escape

from adapters.console.parse import message
from adapters.console.render import Fragment, render
from bot.app import open_app
from bot.cases import Case
from bot.pipeline import handle
from bot.settings import Settings

FOLDER = Path(__file__).parents[1] / "docs"
MAILS = {
    "en": "Dear seller, I work in the review investigation team at Amazon. I hold the evidence "
    "that your store bought fake reviews. Pay 200 USD to audit.desk@evil-parcels.com within 24 "
    "hours and I delete it, otherwise I submit the report and your account will be closed.",
    "zh": "您好，我是亚马逊内部审核团队的。你店铺刷单的证据在我手里，24小时内付200美元，"
    "我就帮你删掉，不然我提交上去，店铺会被封。加微信 audit_desk88",
}
_WIDTH = 62
_CELL, _LINE, _PAD = 8.4, 20, 18
_NOON = 1_790_000_000_000
_COLOURS = {
    "likely": "#ff6b6b", "possible": "#ffd166", "heading": "#ffffff", "quote": "#9ad1ff",
    "action": "#7fe0c3", "": "#d6dae0",
}  # fmt: skip


async def lines(language: str) -> list[list[Fragment]]:
    """The lines of the card that answers the mail of this language."""
    with tempfile.TemporaryDirectory() as folder:
        async with open_app(Settings(data_dir=folder), lambda: _NOON) as app:
            sent = message(MAILS[language], _NOON)
            (card,) = await handle(Case((sent,)), app)
            return render(card, _WIDTH)


def draw(card: Iterable[Iterable[Fragment]]) -> str:
    """The lines as an SVG picture: text on a dark ground, no script, no outside reference."""
    rows = list(card)
    width = _WIDTH * _CELL + 2 * _PAD
    height = len(rows) * _LINE + 2 * _PAD
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height}" '
        f'width="{width:.0f}" height="{height}" font-size="14" font-family="ui-monospace, '
        "SFMono-Regular, Menlo, Consolas, 'Noto Sans Mono CJK SC', 'Microsoft YaHei', monospace\">",
        '<rect width="100%" height="100%" rx="10" fill="#1b1f27"/>',
    ]
    for number, row in enumerate(rows):
        y = _PAD + (number + 0.75) * _LINE
        for style, text in row:
            name = style.removeprefix("class:")
            weight = ' font-weight="bold"' if name in ("likely", "possible", "heading") else ""
            colour = _COLOURS.get(name, _COLOURS[""])
            parts.append(
                f'<text x="{_PAD}" y="{y:.0f}" fill="{colour}"{weight} xml:space="preserve">'
                f"{escape(text)}</text>"
            )
    return "\n".join([*parts, "</svg>", ""])


def main() -> None:
    """Draw every picture anew."""
    for language in MAILS:
        picture = draw(asyncio.run(lines(language)))
        (FOLDER / f"card-{language}.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
