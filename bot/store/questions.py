"""Questions to a community's moderators, put with the asker's consent.

The text is kept until the question is answered, at most `KEPT_DAYS`, and erased then.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.store.database import Database, Transaction
from bot.trust import DAY_MS

KEPT_DAYS = 30


@dataclass(frozen=True, slots=True)
class Question:
    """An open or answered question. `level` and `routine` are what the bot said itself."""

    id: int
    community: str
    language: str
    text: str
    level: str
    routine: str | None
    at: int


class Questions:
    """The questions; see the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self,
        *,
        community: str,
        pseudonym: str,
        language: str,
        text: str,
        level: str,
        routine: str | None,
        now: int,
        effect: str,
    ) -> None:
        """Put a question; the same effect puts it once."""
        async with self._database.transaction() as write:
            await write.execute(
                "INSERT INTO questions (community, pseudonym, language, text, level, routine, at, "
                "effect) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (effect) DO NOTHING",
                [community, pseudonym, language, text, level, routine, now, effect],
            )

    async def open(self) -> tuple[Question, ...]:
        """The questions without an answer, oldest first; the community by its name."""
        async with self._database.reading() as query:
            rows = await query.rows(
                "SELECT q.id, c.name, q.language, coalesce(q.text, ''), q.level, q.routine, q.at "
                "FROM questions q JOIN communities c ON c.id = q.community "
                "WHERE q.answered_at IS NULL ORDER BY q.id"
            )
        return tuple(Question(*row) for row in rows)

    async def answer(self, number: int, answer: str, now: int) -> bool:
        """Answer an open question and erase its text; False where no such question is open."""
        async with self._database.transaction() as write:
            changed = await write.execute(
                "UPDATE questions SET answer = ?, answered_at = ?, text = NULL "
                "WHERE id = ? AND answered_at IS NULL",
                [answer, now, number],
            )
        return bool(changed)

    async def take_answers(self, pseudonym: str, now: int) -> tuple[str, ...]:
        """The answers an asker has not seen; they count as seen from now on."""
        async with self._database.reading() as query:
            rows = await query.rows(_UNSEEN, [pseudonym])
        if not rows:
            return ()
        async with self._database.transaction() as write:
            rows = await write.rows(_UNSEEN, [pseudonym])
            await write.execute(
                "UPDATE questions SET seen_at = ? "
                "WHERE pseudonym = ? AND answer IS NOT NULL AND seen_at IS NULL",
                [now, pseudonym],
            )
        return tuple(row[0] for row in rows)

    async def prune(self, write: Transaction, now: int) -> None:
        """Erase what is older than its retention."""
        await write.execute("DELETE FROM questions WHERE at < ?", [now - KEPT_DAYS * DAY_MS])


_UNSEEN = (
    "SELECT answer FROM questions WHERE pseudonym = ? AND answer IS NOT NULL AND seen_at IS NULL"
)
