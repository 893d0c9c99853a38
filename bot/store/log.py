"""The log: what was reported, decided and disputed, append-only, each entry bound to the last.

An entry's hash is SHA-256 (FIPS 180-4), in hexadecimal, over the hash before it and the entry as
compact JSON, `[hash before, at, kind, community, actor, subject, routine, detail]`, ASCII only,
keys of the detail sorted; before the first entry stands an empty string. So nothing in the middle
can be changed, taken out or put in unseen; whoever cuts off the end is seen only by somebody who
noted a later hash.

The log holds random ids only: communities, pseudonyms of people, and subjects. What identifier a
subject stands for lies apart, in `subjects`, and can be erased without breaking the chain.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

from bot.store.transaction import Transaction
from knowledge.identifiers import Identifier

_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it lies in the log; `identifier` is None where it is erased or there is none."""

    seq: int
    at: int
    kind: str
    community: str
    actor: str
    subject: str | None
    routine: str | None
    detail: str
    hash: str
    identifier: Identifier | None

    def hash_after(self, before: str) -> str:
        """The hash that this entry has to have behind the one before it."""
        return _hash(
            before,
            self.at,
            self.kind,
            self.community,
            self.actor,
            self.subject,
            self.routine,
            self.detail,
        )


def _hash(before: str, *entry: Any) -> str:
    text = json.dumps([before, *entry], separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode("ascii")).hexdigest()


async def append(
    write: Transaction,
    kind: str,
    *,
    at: int,
    community: str,
    actor: str,
    identifier: Identifier | None = None,
    routine: str | None = None,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """Add an entry, within the transaction of what it is about.

    Args: `at`, epoch ms; `detail`, JSON without anything personal.
    """
    subject = await _subject(write, identifier) if identifier is not None else None
    row = await write.row("SELECT hash FROM log ORDER BY seq DESC LIMIT 1")
    said = json.dumps(dict(detail or {}), separators=(",", ":"), sort_keys=True)
    entry = (at, kind, community, actor, subject, routine, said)
    await write.execute(
        "INSERT INTO log (at, kind, community, actor, subject, routine, detail, hash) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [*entry, _hash(row[0] if row else "", *entry)],
    )


async def entries(query: Transaction, after: int = 0) -> AsyncIterator[Entry]:
    """Every entry behind a number, in order, read some thousand at once."""
    while rows := await query.rows(
        "SELECT l.seq, l.at, l.kind, l.community, l.actor, l.subject, l.routine, l.detail, l.hash, "
        "s.kind, s.value FROM log l LEFT JOIN subjects s ON s.id = l.subject "
        "WHERE l.seq > ? ORDER BY l.seq LIMIT ?",
        [after, _AT_ONCE],
    ):
        for row in rows:
            kind, value = row[9:]
            parts = (*row[:9], Identifier(kind, value) if kind else None)
            yield Entry(*parts)
        after = rows[-1][0]


async def length(query: Transaction) -> int:
    """How many entries there are."""
    row = await query.row("SELECT count(*) FROM log")
    return int(row[0]) if row else 0


async def _subject(write: Transaction, identifier: Identifier) -> str:
    """The random id that stands for an identifier, given now where it has none."""
    pair = [identifier.kind, identifier.value]
    row = await write.row("SELECT id FROM subjects WHERE kind = ? AND value = ?", pair)
    if row:
        return str(row[0])
    new = secrets.token_hex(8)
    await write.execute("INSERT INTO subjects (id, kind, value) VALUES (?, ?, ?)", [new, *pair])
    return new
