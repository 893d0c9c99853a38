"""What a running bot does for its database: erase what is out of date, copy it, look for damage."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from pathlib import Path

from bot.app import App
from bot.errors import StoreError
from bot.settings import Secret
from bot.store import backup

log = logging.getLogger(__name__)

_DAY = 86_400.0
_HOUR = 3_600.0
_LOOK = 60.0
"""Seconds between looks whether a copy is due."""
_AGAIN = 30.0
"""Seconds until a damaged database is looked at again: it may have been restored meanwhile."""


async def keep_retention(app: App, every: float = _DAY) -> None:
    """Erase what is older than its retention, once a day (`every`, in seconds), until cancelled."""
    while True:
        await asyncio.sleep(every)
        if app.store.writable:
            try:
                await app.store.prune(app.clock())
            except StoreError as error:
                log.warning("what is out of date is not erased yet: %s", error)


async def keep_copies(app: App, look: float = _LOOK) -> None:
    """Copy a SQLite file whenever the last copy is an hour old, until cancelled."""
    path = _file(app)
    while path is not None:
        if app.store.writable and _is_due(path):
            try:
                await backup.back_up(path)
            except StoreError as error:
                log.error("the database is not copied: %s", error)
        await asyncio.sleep(look)


async def watch_for_damage(app: App, again: float = _AGAIN) -> None:
    """Look through a SQLite file once, at the start; a damaged one is not written any more.

    Messages are answered all the same. What was restored is found and written again.
    """
    path = _file(app)
    while path is not None:
        found = await _checked(path)
        if found == "ok":
            if app.store.database.damage:
                log.warning("the database is sound again")
            app.store.database.damage = ""
            return
        if not app.store.database.damage:
            log.critical(
                "the database is damaged (%s). Bring a copy back: redflag db restore", found
            )
        app.store.database.damage = (
            f"The database is damaged ({found}). Bring a copy back: redflag db restore."
        )
        await asyncio.sleep(again)


async def _checked(path: Path) -> str:
    try:
        return await asyncio.to_thread(backup.check, path)
    except sqlite3.OperationalError as error:
        log.warning("the database cannot be looked through: %s", error)
        return "ok"  # locked, or away: whoever uses it says so
    except sqlite3.Error as error:
        return str(error)


def _file(app: App) -> Path | None:
    """The SQLite file, where there is one."""
    where = app.settings.database
    return None if isinstance(where, Secret) or app.store.database.stands_in else where


def _is_due(path: Path) -> bool:
    copies = backup.hourly(path)
    made = backup.made_at(copies[-1]) if copies else None
    return made is None or time.time() - made.timestamp() >= _HOUR
