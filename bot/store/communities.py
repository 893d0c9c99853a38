"""Communities, the chats that belong to them, and whom the operator admitted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.message import Chat
from bot.store.database import Database, Row, Transaction
from bot.trust import Viewer

OPERATOR = "operator"
"""The actor of events that the operator caused."""


@dataclass(frozen=True, slots=True)
class Community:
    """A community. `admitted_at` (epoch ms) is None while its reports stay its own."""

    id: str
    name: str
    bloc: str
    admitted_at: int | None

    @property
    def viewer(self) -> Viewer:
        """The community as somebody who looks at the registry."""
        return Viewer(self.id, admitted=self.admitted_at is not None)


class Communities:
    """The communities; see the module."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def all(self) -> tuple[Community, ...]:
        """Every community, by name."""
        async with self._database.reading() as query:
            return tuple(map(_community, await query.rows(f"{_SELECT} ORDER BY name")))

    async def named(self, name: str) -> Community | None:
        """The community of this name, or None."""
        async with self._database.reading() as query:
            return await _named(query, name)

    async def get_or_make(self, name: str, now: int) -> Community:
        """The community of this name, founded now where it is new; not admitted by that."""
        existing = await self.named(name)
        if existing:
            return existing
        async with self._database.transaction() as write:
            return await _make(write, name, now)

    async def of_chat(self, chat: Chat, now: int) -> Community | None:
        """The community that a chat speaks for, founded at its first word; None without one."""
        if chat.community is None:
            return None
        if not self._database.writable:
            return await self.named(chat.community)
        return await self.get_or_make(chat.community, now)

    async def admit(self, name: str, now: int) -> Community:
        """Admit a community as a founding one: from now on its reports count for the others.

        The community is made where it is new. Admitting twice changes nothing; each change is
        logged.
        """
        return await self._set_admitted(name, now, admitted=True)

    async def dismiss(self, name: str, now: int) -> Community:
        """Take the admission back: the community's reports stay its own again. Logged."""
        return await self._set_admitted(name, now, admitted=False)

    async def _set_admitted(self, name: str, now: int, *, admitted: bool) -> Community:
        async with self._database.transaction() as write:
            community = await _named(write, name) or await _make(write, name, now)
            if (community.admitted_at is not None) == admitted:
                return community
            await write.execute(
                "UPDATE communities SET admitted_at = ? WHERE id = ?",
                [now if admitted else None, community.id],
            )
            kind = "admitted" if admitted else "dismissed"
            await write.execute(
                "INSERT INTO events (at, kind, community, actor, effect) VALUES (?, ?, ?, ?, ?)",
                [now, kind, community.id, OPERATOR, f"operator:{secrets.token_hex(8)}:{kind}"],
            )
            changed = await _named(write, name)
        assert changed is not None  # noqa: S101 - read back in the same transaction
        return changed


_SELECT = "SELECT id, name, bloc, admitted_at FROM communities"


def _community(row: Row) -> Community:
    return Community(*row)


async def _named(query: Transaction, name: str) -> Community | None:
    row = await query.row(f"{_SELECT} WHERE name = ?", [name])
    return _community(row) if row else None


async def _make(write: Transaction, name: str, now: int) -> Community:
    new = secrets.token_hex(8)
    await write.execute(
        "INSERT INTO communities (id, name, bloc, made_at) VALUES (?, ?, ?, ?) "
        "ON CONFLICT (name) DO NOTHING",
        [new, name, new, now],
    )
    made = await _named(write, name)
    assert made is not None  # noqa: S101 - inserted, or there before
    return made
