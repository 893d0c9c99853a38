"""The inbox: what a platform delivered, kept as it came before the platform is told that it did.

An event is handled once: a second delivery of the same one is dropped here. Its content is erased
as soon as it was handled; what was not, when the process ended, is handed out at the next start.
What fails too often, or ends the process again and again, is a dead letter: it is left alone until
the operator wants it tried once more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bot.store.database import Database, Transaction
from bot.trust import DAY_MS

KEPT_DAYS = 2
"""How long an event is known again: longer than any platform delivers it anew."""
UNHANDLED_DAYS = 14
"""How long the content of what was never handled is kept."""
MOST_TRIES = 3
"""Tries within one run."""
MOST_STARTS = 5
"""Runs that may end while an event is in work until it is left alone."""
_CHUNK = 400


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event. `event` is the platform's own id of it, `raw` its JSON text as it came.

    `tries`: how often an earlier run had begun with it and did not come to its end.
    """

    event: str
    raw: str
    tries: int = 0


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """An event that could not be handled; `reason` names no content."""

    platform: str
    event: str
    at: int
    tries: int
    reason: str


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
        """What arrived and was not handled, in the order it arrived; dead letters apart."""
        async with self._database.reading() as query:
            rows = await query.rows(
                f"SELECT event, raw, tries FROM inbox {_WAITING} {_ORDER}",  # noqa: S608 - both ours
                [platform],
            )
        return tuple(Arrival(*row) for row in rows)

    async def handled(self, platform: str, events: Iterable[str]) -> None:
        """Erase the content of events that were handled."""
        async with self._database.transaction() as write:
            await erase(write, platform, events)

    async def begun(self, platform: str, event: str, now: int) -> bool:
        """An event of an earlier run is about to be handled; False where that is too often.

        Such a one may have ended the process each time: it becomes a dead letter.
        """
        async with self._database.transaction() as write:
            await write.execute(
                "UPDATE inbox SET tries = tries + 1 WHERE platform = ? AND event = ?",
                [platform, event],
            )
            row = await write.row(
                "SELECT tries FROM inbox WHERE platform = ? AND event = ?", [platform, event]
            )
            dead = row is not None and row[0] > MOST_STARTS
            if dead:
                await _bury(
                    write, platform, [event], "the process ended in it again and again", now
                )
        return not dead

    async def bury(self, platform: str, events: Iterable[str], reason: str, now: int) -> None:
        """Make dead letters of events that failed too often; `reason` must name no content."""
        async with self._database.transaction() as write:
            await _bury(write, platform, events, reason, now)

    async def dead(self) -> tuple[DeadLetter, ...]:
        """Every dead letter, the oldest first."""
        async with self._database.reading() as query:
            rows = await query.rows(
                "SELECT platform, event, at, tries, coalesce(reason, '') FROM inbox "
                "WHERE dead_at IS NOT NULL ORDER BY at, event"
            )
        return tuple(DeadLetter(*row) for row in rows)

    async def revive(self) -> int:
        """Let every dead letter be tried again, by a bot that runs or at its next start."""
        async with self._database.transaction() as write:
            return await write.execute(
                "UPDATE inbox SET dead_at = NULL, reason = NULL, tries = 0, revived = 1 "
                "WHERE dead_at IS NOT NULL"
            )

    async def revived(self, platform: str) -> tuple[Arrival, ...]:
        """What was revived since this was last asked."""
        async with self._database.reading() as query:
            waiting = await query.row(f"SELECT 1 FROM inbox {_WAITING} AND revived = 1", [platform])  # noqa: S608
        if waiting is None:
            return ()
        async with self._database.transaction() as write:
            rows = await write.rows(
                f"SELECT event, raw FROM inbox {_WAITING} AND revived = 1 {_ORDER}",  # noqa: S608
                [platform],
            )
            await write.execute("UPDATE inbox SET revived = 0 WHERE platform = ?", [platform])
        return tuple(Arrival(*row) for row in rows)

    async def prune(self, write: Transaction, now: int) -> None:
        """Forget events that no platform will deliver again."""
        await write.execute(
            "DELETE FROM inbox WHERE at < ? AND (raw IS NULL OR at < ?)",
            [now - KEPT_DAYS * DAY_MS, now - UNHANDLED_DAYS * DAY_MS],
        )


_WAITING = "WHERE platform = ? AND raw IS NOT NULL AND dead_at IS NULL"
_ORDER = "ORDER BY at, length(event), event"


async def erase(write: Transaction, platform: str, events: Iterable[str]) -> None:
    """Erase the content of events that were handled, within a transaction."""
    events = tuple(events)
    for start in range(0, len(events), _CHUNK):
        some = events[start : start + _CHUNK]
        places = ", ".join("?" * len(some))
        await write.execute(
            # Only the number of places is formatted in; the values are bound.
            f"UPDATE inbox SET raw = NULL WHERE platform = ? AND event IN ({places})",  # noqa: S608
            [platform, *some],
        )


async def _bury(
    write: Transaction, platform: str, events: Iterable[str], reason: str, now: int
) -> None:
    for event in events:
        await write.execute(
            "UPDATE inbox SET dead_at = ?, reason = ? WHERE platform = ? AND event = ?",
            [now, reason, platform, event],
        )
