"""What was said in private while nobody listened: read again where a session could not be resumed.

Discord lists no private chats to a bot, so those count that this run has heard of, the latest
first; where one of them stood is remembered in memory only. Servers' channels are left out: who
named the bot there in vain, asks again.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import AsyncIterator

from adapters.discord.content import Raw
from adapters.discord.gateway import Take
from adapters.discord.rest import OutageError, RefusedError, Rest

log = logging.getLogger(__name__)

_REMEMBERED = 1_000
_AT_ONCE = 100
_MOST = 500
"""Messages read of one chat, and at once; the latter is Discord's own most."""
_PATIENCE = 30.0
_PAUSE = 2.0
_WITH_BOT = 1


class History:
    """The private chats, and what was last heard in each."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._last: OrderedDict[str, int] = OrderedDict()
        self._unread: dict[str, int] = {}

    def note(self, name: str, raw: Raw) -> None:
        """Remember how far a private chat was heard; anything else is passed over."""
        private = (
            not raw.get("guild_id")
            if name == "MESSAGE_CREATE"
            else name == "INTERACTION_CREATE" and raw.get("context") == _WITH_BOT
        )
        number = str(raw.get("id") or "")
        if private and raw.get("channel_id") and number.isascii() and number.isdigit():
            channel = str(raw["channel_id"])
            self._last[channel] = max(self._last.pop(channel, 0), int(number))
            if len(self._last) > _REMEMBERED:
                self._last.popitem(last=False)

    def missed(self) -> None:
        """Since each private chat was last heard, something may have been said to nobody."""
        for channel, last in reversed(self._last.items()):
            self._unread.setdefault(channel, last)

    async def catch_up(self, take: Take) -> None:
        """Take what was said in the chats that are unread; what was heard already is dropped there.

        A chat stays unread until it was read: one that cannot be is tried again, for as long as
        Discord does not refuse.
        """
        while self._unread:
            channel = next(iter(self._unread))
            last = self._unread.pop(channel)
            try:
                async for raw in self._since(channel, last):
                    take("MESSAGE_CREATE", raw)
            except RefusedError as error:
                log.info("a private chat is not read again: %s", error)
            except (KeyError, TypeError, ValueError) as error:
                log.warning("what a private chat holds is not readable (%s)", type(error).__name__)
            except OutageError:
                self._unread[channel] = min(last, self._unread.get(channel, last))
                await asyncio.sleep(_PAUSE)

    async def _since(self, channel: str, last: int) -> AsyncIterator[Raw]:
        """The messages of a chat behind one, the oldest first, _MOST at the most.

        Raises: RefusedError, OutageError, or a ValueError, TypeError or KeyError for nonsense.
        """
        for _ in range(_MOST // _AT_ONCE):
            found = await self._rest.bot(
                "GET",
                "/channels/{channel_id}/messages",
                query={"after": str(last), "limit": _AT_ONCE},
                patience=_PATIENCE,
                channel_id=channel,
            )
            for raw in sorted(found, key=lambda one: int(one["id"])):
                last = int(raw["id"])
                yield raw
            if len(found) < _AT_ONCE:
                return
