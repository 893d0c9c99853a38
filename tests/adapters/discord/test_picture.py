"""The picture of the card on Discord shows what the bot says, and all of it."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest

from tests.adapters.discord import picture
from tests.picture import FOLDER, MAILS


@pytest.mark.parametrize("theme", picture.THEMES)
@pytest.mark.parametrize("language", MAILS)
async def test_the_picture_shows_the_whole_card(language: str, theme: str) -> None:
    page = await picture.card(language)
    drawn = picture.draw(page, language, theme)
    texts = [one.text or "" for one in ElementTree.fromstring(drawn).iter() if one.text]
    shown = re.sub(r"\s", "", "".join(texts))
    for line in f"{page.content}\n{page.embed}".split("\n"):
        said = re.sub(r"^> |^- |\*\*|\\(?=[^0-9A-Za-z])|\s", "", line)
        assert re.sub(r"^[>-]", "", said) in shown
    kept = FOLDER / f"discord-{language}-{theme}.svg"
    if kept.exists():
        assert kept.read_text(encoding="utf-8") == drawn, "draw it anew: make picture"
