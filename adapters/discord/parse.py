"""What Discord sends, as what the bot understands, or None where it is not for us. Pure.

Payloads are read as they come, so that they can be kept as they came. In a server's channels only
a message that names the bot is for us, whatever else it is shown. Whoever uses a menu is the asker
and never the author of the message under it; a Discord id is nobody's identifier and is put into
no text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from adapters.discord.content import Raw, attachments_of, is_forward, text_of, without_mention
from bot.commands import is_command
from bot.message import Attachment, Chat, Message, Origin, Person
from bot.reports import NOTE

PLATFORM = "discord"
PRIVATE = "private"
"""The id of every private chat: it is part of the keys of effects, which must lead to nobody."""
CHECK_MENU, REPORT_MENU = "Is this a scam?", "Report identifiers"
CHECK_FORM, REPORT_FORM = "check", "report"
IN_PRIVATE = "~"
"""Before the id of a button whose answer is for the presser alone."""

_EPOCH_MS = 1_420_070_400_000
_SLASH, _MESSAGE_MENU = 1, 3
_COMMAND, _COMPONENT, _TYPING, _FORM = 2, 3, 4, 5
_WITH_BOT = 1
_DEFAULT, _REPLY = 0, 19
_HIDDEN = 1 << 6
_ACTION = re.compile(r"[\w-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a channel, and the message it answers or None."""

    channel: str
    message: str | None = None


