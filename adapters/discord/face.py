"""The bot's face on Discord: what was asked goes to the pipeline, what comes back is shown.

On a server answers are for the one who asks, whole and seen by nobody else; in a channel, in brief,
only where somebody names the bot. A press that changes nothing says why to its presser alone; an
answer takes the place of the card with the button where the card says so.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace

from adapters.discord import forms
from adapters.discord.commands import completions
from adapters.discord.guilds import Guilds
from adapters.discord.intake import Taken
from adapters.discord.parse import CHECK_FORM, PLATFORM, PRIVATE, Asked, Opened, Typed, Used
from adapters.discord.render import render
from adapters.discord.rest import Rest
from adapters.discord.roster import DiscordRoster
from adapters.discord.send import Sender
from bot import replies
from bot.app import App
from bot.card import Card, Tone
from bot.cases import Case, join
from bot.locales import Words
from bot.message import Chat, Message
from bot.pipeline import attempt

log = logging.getLogger(__name__)

_AT_ONCE = 16
"""Cases handled at once; those whose answer is on its way do not count."""
_READING = 1.0
"""Seconds for finding what a report's form is filled in with; the form may not come late."""
_LOCALES = 5_000
"""People whose language is remembered: a private message does not tell it, a command did."""


class Face:
    """Handles events of Discord, case by case."""

    def __init__(self, app: App, rest: Rest, sender: Sender, guilds: Guilds) -> None:
        self._app = app
        self._sender = sender
        self._guilds = guilds
        self._roster = DiscordRoster(rest)
        self._slots = asyncio.Semaphore(_AT_ONCE)
        self._languages: OrderedDict[str, str] = OrderedDict()

    async def handle(self, taken: Sequence[Taken]) -> None:
        """Handle one interaction, or the messages of one case."""
        first = taken[0]
        match first.event:
            case Asked():
                await self._asked([one.event for one in taken if isinstance(one.event, Asked)])
            case Used():
                await self._used(first.event, first)
            case Opened():
                await self._opened(first.event, first)
            case Typed():
                await self._typed(first.event, first)

    async def excuse(self, taken: Taken, number: str) -> None:
        """All handling failed: nobody is to wait for ever. The number stands in the log."""
        if isinstance(taken.event, Asked):
            words = self._app.words(taken.event.message.author.language)
            card = replies.apology(words, number)
            await self._sender.send(taken.event.place, (card,), taken.event.message.id)
        elif isinstance(taken.event, Used):
            await self._told(taken, replies.apology(self._words(taken.event), number))

    async def too_many(self, taken: Taken) -> None:
        """Somebody says more than can be answered: an interaction is told so, a message is not."""
        if isinstance(taken.event, Used):
            await self._told(taken, replies.slow_down(self._words(taken.event)))

    def _words(self, event: Used) -> Words:
        return self._app.words(event.message.author.language)

    async def _told(self, taken: Taken, card: Card) -> None:
        assert taken.answer is not None  # noqa: S101 - an interaction has one
        await taken.answer.show(render(card), self._app.clock(), hidden=True)

    async def _asked(self, parts: Sequence[Asked]) -> None:
        messages = [await self._known(part.message) for part in parts]
        for case in join(messages):
            part = next(one for one in parts if one.message.id == case.messages[0].id)
            cards = await self._cards(case)
            await self._sender.send(part.place, cards, case.messages[0].id)

    async def _used(self, event: Used, taken: Taken) -> None:
        assert taken.answer is not None  # noqa: S101 - an interaction has one
        message = await self._known(event.message)
        cards = await self._cards(Case((replace(message, at=self._app.clock()),)))
        if not cards:
            # Silence, where a group would be flooded; whoever pressed wants to know all the same.
            cards = (replies.slow_down(self._app.words(message.author.language)),)
        refused = len(cards) == 1 and cards[0].tone is Tone.PROBLEM
        alone = event.ticket.hidden or (message.chat.private and event.ticket.among_others)
        # What takes the place of a card comes first: only the first word can.
        for card in sorted(cards, key=lambda one: not one.replaces):
            await taken.answer.show(
                render(card),
                self._app.clock(),
                hidden=refused or alone,
                replaces=card.replaces and not refused,
            )

    async def _opened(self, event: Opened, taken: Taken) -> None:
        assert taken.answer is not None  # noqa: S101 - an interaction has one
        self._note(event.ticket.person, event.language)
        words = self._app.words(event.language, self._app.settings.language)
        if event.form == CHECK_FORM:
            await taken.answer.open(forms.check_form(words))
            return
        named = ""
        if event.text:
            try:
                async with asyncio.timeout(_READING):
                    named = await asyncio.to_thread(forms.identifiers_of, event.text)
            except TimeoutError:
                log.info("a form is shown empty: its message takes long to read")
        routines = self._app.knowledge.routines.values()
        await taken.answer.open(forms.report_form(words, named, routines))

    async def _typed(self, event: Typed, taken: Taken) -> None:
        assert taken.answer is not None  # noqa: S101 - an interaction has one
        words = self._app.words(event.language, self._app.settings.language)
        routines = self._app.knowledge.routines.values()
        await taken.answer.offer(completions(words, routines, event.typed))

    async def _cards(self, case: Case) -> tuple[Card, ...]:
        async with self._slots:
            return await attempt(case, self._app, self._roster)

    async def _known(self, message: Message) -> Message:
        """The message with what it does not tell itself: a server's name, a person's language."""
        self._note(message.author.id, message.author.language)
        if message.author.language is None:
            language = self._languages.get(message.author.id)
            message = replace(message, author=replace(message.author, language=language))
        if message.chat.title == "":
            title = await self._guilds.title(message.chat.id)
            if title is None:
                return replace(message, chat=Chat(PLATFORM, PRIVATE, private=True))
            message = replace(message, chat=replace(message.chat, title=title))
        return message

    def _note(self, person: str, language: str | None) -> None:
        if language:
            self._languages[person] = language
            self._languages.move_to_end(person)
            if len(self._languages) > _LOCALES:
                self._languages.popitem(last=False)
