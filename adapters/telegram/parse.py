"""A Telegram update as what the bot understands, or None where it is not for us. Pure.

In groups only what is addressed to the bot is for us, whatever else it is shown: a command, or a
mention. Whoever forwards is the asker and never the origin of what is forwarded. Nobody is told
apart behind a mask: an anonymous admin and a channel writing in a group are `hidden` persons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from telegram import (
    CallbackQuery,
    ChatMember,
    ChatMemberAdministrator,
    ChatMemberRestricted,
    ChatMemberUpdated,
    InlineQuery,
    Message,
    MessageEntity,
    MessageOrigin,
    MessageOriginChannel,
    MessageOriginChat,
    MessageOriginHiddenUser,
    MessageOriginUser,
    Update,
    User,
)
from telegram import Chat as TelegramChat

from adapters.telegram.content import attachments_of, text_of, words_under
from bot import arrivals, message
from bot.commands import is_command
from bot.message import Attachment, Chat, Origin, Person
from bot.rights import Rights

PLATFORM = "telegram"
_START = re.compile(r"/start(?:@\w+)?\s+([\w-]{16})\s*", re.ASCII)
_ADDRESSED = re.compile(r"\s*/([^\s@/]{1,32})(?:@(\w+))?(?:\s|$)")
_GROUPS = (TelegramChat.GROUP, TelegramChat.SUPERGROUP)
_MASKS = frozenset({1_087_968_824, 136_817_688})
"""Telegram's stand-ins for anonymous admins and for channels writing in groups."""


@dataclass(frozen=True, slots=True)
class Me:
    """The bot's own account."""

    id: int
    username: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where an answer goes: a chat, a topic of it or None, and the message it answers or None."""

    chat: int
    topic: int | None = None
    message: int | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """Somebody wrote to the bot. `album` joins the messages of one; `edited`: once more."""

    message: message.Message
    place: Place
    album: str = ""
    edited: bool = False


@dataclass(frozen=True, slots=True)
class Pressed:
    """Somebody pressed a button of ours; the query wants an answer in any case."""

    message: message.Message
    place: Place
    query: str


@dataclass(frozen=True, slots=True)
class Glanced:
    """Somebody types behind the bot's name in another chat."""

    message: message.Message
    query: str


@dataclass(frozen=True, slots=True)
class Changed:
    """Something about a chat is different."""

    change: arrivals.Change
    place: Place


Event = Asked | Pressed | Glanced | Changed


def parse(update: Update, me: Me) -> Event | None:
    """What an update means for the bot, or None."""
    event = str(update.update_id)
    if update.callback_query:
        return _press(update.callback_query, event)
    if update.inline_query:
        return _inline(update.inline_query, event)
    if update.my_chat_member:
        return _membership(update.my_chat_member)
    if update.message:
        return _service(update.message) or _asked(update.message, event, me)
    if update.edited_message:
        return _asked(update.edited_message, event, me, edited=True)
    return None


def _asked(said: Message, event: str, me: Me, *, edited: bool = False) -> Asked | None:
    author = _author(said)
    ours = said.via_bot is not None and said.via_bot.id == me.id
    if author is None or ours or said.is_automatic_forward:
        return None
    private = said.chat.type == TelegramChat.PRIVATE
    if not private and said.chat.type not in _GROUPS:
        return None
    quoted, quoted_origin, beside = _quoted(said, me)
    text = text_of(said) if private else _addressed(said, me)
    attachments = (*attachments_of(said), *beside)
    if text is None or not (text or attachments or quoted):
        return None
    started = _START.fullmatch(text) if private else None
    if private and (quoted or beside) and not is_command(text):
        text = f"/check {text}"  # a reply asks about what it replies to
    topic = said.message_thread_id if said.is_topic_message else None
    return Asked(
        message.Message(
            id=event,
            author=author,
            chat=_chat(said.chat),
            at=int((said.edit_date or said.date).timestamp() * 1000),
            text="" if started else text,
            attachments=attachments,
            origin=_origin(said.forward_origin, said.from_user, me) or quoted_origin,
            quoted=quoted,
            press=started[1] if started else None,
        ),
        Place(said.chat.id, topic, said.message_id),
        said.media_group_id or "",
        edited,
    )


def _addressed(said: Message, me: Me) -> str | None:
    """What a group's message says to the bot, or None where it speaks to others."""
    text = text_of(said)
    command = _ADDRESSED.match(text)
    if command:
        if command[2]:
            return text if command[2].lower() == me.username.lower() else None
        return text if is_command(text) else None
    words = said.text or said.caption or ""
    for entity in (*said.entities, *said.caption_entities):
        shown = words_under(entity, words)
        if shown and _names(entity, shown, me):
            hidden = f" (Telegram @{me.username}, tg://user?id={me.id})"
            return f"/check {text.replace(hidden, '', 1).replace(shown, ' ', 1).strip()}"
    return None


def _names(entity: MessageEntity, shown: str, me: Me) -> bool:
    if entity.type == MessageEntity.TEXT_MENTION:
        return entity.user is not None and entity.user.id == me.id
    return entity.type == MessageEntity.MENTION and shown.lower() == f"@{me.username}".lower()


