"""What Telegram's server does with a text a bot sends: reads its HTML, finds entities by itself.

`parse_html` takes what the Bot API documents and refuses the rest with the server's words. It also
refuses what the server swallows without a word, since a bot that sends it has a mistake: an
attribute that is not documented, an end tag without a name, a quote in a quote.

`automatic` follows the rules of TDLib, but errs towards finding too much, as it is there to prove
that nothing came out live: a domain or a mention that runs into Chinese letters counts, and so does
one behind a scheme that Telegram does not know.

It deliberately does not check lengths, refuse empty texts, look for telephone and card numbers, ask
whether a user exists, know top-level domains that are no more, or cut bold and its like into pieces
where they overlap one another. The entities are those of the Bot API: offsets and lengths are in
UTF-16 code units.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from itertools import accumulate
from typing import Any, NamedTuple

from publicsuffixlist import PublicSuffixList


class EntityError(ValueError):
    """Telegram would refuse this text; the message is the description it would answer with."""


class _Span(NamedTuple):
    """One entity, in characters of the text."""

    kind: str
    start: int
    end: int
    extra: dict[str, Any]


class _Tag(NamedTuple):
    """A start tag whose end is yet to come, and where in the text it stands."""

    name: str
    argument: str
    start: int
    piece: int


_STYLES = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "u": "underline",
    "ins": "underline", "s": "strikethrough", "strike": "strikethrough", "del": "strikethrough",
    "span": "spoiler", "tg-spoiler": "spoiler",
}  # fmt: skip
_ATTRIBUTES = {
    "a": "href", "code": "class", "span": "class", "tg-emoji": "emoji-id",
    "blockquote": "expandable",
}  # fmt: skip
_TAGS = frozenset({*_STYLES, *_ATTRIBUTES, "pre"})
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}

# In which order entities of the same range are listed, and which of two is kept.
_ORDER = {
    "blockquote": 0, "expandable_blockquote": 0, "pre": 10, "code": 20, "text_link": 49,
    "text_mention": 49, "bold": 90, "italic": 91, "underline": 92, "strikethrough": 93,
    "spoiler": 94, "custom_emoji": 99,
}  # fmt: skip
_FOUND = 50
_QUOTES = frozenset({"blockquote", "expandable_blockquote"})
_VERBATIM = frozenset({"pre", "code"})
_WHOLE = _VERBATIM | {"text_link", "text_mention", "custom_emoji"}
# Where one of these stands nothing is found automatically.
_DEAD = _VERBATIM | {"text_link", "text_mention"}

# The server cleans every text first: control characters are spaces, a few characters vanish.
_CLEANED: dict[int, str | None] = {
    **dict.fromkeys(range(32), " "),
    ord("\n"): "\n",
    **dict.fromkeys([ord("\r"), *range(0x2028, 0x202F), 0x030A, 0x0333, 0x033F]),
}
_BLANK = " \n"

_PLAIN = re.compile(r"[^<&]+")
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9A-Fa-f]*)|#(?P<number>[0-9]*)|(?P<name>[A-Za-z]*));?")
_SPACES = re.compile(r"[ \n]*")
_TAG_NAME = re.compile(r"[^ \n>]*")
_ATTRIBUTE_NAME = re.compile(r"""[^ \n=>/"']*""")
_TOKEN = re.compile(r"[A-Za-z0-9.-]*")

_USER_LINK = re.compile(r"tg:(?://)?user/?\?(?:[^#]*&)?id=(\d{1,18})(?![^&#])", re.IGNORECASE)
_APP_LINK = re.compile(r"(tg|tonsite|ton):(?://)?([A-Za-z0-9_.-]+(?:[/?#].*)?)", re.I | re.S)
_WEB_LINK = re.compile(
    r"(?:(?P<scheme>https?)://)?(?P<user>[^/?#@]*@)?"
    r"(?P<host>[^\x00-\x20/?#@:\"<>\[\]\\^`{|}]+)(?P<port>:[0-9]{1,5})?(?P<rest>[/?#].*)?",
    re.IGNORECASE | re.DOTALL,
)


