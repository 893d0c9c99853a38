"""The store: what is remembered between messages, one module per topic.

`Store` opens the database and carries one object per topic. SQL stands in the topics' modules and
nowhere else; `database` owns the connection.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from bot.settings import Secret
from bot.store.actions import Actions
from bot.store.asked import Asked
from bot.store.askers import Askers
from bot.store.communities import Communities
from bot.store.corrections import Corrections
from bot.store.database import Database
from bot.store.effects import Effects
from bot.store.inbox import Inbox
from bot.store.outbox import Outbox
from bot.store.questions import Questions
from bot.store.registry import Registry

__all__ = ["Store"]


class Store:
    """Everything remembered, by topic. Open it with `open`, close it when done."""

    def __init__(self, database: Database, key: bytes) -> None:
        self.database = database
        self.actions = Actions(database)
        self.asked = Asked(database)
        self.askers = Askers(database, key)
        self.communities = Communities(database)
        self.corrections = Corrections(database)
        self.inbox = Inbox(database)
        self.questions = Questions(database)
        self.effects = Effects(key)
        self.outbox = Outbox(database)
        self.registry = Registry(database, self.effects)

    @classmethod
    async def open(cls, where: Path | Secret, key: bytes) -> Self:
        """Open the database `where` it is; `key` turns platform ids into marks.

        Raises: StoreUnusableError.
        """
        return cls(await Database.open(where), key)

    @property
    def writable(self) -> bool:
        """Whether anything can be kept."""
        return self.database.writable

    async def prune(self, now: int) -> None:
        """Erase what is older than its retention; called at every start and every day."""
        async with self.database.transaction() as write:
            await self.actions.prune(write, now)
            await self.asked.prune(write, now)
            await self.communities.prune(write, now)
            await self.corrections.prune(write, now)
            await self.effects.prune(write, now)
            await self.outbox.prune(write, now)
            await self.inbox.prune(write, now)
            await self.questions.prune(write, now)
            await self.registry.prune(write, now)

    async def close(self) -> None:
        """Close the database."""
        await self.database.close()
