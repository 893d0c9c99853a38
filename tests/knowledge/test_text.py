import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import text
from knowledge.text import fold, read


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        pytest.param("ＰＡＹ　２００", "pay 200", id="full-width"),
        pytest.param("p\u200ba\u200dy", "pay", id="zero-width"),
        pytest.param("аmаzоn", "amazon", id="cyrillic look-alikes"),
        pytest.param("ﬁle a ﬂag", "file a flag", id="ligatures"),
        pytest.param("檢舉你的店鋪", "检举你的店铺", id="traditional"),
        pytest.param("您的帳號", "您的账号", id="regional variant"),
        pytest.param("pay\r\n   now", "pay now", id="white space is one space"),
        pytest.param("付 款\n给 我", "付款给我", id="no space between Chinese characters"),
        pytest.param("付 200 美元", "付 200 美元", id="space beside digits stays"),
        pytest.param("don’t “pay”", 'don\'t "pay"', id="curly quotes"),
        pytest.param("a\x00b\x1b[31mc", "ab[31mc", id="control characters"),
        pytest.param("\ud800x", "\ufffdx", id="lone surrogate"),
        pytest.param("İSTANBUL ß", "istanbul ß", id="folding never changes the length"),
        pytest.param("", "", id="nothing"),
    ],
)
def test_folded_view_reads_through_noise(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_plain_view_keeps_case_and_look_alikes_for_identifiers() -> None:
    assert read("Ａddr 1BoatSLRHtKN аmazon").plain.text == "Addr 1BoatSLRHtKN аmazon"


@given(st.text(max_size=60))
def test_plain_view_is_nfkc_of_what_is_visible(original: str) -> None:
    visible = text._INVISIBLE.sub("", text._SURROGATE.sub("\ufffd", original))
    assert read(original).plain.text == unicodedata.normalize("NFKC", visible)


@given(st.text(max_size=60))
def test_every_view_maps_back_into_the_original_in_order(original: str) -> None:
    views = read(original)
    for view in (views.plain, views.folded):
        last = 0
        for position in range(len(view.text)):
            start, end = view.original_span(position, position + 1)
            assert 0 <= start <= end <= len(original)
            assert start >= last or view.source is not None
            last = min(start, last) if start < last else start


@given(
    st.text(alphabet="ab 好的\u200b\uff21\ufb01\n", max_size=40),
    st.text(alphabet="ab 好的\u200b\uff21\ufb01\n", max_size=40),
)
def test_a_word_found_in_a_view_is_that_word_in_the_original(before: str, after: str) -> None:
    original = f"{before}.Needle1.{after}"
    views = read(original)
    for view, needle in ((views.plain, "Needle1"), (views.folded, "needle1")):
        start = view.text.index(needle)
        first, last = view.original_span(start, start + len(needle))
        assert original[first:last] == "Needle1"


def test_a_quote_of_an_expanded_character_is_the_whole_character() -> None:
    views = read("x㍿y")  # one code point that stands for four
    start = views.folded.text.index("株式会社")
    assert views.folded.original_span(start, start + 2) == (1, 2)
