"""The bot comes into a chat, is thrown out, or the chat changes: what the platform tells of itself.

Nobody asked anything here, so nobody has a verdict; the admins of a new group are told how the bot
is used there and what it still needs.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot import replies
from bot.app import App
from bot.card import Card
from bot.message import Chat, Person
from bot.rights import Rights
from knowledge.language import detect


@dataclass(frozen=True, slots=True)
class Arrived:
    """The bot was added to a chat, or its rights there changed, by somebody."""

    chat: Chat
    by: Person
    rights: Rights
    at: int
    new: bool


@dataclass(frozen=True, slots=True)
class Left:
    """The bot is not in the chat any more."""

    chat: Chat
    at: int


@dataclass(frozen=True, slots=True)
class Moved:
    """The chat has another id from now on."""

    platform: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Renamed:
    """The chat has another title."""

    chat: Chat


Change = Arrived | Left | Moved | Renamed


async def note(change: Change, app: App) -> tuple[Card, ...]:
    """Remember a change; the cards to be sent to the chat.

    Raises: StoreError.
    """
    communities = app.store.communities
    match change:
        case Arrived():
            return await _arrived(change, app)
        case Left(chat, at):
            await communities.leave(chat, at)
        case Moved(platform, old, new):
            await communities.move(platform, old, new)
        case Renamed(chat):
            await communities.rename(chat)
    return ()


async def _arrived(change: Arrived, app: App) -> tuple[Card, ...]:
    community = await app.store.communities.arrive(change.chat, change.at)
    if not change.new:
        return ()
    title = change.chat.title or ""
    chinese = "zh" if detect(title) in ("zh", "zh-Hant") else None
    words = app.words(community.language, chinese, change.by.language, app.settings.language)
    if community.language is None:
        await app.store.communities.choose_language(community.id, words.language)
    asker = await app.store.askers.recognise(change.by, change.at)
    card = replies.arrived(words, community.name, change.rights, app.languages)
    return (await app.store.actions.kept(card, asker.pseudonym, community.id, change.at),)
