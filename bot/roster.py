"""What a platform knows of people that the bot must not take anybody's word for.

The port is the bot's; each adapter answers for its platform. A role is asked for at the moment it
matters (a press, a report), because people leave and admins are dismissed.
"""

from __future__ import annotations

from enum import IntEnum
from typing import Protocol

from bot.message import Person


class Role(IntEnum):
    """What somebody is in a chat, the least first."""

    STRANGER = 0
    MEMBER = 1
    MODERATOR = 2


class Roster(Protocol):
    """Who is what in a chat, as the platform says."""

    async def role(self, chat: str, person: Person) -> Role:
        """The role of a person in a chat of the same platform.

        Raises: RosterError where the platform does not tell.
        """


class Nobody:
    """The roster of a face without one, such as the terminal: it confirms nobody."""

    async def role(self, chat: str, person: Person) -> Role:  # noqa: ARG002 - the port's
        """Everybody is a stranger."""
        return Role.STRANGER


NOBODY = Nobody()