def length(text: str) -> int:
    """How long Telegram says a text is.

    >>> length("a你🏟")
    4
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def parse_html(source: str) -> tuple[str, list[dict[str, Any]]]:
    """The text that is shown, and the entities that were written into it.

    >>> parse_html("<b>1 &lt; 2</b> ")
    ('1 < 2', [{'type': 'bold', 'offset': 0, 'length': 5}])
    """
    text, spans = _read(source)
    return text, _entities(text, spans)


def automatic(text: str) -> list[dict[str, Any]]:
    """What Telegram makes live by itself in a plain text.

    >>> automatic("ask @redflag")
    [{'type': 'mention', 'offset': 4, 'length': 8}]
    """
    return _entities(text, _apart(_candidates(text)))


def entities_of(source_html: str) -> tuple[str, list[dict[str, Any]]]:
    """The text that is shown, and all its entities: written and found.

    >>> entities_of("<code>evil.com</code> not.com")[1][1]
    {'type': 'url', 'offset': 9, 'length': 7}
    """
    text, spans = _read(source_html)
    dead = [span for span in spans if span.kind in _DEAD]
    # Filtered before they compete: one that is dropped must not have pushed out one that stays.
    found = _apart(one for one in _candidates(text) if not _touches(one, dead))
    return text, _entities(text, [*spans, *found])


def _entities(text: str, spans: Iterable[_Span]) -> list[dict[str, Any]]:
    units = [0, *accumulate(1 + (character > "\uffff") for character in text)]
    return [
        {
            "type": span.kind,
            "offset": units[span.start],
            "length": units[span.end] - units[span.start],
            **span.extra,
        }
        for span in sorted(spans, key=_place)
    ]


def _place(span: _Span) -> tuple[int, int, int]:
    return span.start, -span.end, _ORDER.get(span.kind, _FOUND)


def _apart(spans: Iterable[_Span]) -> list[_Span]:
    """Of those that overlap, the first and longest."""
    kept: list[_Span] = []
    for span in sorted(spans, key=_place):
        if not kept or span.start >= kept[-1].end:
            kept.append(span)
    return kept


def _touches(span: _Span, others: list[_Span]) -> bool:
    """Whether it overlaps one of the others, which are sorted and apart."""
    place = bisect_right(others, span.start, key=lambda other: other.end)
    return place < len(others) and others[place].start < span.end


# Reading HTML.


def _read(source: str) -> tuple[str, list[_Span]]:
    _refuse_surrogates(source, "strings must be encoded in UTF-8")
    text, spans = _Reader(source.translate(_CLEANED)).read()
    return _trimmed(text, _settled(spans))


class _Reader:
    """One pass over a cleaned source."""

    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._pieces: list[str] = []
        self._written = 0
        self._open: list[_Tag] = []
        self._spans: list[_Span] = []

    def read(self) -> tuple[str, list[_Span]]:
        while self._at < len(self._source):
            if self._source.startswith("</", self._at):
                self._end_tag()
            elif self._next() == "<":
                self._start_tag()
            elif self._next() == "&":
                self._write(self._reference())
            else:
                self._write(self._take(_PLAIN))
        if self._open:
            name = self._open[-1].name
            raise _refusal(f'Can\'t find end tag corresponding to start tag "{name}"')
        text = "".join(self._pieces)
        _refuse_surrogates(
            text,
            "can't parse entities: Text contains invalid Unicode characters after decoding HTML "
            "entities, check for unmatched surrogate code units",
        )
        return text, self._spans

    def _next(self) -> str:
        return self._source[self._at : self._at + 1]

    def _take(self, pattern: re.Pattern[str]) -> str:
        found = pattern.match(self._source, self._at)
        if found is None:
            return ""
        self._at = found.end()
        return found[0]

    def _write(self, piece: str) -> None:
        self._pieces.append(piece)
        self._written += len(piece)

    def _error(self, text: str, begin: int, after: str = "") -> EntityError:
        return _refusal(f"{text} at byte offset {len(self._source[:begin].encode())}{after}")

    def _reference(self) -> str:
        """The character that a reference names; an unknown one stays as it is."""
        begin = self._at
        found = _REFERENCE.match(self._source, begin)
        character = _character(found) if found else None
        if found is None or character is None:
            self._at = begin + 1
            return "&"
        self._at = found.end()
        return character

    def _start_tag(self) -> None:
        begin = self._at
        self._at += 1
        name = _lower(self._take(_TAG_NAME))
        if not self._next():
            raise self._error("Unclosed start tag", begin)
        if name not in _TAGS:
            raise self._error(f'Unsupported start tag "{name}"', begin)
        argument = ""
        self._take(_SPACES)
        while self._next() != ">":
            attribute, value = self._attribute(name, begin)
            argument = self._argument(name, attribute, value, begin)
            self._take(_SPACES)
        self._at += 1
        if name == "span" and argument != "spoiler":
            raise self._error('Tag "span" must have class "tg-spoiler"', begin)
        if name == "blockquote" and any(tag.name == name for tag in self._open):
            raise self._error('Tag "blockquote" can\'t be nested', begin)
        self._open.append(_Tag(name, argument, self._written, len(self._pieces)))

    def _attribute(self, tag: str, begin: int) -> tuple[str, str]:
        name = self._take(_ATTRIBUTE_NAME)
        if not name:
            raise self._error(f'Empty attribute name in the tag "{tag}"', begin)
        self._take(_SPACES)
        if self._next() == "=":
            self._at += 1
            self._take(_SPACES)
            if not self._next():
                raise self._error(f'Unclosed start tag "{tag}"', begin)
            value = self._quoted() if self._next() in "\"'" else self._token()
            if not self._next():
                raise self._error("Unclosed start tag", begin)
            return name, value
        if not self._next():
            raise self._error(f'Unclosed start tag "{tag}"', begin)
        return name, ""

    def _token(self) -> str:
        begin = self._at
        value = _lower(self._take(_TOKEN))
        if self._next() not in (" ", "\n", ">"):
            raise self._error("Unexpected end of name token", begin)
        return value

    def _quoted(self) -> str:
        quote = self._next()
        self._at += 1
        end = self._source.find(quote, self._at)
        if end < 0:
            end = len(self._source)
        value = _REFERENCE.sub(
            lambda found: found[0] if _character(found) is None else str(_character(found)),
            self._source[self._at : end],
        )
        self._at = min(end + 1, len(self._source))
        return value

    def _argument(self, tag: str, attribute: str, value: str, begin: int) -> str:
        """What a tag's attribute says; the server would pass over one that is not documented."""
        if _ATTRIBUTES.get(tag) != attribute:
            raise self._error(f'Unsupported attribute "{attribute}" in the tag "{tag}"', begin)
        if tag == "blockquote":
            return "1"
        if tag == "span":
            return value.removeprefix("tg-") if value.startswith("tg-") else ""
        if tag == "code" and not value.startswith("language-"):
            raise self._error(f'Unsupported class "{value}" of the tag "code"', begin)
        return value.removeprefix("language-") if tag == "code" else value

    def _end_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._error("Unexpected end tag", begin)
        self._at += 2
        name = _lower(self._take(_TAG_NAME))
        self._take(_SPACES)
        if self._next() != ">":
            raise self._error("Unclosed end tag", begin)
        self._at += 1
        tag = self._open.pop()
        if name != tag.name:
            after = f', expected "</{tag.name}>", found "</{name}>"'
            raise self._error("Unmatched end tag", begin, after)
        if self._written > tag.start:
            self._close(tag)

    def _close(self, tag: _Tag) -> None:
        start, end = tag.start, self._written
        if tag.name in ("pre", "code"):
            self._close_verbatim(tag)
            return
        kind, extra = _STYLES.get(tag.name, ""), dict[str, Any]()
        if tag.name == "blockquote":
            kind = "expandable_blockquote" if tag.argument else "blockquote"
        elif tag.name == "tg-emoji":
            kind, extra = "custom_emoji", {"custom_emoji_id": _emoji(tag.argument)}
        elif tag.name == "a":
            kind, extra = _link(tag.argument or "".join(self._pieces[tag.piece :]))
        if kind:
            self._spans.append(_Span(kind, start, end, extra))

    def _close_verbatim(self, tag: _Tag) -> None:
        """`pre` around `code`, or the other way round, is one entity with a language."""
        start, end = tag.start, self._written
        extra = {"language": tag.argument} if tag.argument else {}
        last = self._spans[-1] if self._spans else None
        if last and last.kind in _VERBATIM - {tag.name} and (last.start, last.end) == (start, end):
            language = last.extra or extra
            if language:
                self._spans[-1] = _Span("pre", start, end, language)
                return
        self._spans.append(_Span(tag.name, start, end, extra))


