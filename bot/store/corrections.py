"""Answers that an asker called wrong: what was said and what was meant, never the text."""

from __future__ import annotations

from bot.store.database import Database, Transaction
from bot.trust import DAY_MS

KEPT_DAYS = 365


class Corrections:
    """The corrections; see the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(
        self,
        *,
        fingerprint: str,
        pseudonym: str,
        level: str,
        said: str | None,
        meant: str,
        now: int,
    ) -> None:
        """Remember a correction; an asker's later one about the same text takes its place."""
        async with self._database.transaction() as write:
            await write.execute(
                "INSERT INTO corrections (fingerprint, pseudonym, level, said, meant, at) "
                "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (fingerprint, pseudonym) "
                "DO UPDATE SET level = excluded.level, said = excluded.said, "
                "meant = excluded.meant, at = excluded.at",
                [fingerprint, pseudonym, level, said, meant, now],
            )

    async def count(self) -> int:
        """How many there are: `redflag doctor` tells the operator."""
        async with self._database.reading() as query:
            row = await query.row("SELECT count(*) FROM corrections")
        return int(row[0]) if row else 0

    async def prune(self, write: Transaction, now: int) -> None:
        """Erase what is older than its retention."""
        await write.execute("DELETE FROM corrections WHERE at < ?", [now - KEPT_DAYS * DAY_MS])
