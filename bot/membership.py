"""For whom somebody may speak: communities whose membership the platform confirms.

A group's own members speak for it there. In a private chat the asker chooses among the communities
that have a chat the asker is in; the platform is asked, never the asker. What it said is remembered
for a few minutes in memory, so that looking something up costs no round of questions; whoever
reports or presses a button is asked for anew.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from bot.app import App
from bot.card import Audience
from bot.errors import RosterError
from bot.request import Request
from bot.roster import Role
from bot.store.actions import KeptAction
from bot.store.communities import Community
from bot.trust import Viewer

log = logging.getLogger(__name__)
MOST_CHATS = 50
"""Chats asked about at the most for one person; those where the person was seen come first."""


async def role_in(community: Community, request: Request, app: App, *, fresh: bool = True) -> Role:
    """The highest role of the asker in the community's chats on the asker's platform.

    Args: `fresh` False accepts what the platform said within the last minutes.
    Raises: RosterError where the platform does not tell.
    """
    if request.case.chat.community is not None:
        return Role.MODERATOR  # the face vouches: the operator's own terminal
    chats = await app.store.communities.chats(community.id, request.case.asker.platform)
    roles = [await _role(chat, request, app, fresh=fresh) for chat in chats]
    return max(roles, default=Role.STRANGER)


async def communities_of(request: Request, app: App) -> tuple[Community, ...]:
    """The communities the asker may speak for: the chat's own, else those confirmed, by name.

    Raises: RosterError where the platform does not tell.
    """
    if request.community:
        return (request.community,)
    platform = request.case.asker.platform
    chats = await app.store.communities.reachable(platform, request.asker.pseudonym, MOST_CHATS)
    roles = await asyncio.gather(*(_role(chat, request, app, fresh=False) for chat, _ in chats))
    found = {
        community.id: community
        for (_, community), role in zip(chats, roles, strict=True)
        if role >= Role.MEMBER
    }
    return tuple(sorted(found.values(), key=lambda one: one.name))


async def viewer_of(request: Request, app: App) -> Viewer:
    """From where the asker looks at the registry.

    A stranger who can write in a public group does not see with its eyes; where the platform does
    not tell who somebody is, that is nobody's.
    """
    try:
        communities = await communities_of(request, app)
        if request.community:
            role = await role_in(request.community, request, app, fresh=False)
            communities = communities if role >= Role.MEMBER else ()
    except RosterError as error:
        log.warning("membership: %s", error)
        communities = ()
    admitted = any(one.admitted_at is not None for one in communities)
    return Viewer(frozenset(one.id for one in communities), admitted=admitted)


async def speaking_for(community_id: str | None, request: Request, app: App) -> Request | None:
    """The request as one of that community's members; None where the platform denies it."""
    own = request.community.id if request.community else None
    if community_id == own:
        return request
    community = await app.store.communities.of_id(community_id) if community_id else None
    if community is None or request.community is not None:
        return None
    role = await role_in(community, request, app)
    return replace(request, community=community) if role >= Role.MEMBER else None


async def entitled(action: KeptAction, request: Request, app: App) -> Request | None:
    """The request with the community of the button, where its asker may press it now; else None.

    An asker's own button is nobody else's; one for members or moderators needs that role at this
    moment, in the community it was offered in, in its chat or in the private one.
    """
    if action.audience is Audience.ASKER:
        if action.pseudonym != request.asker.pseudonym:
            return None
        return await speaking_for(action.community, request, app)
    inside = await speaking_for(action.community, request, app)
    if inside is None or inside.community is None:
        return None
    need = Role.MODERATOR if action.audience is Audience.MODERATORS else Role.MEMBER
    return inside if await role_in(inside.community, inside, app) >= need else None


async def _role(chat: str, request: Request, app: App, *, fresh: bool) -> Role:
    person = request.case.asker
    known = None if fresh else app.roles.get((person.platform, person.id, chat), request.now)
    if known is not None:
        return known
    role = await request.roster.role(chat, person)
    app.roles.put((person.platform, person.id, chat), role, request.now)
    return role