def _refusal(text: str) -> EntityError:
    return EntityError(f"can't parse entities: {text}")


def _refuse_surrogates(text: str, description: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise EntityError(description) from None


def _lower(text: str) -> str:
    """Only ASCII has cases in a tag: the Kelvin sign is no `k`."""
    return text.lower() if text.isascii() else text


def _character(reference: re.Match[str]) -> str | None:
    """The character a reference stands for, cleaned as any other; None where it stands for none."""
    if reference["name"] is not None:
        return _NAMED.get(reference["name"])
    # The server reads no further than that, counted without the semicolon.
    if len(reference[0].removesuffix(";")) >= 10:
        return None
    is_hex = reference["hex"] is not None
    code = int((reference["hex"] if is_hex else reference["number"]) or "0", 16 if is_hex else 10)
    return chr(code).translate(_CLEANED) if 0 < code < 0x10FFFF else None


def _emoji(argument: str) -> str:
    if not re.fullmatch(r"-?[0-9]{1,19}", argument) or not -(2**63) <= int(argument) < 2**63:
        argument = "0"
    if int(argument) == 0:
        raise _refusal("Invalid custom emoji identifier specified")
    return argument


def _link(url: str) -> tuple[str, dict[str, Any]]:
    """What a link becomes; a link that Telegram cannot open becomes nothing."""
    user = _USER_LINK.match(url)
    if user:
        person = {"id": int(user[1]), "is_bot": False, "first_name": "User"}
        return "text_mention", {"user": person}
    app = _APP_LINK.fullmatch(url)
    if app:
        return "text_link", {"url": f"{app[1].lower()}://{app[2]}"}
    web = _WEB_LINK.fullmatch(url)
    if web is None or "." not in web["host"].strip("."):
        return "", {}
    rest = web["rest"] or "/"
    path = rest if rest.startswith("/") else "/" + rest
    scheme = (web["scheme"] or "http").lower()
    host = _lower(web["host"])
    return "text_link", {"url": f"{scheme}://{web['user'] or ''}{host}{web['port'] or ''}{path}"}


# Bringing entities into the form the server keeps them in.


def _settled(spans: list[_Span]) -> list[_Span]:
    """What may not overlap does not: links, code and quotes, and no style in code."""
    quotes = _apart(span for span in spans if span.kind in _QUOTES)
    whole = [
        span._replace(extra={}) if span.kind == "code" else span
        for span in _apart(span for span in spans if span.kind in _WHOLE)
        if not _holds(span, quotes)
    ]
    verbatim = [span for span in whole if span.kind in _VERBATIM]
    styles = _merged(span for span in spans if span.kind not in _WHOLE | _QUOTES)
    return [*quotes, *whole, *(part for style in styles for part in _without(style, verbatim))]


def _holds(span: _Span, quotes: list[_Span]) -> bool:
    """Whether a quote lies within it; the quote is kept, then, and it is not."""
    place = bisect_left(quotes, span.start, key=lambda quote: quote.start)
    if place == len(quotes) or quotes[place].start >= span.end:
        return False
    quote = quotes[place]
    return not (quote.start == span.start and quote.end >= span.end)


def _merged(styles: Iterable[_Span]) -> list[_Span]:
    """Bold in bold and bold next to bold are one."""
    last: dict[str, int] = {}
    merged: list[_Span] = []
    for span in sorted(styles, key=_place):
        place = last.get(span.kind)
        if place is not None and span.start <= merged[place].end:
            end = max(span.end, merged[place].end)
            merged[place] = merged[place]._replace(end=end)
        else:
            last[span.kind] = len(merged)
            merged.append(span)
    return merged


def _without(style: _Span, verbatim: list[_Span]) -> Iterator[_Span]:
    """The parts of a style that lie outside of code."""
    start = style.start
    place = bisect_right(verbatim, start, key=lambda span: span.end)
    while place < len(verbatim) and verbatim[place].start < style.end:
        if verbatim[place].start > start:
            yield style._replace(start=start, end=verbatim[place].start)
        start = verbatim[place].end
        place += 1
    if start < style.end:
        yield style._replace(start=start)


def _trimmed(text: str, spans: list[_Span]) -> tuple[str, list[_Span]]:
    """Without blanks around, except in front where an entity begins with them."""
    text = text.rstrip(_BLANK)
    spans = [
        span._replace(end=min(span.end, len(text))) for span in spans if span.start < len(text)
    ]
    first = min((span.start for span in spans), default=len(text))
    cut = min(len(text) - len(text.lstrip(_BLANK)), first)
    moved = [span._replace(start=span.start - cut, end=span.end - cut) for span in spans]
    return text[cut:], sorted(moved, key=_place)


# Finding entities in a plain text.

# Separators and general punctuation end a host; other punctuation beyond Latin does not.
_BEYOND = r"\u00c0-\u167f\u1681-\u1fff\u200c\u200d\u2010-\u2015\u2070-\u2fff\u3001-\U0010ffff"
_HOST = re.compile(rf"[A-Za-z0-9_~.\-{_BEYOND}]+")
_BREAKS = r"\x00-\x20\xa0<>\"«»\u1680\u2000-\u200b\u200e\u200f\u2016-\u206f\u3000"
_PATH = re.compile(rf"[^{_BREAKS}]")
_USER = re.compile(rf"[^{_BREAKS}/\[\]{{}}()'`@]")
_LOOSE_END = ".:;,('?!`"
_BRACKETS = {"(": (0, 1), "[": (1, 1), "{": (2, 1), ")": (0, -1), "]": (1, -1), "}": (2, -1)}
_SCHEMES = ("https", "http", "ftp")
_PORT = re.compile(r":0*([1-9][0-9]{0,4})(?![0-9])")
_APP = re.compile(r"(?:tonsite|ton|tg)://[A-Za-z0-9_.-]{1,253}", re.IGNORECASE)
_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])"
_ADDRESS = re.compile(
    rf"(?<![A-Za-z0-9_.-])(?:{_OCTET}\.){{3}}{_OCTET}(?![A-Za-z0-9_-]|\.[A-Za-z0-9])"
)
# What of a label may be a top-level domain though other writing follows: `evil.com，谢谢`.
_LEADING = re.compile(r"[A-Za-z0-9-]+|(?:[^\W\x00-\x7f]|[\u0900-\u109f])+")
_MAILBOX = re.compile(r"(?:mailto:)?([A-Za-z0-9_.+-]+)\Z")

