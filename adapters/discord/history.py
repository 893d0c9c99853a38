"""What was said in private while nobody listened: read again where a session could not be resumed.

Discord lists no private chats to a bot, so those count that this run has heard of, the latest
first; where one of them stood is remembered in memory only. Servers' channels are left out: who
named the bot there in vain, asks again.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from collections.abc import Iterable

from adapters.discord.content import Raw
from adapters.discord.gateway import Take
from adapters.discord.rest import OutageError, RefusedError, Rest

log = logging.getLogger(__name__)

_REMEMBERED = 1_000
_MOST = 100
"""Messages read of one chat, Discord's own most."""
_PATIENCE = 30.0
_WITH_BOT = 1


class History:
    """The private chats, and what was last heard in each."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest
        self._last: OrderedDict[str, int] = OrderedDict()

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

    def marks(self) -> tuple[tuple[str, int], ...]:
        """How far each private chat was heard, the latest first."""
        return tuple(reversed(self._last.items()))

    async def catch_up(self, marks: Iterable[tuple[str, int]], take: Take) -> None:
        """Take what was said in private chats since; what was heard already is dropped there."""
        for channel, last in marks:
            try:
                missed = await self._rest.bot(
                    "GET",
                    "/channels/{channel_id}/messages",
                    query={"after": str(last), "limit": _MOST},
                    patience=_PATIENCE,
                    channel_id=channel,
                )
            except (RefusedError, OutageError) as error:
                log.info("a private chat is not read again: %s", error)
                continue
            for raw in sorted(missed, key=lambda one: int(one["id"])):
                take("MESSAGE_CREATE", raw)
