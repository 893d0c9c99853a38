"""Communities, the chats that belong to them, and whom the operator admitted."""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from bot.message import Chat
from bot.quoting import clean
from bot.store.database import Database, Row, Transaction
from bot.store.log import append
from bot.trust import DAY_MS, Viewer

SEEN_DAYS = 180
"""How long it is remembered that somebody spoke in a community."""
_LONGEST_NAME = 100
OPERATOR = "operator"
"""The actor of events that the operator caused."""


@dataclass(frozen=True, slots=True)
class Community:
    """A community. `admitted_at` (epoch ms) is None while its reports stay its own.

    `language` is what its moderators chose for answers in its chats.
    """

    id: str
    name: str
    bloc: str
    admitted_at: int | None
    language: str | None = None

    @property
    def viewer(self) -> Viewer:
        """The community as somebody who looks at the registry."""
        return Viewer(frozenset({self.id}), admitted=self.admitted_at is not None)


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

    async def of_id(self, community: str) -> Community | None:
        """The community of this id, or None."""
        async with self._database.reading() as query:
            row = await query.row(f"{_SELECT} WHERE id = ?", [community])
        return _community(row) if row else None

    async def get_or_make(self, name: str, now: int) -> Community:
        """The community of this name, founded now where it is new; not admitted by that."""
        existing = await self.named(name)
        if existing:
            return existing
        async with self._database.transaction() as write:
            return await _make(write, name, now)

    async def of_chat(self, chat: Chat, now: int) -> Community | None:
        """The community that a chat speaks for, founded at its first word; None without one."""
        if chat.community is not None:
            if not self._database.writable:
                return await self.named(chat.community)
            return await self.get_or_make(chat.community, now)
        if chat.title is None:
            return None
        async with self._database.reading() as query:
            known = await _of_chat(query, chat)
        if known or not self._database.writable:
            return known
        return await self.arrive(chat, now)

    async def arrive(self, chat: Chat, now: int) -> Community:
        """The bot is in this chat, anew or again: its community, not admitted by that.

        A title that is taken gets a number: whoever copies a community's title does not get in.
        """
        async with self._database.transaction() as write:
            known = await _of_chat(write, chat)
            community = known or await _make(write, await _free_name(write, chat.title), now)
            await write.execute(
                "INSERT INTO chats (platform, chat, community, since) VALUES (?, ?, ?, ?) "
                "ON CONFLICT (platform, chat) DO UPDATE SET left_at = NULL",
                [chat.platform, chat.id, community.id, now],
            )
        return community

    async def leave(self, chat: Chat, now: int) -> None:
        """The bot is not in this chat any more; the community stays, with what it reported."""
        async with self._database.transaction() as write:
            await write.execute(
                "UPDATE chats SET left_at = ? WHERE platform = ? AND chat = ?",
                [now, chat.platform, chat.id],
            )

    async def move(self, platform: str, old: str, new: str) -> None:
        """A chat has another id from now on. Told twice, and in any order, it changes nothing more.

        Where both ids spoke already (the new one was met first), the old one's community stays:
        it is the one that has the reports and the admission.
        """
        async with self._database.transaction() as write:
            row = await write.row(
                "SELECT community, since FROM chats WHERE platform = ? AND chat = ?",
                [platform, old],
            )
            if row:
                await write.execute(
                    "DELETE FROM chats WHERE platform = ? AND chat IN (?, ?)", [platform, old, new]
                )
                await write.execute(
                    "INSERT INTO chats (platform, chat, community, since) VALUES (?, ?, ?, ?)",
                    [platform, new, *row],
                )

    async def rename(self, chat: Chat) -> None:
        """The chat has another title; its community follows, where the name is free."""
        async with self._database.transaction() as write:
            known = await _of_chat(write, chat)
            if known and known.name != _as_name(chat.title):
                name = await _free_name(write, chat.title, known.id)
                await write.execute(
                    "UPDATE communities SET name = ? WHERE id = ?", [name, known.id]
                )

    async def chats(self, community: str, platform: str) -> tuple[str, ...]:
        """The chats of a community on a platform that the bot is in."""
        async with self._database.reading() as query:
            rows = await query.rows(
                "SELECT chat FROM chats WHERE community = ? AND platform = ? AND left_at IS NULL",
                [community, platform],
            )
        return tuple(row[0] for row in rows)

    async def all_chats(self) -> tuple[tuple[str, str, str], ...]:
        """Community id, platform and id of every chat the bot is in."""
        async with self._database.reading() as query:
            rows = await query.rows(
                "SELECT community, platform, chat FROM chats WHERE left_at IS NULL "
                "ORDER BY platform, chat"
            )
        return tuple((row[0], row[1], row[2]) for row in rows)

    async def reachable(
        self, platform: str, pseudonym: str, most: int
    ) -> tuple[tuple[str, Community], ...]:
        """Chats of a platform with their communities, at most `most`.

        Those come first whose community this asker was seen in, then the admitted, then the oldest:
        whoever adds the bot to many groups pushes none of them out.
        """
        async with self._database.reading() as query:
            rows = await query.rows(
                "SELECT h.chat, c.id, c.name, c.bloc, c.admitted_at, c.language FROM chats h "
                "JOIN communities c ON c.id = h.community "
                "LEFT JOIN members m ON m.community = c.id AND m.pseudonym = ? "
                "WHERE h.platform = ? AND h.left_at IS NULL "
                "ORDER BY coalesce(m.last_at, 0) DESC, c.admitted_at IS NULL, h.since LIMIT ?",
                [pseudonym, platform, most],
            )
        return tuple((row[0], _community(row[1:])) for row in rows)

    async def saw(self, community: str, pseudonym: str, now: int) -> None:
        """Remember that this asker spoke in a community's chat; once a day is enough."""
        async with self._database.reading() as query:
            row = await query.row(
                "SELECT last_at FROM members WHERE community = ? AND pseudonym = ?",
                [community, pseudonym],
            )
        if row and now - row[0] < DAY_MS:
            return
        async with self._database.transaction() as write:
            await write.execute(
                "INSERT INTO members (community, pseudonym, first_at, last_at) "
                "VALUES (?, ?, ?, ?) ON CONFLICT (community, pseudonym) "
                "DO UPDATE SET last_at = excluded.last_at",
                [community, pseudonym, now, now],
            )

    async def prune(self, write: Transaction, now: int) -> None:
        """Forget that somebody spoke in a community long ago."""
        await write.execute("DELETE FROM members WHERE last_at < ?", [now - SEEN_DAYS * DAY_MS])

    async def choose_language(self, community: str, language: str) -> None:
        """Keep the language that a community's moderators chose."""
        async with self._database.transaction() as write:
            await write.execute(
                "UPDATE communities SET language = ? WHERE id = ?", [language, community]
            )

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
            await append(write, kind, at=now, community=community.id, actor=OPERATOR)
            changed = await _named(write, name)
        assert changed is not None  # noqa: S101 - read back in the same transaction
        return changed


_SELECT = "SELECT id, name, bloc, admitted_at, language FROM communities"


def _community(row: Row) -> Community:
    return Community(*row)


async def _named(query: Transaction, name: str) -> Community | None:
    row = await query.row(f"{_SELECT} WHERE name = ?", [name])
    return _community(row) if row else None


async def _of_chat(query: Transaction, chat: Chat) -> Community | None:
    row = await query.row(
        "SELECT c.id, c.name, c.bloc, c.admitted_at, c.language FROM chats h "
        "JOIN communities c ON c.id = h.community WHERE h.platform = ? AND h.chat = ?",
        [chat.platform, chat.id],
    )
    return _community(row) if row else None


def _as_name(title: str | None) -> str:
    return clean(title or "")[:_LONGEST_NAME].strip() or "?"


async def _free_name(query: Transaction, title: str | None, own: str = "") -> str:
    """The title as a name nobody else has: cleaned, at most 100 characters, numbered where taken.

    Args: `own`, the id of the community that is to be named, whose present name is free to it.
    """
    name = numbered = _as_name(title)
    number = 1
    while (taken := await _named(query, numbered)) and taken.id != own:
        number += 1
        numbered = f"{name} ({number})"
    return numbered


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
