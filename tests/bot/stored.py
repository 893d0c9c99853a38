"""What tests of the store begin with."""

from __future__ import annotations

from pathlib import Path

from bot.settings import Secret
from bot.store import Store
from bot.store.communities import Community
from bot.store.registry import Statement
from knowledge.identifiers import Identifier

KEY = b"k" * 32
NOW = 1_790_000_000_000
MAIL = Identifier("email", "bob@evil.example")

Where = Path | Secret
"""A SQLite file, or the address of a PostgreSQL schema."""


async def opened(where: Where) -> Store:
    return await Store.open(where, KEY)


def statement(community: Community, reporter: str, effect: str, **more: object) -> Statement:
    values = {"identifier": MAIL, "routine": None, "at": NOW} | more
    return Statement(community=community, reporter=reporter, effect=effect, **values)  # type: ignore[arg-type]


async def events(store: Store) -> list[tuple[str, str]]:
    """The kinds and actors of the log, in its order."""
    async with store.database.reading() as query:
        return [
            (row[0], row[1]) for row in await query.rows("SELECT kind, actor FROM log ORDER BY seq")
        ]
