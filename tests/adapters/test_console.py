"""The terminal: what is typed becomes a message, a card becomes lines."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from wcwidth import width as cells

from adapters.console import parse
from adapters.console.render import MARKS, plain, render
from bot.card import Action, Card, Section, Style, Tone

CARD = Card(
    Tone.LIKELY,
    "很可能是已知套路：假冒平台内部员工敲诈",
    (
        Section("看出来的迹象", ("自称平台内部人员：“我是亚马逊内部员工”",), Style.QUOTES),
        Section("现在就做", ("别付钱。" * 20, "留好证据（整条消息、时间、账号）。"), Style.BULLETS),
    ),
    (Action("举报这些账号", "report", "choose", id="a" * 16),),
)


@pytest.mark.parametrize("width", [20, 38, 80])
def test_lines_fit_the_width_of_a_phone_and_of_a_screen(width: int) -> None:
    for line in plain(render(CARD, width)).splitlines():
        assert cells(line) <= width


def test_chinese_lines_do_not_begin_with_a_closing_mark() -> None:
    for width in range(20, 60):
        for line in plain(render(CARD, width)).splitlines():
            assert not re.match(r"[ •│-]*[，。！？；：、”）]", line), line


def test_nothing_of_a_card_is_lost() -> None:
    shown = re.sub(r"[\s•│]", "", plain(render(CARD, 24)))
    for text in ("很可能是已知套路：假冒平台内部员工敲诈", "别付钱。" * 20, "[1]举报这些账号"):
        assert text in shown


def test_the_level_is_readable_without_colour() -> None:
    assert len(set(MARKS.values())) == len(Tone)
    for tone, mark in MARKS.items():
        assert plain(render(Card(tone, "x"))).startswith(mark)


@given(st.text(max_size=60), st.integers(20, 90))
def test_no_text_reaches_the_terminal_as_a_command(text: str, width: int) -> None:
    card = Card(Tone.INFO, text, (Section(text, (text, text), Style.QUOTES),))
    shown = plain(render(card, width))
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", shown)


def test_a_long_word_is_cut_at_the_edge_and_kept_whole() -> None:
    word = "https" + "x" * 90
    shown = plain(render(Card(Tone.INFO, word), 30))
    assert shown.replace("\n", "").replace(" ", "").endswith(word)


def test_a_number_presses_a_button_and_other_texts_are_texts() -> None:
    offered = CARD.actions
    assert parse.message("1", 0, offered=offered).press == "a" * 16
    assert parse.message(" 1 ", 0, offered=offered).press == "a" * 16
    for text in ("2", "0", "-1", "1 USD", "１", "111", "²"):
        message = parse.message(text, 0, offered=offered)
        assert (message.press, message.text) == (None, text)


def test_piped_text_is_one_message_unless_it_begins_with_a_command() -> None:
    assert parse.split("Dear seller\n\npay\n/now") == ("Dear seller\n\npay\n/now",)
    assert parse.split("/help\n\n/lookup x@y.com\n") == ("/help", "/lookup x@y.com")
    assert parse.split("") == ("",)


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("我是亚马逊".encode(), "我是亚马逊"),
        ("\ufeff我".encode(), "我"),
        ("我是亚马逊内部员工".encode("gb18030"), "我是亚马逊内部员工"),
        (b"\xff\xff\xff", "\ufffd\ufffd\ufffd"),
        (b"", ""),
    ],
)
def test_bytes_are_read_as_utf_8_or_as_chinese_windows_writes(raw: bytes, text: str) -> None:
    assert parse.decode(raw) == text


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({"LANG": "zh_CN.UTF-8"}, "zh_CN.UTF-8"),
        ({"LANG": "C.UTF-8"}, None),
        ({"LC_ALL": "C", "LANG": "zh_CN"}, None),
        ({"LC_ALL": "", "LANG": "en_GB.UTF-8"}, "en_GB.UTF-8"),
        ({}, None),
    ],
)
def test_language_of_the_terminal(environment: dict[str, str], language: str | None) -> None:
    assert parse.language(environment) == language
