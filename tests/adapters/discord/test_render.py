"""A card as Discord messages: within the limits, and nothing of others' words alive."""

from __future__ import annotations

import random
import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.render import (
    CONTENT_LIMIT,
    EMBED_LIMIT,
    MARKS,
    Page,
    Select,
    body,
    escape,
    render,
)
from bot.card import Action, Card, Section, Style, Tone
from bot.quoting import clean, defang, quote
from tests.servers.discord.limits import check_message

PIECES = [
    "http://", "HTTPS://", "evil.example", "/x?y=1", "@everyone", "@here", "<@123456789012345678>",
    "<@&123456789012345678>", "<#123456789012345678>", "</pay:123456789012345678>", "<id:browse>",
    "<t:1:R>", "<a:x:123456789012345678>", "[official](https://evil.example)", "[x](<http://e.a>)",
    "**", "__", "~~", "||", "`", "```", ">>> ", "> ", "# ", "-# ", "- ", "1. ", "\\", "_", "*",
    "\\\\",
    "discord.gg/abc", "\u202e", "\x00", "\x1b[2J", "\ud800", "\n", "\r\n", " ", "[", "]", "(", ")",
    "<", ">", "😀", "微信", "。", "a" * 120, "中" * 250, "*" * 120, "\u2028", ":", "://", "@", "#",
]  # fmt: skip

ESCAPED = re.compile(r"\\([^0-9A-Za-z\s])")
ALIVE = re.compile(
    r"<[@#/:ti]|<a:|@everyone|@here|https?://|\]\(|[*_~`|]"
    r"|^[ \t]*(?:#{1,3}|-#|>>>|[-*+]|\d+[.)])[ \t]",
    re.MULTILINE | re.IGNORECASE,
)
"""What Discord makes something of: a mention, a link, a masked one, a heading, a list, styles."""


def strings(count: int, seed: int = 1) -> list[str]:
    """Random strings of everything that means something to Discord, and of anything else."""
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


def alive(markdown: str) -> list[str]:
    """What is left of meaning once escaped characters are taken for what they show."""
    return ALIVE.findall(ESCAPED.sub("\ufffc", markdown))


def shown(page: Page) -> str:
    return ESCAPED.sub(r"\1", f"{page.content}\n{page.embed}")


def unlisted(page: Page) -> str:
    """A page without the marks of our own: bold, quotes, bullets, numbering."""
    lines = f"{page.content}\n{page.embed}".split("\n")
    return "\n".join(re.sub(r"^(?:> |- |  )|\*\*", "", line) for line in lines)


def card_of(text: str) -> Card:
    said = quote(text, 5_000)
    return Card(
        Tone.LIKELY,
        defang(clean(text))[:200] or "x",
        (Section("signs", (said, said), Style.QUOTES), Section(text, (text,), Style.FACTS)),
        (Action(text, "report", "make", id="a" * 16),),
    )


@pytest.mark.parametrize("plain", [False, True])
def test_ten_thousand_random_strings_are_within_limits_and_hold_nothing_live(plain: bool) -> None:
    for text in strings(10_000):
        assert alive(escape(text)) == [], ascii(text)
        for page in render(card_of(text), plain=plain):
            sent = body(page, hidden=True)
            check_message(sent, 0, flags=sent["flags"])
            assert sent["allowed_mentions"] == {"parse": [], "replied_user": False}
            assert len(page.content) <= CONTENT_LIMIT
            assert len(page.embed) <= EMBED_LIMIT
            assert alive(unlisted(page)) == [], (ascii(text), ascii(unlisted(page)))


@given(st.lists(st.text(max_size=200), max_size=6), st.sampled_from(list(Style)), st.booleans())
def test_any_text_renders_and_none_of_it_is_lost(
    lines: list[str], style: Style, plain: bool
) -> None:
    card = Card(Tone.INFO, "title", (Section("heading", tuple(lines), style),))
    # Of signs those of lists and quotes are ours too.
    unseen = r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff>-]|\(\d+/\d+\)"
    said = re.sub(unseen, "", "".join(map(shown, render(card, plain=plain))))
    for line in lines:
        assert re.sub(unseen, "", line) in said


@pytest.mark.parametrize("plain", [False, True])
@pytest.mark.parametrize("unit", ["别付钱，留好证据。", "Do not pay. ", "😀", "x", "好", "*"])
def test_what_does_not_fit_goes_on_on_the_next_page(plain: bool, unit: str) -> None:
    text = unit * (20_000 // len(unit))
    card = Card(Tone.INFO, "t", (Section("Heading", (text, "end"), Style.QUOTES),))
    pages = render(card, plain=plain)
    assert len(pages) > 1
    for number, page in enumerate(pages, 1):
        assert f"({number}/{len(pages)})" in page.content.split("\n")[0]
        text_of = page.content if plain else page.embed
        assert len(text_of) <= (CONTENT_LIMIT if plain else EMBED_LIMIT)
        assert not re.search(r"^> [，。！？；：、”）]", text_of, re.MULTILINE)
        assert not text_of.endswith("**Heading**")


def test_buttons_stand_under_the_last_page_and_many_are_lists() -> None:
    few = tuple(Action(f"B{n}", "x", "y", id=str(n) * 16) for n in range(7))
    elsewhere = Action("Rest", "start", "rest", id="z" * 16, elsewhere=True)
    card = Card(Tone.INFO, "t", (Section("", ("x" * 9_000,)),), (*few, elsewhere))
    *others, last = render(card)
    assert all(page.rows == () for page in others)
    assert [len(row) for row in last.rows if isinstance(row, tuple)] == [5, 3]
    assert body(last)["components"][1]["components"][2]["custom_id"] == "~" + "z" * 16
    many = tuple(Action("中文" * 60, "x", "y", id=f"{n:016}") for n in range(150))
    (page,) = render(Card(Tone.INFO, "Which?", (), many))
    assert all(isinstance(row, Select) for row in page.rows)
    sent = body(page)
    check_message(sent, 0, flags=0)
    assert len(sent["components"]) == 5


def test_the_level_is_readable_without_colour() -> None:
    assert len(set(MARKS.values())) == len(Tone)
    for tone, mark in MARKS.items():
        assert render(Card(tone, "x"))[0].content == f"{mark} **x**"


@pytest.mark.timeout(20)
@pytest.mark.parametrize(
    "unit", ["<", "*", "[](", "。", "a.", "😀", "\n", "\\", "- ", "1", "  \n", "`"]
)
def test_hostile_text_is_rendered_whole_and_soon(unit: str) -> None:
    text = unit * (300_000 // len(unit))
    began = time.monotonic()
    pages = render(Card(Tone.INFO, text, (Section(text, (text,), Style.QUOTES),)))
    escape(text)
    assert time.monotonic() - began < 5
    said = "".join(map(shown, pages))
    assert said.count(unit[0]) >= 3 * text.strip().count(unit[0]) or unit.strip() == ""
