"""What was done already: the key of each effect (platform, event, action), as a keyed hash.

A key is taken in the transaction of the change itself: a replay, a double press or a re-delivered
event finds it taken and changes nothing. Keys hold ids of chats, which may lead to a person, so
only their HMAC-SHA256 is kept, under the key that lies outside the database.
"""

from __future__ import annotations

import hmac

from bot.store.transaction import Transaction
from bot.trust import DAY_MS

KEPT_DAYS = 40
"""Longer than any button can be pressed."""


class Effects:
    """The effects; see the module."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    async def is_new(self, write: Transaction, effect: str, now: int) -> bool:
        """Take an effect's key; False where it was taken before."""
        digest = hmac.digest(self._key, effect.encode("utf-8", "surrogatepass"), "sha256").hex()
        return bool(
            await write.execute(
                "INSERT INTO effects (key, at) VALUES (?, ?) ON CONFLICT (key) DO NOTHING",
                [digest, now],
            )
        )

    async def prune(self, write: Transaction, now: int) -> None:
        """Forget keys that nothing can use any more."""
        await write.execute("DELETE FROM effects WHERE at < ?", [now - KEPT_DAYS * DAY_MS])
