import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.errors import PhraseError
from knowledge.phrase import parse
from knowledge.slots import SLOT_WORDS, SLOTS
from knowledge.text import fold

WORDS = {"platform": ("amazon", "亚马逊", "tik[ ]tok"), "empty": ()}


def finds(phrase: str, written: str) -> bool:
    """Whether a phrase stands in a text, its needles considered as the matcher does."""
    parsed = parse(phrase, WORDS)
    folded = fold(written)
    possible = all(any(word in folded for word in one.words) for one in parsed.needles)
    span = parsed.find(folded, 0, len(folded))
    assert possible or span is None, "a needle is missing from a text that matches"
    assert span is None or span[1] - span[0] <= parsed.longest
    return span is not None


@pytest.mark.parametrize(
    ("phrase", "written"),
    [
        ("evidence of fake reviews", "We hold EVIDENCE of fake-reviews."),
        ("(pay|send) us", "send us the money"),
        ("delete [all] evidence", "delete evidence"),
        ("delete [all] evidence", "delete all evidence"),
        ("suspen* your account", "suspending your account"),
        ("threat(s|en|ened)", "he threatened me"),
        ("pay ... or ... report", "pay me today or we will report you"),
        ("report you to {platform}", "report you to Tik Tok now"),
        ("向{platform}举报", "我会向 Amazon 举报你"),
        ("支付{money}", "请支付 200 美元"),
        ("pay {money}", "pay $1,500.00 now"),
        ("pay {money}", "pay 0.01 BTC"),
        ("within {time}", "within 24 hours"),
        ("{time}内付款", "三天内付款"),
        ("don't report", "dont report"),
        ("a-to-z claim", "A to Z claim"),
        ("截图...发给", "聊天截图我会直接发给平台"),
        ("检举", "檢舉"),
        ("加微信 abc123", "加微信abc123"),
        ("re: pay.{0,9}now", "pay me now"),
    ],
)
def test_phrase_is_found_however_it_is_written(phrase: str, written: str) -> None:
    assert finds(phrase, written)


@pytest.mark.parametrize(
    ("phrase", "written", "reason"),
    [
        ("port you", "report you", "a Latin word begins at its boundary"),
        ("pay you", "pay your", "and ends there"),
        ("pay ... report", "pay. Then we report", "a gap ends with the sentence"),
        ("截图...发给", "有截图。另外发给", "also in Chinese"),
        ("pay ... report", "pay " + "x" * 60 + " report", "a gap is short"),
        ("suspen* your account", "suspend account", "a word may not be missing"),
        ("{platform} staff", "walmart staff", "only words of the list"),
    ],
)
def test_phrase_is_not_found_elsewhere(phrase: str, written: str, reason: str) -> None:
    assert not finds(phrase, written), reason


@pytest.mark.parametrize(
    ("phrase", "says"),
    [
        ("(pay|send us", "is missing"),
        ("pay) us", "closes nothing"),
        ("{nowhere} pay", "no word list"),
        ("{money}", "no fixed word"),
        ("a", "no fixed word"),
        ("(a|to) {money}", "no fixed word"),
        ("re: (pay", "is wrong"),
        ("re: pay.*now", "for ever"),
        ("re: (pay|send)", "fixed word"),
        ("re: \\d{3}", "fixed word"),
        ("pay {", "stands alone"),
    ],
)
def test_a_wrong_phrase_is_explained(phrase: str, says: str) -> None:
    with pytest.raises(PhraseError, match=says):
        parse(phrase, WORDS)


@pytest.mark.parametrize("slot", [name for name, words in SLOT_WORDS.items() if words])
@given(data=st.data())
def test_every_match_of_a_slot_contains_one_of_its_words(slot: str, data: st.DataObject) -> None:
    matched = data.draw(st.from_regex(re.compile(SLOTS[slot], re.ASCII), fullmatch=True))
    assert any(word in matched for word in SLOT_WORDS[slot]), matched


def test_a_word_list_may_not_use_another() -> None:
    with pytest.raises(PhraseError, match="no word list"):
        parse("pay {outer}", {"outer": ("{platform} shop",), "platform": ("amazon",)})