@dataclass(frozen=True, slots=True)
class Ticket:
    """What an interaction is answered by. `token` lives for a quarter of an hour.

    `hidden`: only the person may see the answer; `among_others`: others could. `source` is the
    message whose button was pressed, `shown` whether others see that message.
    """

    id: str
    token: str
    person: str
    channel: str
    hidden: bool
    among_others: bool
    source: str | None = None
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody wrote to the bot."""

    message: Message
    place: Place


@dataclass(frozen=True, slots=True)
class Used:
    """Somebody used a command, pressed a button or sent a form off."""

    message: Message
    ticket: Ticket


@dataclass(frozen=True, slots=True)
class Opened:
    """Somebody wants a form to fill in; `text` is where its contents are found."""

    form: str
    ticket: Ticket
    text: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Typed:
    """Somebody is typing the name of a routine."""

    typed: str
    ticket: Ticket
    language: str | None = None


Event = Asked | Used | Opened | Typed


def parse(name: str, raw: Raw, me: str, titles: Mapping[str, str]) -> Event | None:
    """What an event of the gateway means for the bot, or None.

    Args: `me`, the bot's own id; `titles`, of the servers it is in, by their id.
    """
    if name == "MESSAGE_CREATE":
        return _asked(raw, me, titles)
    if name == "INTERACTION_CREATE":
        return _interaction(raw, me, titles)
    return None


def moment(snowflake: str) -> int:
    """When an id was given, epoch milliseconds."""
    return (int(snowflake) >> 22) + _EPOCH_MS


def _asked(raw: Raw, me: str, titles: Mapping[str, str]) -> Asked | None:
    author = raw["author"]
    if author.get("bot") or raw.get("webhook_id") or raw.get("type", 0) not in (_DEFAULT, _REPLY):
        return None
    guild = raw.get("guild_id")
    text = text_of(raw)
    if guild:
        rest = without_mention(str(raw.get("content") or ""), me)
        if rest is None:
            return None
        text = text_of({**raw, "content": rest})
    quoted, attachments = _quoted(raw, me)
    if (guild or quoted) and not is_command(text):
        text = f"/check {text}".rstrip()  # a reply asks about what it replies to
    attachments = (*attachments_of(raw), *attachments)
    if not (text or attachments):
        return None
    return Asked(
        Message(
            id=str(raw["id"]),
            author=Person(PLATFORM, str(author["id"])),
            chat=_chat(guild, titles, private=not guild),
            at=moment(raw["id"]),
            text=text,
            attachments=attachments,
            # Discord does not tell where a forwarded message came from.
            origin=Origin("hidden") if is_forward(raw) else None,
            quoted=quoted,
        ),
        Place(str(raw["channel_id"]), str(raw["id"])),
    )


def _quoted(raw: Raw, me: str) -> tuple[str, tuple[Attachment, ...]]:
    """What the message replies to; nothing where that is ours, is gone, or may not be read."""
    replied = raw.get("referenced_message")
    if not isinstance(replied, Mapping) or _author(replied) == me:
        return "", ()
    return text_of(replied), attachments_of(replied)


def _author(message: Raw) -> str:
    author = message.get("author")
    return str(author.get("id")) if isinstance(author, Mapping) else ""


def _interaction(raw: Raw, me: str, titles: Mapping[str, str]) -> Event | None:
    kind, data = raw["type"], raw.get("data") or {}
    if kind == _COMMAND:
        return _command(raw, data, me, titles)
    if kind == _COMPONENT:
        return _press(raw, data, titles)
    if kind == _TYPING:
        typed = next((str(one["value"]) for one in data["options"] if one.get("focused")), "")
        return Typed(typed, _ticket(raw, hidden=True), _language(raw))
    if kind == _FORM:
        text = _filled_in(data)
        return None if text is None else _used(raw, titles, text)
    return None


def _command(raw: Raw, data: Raw, me: str, titles: Mapping[str, str]) -> Event | None:
    name = str(data["name"])
    if data.get("type") == _MESSAGE_MENU:
        message = data["resolved"]["messages"][data["target_id"]]
        ours = _author(message) == me
        text = "" if ours else text_of(message)
        if name == REPORT_MENU:
            return Opened(REPORT_FORM, _ticket(raw, hidden=True), text, _language(raw))
        attachments = () if ours else attachments_of(message)
        return _used(raw, titles, "/check", quoted=text, attachments=attachments)
    if data.get("type", _SLASH) != _SLASH:
        return None
    options = {str(one["name"]): one.get("value") for one in data.get("options") or ()}
    if name in (CHECK_FORM, REPORT_FORM) and not options:
        return Opened(name, _ticket(raw, hidden=True), "", _language(raw))
    for_all = bool(options.pop("server", False))
    text = _typed(name, {key: str(one) for key, one in options.items() if one})
    return _used(raw, titles, text, private=not for_all)


_ORDER = ("text", "identifier", "routine", "note", "language")
"""The options of commands, in the order in which they stand behind a typed command."""


def _press(raw: Raw, data: Raw, titles: Mapping[str, str]) -> Used:
    source = raw.get("message") or {}
    pressed = str(data.get("custom_id") or "")
    if data.get("values"):
        pressed = str(data["values"][0])
    shown = not int(source.get("flags") or 0) & _HIDDEN
    private = not shown or pressed.startswith(IN_PRIVATE)
    action = pressed.removeprefix(IN_PRIVATE)
    return _used(
        raw,
        titles,
        "",
        press=action if _ACTION.fullmatch(action) else "-",
        private=private,
        source=str(source["id"]) if source.get("id") else None,
        shown=shown,
    )


def _used(
    raw: Raw,
    titles: Mapping[str, str],
    text: str,
    *,
    quoted: str = "",
    attachments: tuple[Attachment, ...] = (),
    press: str | None = None,
    private: bool = True,
    source: str | None = None,
    shown: bool = False,
) -> Used:
    guild = _community_guild(raw)
    hidden = _context(raw) != _WITH_BOT and (private or guild is None)
    return Used(
        Message(
            id=str(raw["id"]),
            author=Person(PLATFORM, str(_user(raw)["id"]), _language(raw)),
            chat=_chat(guild, titles, private=private or guild is None),
            at=moment(raw["id"]),
            text=text,
            attachments=attachments,
            quoted=quoted,
            press=press,
        ),
        _ticket(raw, hidden=hidden, source=source, shown=shown),
    )


def _ticket(raw: Raw, *, hidden: bool, source: str | None = None, shown: bool = False) -> Ticket:
    channel = str(raw.get("channel_id") or "")
    return Ticket(
        str(raw["id"]),
        str(raw["token"]),
        str(_user(raw)["id"]),
        channel,
        hidden,
        _context(raw) != _WITH_BOT,
        source,
        shown,
    )


def _user(raw: Raw) -> Raw:
    user = (raw.get("member") or {}).get("user") or raw["user"]
    assert isinstance(user, Mapping)  # noqa: S101 - anything else is no interaction of anybody
    return user


def _language(raw: Raw) -> str | None:
    return str(raw["locale"]) if raw.get("locale") else None


def _context(raw: Raw) -> int:
    given = raw.get("context")
    return int(given) if given is not None else (0 if raw.get("guild_id") else _WITH_BOT)


def _community_guild(raw: Raw) -> str | None:
    """The server that the interaction speaks for: the bot itself has to be in it."""
    guild = raw.get("guild_id")
    owners = raw.get("authorizing_integration_owners") or {}
    return str(guild) if guild and str(owners.get("0")) == str(guild) else None


def _chat(guild: str | None, titles: Mapping[str, str], *, private: bool) -> Chat:
    if not guild:
        return Chat(PLATFORM, PRIVATE, private=True)
    return Chat(PLATFORM, str(guild), private, title=titles.get(str(guild), ""))


def _filled_in(data: Raw) -> str | None:
    """A form that was sent off, as the command it stands for."""
    values = dict(_values(data.get("components") or ()))
    form = str(data.get("custom_id") or "")
    if form not in (CHECK_FORM, REPORT_FORM):
        return None
    return _typed(form, values)


def _typed(command: str, fields: Mapping[str, str]) -> str:
    """Fields as the command they stand for; a note stays apart from what is reported."""
    words = [f"/{command}"]
    for key in _ORDER:
        value = fields.get(key, "").strip()
        if value:
            words.append(f"{NOTE}{value}" if key == "note" else value)
    return " ".join(words)


def _values(components: object) -> Iterator[tuple[str, str]]:
    for one in components if isinstance(components, (list, tuple)) else ():
        if "custom_id" in one:
            chosen = one.get("values") or ()
            yield str(one["custom_id"]), str(chosen[0] if chosen else one.get("value") or "")
        yield from _values(one.get("components"))
        if isinstance(one.get("component"), Mapping):
            yield from _values([one["component"]])