# Telegram also asks that no letter of any script follow; here only an ASCII one spoils it.
_MENTION = re.compile(r"(?<!\w)@[A-Za-z0-9_]{2,32}(?![A-Za-z0-9_])")
_COMMAND = re.compile(r"(?<![\w/<>])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![A-Za-z0-9_/<>])")
_CASHTAG = re.compile(r"\$(?:1INCH|[A-Z]{1,8})(?![A-Za-z0-9_$])")
_HASHTAG = re.compile(r"#([\w\u00b7\u200c\u0d80-\u0dff]++)(?!#)")


def _candidates(text: str) -> list[_Span]:
    """All that may be an entity, overlapping or not."""
    found = [*_urls(text), *_app_urls(text), *_hashtags(text), *_cashtags(text)]
    for kind, pattern in (("mention", _MENTION), ("bot_command", _COMMAND)):
        found += [_Span(kind, *one.span(), {}) for one in pattern.finditer(text)]
    return found


def _hashtags(text: str) -> Iterator[_Span]:
    for one in _HASHTAG.finditer(text):
        name = one[1][:256]
        if any(map(str.isalpha, name)) and not _in_tag(text[one.start() - 1 : one.start()]):
            yield _Span("hashtag", one.start(), one.start() + 1 + len(name), {})


