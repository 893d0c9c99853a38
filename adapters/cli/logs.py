"""What the program writes to its log: one line an event, and never a secret.

Libraries log addresses, and Telegram's hold the token; a traceback may quote anything. So whatever
is about to be written is searched for the secrets there are, and for anything shaped like one.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable
from dataclasses import fields

from bot.settings import Secret, Settings

_TOKEN = re.compile(r"\b\d{5,}:[\w-]{30,}|\b[\w-]{23,28}\.[\w-]{6,7}\.[\w-]{27,}", re.ASCII)
"""Tokens of Telegram (number:letters) and of Discord (three parts)."""
_HIDDEN = "…"
_TALKATIVE = ("telegram", "discord", "aiosqlite", "aiohttp", "httpx", "httpcore")
"""At DEBUG these write down every message they carry, some at INFO every address."""


class Redacting(logging.Formatter):
    """A formatter that hides these secrets, and whatever looks like a token, in every line."""

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__("%(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(one for one in secrets if one)

    def format(self, record: logging.LogRecord) -> str:
        """The record as text, its traceback included."""
        return self.redacted(super().format(record))

    def redacted(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return _TOKEN.sub(_HIDDEN, text)


def secrets_of(settings: Settings) -> tuple[str, ...]:
    """Every secret that the settings hold."""
    values = (getattr(settings, one.name) for one in fields(settings))
    return tuple(one.reveal() for one in values if isinstance(one, Secret) and one.reveal())


def set_up(settings: Settings) -> None:
    """Write warnings and errors, and what our own faces tell, to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(Redacting(secrets_of(settings)))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("adapters").setLevel(logging.INFO)
    # Its warnings of a 429 name the address, and in it people and servers; `rest` waits it out.
    logging.getLogger("discord.http").setLevel(logging.ERROR)
    for library in _TALKATIVE:
        logging.getLogger(library).setLevel(logging.INFO)
