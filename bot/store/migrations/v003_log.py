"""Moves the events of the first two schemas into the chain, in their order.

The keys of effects are left behind: they held ids of chats in the clear, and what they kept from
being done twice was delivered long ago (the inbox knows two days of it by itself).
"""

from __future__ import annotations

import json

from bot.store.log import append
from bot.store.transaction import Transaction
from knowledge.identifiers import Identifier

_AT_ONCE = 1_000


async def run(transaction: Transaction) -> None:
    """Copy every event, then drop the old table."""
    last = 0
    while rows := await transaction.rows(
        "SELECT seq, at, kind, community, actor, identifier_kind, identifier_value, routine, "
        "detail FROM events WHERE seq > ? ORDER BY seq LIMIT ?",
        [last, _AT_ONCE],
    ):
        for seq, at, kind, community, actor, id_kind, value, routine, detail in rows:
            identifier = Identifier(id_kind, value) if id_kind else None
            await append(
                transaction,
                kind,
                at=at,
                community=community,
                actor=actor,
                identifier=identifier,
                routine=routine,
                detail=json.loads(detail),
            )
            last = seq
    await transaction.rows("DROP TABLE events")
