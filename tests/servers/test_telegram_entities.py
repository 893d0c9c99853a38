"""The model of Telegram's text handling keeps to what Telegram documents and TDLib does."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.servers.telegram.entities import EntityError, automatic, entities_of, length, parse_html


def _shown(text: str, entities: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Each entity with the text it covers, cut out in UTF-16 code units."""
    units = text.encode("utf-16-le")
    return [
        (
            entity["type"],
            units[2 * entity["offset"] : 2 * (entity["offset"] + entity["length"])].decode(
                "utf-16-le"
            ),
        )
        for entity in entities
    ]


@pytest.mark.parametrize(
    ("text", "expected"),
    [("", 0), ("abc", 3), ("你好", 2), ("🏟", 2), ("a🏟\n", 4)],
    ids=["empty", "ascii", "chinese", "emoji", "mixed"],
)
def test_a_length_counts_utf_16_code_units(text: str, expected: int) -> None:
    assert length(text) == expected


@pytest.mark.parametrize(
    ("tag", "kind"),
    [
        ("b", "bold"), ("strong", "bold"), ("i", "italic"), ("em", "italic"), ("u", "underline"),
        ("ins", "underline"), ("s", "strikethrough"), ("strike", "strikethrough"),
        ("del", "strikethrough"), ("tg-spoiler", "spoiler"), ("code", "code"), ("pre", "pre"),
        ("blockquote", "blockquote"), ("B", "bold"),
    ],
)  # fmt: skip
def test_every_plain_tag_is_an_entity(tag: str, kind: str) -> None:
    expected = [{"type": kind, "offset": 3, "length": 3}]
    assert parse_html(f"🏟 <{tag}>你🏟</{tag}>") == ("🏟 你🏟", expected)


