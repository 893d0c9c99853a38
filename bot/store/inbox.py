"""The inbox: what a platform delivered, kept as it came before the platform is told that it did.

An event is handled once: a second delivery of the same one is dropped here. Its content is erased
as soon as it was handled; what was not, when the process ended, is handed out at the next start.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.store.database import Database, Transaction
from bot.trust import DAY_MS

KEPT_DAYS = 2
"""How long an event is known again: longer than any platform delivers it anew."""
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event. `event` is the platform's own id of it, `raw` its JSON text as it came."""

    event: str
    raw: str


class Inbox:
    """The inbox; see the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(
        self, platform: str, arrivals: Iterable[Arrival], now: int
    ) -> tuple[Arrival, ...]:
        """Keep a batch in one transaction; those of it that were not here before, in their order.

        Raises: StoreError; then nothing was kept.
        """
        new = []
        async with self._database.transaction() as write:
            for one in arrivals:
                if await write.execute(
                    "INSERT INTO inbox (platform, event, at, raw) VALUES (?, ?, ?, ?) "
                    "ON CONFLICT (platform, event) DO NOTHING",
                    [platform, one.event, now, one.raw],
                ):
                    new.append(one)
        return tuple(new)

    async def unhandled(self, platform: str) -> tuple[Arrival, ...]:
        """What arrived and was not handled, in the order it arrived."""
        async with self._database.reading() as query:
            rows = await query.rows(
                "SELECT event, raw FROM inbox WHERE platform = ? AND raw IS NOT NULL "
                "ORDER BY at, length(event), event",
                [platform],
            )
        return tuple(Arrival(*row) for row in rows)

    async def handled(self, platform: str, events: Iterable[str]) -> None:
        """Erase the content of events that were handled."""
        events = tuple(events)
        async with self._database.transaction() as write:
            for start in range(0, len(events), _CHUNK):
                some = events[start : start + _CHUNK]
                places = ", ".join("?" * len(some))
                await write.execute(
                    # Only the number of places is formatted in; the values are bound.
                    f"UPDATE inbox SET raw = NULL WHERE platform = ? AND event IN ({places})",  # noqa: S608
                    [platform, *some],
                )

    async def prune(self, write: Transaction, now: int) -> None:
        """Forget events that no platform will deliver again."""
        await write.execute("DELETE FROM inbox WHERE at < ?", [now - KEPT_DAYS * DAY_MS])
