"""Serves Telegram: logs in, takes updates in by asking or by webhook, drains when told to stop."""

from __future__ import annotations

import asyncio
import logging
import os

from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from adapters.errors import FaceError, FaceRefusedError
from adapters.telegram import webhook
from adapters.telegram.face import Face
from adapters.telegram.intake import Intake
from adapters.telegram.parse import PLATFORM, Me
from adapters.telegram.poll import REFUSED, poll
from adapters.telegram.profile import publish
from adapters.telegram.request import AiohttpRequest
from bot.app import App
from bot.outgoing import Outgoing
from bot.settings import Settings

log = logging.getLogger(__name__)

NAME = PLATFORM
OFFICIAL = "https://api.telegram.org"
_DRAIN = 10.0
"""Seconds for what was taken in to be answered when the face is told to stop."""
_CONNECTIONS = 32


def is_configured(settings: Settings) -> bool:
    """Whether there is a token.

    Raises: SettingsError where a webhook is set up by half.
    """
    if not settings.telegram_token.reveal():
        return False
    if settings.telegram_webhook_url:
        webhook.check(settings)
    return True


async def connect(app: App) -> None:
    """Serve until cancelled; then finish what was begun, for at most _DRAIN seconds.

    Raises: FaceError where Telegram cannot be reached or refuses us.
    """
    # The library's next form of durations; in the present one it warns at every 429.
    os.environ.setdefault("PTB_TIMEDELTA", "1")
    polling = AiohttpRequest(connections=1)
    bot = _bot(app.settings, polling)
    try:
        me = await _log_in(bot)
        face = Face(app, bot, me)
        outgoing = Outgoing(app.store.outbox, PLATFORM, face.sender.deliver)
        intake = Intake(app, bot, me, face, outgoing)
        await publish(bot, app.languages)
        await outgoing.resume()
        await intake.resume()
        reviving = asyncio.create_task(intake.watch_revived())
        try:
            if app.settings.telegram_webhook_url:
                await webhook.serve(bot, intake, app.settings)
            else:
                await _stop_webhook(bot)
                await poll(bot, polling, intake)
        finally:
            reviving.cancel()
            await _drain(intake, outgoing)
    finally:
        await bot.shutdown()


async def diagnose(settings: Settings) -> tuple[tuple[str, str], ...]:
    """What Telegram says of the bot: findings, each with a way out or an empty string.

    Raises: FaceError where Telegram cannot be reached or refuses us.
    """
    bot = _bot(settings, AiohttpRequest(connections=1))
    try:
        await _log_in(bot)
        me = bot.bot
        findings = [(f"logged in as @{me.username}", "")]
        if not me.supports_inline_queries:
            findings.append(("cards cannot be shared inline", "BotFather: /setinline"))
        if not me.can_join_groups:
            findings.append(("it cannot be added to groups", "BotFather: /setjoingroups, Enable"))
        return tuple(findings)
    finally:
        await bot.shutdown()


def _bot(settings: Settings, polling: AiohttpRequest) -> Bot:
    address = (settings.telegram_api_url or OFFICIAL).rstrip("/")
    try:
        return Bot(
            settings.telegram_token.reveal(),
            base_url=f"{address}/bot",
            base_file_url=f"{address}/file/bot",
            request=AiohttpRequest(_CONNECTIONS),
            get_updates_request=polling,
        )
    except InvalidToken:
        raise FaceRefusedError(REFUSED) from None


async def _log_in(bot: Bot) -> Me:
    try:
        await bot.initialize()
    except InvalidToken:
        # The library's own words hold the token.
        raise FaceRefusedError(REFUSED) from None
    except TelegramError as error:
        raise FaceError(f"Telegram does not let us in: {error}") from None
    log.info("telegram: logged in as @%s", bot.username)
    return Me(bot.id, bot.username)


async def _stop_webhook(bot: Bot) -> None:
    """A webhook set earlier would keep Telegram from answering polls."""
    try:
        await bot.delete_webhook()
    except TelegramError as error:
        raise FaceError(f"Telegram does not let go of the webhook: {error}") from None


async def _drain(intake: Intake, outgoing: Outgoing) -> None:
    """Finish what was begun; what is left stays in the inbox and the outbox."""
    try:
        async with asyncio.timeout(_DRAIN):
            await intake.drain()
            await outgoing.drain()
    except TimeoutError:
        left = intake.waiting + outgoing.waiting
        log.warning("telegram: %s updates and answers are left for the next start", left)
    finally:
        await intake.close()
        await outgoing.close()