@pytest.mark.parametrize(
    ("source", "kind", "extra"),
    [
        ('<span class="tg-spoiler">x</span>', "spoiler", {}),
        ("<blockquote expandable>x</blockquote>", "expandable_blockquote", {}),
        ('<blockquote expandable="">x</blockquote>', "expandable_blockquote", {}),
        ('<pre><code class="language-py">x</code></pre>', "pre", {"language": "py"}),
        ('<code class="language-py"><pre>x</pre></code>', "pre", {"language": "py"}),
        ('<code class="language-py">x</code>', "code", {}),
        ('<tg-emoji emoji-id="5368324170671202286">👍</tg-emoji>', "custom_emoji",
         {"custom_emoji_id": "5368324170671202286"}),
        ('<a href="https://A.example/?q=1&amp;r=2">x</a>', "text_link",
         {"url": "https://a.example/?q=1&r=2"}),
        ("<a href=telegram.org>x</a>", "text_link", {"url": "http://telegram.org/"}),
        ("<a>telegram.org</a>", "text_link", {"url": "http://telegram.org/"}),
        ("<a href='tg://resolve?domain=x'>x</a>", "text_link", {"url": "tg://resolve?domain=x"}),
        ('<a href="tg://user?id=42">x</a>', "text_mention",
         {"user": {"id": 42, "is_bot": False, "first_name": "User"}}),
    ],
    ids=[
        "span", "expandable", "expandable-value", "pre-code", "code-pre", "code-alone", "emoji",
        "href", "token", "text-as-href", "app-link", "user",
    ],
)  # fmt: skip
def test_an_attribute_says_what_the_entity_carries(
    source: str, kind: str, extra: dict[str, Any]
) -> None:
    _, (entity,) = parse_html(source)
    del entity["offset"], entity["length"]
    assert entity == {"type": kind, **extra}


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "ftp://a.example", "localhost", "http://", "two words"]
)
def test_a_link_that_telegram_cannot_open_is_plain_text(href: str) -> None:
    assert parse_html(f'<a href="{href}">x</a>') == ("x", [])


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("&lt;&gt;&amp;&quot;", '<>&"'),
        ("&lt1", "<1"),
        ("&#65;&#x42;&#x1F3DF;", "AB🏟"),
        ("&laquo; &apos; &nbsp; & &", "&laquo; &apos; &nbsp; & &"),
        ("&#0;&#12345678;&#;&#x;", "&#0;&#12345678;&#;&#x;"),
        ("&amp;lt;", "&lt;"),
        ("a\tb\x00c\rd&#13;\u202ee", "a b cde"),
        ("1 > 0", "1 > 0"),
    ],
    ids=["named", "unclosed", "numeric", "unknown", "no-number", "once", "control", "greater"],
)
def test_references_are_read_once_and_unknown_ones_stay(source: str, text: str) -> None:
    assert parse_html(source) == (text, [])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("<x>", 'Unsupported start tag "x" at byte offset 0'),
        ("🏟 🏟&lt;<abac aba>", 'Unsupported start tag "abac" at byte offset 13'),
        ("a < b>", 'Unsupported start tag "" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("I <3 you", 'Unsupported start tag "3" at byte offset 2'),
        ("<br/>", 'Unsupported start tag "br/" at byte offset 0'),
        ("<!-- x -->", 'Unsupported start tag "!--" at byte offset 0'),
        ("<stri\u212ae>x</stri\u212ae>", 'Unsupported start tag "stri\u212ae" at byte offset 0'),
        ("a<", "Unclosed start tag at byte offset 1"),
        ("a<b", "Unclosed start tag at byte offset 1"),
        ("<i x=", 'Unclosed start tag "i" at byte offset 0'),
        ("<a href", 'Unclosed start tag "a" at byte offset 0'),
        ('<a href="x', "Unclosed start tag at byte offset 0"),
        ("<i =x>", 'Empty attribute name in the tag "i" at byte offset 0'),
        ("<i ", 'Empty attribute name in the tag "i" at byte offset 0'),
        ("<a href=x/y>", "Unexpected end of name token at byte offset 8"),
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("<b>x</b", "Unclosed end tag at byte offset 4"),
        ("<i>x</em>", 'Unmatched end tag at byte offset 4, expected "</i>", found "</em>"'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<b>x</>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</>"'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<span class='x'>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<b onclick='x'>x</b>", 'Unsupported attribute "onclick" in the tag "b" at byte offset 0'),
        ("<code class='x'>x</code>", 'Unsupported class "x" of the tag "code" at byte offset 0'),
        ("<tg-emoji emoji-id='0'>x</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("<blockquote>a<b><blockquote>b</blockquote></b></blockquote>",
         'Tag "blockquote" can\'t be nested at byte offset 16'),
        ("&#xD83D;", "Text contains invalid Unicode characters after decoding HTML entities, "
         "check for unmatched surrogate code units"),
    ],
    ids=[
        "unknown", "unknown-attribute", "bare", "bare-open", "heart", "self-closed", "comment",
        "kelvin", "lone", "unclosed", "no-value", "no-end-of-name", "no-quote", "no-name",
        "blank-end", "token", "never-ended", "unexpected", "unclosed-end", "unmatched", "crossed",
        "nameless-end", "span", "span-class", "attribute", "class", "emoji", "quote", "surrogate",
    ],
)  # fmt: skip
def test_what_telegram_does_not_read_is_refused_in_its_words(source: str, message: str) -> None:
    with pytest.raises(EntityError) as refused:
        parse_html(source)
    assert str(refused.value) == f"can't parse entities: {message}"


def test_a_text_that_is_no_unicode_is_refused() -> None:
    with pytest.raises(EntityError, match="must be encoded in UTF-8"):
        parse_html("a\ud83d")


