"""What fails is tried again, a few times within moments; then it is a dead letter.

A database that is briefly away and a platform that hiccups mend themselves; a mistake of ours does
not, and must not be met for ever.
"""

from __future__ import annotations

import asyncio
import logging
import random
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from contextlib import asynccontextmanager
from typing import TypeVar

from bot.errors import StoreError
from bot.store.inbox import MOST_TRIES, Inbox

log = logging.getLogger(__name__)

_PAUSE = 0.2
"""Seconds until the second try; each further one waits five times as long."""
_APART = 1.0
"""Seconds over which events that are suspected are spread."""

Done = TypeVar("Done")


class GivenUpError(Exception):
    """All tries have failed; `number` stands in the log, `reason` is the last failure's kind."""

    def __init__(self, number: str, reason: str) -> None:
        super().__init__(f"error {number} ({reason})")
        self.number = number


async def attempted(
    work: Callable[[], Awaitable[Done]], fatal: tuple[type[Exception], ...] = ()
) -> Done:
    """Do some work, in MOST_TRIES tries at the most.

    Raises: GivenUpError; what is `fatal` at once, as it comes.
    """
    for tries in range(1, MOST_TRIES + 1):
        try:
            return await work()
        except fatal:
            raise
        except Exception as error:
            # Anything may be wrong in a message or with us: that is what the tries are for.
            number = secrets.token_hex(3)
            # The kind and the place of a failure, and not what the message said.
            log.error("error %s while handling an event", number, exc_info=error)
            if tries == MOST_TRIES:
                raise GivenUpError(number, type(error).__name__) from error
            await asyncio.sleep(_PAUSE * 5 ** (tries - 1))
    raise AssertionError  # the last try ends it


async def buried(
    inbox: Inbox, platform: str, events: Iterable[str], error: GivenUpError, now: int
) -> None:
    """Make dead letters of what failed too often; where that fails too, the log has said it."""
    try:
        await inbox.bury(platform, events, str(error), now)
    except StoreError as failure:
        log.warning("a dead letter is not kept: %s", failure)


class Suspects:
    """Events that earlier runs had begun with and did not come to the end of.

    Whatever ended those runs, most of these have nothing to do with it. The second time they are
    taken one after the other, so that only the one in work is suspected again when that run ends
    too; and one that is suspected again and again is left alone.
    """

    def __init__(self, inbox: Inbox, platform: str, clock: Callable[[], int]) -> None:
        self._inbox = inbox
        self._platform = platform
        self._clock = clock
        self._alone = asyncio.Lock()

    @asynccontextmanager
    async def one(self, event: str, tries: int | None) -> AsyncIterator[bool]:
        """For as long as an event is handled; False where it is to be left alone.

        Args: `tries`, how often it was begun with, or None for an event of this run.
        """
        if tries is None:
            yield True
        elif tries:
            # In another order at each start: what happens to be first must not always be in work.
            await asyncio.sleep(random.uniform(0, _APART))  # noqa: S311 - no secret
            async with self._alone:
                yield await self._begun(event)
        else:
            yield await self._begun(event)

    async def _begun(self, event: str) -> bool:
        try:
            return await self._inbox.begun(self._platform, event, self._clock())
        except StoreError:
            return True