def _cashtags(text: str) -> Iterator[_Span]:
    for one in _CASHTAG.finditer(text):
        before = text[one.start() - 1 : one.start()]
        if before != "$" and not _in_tag(before):
            yield _Span("cashtag", *one.span(), {})


def _in_tag(character: str) -> bool:
    """Whether a tag may hold the character, so that none begins behind it."""
    if not character:
        return False
    if character in "_\u00b7\u200c" or "\u0d80" <= character <= "\u0dff":
        return True
    category = unicodedata.category(character)
    return category[0] == "L" or category == "Nd"


def _app_urls(text: str) -> Iterator[_Span]:
    done = 0
    for one in _APP.finditer(text):
        if one.start() >= done:
            done = _path_end(text, one.end())
            yield _Span("url", one.start(), done, {})


def _urls(text: str) -> Iterator[_Span]:
    """Web and mail addresses: each run of host characters that has a host in it."""
    done = 0
    for run in _HOST.finditer(text):
        if run.start() < done or "." not in run[0]:
            continue
        owner = _owner_start(text, run.start())
        scheme = _scheme(text, owner)
        size = _host_size(run[0], bool(scheme))
        if not size:
            continue
        host_end = run.start() + size
        # What follows a host that ends before its run is other writing, not a port or a path.
        done = _path_end(text, host_end) if run.end() == host_end else host_end
        if scheme:
            yield _Span("url", owner - len("://") - len(scheme), done, {})
        elif owner < run.start():
            yield _mail(text, owner, run.start(), host_end, done)
        else:
            yield _Span("url", run.start() + _skipped(run[0][:size]), done, {})


