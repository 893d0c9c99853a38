"""Lets Telegram deliver updates over HTTPS instead of being asked: needs a public address.

Listens on a loopback port by default, behind a reverse proxy that speaks TLS. Who calls must know
the secret; it is compared in constant time before anything of the request is read, and the path
says nothing. An update is in the inbox before Telegram gets its 200.
"""

from __future__ import annotations

import asyncio
import hmac
import json
import logging
import re
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from aiohttp import web
from telegram import Bot
from telegram.error import InvalidToken, TelegramError

from adapters.errors import FaceError, FaceRefusedError
from adapters.telegram.intake import Intake
from adapters.telegram.poll import KINDS, REFUSED
from bot.errors import SettingsError
from bot.settings import Settings

log = logging.getLogger(__name__)

PATH = "/telegram"
_HEADER = "X-Telegram-Bot-Api-Secret-Token"
_LARGEST = 1 << 20
"""Bytes of a delivery; Telegram's own are far smaller."""


def check(settings: Settings) -> None:
    """Raises: SettingsError where the address, the secret or the port cannot be used."""
    if not re.fullmatch(r"[\w-]{16,256}", settings.telegram_webhook_secret.reveal(), re.ASCII):
        raise SettingsError(
            "REDFLAG_TELEGRAM_WEBHOOK_SECRET must be 16 to 256 letters, digits, _ or -; without it "
            "anybody could pretend to be Telegram. For example: openssl rand -hex 32"
        )
    parts = urlsplit(settings.telegram_webhook_url)
    loopback = parts.hostname in ("127.0.0.1", "localhost")
    if not parts.hostname or (parts.scheme != "https" and not loopback):
        raise SettingsError("REDFLAG_TELEGRAM_WEBHOOK_URL must be a public https:// address.")
    host, _, port = settings.telegram_webhook_listen.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise SettingsError("REDFLAG_TELEGRAM_WEBHOOK_LISTEN must be host:port.")


async def serve(bot: Bot, intake: Intake, settings: Settings) -> None:
    """Listen, tell Telegram where, and serve until cancelled.

    Raises: FaceError where the port cannot be had or Telegram does not take the address.
    """
    secret = settings.telegram_webhook_secret.reveal()
    host, _, port = settings.telegram_webhook_listen.rpartition(":")
    application = web.Application(client_max_size=_LARGEST)
    application.router.add_post(PATH, _receiver(intake, secret))
    runner = web.AppRunner(application, access_log=None)
    await runner.setup()
    try:
        try:
            await web.TCPSite(runner, host, int(port)).start()
        except OSError as error:
            raise FaceError(
                f"REDFLAG_TELEGRAM_WEBHOOK_LISTEN: {host}:{port} cannot be listened on "
                f"({error.strerror})."
            ) from error
        await _announce(bot, settings.telegram_webhook_url, secret)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


async def _announce(bot: Bot, address: str, secret: str) -> None:
    url = address if urlsplit(address).path.rstrip("/") else address.rstrip("/") + PATH
    try:
        await bot.set_webhook(url, secret_token=secret, allowed_updates=KINDS)
    except InvalidToken:
        raise FaceRefusedError(REFUSED) from None
    except TelegramError as error:
        raise FaceError(f"Telegram does not take REDFLAG_TELEGRAM_WEBHOOK_URL: {error}") from error


Receive = Callable[[web.Request], Awaitable[web.Response]]


def _receiver(intake: Intake, secret: str) -> Receive:
    async def receive(request: web.Request) -> web.Response:
        told = request.headers.get(_HEADER, "")
        if not hmac.compare_digest(told.encode("utf-8", "replace"), secret.encode()):
            return web.Response(status=403)
        if intake.is_full:
            return web.Response(status=503)  # Telegram delivers it again
        try:
            update = json.loads(await request.read())
            known = isinstance(update["update_id"], int)
        except (ValueError, KeyError, TypeError, RecursionError):
            known = False
        if known:
            await intake.accept([update])
        return web.Response(status=200 if known else 400)

    return receive
