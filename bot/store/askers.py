"""Who asks: a random pseudonym for each person, and the language chosen.

A person is found again by a mark, HMAC-SHA256 of the platform and its id under a key that lies in a
file outside the database. Whoever has only the database learns neither.
"""

from __future__ import annotations

import hmac
import secrets
from dataclasses import dataclass

from bot.message import Person
from bot.store.database import Database


@dataclass(frozen=True, slots=True)
class Asker:
    """A person as the rest of the bot knows one. `since` is epoch ms of the first contact."""

    pseudonym: str
    language: str | None
    since: int


class Askers:
    """The askers; see the module."""

    def __init__(self, database: Database, key: bytes) -> None:
        self._database = database
        self._key = key

    def mark(self, person: Person) -> str:
        """The keyed hash under which a person is filed, 64 hexadecimal digits."""
        text = f"{person.platform}:{person.id}".encode("utf-8", "surrogatepass")
        return hmac.digest(self._key, text, "sha256").hex()

    async def find(self, person: Person) -> Asker | None:
        """The asker, where the person has been here before."""
        async with self._database.reading() as query:
            row = await query.row(_OF_MARK, [self.mark(person)])
        return Asker(*row) if row else None

    async def recognise(self, person: Person, now: int) -> Asker:
        """The asker, made at the first contact.

        In a store that cannot be written, a pseudonym that nothing will be kept under.
        """
        asker = await self.find(person)
        if asker is not None:
            return asker
        pseudonym = secrets.token_hex(8)
        if not self._database.writable:
            return Asker(pseudonym, None, now)
        mark = self.mark(person)
        async with self._database.transaction() as write:
            # Whoever speaks in two chats at once for the first time is still one asker.
            await write.execute(
                "INSERT INTO askers (mark, pseudonym, language, since) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (mark) DO NOTHING",
                [mark, pseudonym, None, now],
            )
            row = await write.row(_OF_MARK, [mark])
        assert row is not None  # noqa: S101 - inserted, or there before
        return Asker(*row)

    async def choose_language(self, asker: Asker, language: str) -> None:
        """Keep the language an asker chose."""
        async with self._database.transaction() as write:
            await write.execute(
                "UPDATE askers SET language = ? WHERE pseudonym = ?", [language, asker.pseudonym]
            )

    async def forget(self, asker: Asker) -> None:
        """Erase who the pseudonym is and everything personal kept under it.

        Reports stay as statements nobody can be tied to; who wants them gone withdraws them first.
        """
        async with self._database.transaction() as write:
            for statement in _FORGET:
                await write.execute(statement, [asker.pseudonym])


_OF_MARK = "SELECT pseudonym, language, since FROM askers WHERE mark = ?"
_FORGET = (
    "DELETE FROM asked WHERE pseudonym = ?",
    "DELETE FROM actions WHERE pseudonym = ?",
    "DELETE FROM corrections WHERE pseudonym = ?",
    "DELETE FROM questions WHERE pseudonym = ?",
    "DELETE FROM members WHERE pseudonym = ?",
    "DELETE FROM notes WHERE reporter = ?",
    "DELETE FROM askers WHERE pseudonym = ?",
)