@pytest.mark.parametrize(
    ("source", "text", "shown"),
    [
        (" \n a \n ", "a", []),
        (" \n <b>x </b> ", "x", [("bold", "x")]),
        ("<b> x</b>", " x", [("bold", " x")]),
        ("x<b> \n</b>", "x", []),
        ("<b> \n</b>", "", []),
        ("a<b></b>", "a", []),
        ("\u3000a\u3000", "\u3000a\u3000", []),
    ],
    ids=["around", "end", "entity-first", "blank-entity", "nothing", "empty-entity", "wide"],
)
def test_blanks_around_go_and_entities_move_with_them(
    source: str, text: str, shown: list[tuple[str, str]]
) -> None:
    found, entities = parse_html(source)
    assert (found, _shown(found, entities)) == (text, shown)


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<b>a<i>b</i>c</b>", [("bold", "abc"), ("italic", "b")]),
        ("<b>a<b>b</b></b><strong>c</strong>", [("bold", "abc")]),
        ("<b>a<code>b</code>c</b>", [("bold", "a"), ("code", "b"), ("bold", "c")]),
        ("<code>a<b>b</b><a href='x.example'>c</a></code>", [("code", "abc")]),
        ("<a href='x.example'>a<a href='y.example'>b</a></a>", [("text_link", "ab")]),
        ("<blockquote><b>a</b><code>b</code></blockquote>",
         [("blockquote", "ab"), ("bold", "a"), ("code", "b")]),
        ("<a href='x.example'>a<blockquote>b</blockquote></a>", [("blockquote", "b")]),
    ],
    ids=["nested", "merged", "around-code", "in-code", "link", "quote", "quote-in-link"],
)  # fmt: skip
def test_entities_that_may_not_overlap_do_not(source: str, shown: list[tuple[str, str]]) -> None:
    assert _shown(*parse_html(source)) == shown


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("(telegram.org)", ["telegram.org"]),
        ("()telegram.org/?q=()", ["telegram.org/?q=()"]),
        ("see http://a.example/b.", ["http://a.example/b"]),
        ("hTtPs://telegram.org ftp://a.example", ["hTtPs://telegram.org", "ftp://a.example"]),
        ("аHTTP://telegram.org", ["HTTP://telegram.org"]),
        ("http://a.notatld/x a.notatld", ["http://a.notatld/x"]),
        ("google.com:1#ab c", ["google.com:1#ab"]),
        ("google.com:65536/abs google.com:0/a", ["google.com", "google.com"]),
        ("http://a.com/?q=b()}[]c", ["http://a.com/?q=b()"]),
        ("http://u:p@example.com:80 https://a.bc:de.fg@c.com",
         ["http://u:p@example.com:80", "https://a.bc:de.fg@c.com"]),
        ("127.0.0.1 127.0.0.256 v1.2.3.4 3.14", ["127.0.0.1"]),
        ("ТеСт.МоСкВа гришка.рф ✪df.ws/1", ["ТеСт.МоСкВа", "гришка.рф", "✪df.ws/1"]),
        ("xn--80afpi2a3c.xn--p1ai", ["xn--80afpi2a3c.xn--p1ai"]),
        ("去 商店.中国 或 我.网站/x", ["商店.中国", "我.网站/x"]),
        ("请看evil.com，谢谢", ["请看evil.com"]),
        ("你.公司的", []),
        (".evil.com ...evil.com", ["evil.com", "evil.com"]),
        ("hxxp://evil.com", ["evil.com"]),
        ("tg://resolve?domain=x, tonsite://a.ton/b", ["tg://resolve?domain=x",
                                                      "tonsite://a.ton/b"]),
        ("your account.It is. e.g. v1.2 telegram.Org", []),
        ("hxxps://evil[.]example/x and bob[@]evil[.]example", []),
    ],
    ids=[
        "brackets", "balance", "stop", "schemes", "glued-scheme", "unknown-ending", "port",
        "bad-port", "unbalanced", "user", "address", "idn", "punycode", "chinese", "run-on",
        "chinese-word", "dots", "unknown-scheme", "app", "prose", "defanged",
    ],
)  # fmt: skip
def test_addresses_come_out_live(text: str, urls: list[str]) -> None:
    assert _shown(text, automatic(text)) == [("url", url) for url in urls]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mail a.b+c@c.co.uk.", [("email", "a.b+c@c.co.uk")]),
        ("mailto:a@b.com，谢谢", [("email", "a@b.com")]),
        ("@ab @a a@bc x @" + "a" * 33, [("mention", "@ab")]),
        ("(@red_flag)你好 @redflag你好", [("mention", "@red_flag"), ("mention", "@redflag")]),
        ("/start /x@redflag_bot /check你好",
         [("bot_command", "/start"), ("bot_command", "/x@redflag_bot"), ("bot_command", "/check")]),
        ("24/7 and/or //x </x /a/b / start /" + "a" * 65, []),
        ("#tag #标签 #1 a#b #a# #", [("hashtag", "#tag"), ("hashtag", "#标签")]),
        ("$USD $1INCH US$ABC $usd $ABCDEFGHI $$A",
         [("cashtag", "$USD"), ("cashtag", "$1INCH")]),
        ("🏟 @abc", [("mention", "@abc")]),
    ],
    ids=[
        "email", "mailto", "mention", "mention-chinese", "command", "no-command", "hashtag",
        "cashtag", "after-emoji",
    ],
)  # fmt: skip
def test_names_come_out_live(text: str, shown: list[tuple[str, str]]) -> None:
    assert _shown(text, automatic(text)) == shown


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("<code>evil.com</code>", [("code", "evil.com")]),
        ("<pre>a\n/start @abc</pre>", [("pre", "a\n/start @abc")]),
        ("<a href='b.example'>evil.com</a>", [("text_link", "evil.com")]),
        ("<b>evil.com</b>", [("url", "evil.com"), ("bold", "evil.com")]),
        ("<blockquote>@abc</blockquote>", [("blockquote", "@abc"), ("mention", "@abc")]),
        ("evil.<b>com</b>", [("url", "evil.com"), ("bold", "com")]),
        ("evil<code>.com</code>", [("code", ".com")]),
        ("/x <code>y</code> #z", [("bot_command", "/x"), ("code", "y"), ("hashtag", "#z")]),
    ],
    ids=["code", "pre", "link", "bold", "quote", "half-bold", "half-code", "around"],
)
def test_only_code_and_links_keep_a_text_from_coming_alive(
    source: str, shown: list[tuple[str, str]]
) -> None:
    assert _shown(*entities_of(source)) == shown


