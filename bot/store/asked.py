"""Who asked about which text: fingerprints and pseudonyms, never a text."""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.database import Database, Transaction
from bot.trust import DAY_MS

KEPT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Answered:
    """What was said of a text: its fingerprint, the level and the routine named, if any."""

    fingerprint: str
    level: str
    routine: str | None


class Asked:
    """The texts asked about; see the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def others(self, fingerprint: str | None, pseudonym: str) -> int:
        """How many other askers brought the same text."""
        if fingerprint is None:
            return 0
        async with self._database.reading() as query:
            row = await query.row(
                "SELECT count(*) FROM asked WHERE fingerprint = ? AND pseudonym <> ?",
                [fingerprint, pseudonym],
            )
        return int(row[0]) if row else 0

    async def note(self, answered: Answered, pseudonym: str, now: int) -> None:
        """Remember that this asker brought this text, and what was said of it."""
        async with self._database.transaction() as write:
            await write.execute(
                "INSERT INTO asked (fingerprint, pseudonym, level, routine, at) "
                "VALUES (?, ?, ?, ?, ?) ON CONFLICT (fingerprint, pseudonym) "
                "DO UPDATE SET level = excluded.level, routine = excluded.routine, "
                "at = excluded.at",
                [answered.fingerprint, pseudonym, answered.level, answered.routine, now],
            )

    async def last(self, pseudonym: str) -> Answered | None:
        """What was said of the text this asker brought last, or None."""
        async with self._database.reading() as query:
            row = await query.row(
                "SELECT fingerprint, level, routine FROM asked WHERE pseudonym = ? "
                "ORDER BY at DESC LIMIT 1",
                [pseudonym],
            )
        return Answered(*row) if row else None

    async def prune(self, write: Transaction, now: int) -> None:
        """Erase what is older than its retention."""
        await write.execute("DELETE FROM asked WHERE at < ?", [now - KEPT_DAYS * DAY_MS])
