"""Who is what in a Telegram chat, as `getChatMember` says at this moment."""

from __future__ import annotations

from telegram import Bot, ChatMember, ChatMemberRestricted
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.errors import RosterError
from bot.message import Person
from bot.roster import Role

_MODERATORS = (ChatMember.OWNER, ChatMember.ADMINISTRATOR)


class TelegramRoster:
    """The port `bot.roster.Roster` for Telegram."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def role(self, chat: str, person: Person) -> Role:
        """The role of a person in a group; nobody is a member of what the bot is not in.

        An anonymous admin writes as the group itself, which only its admins can; a channel is
        nobody. Raises: RosterError where Telegram does not answer.
        """
        if person.hidden:
            return Role.MODERATOR if person.id == f"chat:{chat}" else Role.STRANGER
        try:
            member = await self._bot.get_chat_member(int(chat), int(person.id))
        except (BadRequest, Forbidden):
            return Role.STRANGER
        except TelegramError as error:
            raise RosterError(f"Telegram does not tell who is a member: {error}") from error
        if member.status in _MODERATORS:
            return Role.MODERATOR
        if isinstance(member, ChatMemberRestricted):
            return Role.MEMBER if member.is_member else Role.STRANGER
        return Role.MEMBER if member.status == ChatMember.MEMBER else Role.STRANGER
