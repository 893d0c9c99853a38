import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.quoting import clean, defang, quote

PIECES = st.sampled_from(
    "http:// HTTPS:// evil.example /x?y=1 @admin bob@mail.example t.me/x /start tg://resolve "
    "javascript:alert(1) 微信 。 \u202e \x1b[2J a .".replace(" ", "| |").split("|")
)
LIVE = re.compile(
    r"https?:|(?<!\[):\/\/(?<!hxxp://)|\w@\w|(?:^|\s)@\w|(?:^|\s)/\w|[a-z0-9]\.[a-z]{2}",
    re.IGNORECASE,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("https://evil.example/a.b", "hxxps://evil[.]example/a.b"),
        ("bob@mail.example", "bob[@]mail[.]example"),
        ("@everyone", "[@]everyone"),
        ("/start now", "/ start now"),
        ("tg://resolve?domain=x", "tg[:]//resolve?domain=x"),
        ("微信tg://x", "微信tg[:]//x"),
        ("Price: 5 USD. Pay.", "Price: 5 USD. Pay."),
        ("微信。好的", "微信。好的"),
    ],
)
def test_defang_breaks_what_is_live_and_nothing_else(text: str, shown: str) -> None:
    assert defang(text) == shown


@given(st.lists(PIECES, max_size=12).map("".join))
def test_a_quote_holds_nothing_live(text: str) -> None:
    shown = quote(text, 10_000).replace("hxxp://", "=").replace("hxxps://", "=")
    assert not LIVE.search(shown), shown


@given(st.text(max_size=80))
def test_a_quote_holds_nothing_unseen_and_no_line_break(text: str) -> None:
    shown = quote(text, 60)
    assert len(shown) <= 60
    assert not re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200b\ud800-\udfff]", shown)


def test_clean_keeps_the_words() -> None:
    assert clean("pay\u200b \x1b[31mnow\n\n 好") == "pay [31mnow 好"
