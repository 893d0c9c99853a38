"""A card as Telegram messages: valid, within the limits, and nothing of others' words alive."""

from __future__ import annotations

import random
import re

import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from adapters.telegram.render import (
    ALERT_LIMIT,
    CAPTION_LIMIT,
    MARKS,
    TEXT_LIMIT,
    Page,
    alert,
    length,
    render,
)
from bot.card import Action, Card, Section, Style, Tone
from bot.quoting import clean, defang, quote
from tests.servers.telegram.entities import entities_of

# Hashtags and cashtags lead to nobody: they search the chat they stand in.
LIVE = {"url", "email", "mention", "bot_command", "text_link", "text_mention"}
PIECES = [
    "http://", "HTTPS://", "evil.example", "evil.com", "/x?y=1", "@admin", "bob@mail.example",
    "t.me/x", "(/start", "/start", "tg://resolve?domain=x", "ton://x", "#tag", "＃标签", "$USD",
    "javascript:alert(1)", "微信", "。", "例子.中国", "xn--p1ai.xn--p1ai", "\u202e", "\x1b[2J",
    "\x00",     "<b>", "</blockquote>", "&amp;", "&", "<", ">", "\"", "'", "😀", "\ud800",
    "\n", " ", ".com",
    "_evil.com", "-", "www.a-b.co.uk:80/p#f", "1.2.3.4", "ftp://a.b", "@", "/", "x", "，",
    "a" * 300,     "中" * 700,
]  # fmt: skip


def strings(count: int, seed: int = 1) -> list[str]:
    """Random strings of everything that means something to Telegram, and of anything else."""
    rng = random.Random(seed)
    made = []
    for _ in range(count):
        parts = [
            rng.choice(PIECES)
            if rng.random() < 0.8
            else "".join(chr(rng.randrange(0x20, 0x2FFFF)) for _ in range(rng.randrange(1, 6)))
            for _ in range(rng.randrange(0, 14))
        ]
        made.append("".join(parts))
    return made


def shown(page: Page) -> str:
    return entities_of(page.html)[0]


def card_of(text: str) -> Card:
    said = quote(text, 5_000)
    return Card(
        Tone.LIKELY,
        defang(clean(text))[:200] or "x",
        (Section("signs", (said, said), Style.QUOTES), Section("", (said,), Style.FACTS)),
        (Action(quote(text, 30) or "x", "report", "make", id="a" * 16),),
    )


def test_ten_thousand_random_strings_are_valid_within_limits_and_hold_nothing_live() -> None:
    for text in strings(10_000):
        for page in render(card_of(text), "redflag_bot"):
            plain, entities = entities_of(page.html)
            assert 0 < length(plain) <= TEXT_LIMIT
            alive = [
                plain.encode("utf-16-le")[2 * one["offset"] : 2 * (one["offset"] + one["length"])]
                .decode("utf-16-le", "replace")
                for one in entities
                if one["type"] in LIVE
            ]  # fmt: skip
            assert alive == [], (ascii(text), alive)


@given(st.lists(st.text(max_size=200), max_size=6), st.sampled_from(list(Style)))
def test_any_text_renders_and_none_of_it_is_lost(lines: list[str], style: Style) -> None:
    card = Card(Tone.INFO, "title", (Section("heading", tuple(lines), style),))
    said = "".join(shown(page) for page in render(card))
    kept = re.sub(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff•]|\(\d+/\d+\)", "", said)
    for line in lines:
        wanted = re.sub(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff•]|\(\d+/\d+\)", "", line)
        assert wanted in kept


@pytest.mark.parametrize("limit", [TEXT_LIMIT, CAPTION_LIMIT])
@pytest.mark.parametrize("unit", ["别付钱，留好证据。", "Do not pay. ", "😀", "x", "好"])
def test_what_does_not_fit_goes_on_on_the_next_page(limit: int, unit: str) -> None:
    text = unit * (9_000 // len(unit))
    card = Card(Tone.INFO, "t", (Section("Heading", (text, "end"), Style.QUOTES),))
    pages = render(card, limit=limit)
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        plain = shown(page)
        assert length(plain) <= limit
        assert plain.endswith(f"({number}/{len(pages)})")
        assert not re.search(r"(^|\n)[，。！？；：、”）]", plain)
        assert not plain.rstrip(f"({number}/{len(pages)})").rstrip().endswith("Heading")
    joined = "".join(shown(page) for page in pages)
    assert joined.count(unit.strip()) >= text.count(unit.strip()) - 2 * len(pages)


def test_buttons_stand_under_the_last_page_short_ones_side_by_side() -> None:
    actions = (
        Action("中文", "language", "choose", id="1" * 16),
        Action("English", "language", "choose", id="2" * 16),
        Action("A rather long label of a button", "x", "y", id="3" * 16),
        Action("Rest", "start", "rest", id="4" * 16, elsewhere=True),
    )
    card = Card(Tone.INFO, "t", (Section("", ("x" * 5_000,)),), actions)
    first, last = render(card, "redflag_bot")
    assert first.rows == ()
    assert [[one.label for one in row] for row in last.rows] == [
        ["中文", "English"],
        ["A rather long label of a button"],
        ["Rest"],
    ]
    assert last.rows[2][0].url == f"https://t.me/redflag_bot?start={'4' * 16}"


def test_the_level_is_readable_without_colour() -> None:
    assert len(set(MARKS.values())) == len(Tone)
    for tone, mark in MARKS.items():
        assert shown(render(Card(tone, "x"))[0]).startswith(mark)


@given(st.text(max_size=400), st.text(max_size=400))
@hypothesis_settings(max_examples=300)
def test_an_alert_fits_however_long_its_card_is(title: str, line: str) -> None:
    assert length(alert(Card(Tone.PROBLEM, title, (Section("", (line,)),)))) <= ALERT_LIMIT


@pytest.mark.timeout(20)
@pytest.mark.parametrize("unit", ["<", "&", "[](", "。", "a.", "😀", "\n"])
def test_hostile_text_is_rendered_whole_and_soon(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    pages = render(Card(Tone.INFO, "t", (Section("", (text,), Style.QUOTES),)))
    assert sum(shown(page).count(unit[0]) for page in pages) >= text.strip().count(unit[0])
