"""`redflag run`: the bot on every platform that has a token; with none, a chat in the terminal."""

from __future__ import annotations

import argparse
import asyncio
import importlib
import importlib.util
import logging
import pkgutil
import signal
import sys
from collections.abc import Awaitable, Iterable, Iterator
from contextlib import contextmanager
from typing import Protocol, cast

import adapters
from adapters.cli import upkeep
from adapters.console import connect as console
from adapters.errors import FaceError, FaceRefusedError
from bot.app import App
from bot.errors import SettingsError
from bot.settings import Settings

log = logging.getLogger(__name__)
_LONGEST_WAIT = 60.0
_LONG_SERVICE = 3_600.0


class Platform(Protocol):
    """What the `connect` module of a platform's folder offers."""

    NAME: str

    def is_configured(self, settings: Settings) -> bool:
        """Whether the settings hold what the platform needs, its token above all."""

    def connect(self, app: App) -> Awaitable[None]:
        """Serve the platform until cancelled."""


def platforms() -> tuple[Platform, ...]:
    """The platforms there is a folder for, and the library of. The terminal needs no settings."""
    found = []
    for info in pkgutil.iter_modules(adapters.__path__):
        name = f"{adapters.__name__}.{info.name}.connect"
        if info.ispkg and importlib.util.find_spec(name):
            try:
                module = importlib.import_module(name)
            except ModuleNotFoundError as error:
                if (error.name or "").split(".")[0] in ("adapters", "bot", "knowledge"):
                    raise
                continue  # its extra is not installed; `unserved` says so where it is wanted
            if hasattr(module, "is_configured"):
                found.append(cast(Platform, module))
    return tuple(found)


def unserved(settings: Settings) -> tuple[str, ...]:
    """The platforms whose token is set though nothing installed here speaks to them."""
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
            f"A token for {', '.join(missing)} is set, but nothing here can speak it. Install it "
            f"(pip install 'redflag[{','.join(missing)}]'), update Redflag, or unset the token."
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
        keeping = [
            tasks.create_task(work(app), name=work.__name__)
            for work in (upkeep.watch_for_damage, upkeep.keep_retention, upkeep.keep_copies)
        ]
        faces = [
            tasks.create_task(serve(platform, app), name=platform.NAME) for platform in configured
        ]
        with _stopped_by_signal(faces):
            await asyncio.wait(faces)
        for task in keeping:
            task.cancel()
    return 0


@contextmanager
def _stopped_by_signal(faces: Iterable[asyncio.Task[None]]) -> Iterator[None]:
    """SIGTERM and SIGINT let every face finish what it began; a second one ends it at once."""

    def stop(number: signal.Signals) -> None:
        for face in faces:
            face.cancel()
        loop.remove_signal_handler(number)

    loop = asyncio.get_running_loop()
    numbers = (signal.SIGTERM, signal.SIGINT)
    if sys.platform == "win32":  # no signal handlers in its event loop; Ctrl+C interrupts it
        yield
        return
    for number in numbers:
        loop.add_signal_handler(number, stop, number)
    try:
        yield
    finally:
        for number in numbers:
            loop.remove_signal_handler(number)


async def serve(platform: Platform, app: App, first_wait: float = 1.0) -> None:
    """Serve one platform until it ends by itself; after a failure, again.

    An outage of one platform leaves the others alone. The wait, in seconds, doubles up to a minute;
    after an hour of service it begins anew.
    """
    wait = first_wait
    clock = asyncio.get_running_loop().time
    while True:
        began = clock()
        try:
            await platform.connect(app)
        except FaceError as error:
            refused = isinstance(error, FaceRefusedError)
            wait = max(wait, _LONGEST_WAIT) if refused and first_wait else wait
            log.error("%s: %s Trying again in %.0f s.", platform.NAME, error, wait)
        except Exception:
            # Whatever a face trips over, the others serve on and this one is begun again.
            log.exception("%s failed; trying again in %.0f s", platform.NAME, wait)
        else:
            return
        await asyncio.sleep(wait)
        wait = first_wait if clock() - began > _LONG_SERVICE else min(2 * wait, _LONGEST_WAIT)