def _quoted(said: Message, me: Me) -> tuple[str, Origin | None, tuple[Attachment, ...]]:
    """What the message replies to: the part chosen, else all; where it came from; what it holds."""
    part = said.quote.text if said.quote and said.quote.is_manual else ""
    replied = said.reply_to_message
    # In a topic every message replies to the one that opened it, which says nothing.
    if replied and not replied.forum_topic_created:
        if replied.from_user and replied.from_user.id == me.id:
            return part, None, ()
        origin = _origin(replied.forward_origin, replied.from_user, me)
        return part or text_of(replied), origin, attachments_of(replied)
    if said.external_reply:
        part = part or (said.quote.text if said.quote else "")
        return part, _origin(said.external_reply.origin, said.from_user, me), ()
    return part, None, ()


def _author(said: Message) -> Person | None:
    """Who wrote; None for a channel's own post, for other bots and for Telegram itself."""
    if said.sender_chat and (said.from_user is None or said.from_user.id in _MASKS):
        if said.chat.type not in _GROUPS:
            return None
        return Person(PLATFORM, f"chat:{said.sender_chat.id}", None, hidden=True)
    if said.from_user is None or said.from_user.is_bot:
        return None
    return _person(said.from_user)


def _person(user: User) -> Person:
    return Person(PLATFORM, str(user.id), user.language_code)


def _chat(chat: TelegramChat) -> Chat:
    """The chat; a private one has no id: it would be its person's, and stand in keys of effects."""
    if chat.type == TelegramChat.PRIVATE:
        return Chat(PLATFORM, "private", private=True)
    return Chat(PLATFORM, str(chat.id), private=False, title=chat.title or "")


def _origin(origin: MessageOrigin | None, forwarder: User | None, me: Me) -> Origin | None:
    match origin:
        case MessageOriginUser(sender_user=user):
            if user.id == me.id or (forwarder and user.id == forwarder.id):
                return Origin("user")  # the asker's own words, or ours
            return Origin("user", user.full_name, user.username or "", str(user.id))
        case MessageOriginHiddenUser(sender_user_name=name):
            return Origin("hidden", name)
        case MessageOriginChat(sender_chat=chat):
            return Origin("chat", chat.title or "", chat.username or "", str(chat.id))
        case MessageOriginChannel(chat=chat):
            return Origin("channel", chat.title or "", chat.username or "", str(chat.id))
    return None


def _press(query: CallbackQuery, event: str) -> Pressed:
    said = query.message
    if said is None:
        chat = Chat(PLATFORM, "inline", private=False)
        return Pressed(_pressed(query, event, chat), Place(0), query.id)
    topic = said.message_thread_id if isinstance(said, Message) and said.is_topic_message else None
    place = Place(said.chat.id, topic, said.message_id)
    return Pressed(_pressed(query, event, _chat(said.chat)), place, query.id)


def _pressed(query: CallbackQuery, event: str, chat: Chat) -> message.Message:
    return message.Message(
        id=event,
        author=_person(query.from_user),
        chat=chat,
        at=0,
        press=query.data or "-",
    )


def _inline(query: InlineQuery, event: str) -> Glanced:
    asked = message.Message(
        id=event,
        author=_person(query.from_user),
        # What comes of it is made to be shared: others will read it.
        chat=Chat(PLATFORM, "inline", private=False),
        at=0,
        text=query.query,
    )
    return Glanced(asked, query.id)


def _service(said: Message) -> Changed | None:
    """What a service message tells of the chat itself; its words are nobody's question."""
    place = Place(said.chat.id)
    if said.migrate_to_chat_id:
        moved = arrivals.Moved(PLATFORM, str(said.chat.id), str(said.migrate_to_chat_id))
        return Changed(moved, place)
    if said.migrate_from_chat_id:
        moved = arrivals.Moved(PLATFORM, str(said.migrate_from_chat_id), str(said.chat.id))
        return Changed(moved, place)
    if said.new_chat_title and said.chat.type in _GROUPS:
        chat = Chat(PLATFORM, str(said.chat.id), private=False, title=said.new_chat_title)
        return Changed(arrivals.Renamed(chat), place)
    return None


def _membership(change: ChatMemberUpdated) -> Changed | None:
    if change.chat.type not in _GROUPS:
        return None
    at = int(change.date.timestamp() * 1000)
    place = Place(change.chat.id)
    chat = _chat(change.chat)
    if not _is_in(change.new_chat_member):
        return Changed(arrivals.Left(chat, at), place)
    new = not _is_in(change.old_chat_member)
    by = _person(change.from_user)
    arrived = arrivals.Arrived(chat, by, _rights(change.new_chat_member), at, new)
    return Changed(arrived, place)


def _is_in(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status not in (ChatMember.LEFT, ChatMember.BANNED)


def _rights(member: ChatMember) -> Rights:
    """Only to an administrator does Telegram promise to tell who is a member (getChatMember)."""
    silenced = isinstance(member, ChatMemberRestricted) and not member.can_send_messages
    return Rights(speak=not silenced, see_members=isinstance(member, ChatMemberAdministrator))
