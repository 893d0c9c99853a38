"""/lookup: what the registry says of an identifier. Exact match only; nothing can be browsed."""

from __future__ import annotations

from bot import replies, reports
from bot.app import App
from bot.request import Reply, Request
from bot.store.registry import Registry
from knowledge.identifiers import Identifier, is_protected

NAME = "lookup"
ALIASES = ("查询", "查号")

MOST = 10
"""Identifiers answered at once."""


async def run(request: Request, app: App) -> Reply:
    """The standing of each identifier in the argument or the message replied to."""
    text = request.argument or request.case.quoted
    if not text:
        return (replies.how_to_look_up(request.words),)
    named = reports.identifiers_in(text)[:MOST]
    if not named:
        return (replies.no_identifier(request.words, text),)
    registry = app.store.registry
    standings = await registry.standings(named, request.viewer, request.now)
    own = [one for one in named if await _own(registry, one, request)]
    protected = frozenset(one for one in named if is_protected(one))
    return (replies.lookup(request, standings, protected, own, app.knowledge.routines),)


async def _own(registry: Registry, identifier: Identifier, request: Request) -> bool:
    if request.community is None:
        return False
    return await registry.reported_by(identifier, request.community.id, request.asker.pseudonym)
