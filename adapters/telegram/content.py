"""What a Telegram message says, as plain text: also what hides under it, and what is no text.

A link or a person hidden under other words is written out behind them, because the words shown are
the bait; so are the addresses of link buttons. Contacts, polls, places and the like are read as the
words they show. Content newer than the library is flattened to the texts in it. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from telegram import Message, MessageEntity

from bot.message import Attachment

_PICTURES = ("photo", "animation", "live_photo", "paid_media")
_FILES = ("document", "audio", "video")
_OTHERS = ("sticker", "voice", "video_note", "dice", "story", "location", "game", "giveaway")
_WORDS = frozenset({"text", "title", "caption", "url", "description", "question"})
_DEEPEST = 12


def text_of(message: Message) -> str:
    """Everything a message says, in the order it is read; empty where it says nothing."""
    parts = [
        _written_out(message.text or "", message.entities),
        _written_out(message.caption or "", message.caption_entities),
        *_structured(message),
        *_flattened(message.api_kwargs.get("rich_message")),
        *_buttons(message),
    ]
    return "\n".join(part for part in parts if part.strip())


def attachments_of(message: Message) -> tuple[Attachment, ...]:
    """What was sent along that is no text."""
    found = []
    for names, kind in ((_PICTURES, "picture"), (_FILES, "file"), (_OTHERS, "other")):
        for name in names:
            part = getattr(message, name, None) or message.api_kwargs.get(name)
            # A GIF comes as a document too; it is one thing.
            if part and not (name == "document" and message.animation):
                found.append(Attachment(kind, getattr(part, "file_name", None) or ""))
    return tuple(found)


def _written_out(text: str, entities: Sequence[MessageEntity]) -> str:
    """The text with what is hidden under its words behind them.

    Offsets of entities count UTF-16 code units (core.telegram.org/bots/api#messageentity).
    """
    hidden = [(one, target) for one in entities if (target := _hidden(one))]
    if not hidden:
        return text
    units = text.encode("utf-16-le", "surrogatepass")
    for entity, target in sorted(hidden, key=lambda one: -one[0].offset):
        end = 2 * (entity.offset + entity.length)
        if target.rstrip("/") not in words_under(entity, text):
            units = units[:end] + f" ({target})".encode("utf-16-le") + units[end:]
    return units.decode("utf-16-le", "replace")


def words_under(entity: MessageEntity, text: str) -> str:
    """The words of a text that an entity covers; the library's own way fails on half an emoji."""
    units = text.encode("utf-16-le", "surrogatepass")
    covered = units[2 * entity.offset : 2 * (entity.offset + entity.length)]
    return covered.decode("utf-16-le", "replace")


def _hidden(entity: MessageEntity) -> str:
    if entity.type == MessageEntity.TEXT_LINK:
        return entity.url or ""
    if entity.type == MessageEntity.TEXT_MENTION and entity.user:
        named = f"Telegram @{entity.user.username}, " if entity.user.username else ""
        return f"{named}tg://user?id={entity.user.id}"
    return ""


def _structured(message: Message) -> Iterator[str]:
    if message.contact:
        one = message.contact
        yield " ".join(filter(None, (one.first_name, one.last_name, _international(one))))
        yield one.vcard or ""
    if message.poll:
        yield "\n".join([message.poll.question, *(one.text for one in message.poll.options)])
    if message.venue:
        yield f"{message.venue.title}\n{message.venue.address}"
    if message.game:
        yield f"{message.game.title}\n{message.game.description}"
    if message.invoice:
        yield f"{message.invoice.title}\n{message.invoice.description}"
    if message.checklist:
        yield "\n".join([message.checklist.title, *(one.text for one in message.checklist.tasks)])


def _international(contact: Any) -> str:
    """A contact's number, which comes without its plus from some clients."""
    number = str(contact.phone_number)
    return number if number.startswith(("+", "0")) else f"+{number}"


def _flattened(content: object, depth: int = 0) -> Iterator[str]:
    """The texts in content that the library does not know yet."""
    if depth > _DEEPEST:
        return
    if isinstance(content, Mapping):
        for name, value in content.items():
            if isinstance(value, str):
                if name in _WORDS:
                    yield value
            else:
                yield from _flattened(value, depth + 1)
    elif isinstance(content, Iterable) and not isinstance(content, (str, bytes)):
        for one in content:
            if isinstance(one, str):
                yield one
            else:
                yield from _flattened(one, depth + 1)


def _buttons(message: Message) -> Iterator[str]:
    if message.reply_markup:
        for row in message.reply_markup.inline_keyboard:
            for button in row:
                if button.url:
                    yield f"{button.text} {button.url}"
