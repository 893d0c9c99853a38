"""Buttons: an opaque random id on the platform, and here what it does and for whom.

Nothing a client sends is trusted but the id: whose it is and what it acts on are read from the row.
An action that carries a message's text (to be shown to moderators after consent) expires within a
day.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from bot.card import Action, Audience, Card
from bot.store.database import Database, Transaction
from bot.trust import DAY_MS

KEPT_DAYS = 30
KEPT_DAYS_WITH_TEXT = 1
_PRUNE_EVERY_MS = 600_000
TEXT = "text"
"""The key of an action's data under which a message's text stands."""


@dataclass(frozen=True, slots=True)
class KeptAction:
    """An action as it was kept: offered to this asker, in this community, for this audience."""

    command: str
    step: str
    data: Mapping[str, Any]
    pseudonym: str
    community: str | None
    audience: Audience = Audience.ASKER
    replaces: bool = False


def _kept_days(one: Action) -> int:
    return KEPT_DAYS_WITH_TEXT if TEXT in one.data else KEPT_DAYS


class Actions:
    """The actions; see the module."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._pruned = 0

    async def keep(
        self, actions: Iterable[Action], pseudonym: str, community: str | None, now: int
    ) -> tuple[Action, ...]:
        """Keep the actions of one reply; the same actions, each under its fresh id.

        An id is 16 URL-safe characters, 96 random bits. Expired actions are erased on the way.
        """
        named = tuple(replace(one, id=secrets.token_urlsafe(12)) for one in actions)
        if not named:
            return ()
        async with self._database.transaction() as write:
            if now >= self._pruned + _PRUNE_EVERY_MS:
                await self.prune(write, now)
                self._pruned = now
            places = ", ".join(["(?, ?, ?, ?, ?, ?, ?, ?, ?)"] * len(named))
            await write.execute(
                # Only the number of places is formatted in; the values are bound.
                "INSERT INTO actions (id, command, step, data, pseudonym, community, audience, "  # noqa: S608
                f"replaces, expires_at) VALUES {places}",
                [
                    value
                    for one in named
                    for value in (
                        one.id,
                        one.command,
                        one.step,
                        json.dumps(dict(one.data)),
                        pseudonym,
                        one.community or community,
                        one.audience,
                        int(one.replaces),
                        now + _kept_days(one) * DAY_MS,
                    )
                ],
            )
        return named

    async def kept(self, card: Card, pseudonym: str, community: str | None, now: int) -> Card:
        """The card with its actions kept and named."""
        return replace(card, actions=await self.keep(card.actions, pseudonym, community, now))

    async def find(self, action: str, now: int) -> KeptAction | None:
        """The action of this id, or None where it is unknown or expired."""
        async with self._database.reading() as query:
            row = await query.row(
                "SELECT command, step, data, pseudonym, community, audience, replaces FROM actions "
                "WHERE id = ? AND expires_at > ?",
                [action, now],
            )
        if row is None:
            return None
        command, step, data, pseudonym, community, audience, replaces = row
        return KeptAction(
            command,
            step,
            json.loads(data),
            pseudonym,
            community,
            Audience(audience),
            bool(replaces),
        )

    async def prune(self, write: Transaction, now: int) -> None:
        """Erase what has expired."""
        await write.execute("DELETE FROM actions WHERE expires_at <= ?", [now])
