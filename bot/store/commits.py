"""Transactions that wait for each other share one commit.

A disk takes a few hundred commits a second; this is how more messages than that are remembered.
Each transaction is a savepoint: where it fails it is undone alone, and it returns only when the
commit that holds it is on the disk. Whoever is cancelled meanwhile lets the statement under way
end: the database's thread does it anyway, and a transaction that nobody knows of would bar all
others. This module knows SQL's transactions and nothing of what is in them.
"""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.store.engine import Connection, to_the_end

_MOST_TOGETHER = 64
"""Transactions that share a commit at the most."""
_GRACE = 0.05
"""Seconds after which a group is committed by whoever notices that nobody else does."""


class _Group:
    """Transactions that share one commit."""

    def __init__(self) -> None:
        self.size = 0
        self.committed: asyncio.Future[None] = asyncio.get_running_loop().create_future()


class SharedCommits:
    """The transactions of one connection, one at a time under the lock, committed together."""

    def __init__(self, connection: Connection, lock: asyncio.Lock) -> None:
        self._connection = connection
        self._lock = lock
        self._group: _Group | None = None
        self._marked = False
        """Whether the mark stands to which the present transaction can be undone."""
        self._writers = 0
        """Transactions that wait for their turn."""

    @asynccontextmanager
    async def one(self) -> AsyncIterator[None]:
        """One transaction: on the disk when this ends, or undone.

        Raises: the driver's error of its own statements, or of the commit that it shares.
        """
        self._writers += 1
        try:
            await self._lock.acquire()
        finally:
            self._writers -= 1
        try:
            try:
                group = await to_the_end(self._joined())
                yield
                await to_the_end(self._released(group))
            except BaseException as error:
                # Cancelled or failed alike: half a transaction must not stay in the group.
                await to_the_end(self._undo_one(error))
                raise
            finally:
                # Whoever is last commits for all; nobody waits for a group without end.
                present = self._group
                if present and (not self._writers or present.size >= _MOST_TOGETHER):
                    await to_the_end(self._commit(present))
        finally:
            self._lock.release()
        await self._settled(group)

    async def _joined(self) -> _Group:
        """The group that is open, else a new one; and a mark to which this one can be undone."""
        if self._group is None:
            await self._connection.begin()
            self._group = _Group()
        await self._run("SAVEPOINT one")
        self._marked = True
        return self._group

    async def _released(self, group: _Group) -> None:
        """The present transaction belongs to its group from now on."""
        await self._run("RELEASE one")
        self._marked = False
        group.size += 1

    async def _undo_one(self, error: BaseException) -> None:
        """Undo the present transaction; those before it in the group stay.

        A full disk makes SQLite undo everything by itself: then nobody's was kept.
        """
        if self._group is None or not self._marked:
            return
        self._marked = False
        with contextlib.suppress(Exception):  # a line that was cut has undone it by itself
            await self._run("ROLLBACK TO one")
            await self._run("RELEASE one")
        if not self._connection.in_transaction:
            self._fail(self._group, error)

    async def _commit(self, group: _Group) -> None:
        """Commit a group and tell everybody in it; where that fails, everybody is told so."""
        if group.committed.done():
            return
        self._group = None
        try:
            await self._run("COMMIT")
        except BaseException as error:
            # Everybody in the group waits for this word, whatever kept the commit from the disk.
            with contextlib.suppress(Exception):  # told below is why the commit failed
                await self._run("ROLLBACK")
            self._fail(group, error)
            if not isinstance(error, Exception):
                raise
        else:
            group.committed.set_result(None)

    def _fail(self, group: _Group, error: BaseException) -> None:
        self._group = None
        group.committed.set_exception(error)
        group.committed.exception()  # told to those who wait; without any it is no loose end

    async def _settled(self, group: _Group) -> None:
        """Wait until the group is committed; do it where whoever was to do it gave up waiting."""
        while not group.committed.done():
            await asyncio.wait([group.committed], timeout=_GRACE)
            if self._group is group:
                async with self._lock:
                    if self._group is group:
                        await to_the_end(self._commit(group))
        group.committed.result()

    async def _run(self, sql: str) -> None:
        await self._connection.rows(sql)
