"""What a Discord message says, as plain text: its own words, what it forwards, shows and attaches.

Messages are read as the payloads that Discord sends. Embeds, polls, link buttons and layouts are
read as the words they show; whoever is mentioned stands there by name, because a Discord id leads
to a person and is never shown. A file's name is read beside other words only: alone it is no text
that could be judged. Pure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from bot.message import Attachment

Raw = Mapping[str, Any]

_MENTION = re.compile(r"<@!?(\d{1,20})>")
_PLACE = re.compile(r"<(?:#|@&)\d{1,20}>|</([^<>:]{1,100}):\d{1,20}>")
_ID_LINK = re.compile(r"(discord(?:app)?\.com/)(?:users|channels)/[\d@/me]+", re.IGNORECASE)
_EMOJI = re.compile(r"<a?(:\w{1,64}:)\d{1,20}>")
_VOICE = 1 << 13
_DEEPEST = 8
_PICTURES = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic", ".bmp")


def text_of(message: Raw, depth: int = 0) -> str:
    """Everything a message says, in the order it is read; empty where it says nothing."""
    parts = [
        str(message.get("content") or ""),
        *_forwarded(message, depth),
        *(text for embed in _all(message.get("embeds")) for text in _embed(embed)),
        *_poll(message.get("poll")),
        *_shown(message.get("components")),
    ]
    # Ids stand in any of them: bots that forward mail write people into embeds.
    plain = (_plain(part, message).strip() for part in parts if part)
    said = [part for part in plain if part]
    return "\n".join(said + _file_names(message) if said else [])


def attachments_of(message: Raw, depth: int = 0) -> tuple[Attachment, ...]:
    """What was sent along that is no text, in the message or in what it forwards."""
    voice = int(message.get("flags") or 0) & _VOICE
    found = [
        Attachment("other" if voice else _kind(one), str(one.get("filename") or ""))
        for one in _all(message.get("attachments"))
    ]
    found += [
        Attachment("other", str(one.get("name") or ""))
        for one in _all(message.get("sticker_items"))
    ]
    if depth < _DEEPEST:
        for inner in _snapshots(message):
            found += attachments_of(inner, depth + 1)
    return tuple(found)


def is_forward(message: Raw) -> bool:
    """Whether a message forwards another."""
    return bool(message.get("message_snapshots"))


def without_mention(content: str, person: str) -> str | None:
    """A message's words without its first mention of somebody; None where there is none."""
    for found in _MENTION.finditer(content):
        if found[1] == person:
            return f"{content[: found.start()].rstrip()} {content[found.end() :].lstrip()}".strip()
    return None


def _plain(content: str, message: Raw) -> str:
    names = {
        str(one.get("id")): str(one.get("global_name") or one.get("username") or "?")
        for one in _all(message.get("mentions"))
    }
    content = _MENTION.sub(lambda found: "@" + names.get(found[1], "…"), content)
    content = _PLACE.sub(lambda found: f"/{found[1]}" if found[1] else "#…", content)
    return _EMOJI.sub(r"\1", _ID_LINK.sub(r"\1", content))


def _forwarded(message: Raw, depth: int) -> Iterator[str]:
    if depth < _DEEPEST:
        for inner in _snapshots(message):
            yield text_of(inner, depth + 1)


def _snapshots(message: Raw) -> Iterator[Raw]:
    for one in _all(message.get("message_snapshots")):
        inner = one.get("message")
        if isinstance(inner, Mapping):
            yield inner


def _embed(embed: Raw) -> Iterator[str]:
    """An embed's words; an address under its title is what the title hides."""
    author = embed.get("author")
    if isinstance(author, Mapping):
        yield _beside(author.get("name"), author.get("url"))
    yield _beside(embed.get("title"), embed.get("url"))
    yield str(embed.get("description") or "")
    for field in _all(embed.get("fields")):
        yield f"{field.get('name') or ''}\n{field.get('value') or ''}"
    footer = embed.get("footer")
    if isinstance(footer, Mapping):
        yield str(footer.get("text") or "")


def _poll(poll: object) -> Iterator[str]:
    if isinstance(poll, Mapping):
        question = poll.get("question")
        if isinstance(question, Mapping):
            yield str(question.get("text") or "")
        for answer in _all(poll.get("answers")):
            media = answer.get("poll_media")
            if isinstance(media, Mapping):
                yield str(media.get("text") or "")


def _shown(components: object, depth: int = 0) -> Iterator[str]:
    """The words of a layout, and the addresses of link buttons."""
    if depth > _DEEPEST:
        return
    for one in _all(components):
        if one.get("content"):
            yield str(one["content"])
        if one.get("url"):
            yield _beside(one.get("label"), one["url"])
        yield from _shown(one.get("components"), depth + 1)
        accessory = one.get("accessory")
        if isinstance(accessory, Mapping):
            yield from _shown([accessory], depth + 1)


def _file_names(message: Raw) -> list[str]:
    return [
        _beside(one.get("filename"), one.get("description"))
        for one in _all(message.get("attachments"))
        if one.get("filename") or one.get("description")
    ]


def _kind(attachment: Raw) -> str:
    kind = str(attachment.get("content_type") or "")
    name = str(attachment.get("filename") or "").lower()
    return "picture" if kind.startswith("image/") or name.endswith(_PICTURES) else "file"


def _beside(*parts: object) -> str:
    return " ".join(str(part) for part in parts if part)


def _all(value: object) -> Iterable[Raw]:
    """The objects of a list, which may be missing or be no list."""
    if not isinstance(value, list):
        return ()
    return tuple(one for one in value if isinstance(one, Mapping))
