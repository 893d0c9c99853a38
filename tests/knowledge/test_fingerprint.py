import pytest

from knowledge.fingerprint import fingerprint

TEXT = "Dear {name}, we hold evidence that your shop bought reviews. Pay {sum} to {mail} today."


def of(**values: str) -> str | None:
    text = TEXT.format(**values)
    start = text.index(values["mail"])
    return fingerprint(text, [(start, start + len(values["mail"]))])


def test_the_same_template_to_another_shop_has_the_same_fingerprint() -> None:
    first = of(name="Sunny Toys", sum="200 USD", mail="a@mail.example")
    assert first == of(name="Moon Garden Ltd", sum="150 USD", mail="zoe@other.example")
    assert first is not None
    assert len(first) == 32


def test_another_text_has_another_fingerprint() -> None:
    first = of(name="x", sum="200", mail="a@mail.example")
    assert first != fingerprint(TEXT.replace("reviews", "ratings and more"), [])


@pytest.mark.parametrize("text", ["", "hello", "你好", "200 USD", "ok thanks, see you"])
def test_a_short_text_has_none_because_it_would_link_strangers(text: str) -> None:
    assert fingerprint(text, []) is None


def test_noise_does_not_change_it() -> None:
    text = "我们掌握了你店铺刷单的证据，今天之内付款，否则举报到平台"
    assert fingerprint(text, []) == fingerprint("\u200b".join(text) + "！！", [])
