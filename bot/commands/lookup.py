"""/lookup: what the registry says of an identifier. Exact match only; nothing can be browsed."""

from __future__ import annotations

from bot import replies, reports
from bot.app import App
from bot.membership import viewer_of
from bot.request import Reply, Request
from knowledge.identifiers import is_protected

NAME = "lookup"
ALIASES = ("查询", "查号")

MOST = 10
"""Identifiers answered at once."""


async def run(request: Request, app: App) -> Reply:
    """The standing of each identifier in the argument or the message replied to."""
    text = request.argument or request.case.quoted
    if not text and not request.case.origins:
        return (replies.how_to_look_up(request.words),)
    named = (*reports.identifiers_in(text), *reports.of_origins(request.case.origins))[:MOST]
    if not named:
        return (replies.no_identifier(request.words, text),)
    viewer = await viewer_of(request, app)
    standings = await app.store.registry.standings(named, viewer, request.now)
    own = await app.store.registry.own(named, request.asker.pseudonym)
    protected = frozenset(one for one in named if is_protected(one))
    card = replies.lookup(request, standings, protected, own, app.knowledge.routines)
    return (card,)
