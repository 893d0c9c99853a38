"""What is read in a text, kind by kind; odd rows say why."""

import pytest

from knowledge.identifiers import find, parse
from knowledge.identifiers.errors import IdentifierError
from knowledge.text import read


def found(text: str) -> set[str]:
    return {f"{one.identifier.kind}:{one.identifier.value}" for one in find(read(text).plain.text)}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # e-mail
        ("Mail Bob.Lee@Evil-Parcels.com.", {"email:bob.lee@evil-parcels.com"}),
        ("联系abc@evil-parcels.com谢谢", {"email:abc@evil-parcels.com"}),
        ("ａｂｃ＠ｅｖｉｌ－ｐａｒｃｅｌｓ．ｃｏｍ", {"email:abc@evil-parcels.com"}),
        ("bob [at] evil-parcels [dot] com", {"email:bob@evil-parcels.com"}),
        ("bob (at) evil-parcels (dot) com", {"email:bob@evil-parcels.com"}),
        ("bob AT evil-parcels DOT com", {"email:bob@evil-parcels.com"}),
        ("bob[@]evil-parcels[.]com", {"email:bob@evil-parcels.com"}),
        ("bob艾特evil-parcels点com", {"email:bob@evil-parcels.com"}),
        ("From: Amazon <no-reply@evil-parcels.com>", {"email:no-reply@evil-parcels.com"}),
        ("we met at noon dot com boom", set()),
        ("a@b and c@d.invalidtld", set()),
        # domain and url
        ("see evil-parcels.com, please", {"domain:evil-parcels.com"}),
        ("see evil-parcels[.]com", {"domain:evil-parcels.com"}),
        ("https://evil-parcels.com/pay?id=7.",
         {"url:evil-parcels.com/pay?id=7", "domain:evil-parcels.com"}),
        ("hxxps://evil-parcels[.]com/pay",
         {"url:evil-parcels.com/pay", "domain:evil-parcels.com"}),
        ("http://evil-parcels.com/a_(b) ok",
         {"url:evil-parcels.com/a_(b)", "domain:evil-parcels.com"}),
        ("打开https://evil-parcels.com/支付",
         {"url:evil-parcels.com/", "domain:evil-parcels.com"}),
        ("https://amazon.com@evil-parcels.com/x",
         {"url:evil-parcels.com/x", "domain:evil-parcels.com"}),
        ("https://login.evil-parcels.co.uk/x?utm_source=a&b=1",
         {"url:login.evil-parcels.co.uk/x?b=1", "domain:evil-parcels.co.uk"}),
        ("the invoice.pdf, order.zip and setup.py, e.g. v1.2.3", set()),
        ("Check your account.It is closed", set()),
        ("price 1.99 or 2.50", set()),
        # phone
        ("call +44 7400 123456", {"phone:+447400123456"}),
        ("0044 7400 123456", {"phone:+447400123456"}),
        ("电话138-0013-8000", {"phone:+8613800138000"}),
        ("手机１３８００１３８０００", {"phone:+8613800138000"}),
        ("Tel: (202) 555-0143", {"phone:+12025550143"}),
        ("order 113-1234567-1234567", set()),
        ("order 202-7654321-1234567 on 2026-11-24 at 18:20", set()),
        ("¥13800138000.50 or 13800138000", {"phone:+8613800138000"}),
        ("tracking LX123456785CN, 9400111899223197428490", set()),
        ("ASIN B08N5WRWNW, sum 1500000 USD", set()),
        # crypto
        ("BTC 1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2!", {"btc:1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2"}),
        ("1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3", set()),
        ("地址bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4转账",
         {"btc:bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4"}),
        ("bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5", set()),
        ("bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
         {"btc:bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0"}),
        ("0x5AAEB6053F3E94C9B9A09F33669435E7EF1BEAED",
         {"eth:0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"}),
        ("0x5AAeb6053F3E94C9b9A09f33669435E7Ef1BeAed", set()),
        ("USDT-TRC20：TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t",
         {"tron:TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t"}),
        # iban
        ("IBAN GB29 NWBK 6016 1331 9268 19 Bank X", {"iban:GB29NWBK60161331926819"}),
        ("gb29nwbk60161331926819", {"iban:GB29NWBK60161331926819"}),
        ("GB28 NWBK 6016 1331 9268 19", set()),
        # telegram
        ("Telegram: @Fast_Review", {"telegram:fast_review"}),
        ("电报 @fast_review", {"telegram:fast_review"}),
        ("tg fast_review", set()),
        ("tg: fast_review", {"telegram:fast_review"}),
        ("https://t.me/Fast_Review", {"telegram:fast_review"}),
        ("t.me/+AbCdEfGh12345678", {"telegram:+AbCdEfGh12345678"}),
        ("ask @fast_review", set()),
        # whatsapp
        ("WhatsApp +44 7400 123456", {"whatsapp:+447400123456"}),
        ("whatsapp me: 447400123456", {"whatsapp:+447400123456"}),
        ("https://wa.me/447400123456?text=hi", {"whatsapp:+447400123456"}),
        # wechat
        ("微信号：Review_88", {"wechat:review_88"}),
        ("加V：abc_123", {"wechat:abc_123"}),
        ("vx abc123x", {"wechat:abc123x"}),
        ("加我微信13800138000", {"phone:+8613800138000", "wechat:+8613800138000"}),
        ("13800138000 微信同号", {"phone:+8613800138000", "wechat:+8613800138000"}),
        ("WeChat group message", set()),
        ("微信支付 200元", set()),
        # paypal
        ("PayPal: bob@evil-parcels.com",
         {"paypal:bob@evil-parcels.com", "email:bob@evil-parcels.com"}),
        ("paypal.me/FastDesk/50", {"paypal:@fastdesk"}),
        ("PayPal is slow today", set()),
        ("", set()),
    ],
)  # fmt: skip
def test_text_names(text: str, expected: set[str]) -> None:
    assert found(text) == expected