def _mail(text: str, owner: int, host: int, host_end: int, end: int) -> _Span:
    """A name before a host: a mailbox, or else an address with a user."""
    mailbox = _MAILBOX.match(text[owner : host - 1])
    if mailbox and end == host_end and text[host:end].isascii():
        return _Span("email", owner + mailbox.start(1), end, {})
    return _Span("url", owner, end, {})


def _owner_start(text: str, host: int) -> int:
    """Where `user:password@` before the host begins; the host itself where there is none."""
    if not text.startswith("@", host - 1) or host == 0:
        return host
    start = host - 1
    while start and _USER.match(text, start - 1):
        start -= 1
    return start if start < host - 1 else host


def _scheme(text: str, start: int) -> str:
    """The scheme that ends before `start`, if it is one that Telegram opens."""
    if start < 3 or not text.startswith("://", start - 3):
        return ""
    before = text[max(0, start - 8) : start - 3].lower()
    return next((scheme for scheme in _SCHEMES if before.endswith(scheme)), "")


def _host_size(run: str, has_scheme: bool) -> int:
    """How much of a run of host characters is a host; 0 where none is in it."""
    address = max((one.end() for one in _ADDRESS.finditer(run)), default=0)
    labels = run.split(".")
    end, is_last = len(run), True
    for place in range(len(labels) - 1, 0, -1):
        if end <= address:
            break
        label = labels[place]
        start = end - len(label)
        if label and labels[place - 1]:
            size = _ending_size(label, has_scheme, is_last)
            if size:
                return start + size
        is_last = is_last and not label
        end = start - 1
    return address


def _ending_size(label: str, has_scheme: bool, is_last: bool) -> int:
    """How much of a label is a top-level domain, all or its first letters; 0 for none of it."""
    if _is_top_level(label, has_scheme) or (is_last and has_scheme and _is_ending(label)):
        return len(label)
    leading = _LEADING.match(label)
    return leading.end() if leading and _is_top_level(leading[0], has_scheme) else 0


def _skipped(host: str) -> int:
    """How many characters of a host come before its last empty label."""
    last = host.rfind("..")
    return last + 2 if last >= 0 else len(host) - len(host.lstrip("."))


def _is_ending(label: str) -> bool:
    """Behind a scheme Telegram takes any ending that looks like one."""
    return len(label) > 1 and "_" not in label and "-" not in label and not label.isdigit()


@cache
def _suffixes() -> PublicSuffixList:
    return PublicSuffixList(accept_unknown=False)


@lru_cache(8192)
def _is_top_level(label: str, has_scheme: bool) -> bool:
    lowered = label.lower()
    # Two sentences without a space between them: `your account.It is`.
    if not has_scheme and lowered != label and lowered[1:] == label[1:]:
        return False
    if lowered.startswith("xn--"):
        return len(lowered) > 5 and lowered[4:].isascii() and lowered[4:].isalnum()
    if not 1 < len(label) < 64 or "_" in label or "-" in label:
        return False
    return _suffixes().publicsuffix("a." + lowered) is not None


def _path_end(text: str, host_end: int) -> int:
    """Where an address ends, with its port and its path."""
    port = _PORT.match(text, host_end)
    start = port.end() if port and int(port[1]) <= 65_535 else host_end
    if text[start : start + 1] not in ("/", "?", "#"):
        return start
    end = start + 1
    open_brackets = [0, 0, 0]
    while _PATH.match(text, end):
        kind, change = _BRACKETS.get(text[end], (0, 0))
        open_brackets[kind] += change
        if open_brackets[kind] < 0:
            break
        end += 1
    while end > start + 1 and text[end - 1] in _LOOSE_END:
        end -= 1
    return end if text[start] == "/" or end > start + 1 else start