@given(st.text("ab.@/:#$ <>&;=\"'1com中国🏟()[]\n\r\t-_?", max_size=60))
def test_any_text_is_read_or_refused_and_escaped_text_survives(text: str) -> None:
    for entity in automatic(text):
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= length(text)
    try:
        shown, entities = entities_of(text)
    except EntityError:
        pass
    else:
        assert all(one["offset"] + one["length"] <= length(shown) for one in entities)
    escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    cleaned = text.replace("\r", "").replace("\t", " ").strip(" \n")
    assert parse_html(escaped) == (cleaned, [])


@pytest.mark.parametrize("read", [automatic, entities_of], ids=["automatic", "entities_of"])
@pytest.mark.parametrize(
    "unit",
    [
        "a.", "a.com/", "a.com/)", "@a.com", "a.b@", ".", "1.1.1.1.", "/a", "#a", "$A", "tg://a/",
        "http://", "你.com，", "a.com/(", "xn--a.", "a.com:1", "&a", "&#1;", "<", "<b>x</b>",
        "<a>&amp;", "<code>x</code>a", "<b><code>x</code>", "a.com/<code>x</code> ",
    ],
)  # fmt: skip
def test_hostile_text_costs_no_time(read: Callable[[str], object], unit: str) -> None:
    text = unit * (4096 // len(unit))
    took = []
    for _ in range(3):  # the best of three: the machine may be busy with other tests
        begin = time.perf_counter()
        with suppress(EntityError):
            read(text)
        took.append(time.perf_counter() - begin)
    assert min(took) < 0.05
