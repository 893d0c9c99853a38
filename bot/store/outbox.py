"""The outbox: answers on their way, kept with the erasure of what they answer.

A letter is erased when it was sent. Where the process ends on the way, the next start sends what is
left. Such a letter may have arrived already: it is marked before it is sent once more, and a marked
one is never sent a third time.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from bot.store.database import Database, Transaction
from bot.store.inbox import erase
from bot.trust import DAY_MS

KEPT_DAYS = 1
"""An answer that could not be sent for a day is of no more use."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to be sent: the event it answers, its number there, the chat, and its content.

    `content` is JSON of the platform's own making.
    """

    event: str
    number: int
    chat: str
    content: str


class Outbox:
    """The outbox; see the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def put(
        self, platform: str, handled: Iterable[str], letters: Sequence[Letter], now: int
    ) -> None:
        """Erase the content of events that were handled and keep their answers, both or neither.

        Raises: StoreError.
        """
        async with self._database.transaction() as write:
            await erase(write, platform, handled)
            for one in letters:
                await write.execute(
                    "INSERT INTO outbox (platform, event, number, chat, content, at) "
                    "VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (platform, event, number) DO NOTHING",
                    [platform, one.event, one.number, one.chat, one.content, now],
                )

    async def left(self, platform: str) -> tuple[Letter, ...]:
        """What an earlier run did not send, or may have sent without knowing, in its order.

        Called once, at a start; marked ones are given up.
        """
        async with self._database.transaction() as write:
            await write.execute("DELETE FROM outbox WHERE platform = ? AND resent = 1", [platform])
            rows = await write.rows(
                "SELECT event, number, chat, content FROM outbox WHERE platform = ? "
                "ORDER BY at, length(event), event, number",
                [platform],
            )
        return tuple(Letter(*row) for row in rows)

    async def mark(self, platform: str, letter: Letter, *, resent: bool) -> None:
        """A letter of an earlier run is about to be sent again; or has surely not been taken."""
        async with self._database.transaction() as write:
            await write.execute(
                "UPDATE outbox SET resent = ? WHERE platform = ? AND event = ? AND number = ?",
                [int(resent), platform, letter.event, letter.number],
            )

    async def sent(self, platform: str, letters: Iterable[Letter]) -> None:
        """Erase letters that were sent, or given up."""
        async with self._database.transaction() as write:
            await _erase(write, platform, letters)

    async def prune(self, write: Transaction, now: int) -> None:
        """Give up what could not be sent for long."""
        await write.execute("DELETE FROM outbox WHERE at < ?", [now - KEPT_DAYS * DAY_MS])


async def _erase(write: Transaction, platform: str, letters: Iterable[Letter]) -> None:
    for one in letters:
        await write.execute(
            "DELETE FROM outbox WHERE platform = ? AND event = ? AND number = ?",
            [platform, one.event, one.number],
        )
