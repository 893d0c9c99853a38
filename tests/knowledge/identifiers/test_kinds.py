"""What holds for every kind there is: adding a kind adds these tests by itself."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.identifiers import KINDS, Identifier, find, is_valid, parse, show
from knowledge.identifiers.errors import IdentifierError
from knowledge.text import read

JUNK = [
    "", " ", "\x00", "\ud800", "💶", "²³", "١٢٣٤٥٦٧٨٩٠", "+", "@", "://", "a@b", "...", "http://",
    "T" * 34, "0x" + "g" * 40, "1" * 40, "a" * 100_000, "1" * 100_000, "@" * 5_000,
    "微信", "%00", "'; DROP TABLE reports;--",
]  # fmt: skip

HOSTILE = [
    "a@" * 50_000, "a" * 100_000, "." * 100_000, "(" * 100_000, "[" * 50_000 + "." * 50_000,
    "0x" * 50_000, "1" * 100_000, "1-" * 50_000, "a." * 50_000, "http://" * 14_000,
    "+1 " * 33_000, "GB29 " * 20_000, "微信 " * 33_000, "tg @" * 25_000, "a点" * 50_000,
    "paypal " * 14_000, "T1" * 50_000, "a AT " * 20_000, "bc1q" * 25_000, "h**p://a.b/" * 9_000,
]  # fmt: skip


@pytest.mark.parametrize("name", KINDS)
def test_examples_are_valid_and_canonical_for_good(name: str) -> None:
    kind = KINDS[name]
    for example in kind.EXAMPLES:
        value = kind.validate(example)
        assert kind.validate(value) == value
        assert kind.validate(kind.show(value)) == value
        assert parse(f"{name}:{example}") == Identifier(name, value)
        assert parse(example, name) == Identifier(name, value)


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize(
    "around",
    ["{}", "pay to {} now", "请联系 {} 谢谢", "请联系：{}，谢谢", "({})", "“{}”", "{}\nBye"],
)
def test_examples_are_found_in_a_text(name: str, around: str) -> None:
    for example in KINDS[name].EXAMPLES:
        named = f"{name}: {example}" if KINDS[name].NEEDS_NAME else example
        text = read(around.format(named)).plain.text
        found = [span for span in find(text) if span.identifier.kind == name]
        assert [span.identifier.value for span in found] == [KINDS[name].validate(example)]
        (span,) = found
        assert text[span.start : span.end] == span.raw


@pytest.mark.parametrize("name", KINDS)
@pytest.mark.parametrize("junk", JUNK, ids=lambda text: ascii(text[:12]))
def test_junk_is_refused_and_never_blows_up(name: str, junk: str) -> None:
    assert not is_valid(name, junk)
    with pytest.raises(IdentifierError):
        KINDS[name].validate(junk)
    KINDS[name].compact(junk)


@pytest.mark.parametrize("name", KINDS)
def test_nothing_is_shown_that_a_chat_would_make_a_link_of(name: str) -> None:
    for example in KINDS[name].EXAMPLES:
        shown = show(Identifier(name, KINDS[name].validate(example)))
        assert "http" not in shown
        assert not any(one in shown for one in (".com", ".me", ".io", ".de"))


@pytest.mark.parametrize("name", ["phone", "whatsapp", "iban"])
def test_masked_kinds_hide_their_middle(name: str) -> None:
    for example in KINDS[name].EXAMPLES:
        value = KINDS[name].validate(example)
        masked = show(Identifier(name, value), masked=True)
        assert "*" in masked
        assert value[4:-4] not in masked


@pytest.mark.parametrize("text", HOSTILE, ids=lambda text: text[:8])
def test_hostile_text_takes_no_long_time(text: str) -> None:
    began = time.perf_counter()
    find(text)
    # Generous for a slow machine; what is quadratic takes minutes here.
    assert time.perf_counter() - began < 10


PIECES = st.sampled_from(
    "bob@ mail.example.com https:// t.me/ wa.me/ 138 0013 8000 +44 7400123456 GB29 NWBK60161331 "
    "926819 微信 vx: abc123 PayPal @name 0x 艾特 点 [.] (at) . / "
    "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2 \n 。 ， - USD".split(" ")
)


@given(st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=10).map("".join)))
def test_whatever_is_found_is_valid_and_stands_in_the_text(text: str) -> None:
    plain = read(text).plain.text
    last = 0
    for span in find(plain):
        assert span.start >= last
        last = span.start
        assert plain[span.start : span.end] == span.raw
        kind = KINDS[span.identifier.kind]
        assert kind.validate(span.raw) == span.identifier.value
        assert kind.validate(span.identifier.value) == span.identifier.value
