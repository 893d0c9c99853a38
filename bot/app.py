"""What the pipeline works with: opened once by the composition root, passed down, closed again."""

from __future__ import annotations

import os
import secrets
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot import locales
from bot.errors import StoreUnusableError
from bot.limits import CheckLimit, RecentRoles
from bot.locales import Words
from bot.settings import Settings
from bot.store import Store
from knowledge import Knowledge, load

KEY_FILE = "secret.key"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class App:
    """The knowledge, the store, the words of each language, the limits and the clock."""

    settings: Settings
    knowledge: Knowledge
    store: Store
    languages: Mapping[str, Words]
    limit: CheckLimit
    roles: RecentRoles
    clock: Callable[[], int]

    def words(self, *wishes: str | None) -> Words:
        """The words of the first wish (a BCP 47 tag) that there is a language for."""
        for wish in wishes:
            language = (wish or "").replace("_", "-").split("-")[0].lower()
            if language in self.languages:
                return self.languages[language]
        return self.languages[locales.ENGLISH]


def now_ms() -> int:
    """Epoch milliseconds, UTC."""
    return time.time_ns() // 1_000_000


@asynccontextmanager
async def open_app(
    settings: Settings, clock: Callable[[], int] = now_ms, knowledge: Knowledge | None = None
) -> AsyncIterator[App]:
    """Open everything for as long as the block runs.

    Args: `clock`, epoch milliseconds; `knowledge` that is loaded already, else it is loaded here.
    Raises: SettingsError, StoreUnusableError, LocaleError, knowledge's PackError.
    """
    languages = locales.load()
    knowledge = knowledge or load(settings.routine_folders)
    limit = CheckLimit(settings.check_limit)
    store = await Store.open(settings.database, _key(settings.data_path))
    try:
        if store.writable:
            await store.prune(clock())
        yield App(settings, knowledge, store, languages, limit, RecentRoles(), clock)
    finally:
        await store.close()


def _key(folder: Path) -> bytes:
    """The key that turns platform ids into marks; made at the first start, readable by us alone.

    Where it can be neither read nor made, one for this run: nothing can be kept there anyway.
    """
    path = folder / KEY_FILE
    if path.exists():
        return _read_key(path)
    key = secrets.token_bytes(_KEY_BYTES)
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return key
    draft = folder / f".{KEY_FILE}.{secrets.token_hex(4)}"
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
            file.flush()
            os.fsync(file.fileno())
        # A link appears whole or not at all, and never over a key another process made first.
        os.link(draft, path)
    except FileExistsError:
        return _read_key(path)
    except OSError:
        return key
    finally:
        draft.unlink(missing_ok=True)
    return key


def _read_key(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise StoreUnusableError(f"{path} cannot be read: {error.strerror}.") from error
    if len(key) != _KEY_BYTES:
        raise StoreUnusableError(
            f"{path} is damaged: it must hold {_KEY_BYTES} bytes. Restore it from a copy; with a "
            "new one the bot would not recognise anybody."
        )
    return key
