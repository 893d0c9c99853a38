"""The bot's face on Telegram: what was asked goes to the pipeline, what comes back is sent.

Presses are always answered; a press that changes nothing says why to its presser alone. An answer
takes the place of the card with the button where the card says so, and an edited message changes
the answer it had.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass, replace

from telegram import (
    Bot,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import BadRequest, TelegramError

from adapters.telegram.letters import Written, written
from adapters.telegram.parse import (
    PLATFORM,
    Asked,
    Changed,
    Event,
    Glanced,
    Me,
    Place,
    Pressed,
)
from adapters.telegram.render import alert, render
from adapters.telegram.roster import TelegramRoster
from adapters.telegram.send import Sender
from bot import arrivals, replies
from bot.app import App
from bot.card import Card, Tone
from bot.cases import Case, join
from bot.errors import StoreError
from bot.pipeline import attempt, glance

log = logging.getLogger(__name__)

_AT_ONCE = 16
"""Cases handled at once; those that only wait for Telegram do not count."""
_REMEMBERED = 2_000
"""Answers remembered, in memory, in case the message they answer is edited."""
_INLINE_SECONDS = 10


@dataclass(frozen=True, slots=True)
class _Answer:
    """What a message said, as a digest, and the messages that have answered it so far."""

    digest: bytes
    messages: tuple[int, ...]


class Face:
    """Handles events of Telegram, case by case."""

    def __init__(self, app: App, bot: Bot, me: Me) -> None:
        self._app = app
        self._bot = bot
        self._me = me
        self._roster = TelegramRoster(bot)
        self.sender = Sender(bot, self._moved, self._sent)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._answers: OrderedDict[tuple[int, int | None], _Answer] = OrderedDict()

    async def handle(self, events: Sequence[Event]) -> Sequence[Written]:
        """Handle one press, glance or change, or the messages of one case; what is to be sent."""
        first = events[0]
        match first:
            case Pressed():
                return await self._pressed(first)
            case Glanced():
                await self._glanced(first)
            case Changed():
                return await self._changed(first)
            case Asked():
                return await self._asked([one for one in events if isinstance(one, Asked)])
        return ()

    def excuse(self, events: Sequence[Event], number: str) -> Sequence[Written]:
        """What is to be sent where all handling failed; the number stands in the log."""
        first = events[0]
        if not isinstance(first, (Asked, Pressed)):
            return ()
        words = self._app.words(first.message.author.language)
        return self._written(first.place, (replies.apology(words, number),))

    async def _asked(self, parts: Sequence[Asked]) -> Sequence[Written]:
        letters: list[Written] = []
        for case in join(part.message for part in parts):
            part = next(one for one in parts if one.message is case.messages[0])
            letters += await self._answer(case, part)
        return letters

    async def _answer(self, case: Case, part: Asked) -> Sequence[Written]:
        key = (part.place.chat, part.place.message)
        digest = _digest(case)
        known = self._answers.get(key)
        if part.edited and known and known.digest == digest:
            return ()  # a reaction, a preview: nothing that we read has changed
        cards = await self._cards(case)
        replaces = known.messages[0] if part.edited and known and known.messages else None
        letters = self._written(part.place, cards)
        if replaces and len(letters) == 1:
            self._remember(key, _Answer(digest, (replaces,)))
            return [replace(letters[0], replaces=replaces)]
        self._remember(key, _Answer(digest, ()))
        return letters

    async def _pressed(self, event: Pressed) -> Sequence[Written]:
        now = self._app.clock()
        cards = await self._cards(Case((replace(event.message, at=now),)))
        # What a moderator answered meanwhile may stand before the answer to the press.
        before, pressed = cards[:-1], cards[-1:]
        refused = bool(pressed) and pressed[0].tone is Tone.PROBLEM
        await self._tell(event.query, alert(pressed[0]) if refused else "", insist=refused)
        letters = self._written(event.place, before)
        if pressed and not refused:
            letters += self._shown(event.place, pressed[0])
        return letters

    def _shown(self, place: Place, card: Card) -> Sequence[Written]:
        """The answer to a press: in the place of the card with the button, or below it."""
        pages = render(card, self._me.username)
        replaces = place.message if card.replaces and len(pages) == 1 else None
        return written(place, pages, replaces)

    async def _glanced(self, event: Glanced) -> None:
        case = Case((replace(event.message, at=self._app.clock()),))
        words = self._app.words(case.asker.language, self._app.settings.language)
        results = []
        if case.text.strip():
            async with self._slots:
                card = await glance(case, self._app, self._roster)
            content = InputTextMessageContent(
                render(card, self._me.username)[0].html,
                parse_mode=ParseMode.HTML,
                link_preview_options=LinkPreviewOptions(is_disabled=True),
            )
            results.append(InlineQueryResultArticle("1", card.title, content))
        button = InlineQueryResultsButton(words.say("inline.button"), start_parameter="inline")
        try:
            await self._bot.answer_inline_query(
                event.query,
                results,
                cache_time=_INLINE_SECONDS,
                is_personal=True,
                button=button,
            )
        except TelegramError as error:
            log.info("an inline query was not answered: %s", error)

    async def _changed(self, event: Changed) -> Sequence[Written]:
        try:
            cards = await arrivals.note(event.change, self._app)
        except StoreError as error:
            log.warning("a change of a chat is not remembered: %s", error)
            return ()
        rights = event.change.rights if isinstance(event.change, arrivals.Arrived) else None
        return self._written(event.place, cards) if rights is None or rights.speak else ()

    async def _cards(self, case: Case) -> tuple[Card, ...]:
        async with self._slots:
            return await attempt(case, self._app, self._roster)

    def _written(self, place: Place, cards: Sequence[Card]) -> list[Written]:
        pages = [page for card in cards for page in render(card, self._me.username)]
        return written(place, pages)

    async def _tell(self, query: str, words: str, *, insist: bool = False) -> None:
        """Answer a press, or its button would spin; too late is no failure."""
        try:
            await self._bot.answer_callback_query(query, words or None, show_alert=insist)
        except BadRequest as error:
            log.info("a press was answered too late: %s", error)
        except TelegramError as error:
            log.warning("a press was not answered: %s", error)

    async def _moved(self, old: int, new: int) -> None:
        try:
            await arrivals.note(arrivals.Moved(PLATFORM, str(old), str(new)), self._app)
        except StoreError as error:
            log.warning("a chat's new id is not remembered: %s", error)

    def _sent(self, letter: Written, message: int) -> None:
        """Which messages answered one, in case it is edited."""
        key = (letter.place.chat, letter.answers)
        known = self._answers.get(key)
        if known is not None and message not in known.messages:
            self._answers[key] = _Answer(known.digest, (*known.messages, message))

    def _remember(self, key: tuple[int, int | None], answer: _Answer) -> None:
        self._answers[key] = answer
        if len(self._answers) > _REMEMBERED:
            self._answers.popitem(last=False)


def _digest(case: Case) -> bytes:
    said = "\x00".join((case.text, case.quoted, *(one.name for one in case.attachments)))
    return hashlib.blake2b(said.encode("utf-8", "surrogatepass"), digest_size=16).digest()
