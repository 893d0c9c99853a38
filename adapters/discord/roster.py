"""Who is what in a Discord server, as Discord says at this moment.

A moderator is who owns the server, or may administer it, manage it, or ban. The commands' default
permissions are set by the server's own admins and prove nothing to us.
"""

from __future__ import annotations

from discord import Permissions

from adapters.discord.content import Raw
from adapters.discord.rest import OutageError, RefusedError, Rest
from bot.errors import RosterError
from bot.message import Person
from bot.roster import Role

_MODERATING = Permissions(administrator=True, manage_guild=True, ban_members=True).value
_PATIENCE = 5.0


class DiscordRoster:
    """The port `bot.roster.Roster` for Discord."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def role(self, chat: str, person: Person) -> Role:
        """The role of a person in a server; nobody is a member of what the bot is not in.

        Who has not passed a server's own screening yet is no member. Raises: RosterError where
        Discord does not answer.
        """
        if person.hidden:
            return Role.STRANGER
        try:
            member = await self._rest.bot(
                "GET",
                "/guilds/{guild_id}/members/{member_id}",
                patience=_PATIENCE,
                guild_id=chat,
                member_id=person.id,
            )
            if member.get("pending"):
                return Role.STRANGER
            guild = await self._rest.bot(
                "GET", "/guilds/{guild_id}", patience=_PATIENCE, guild_id=chat
            )
        except RefusedError as error:
            if error.status in (403, 404):
                return Role.STRANGER
            raise RosterError(f"Discord does not tell who is a member: {error}") from error
        except OutageError as error:
            raise RosterError(f"Discord does not tell who is a member: {error}") from error
        return Role.MODERATOR if moderates(member, guild, person.id) else Role.MEMBER


def moderates(member: Raw, guild: Raw, person: str) -> bool:
    """Whether a member's roles, the one of everybody included, make a moderator."""
    if str(guild.get("owner_id")) == person:
        return True
    has = {str(one) for one in member.get("roles") or ()} | {str(guild.get("id"))}
    return any(
        int(role.get("permissions") or 0) & _MODERATING
        for role in guild.get("roles") or ()
        if str(role.get("id")) in has
    )
