"""Messages out: each chat waits for itself alone when Telegram says so.

A 429 names the seconds to wait; nothing is sent to that chat earlier, and other chats are not held
up. What surely was not sent is sent again; what may have arrived, because only the answer was lost,
at most once more. A chat that threw the bot out is said so to the log, not to anybody else.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from typing import TypeVar

from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
    ReplyParameters,
)
from telegram.constants import ParseMode
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from adapters.telegram.letters import Written, read
from adapters.telegram.parse import Place
from adapters.telegram.render import Page
from adapters.telegram.request import UnsentError, seconds
from bot.outgoing import Attempt
from bot.store.outbox import Letter

log = logging.getLogger(__name__)
Sent = TypeVar("Sent")

PATIENCE = 900.0
"""Seconds after which an answer comes too late to be of use and is given up."""
_WAIT, _LONGEST_WAIT = 0.5, 30.0
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
_UNCHANGED = "message is not modified"


class Sender:
    """Sends and edits.

    `moved` is told when a group has become a supergroup with another id, `sent` of each message
    that stands in a chat, with its id.
    """

    def __init__(
        self,
        bot: Bot,
        moved: Callable[[int, int], Awaitable[None]],
        sent: Callable[[Written, int], None],
    ) -> None:
        self._bot = bot
        self._moved = moved
        self._sent = sent
        self._not_before: dict[int, float] = {}

    async def deliver(self, letter: Letter, attempt: Attempt) -> bool:
        """Send a letter of the outbox; False where the token is refused and it has to wait.

        What the chat does not take is given up; why stands in the log.
        """
        try:
            await self._deliver(read(letter.content), attempt)
        except InvalidToken:
            log.error("telegram: %s", "an answer is refused with the token; it is kept")
            await attempt.failed()
            return False
        return True

    async def _deliver(self, letter: Written, attempt: Attempt) -> None:
        if letter.replaces:
            if await self._edit(letter.place.chat, letter.replaces, letter.page, attempt):
                self._sent(letter, letter.replaces)
                return
            letter = replace(letter, place=replace(letter.place, message=None))
        message = await self._say(letter.place, letter.page, attempt)
        if message is not None:
            self._sent(letter, message.message_id)

    async def _edit(self, chat: int, message: int, page: Page, attempt: Attempt) -> bool:
        """Put a page in the place of a message; False where it is gone or too old for that."""

        async def call() -> bool:
            try:
                await self._bot.edit_message_text(
                    page.html,
                    chat_id=chat,
                    message_id=message,
                    parse_mode=ParseMode.HTML,
                    link_preview_options=_NO_PREVIEW,
                    reply_markup=_keyboard(page),
                )
            except BadRequest as error:
                return _UNCHANGED in str(error).lower()
            return True

        try:
            return bool(await self._patiently(chat, call, attempt))
        except ChatMigrated:
            return False

    async def _say(self, place: Place, page: Page, attempt: Attempt) -> Message | None:
        async def call() -> Message:
            return await self._bot.send_message(
                place.chat,
                page.html,
                parse_mode=ParseMode.HTML,
                link_preview_options=_NO_PREVIEW,
                message_thread_id=place.topic,
                reply_markup=_keyboard(page),
                reply_parameters=(
                    ReplyParameters(place.message, allow_sending_without_reply=True)
                    if place.message
                    else None
                ),
            )

        try:
            return await self._patiently(place.chat, call, attempt)
        except ChatMigrated as error:
            await self._moved(place.chat, error.new_chat_id)
            return await self._say(Place(error.new_chat_id), page, attempt)

    async def _patiently(
        self, chat: int, call: Callable[[], Awaitable[Sent]], attempt: Attempt
    ) -> Sent | None:
        """Call until it succeeds, is refused, or PATIENCE is over.

        Raises: ChatMigrated; InvalidToken, which ends the face.
        """
        loop = asyncio.get_running_loop()
        until = loop.time() + PATIENCE
        wait, may_be_lost = _WAIT, 1
        while loop.time() < until:
            await self._wait_for(chat)
            await attempt.begins()
            try:
                return await call()
            except RetryAfter as error:
                self._not_before[chat] = loop.time() + seconds(error.retry_after)
                await attempt.failed()
                if self._not_before[chat] > until:
                    break
            except (ChatMigrated, InvalidToken):
                raise
            except (BadRequest, Forbidden) as error:
                log.warning("a chat does not take a message: %s", error)
                return None
            except NetworkError as error:
                if not isinstance(error, UnsentError):
                    may_be_lost -= 1
                if may_be_lost < 0:
                    log.warning("a message may be lost: %s", error)
                    return None
                await asyncio.sleep(wait)
                wait = min(2 * wait, _LONGEST_WAIT)
            except TelegramError as error:
                log.warning("Telegram refuses a message: %s", error)
                return None
        log.warning("a message is given up after %.0f s", PATIENCE)
        return None

    async def _wait_for(self, chat: int) -> None:
        loop = asyncio.get_running_loop()
        await asyncio.sleep(max(0, self._not_before.pop(chat, 0) - loop.time()))


def _keyboard(page: Page) -> InlineKeyboardMarkup | None:
    if not page.rows:
        return None
    return InlineKeyboardMarkup(
        [
            [
                InlineKeyboardButton(one.label, url=one.url)
                if one.url
                else InlineKeyboardButton(one.label, callback_data=one.action)
                for one in row
            ]
            for row in page.rows
        ]
    )