@pytest.mark.parametrize(
    ("text", "protected"),
    [
        ("no-reply@amazon.com", True),
        ("x@mail.amazon.co.uk", True),
        ("bob@gmail.com", False),
        ("gmail.com", True),
        ("https://sellercentral.amazon.com/x", True),
        ("amazon.com.evil-parcels.com", False),
        ("arnazon-seller.com", False),
        ("https://bit.ly/3abcd", False),
        ("bit.ly", True),
        ("telegram:botfather", True),
        ("evil-parcels.com", False),
        ("dhl.com", True),
    ],
)
def test_protected_are_the_services_and_not_their_look_alikes(text: str, protected: bool) -> None:
    from knowledge.identifiers import is_protected

    assert is_protected(parse(text)) is protected


@pytest.mark.parametrize(
    ("typed", "identifier"),
    [
        ("bob@evil-parcels.com", "email:bob@evil-parcels.com"),
        (" EVIL-PARCELS.COM ", "domain:evil-parcels.com"),
        ("https://evil-parcels.com/x", "url:evil-parcels.com/x"),
        ("https://evil-parcels.com", "url:evil-parcels.com/"),
        ("evil-parcels.com/A://b", "url:evil-parcels.com/A://b"),
        ("httpevil-parcels.com", "domain:httpevil-parcels.com"),
        ("@Fast_Review", "telegram:fast_review"),
        ("t.me/fast_review", "telegram:fast_review"),
        ("wechat:Abc12345", "wechat:abc12345"),
        ("WeChat: Abc12345", "wechat:abc12345"),
        ("+44 7400 123456", "phone:+447400123456"),
        ("13800138000", "phone:+8613800138000"),
        ("wa.me/447400123456", "whatsapp:+447400123456"),
        ("paypal.me/fastdesk", "paypal:@fastdesk"),
        ("GB29 NWBK 6016 1331 9268 19", "iban:GB29NWBK60161331926819"),
    ],
)
def test_what_a_person_types_is_understood(typed: str, identifier: str) -> None:
    parsed = parse(typed)
    assert f"{parsed.kind}:{parsed.value}" == identifier


@pytest.mark.parametrize("typed", ["bob", "hello world", "wechat:", "btc:123", "nokind:abc", ""])
def test_what_cannot_be_understood_is_explained(typed: str) -> None:
    with pytest.raises(IdentifierError) as raised:
        parse(typed)
    assert len(str(raised.value)) > 20
