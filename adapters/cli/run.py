"""`redflag run`: the bot on every platform that has a token; with none, a chat in the terminal."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import importlib.util
import logging
import pkgutil
import sys
from collections.abc import Awaitable
from typing import Protocol, cast

import adapters
from adapters.console import connect as console
from bot.app import App
from bot.errors import SettingsError
from bot.settings import Settings

log = logging.getLogger(__name__)
_LONGEST_WAIT = 60.0


class Platform(Protocol):
    """What the `connect` module of a platform's folder offers."""

    NAME: str

    def is_configured(self, settings: Settings) -> bool:
        """Whether the settings hold what the platform needs, its token above all."""

    def connect(self, app: App) -> Awaitable[None]:
        """Serve the platform until cancelled."""


def platforms() -> tuple[Platform, ...]:
    """The platforms there is a folder for. The terminal is none: it needs no settings."""
    found = []
    for info in pkgutil.iter_modules(adapters.__path__):
        name = f"{adapters.__name__}.{info.name}.connect"
        if info.ispkg and importlib.util.find_spec(name):
            module = importlib.import_module(name)
            if hasattr(module, "is_configured"):
                found.append(cast(Platform, module))
    return tuple(found)


def unserved(settings: Settings) -> tuple[str, ...]:
    """The tokens that are set though this version has no face for their platform."""
    names = {platform.NAME for platform in platforms()}
    tokens = {"telegram": settings.telegram_token, "discord": settings.discord_token}
    return tuple(name for name, token in tokens.items() if token.reveal() and name not in names)


async def run(options: argparse.Namespace, app: App) -> int:
    """Start every configured platform, else the terminal.

    Raises: SettingsError where a token is set that nothing here can use.
    """
    missing = unserved(app.settings)
    if missing:
        raise SettingsError(
            f"A token for {', '.join(missing)} is set, but this version cannot speak it yet. "
            "Unset it to chat in the terminal, or update Redflag."
        )
    if not app.store.writable:
        sys.stderr.write(
            f"redflag: {app.store.database.why_not} Messages are checked; nothing is kept.\n"
        )
    configured = [one for one in platforms() if one.is_configured(app.settings)]
    if not configured:
        piped = None if sys.stdin.isatty() else await asyncio.to_thread(sys.stdin.buffer.read)
        await console.connect(app, member=options.member, community=options.community, piped=piped)
        return 0
    async with asyncio.TaskGroup() as tasks:
        for platform in configured:
            tasks.create_task(serve(platform, app), name=platform.NAME)
    return 0


async def serve(platform: Platform, app: App, first_wait: float = 1.0) -> None:
    """Serve one platform until it ends by itself; after a failure, again.

    An outage of one platform leaves the others alone. The wait, in seconds, doubles up to a minute.
    """
    wait = first_wait
    while True:
        try:
            await platform.connect(app)
        except Exception:
            log.exception("%s failed; trying again in %.0f s", platform.NAME, wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
        else:
            return
