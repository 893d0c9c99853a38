"""`redflag doctor`: looks at everything a set-up needs and says what is wrong and what to do."""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import sqlite3
import stat
import sys
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path

from adapters.cli.run import Platform, platforms, unserved
from adapters.errors import FaceError
from bot.app import KEY_FILE, open_app
from bot.errors import BotError, SettingsError
from bot.settings import PREFIX, Secret, Settings
from bot.store import Store, backup
from bot.store.sqlite import journal_mode
from knowledge.errors import KnowledgeError

_MOST_SHOWN = 10
"""Dead letters that are told of one by one."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the report. `way_out` is empty where all is well."""

    subject: str
    says: str
    way_out: str = ""


def doctor(options: argparse.Namespace, settings: Settings) -> int:
    """Print every finding; 1 where something needs mending."""
    findings = asyncio.run(_examine(settings, retry=options.retry))
    for one in findings:
        mark = "!!" if one.way_out else "ok"
        sys.stdout.write(f"{mark}  {one.subject}: {one.says}\n")
        if one.way_out:
            sys.stdout.write(f"      {one.way_out}\n")
    wrong = sum(bool(one.way_out) for one in findings)
    sys.stdout.write(f"\n{wrong} to mend.\n" if wrong else "\nAll is well.\n")
    return 1 if wrong else 0


async def _examine(settings: Settings, *, retry: bool) -> list[Finding]:
    findings = [*_machine(), *_settings(settings)]
    findings += [one async for one in _platforms(settings)]
    findings += [one async for one in _bot(settings, retry=retry)]
    return findings


def _machine() -> Iterator[Finding]:
    yield Finding("Python", platform.python_version())
    yield Finding("SQLite", f"{sqlite3.sqlite_version}, journal mode {journal_mode()}")
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    if encoding == "utf8":
        yield Finding("Terminal", "UTF-8")
    else:
        yield Finding("Terminal", encoding or "unknown", "Set PYTHONUTF8=1 to see Chinese.")


def _settings(settings: Settings) -> Iterator[Finding]:
    chosen = [
        PREFIX + one.name.upper()
        for one in fields(settings)
        if getattr(settings, one.name) != one.default
    ]
    yield Finding("Settings", ", ".join(chosen) or "all as they come")
    env = Path(".env")
    has_secret = any(
        isinstance(getattr(settings, one.name), Secret) and getattr(settings, one.name).reveal()
        for one in fields(settings)
    )
    if has_secret and env.is_file() and os.name == "posix" and env.stat().st_mode & stat.S_IROTH:
        yield Finding(".env", "others on this machine can read it", "Run: chmod 600 .env")
    missing = unserved(settings)
    if missing:
        yield Finding(
            "Platforms",
            f"a token for {', '.join(missing)} is set",
            "Nothing here can speak it: pip install 'redflag[NAME]', or unset the token.",
        )
    else:
        ready = [one.NAME for one in platforms() if _is_configured(one, settings)]
        yield Finding("Platforms", ", ".join(ready) or "none has a token: the terminal is used")


def _is_configured(platform: Platform, settings: Settings) -> bool:
    try:
        return platform.is_configured(settings)
    except SettingsError:
        return False  # said where the platform itself is looked at


async def _platforms(settings: Settings) -> AsyncIterator[Finding]:
    """What each configured platform says of our account there."""
    for one in platforms():
        diagnose = getattr(one, "diagnose", None)
        try:
            if diagnose and one.is_configured(settings):
                for says, way_out in await diagnose(settings):
                    yield Finding(one.NAME, says, way_out)
        except SettingsError as error:
            yield Finding(one.NAME, "half set up", str(error))
        except FaceError as error:
            yield Finding(one.NAME, "not reached", str(error))


async def _bot(settings: Settings, *, retry: bool) -> AsyncIterator[Finding]:
    try:
        async with open_app(settings) as app:
            pack = app.knowledge.pack
            yield Finding(
                "Knowledge", f"{len(pack.routines)} routines, {len(app.languages)} languages"
            )
            for problem in pack.problems:
                yield Finding(
                    "Your routines", str(problem), "Run: redflag knowledge lint. It is left out."
                )
            async for one in _database(settings, app.store):
                yield one
            key = settings.data_path / KEY_FILE
            if key.exists() and os.name == "posix" and key.stat().st_mode & 0o077:
                yield Finding("Key", f"others can read {key}", f"Run: chmod 600 {key}")
            communities = await app.store.communities.all()
            admitted = sum(one.admitted_at is not None for one in communities)
            yield Finding("Communities", f"{len(communities)}, of which {admitted} admitted")
            waiting = len(await app.store.questions.open())
            if waiting:
                yield Finding(
                    "Questions", f"{waiting} wait for an answer", "Run: redflag questions"
                )
            wrong = await app.store.corrections.count()
            yield Finding("Corrections", f"{wrong} answers were called wrong")
            async for one in _dead_letters(app.store, retry=retry):
                yield one
    except (BotError, KnowledgeError) as error:
        yield Finding("Start", "the bot cannot start", str(error))


async def _database(settings: Settings, store: Store) -> AsyncIterator[Finding]:
    """The database: whether it is written, sound and copied."""
    where = settings.database
    name = "PostgreSQL" if isinstance(where, Secret) else str(where)
    if not store.writable:
        yield Finding("Database", f"{name} is not written", store.database.why_not)
        return
    checked = await store.database.quick_check()
    way_out = "" if checked == "ok" else "Bring a copy back: redflag db restore."
    yield Finding("Database", f"{name}: {checked}", way_out)
    if isinstance(where, Secret):
        yield Finding("Copies", "made by PostgreSQL's own tools, or redflag db backup FILE")
        return
    copies = backup.hourly(where)
    made = backup.made_at(copies[-1]) if copies else None
    last = f", the last of {made:%Y-%m-%d %H:%M} UTC" if made else ""
    yield Finding("Copies", f"{len(copies)} of the last hours{last}")


async def _dead_letters(store: Store, *, retry: bool) -> AsyncIterator[Finding]:
    """What could not be handled."""
    dead = await store.inbox.dead()
    if retry and dead:
        count = await store.inbox.revive()
        yield Finding("Dead letters", f"{count} will be tried again, within a minute or at a start")
        return
    for one in dead[:_MOST_SHOWN]:
        at = datetime.fromtimestamp(one.at / 1000, UTC)
        yield Finding(
            "Dead letter",
            f"{one.platform} {one.event} of {at:%Y-%m-%d %H:%M} UTC: {one.reason}",
            "The log tells more under that number. To try it again: redflag doctor --retry",
        )
    if len(dead) > _MOST_SHOWN:
        yield Finding("Dead letters", f"{len(dead)} in all")
