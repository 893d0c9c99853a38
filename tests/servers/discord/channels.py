"""Channels: of a guild, or private. What was said in them, and who may do what there."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.discord.form import Json
from tests.servers.discord.permissions import Permission

if TYPE_CHECKING:
    from tests.servers.discord.guilds import Guild
    from tests.servers.discord.people import Person

TEXT, DIRECT, GROUP = 0, 1, 3


@dataclass(eq=False)
class Channel:
    """A text channel of a guild, or a private chat. `messages` is in order of time, by id."""

    id: str
    type: int
    name: str = ""
    guild: Guild | None = None
    people: list[Person] = field(default_factory=list)
    bot: Person | None = None
    messages: dict[str, Json] = field(default_factory=dict)
    denied: dict[str, Permission] = field(default_factory=dict)
    position: int = 0

    @property
    def context(self) -> int:
        """Where that is for an interaction: 0 in a guild, 1 with the bot, 2 between people."""
        if self.guild is not None:
            return 0
        return 1 if self.bot is not None else 2

    @property
    def mention(self) -> str:
        """How a message names it."""
        return f"<#{self.id}>"

    def may(self, person: Person, permission: Permission) -> bool:
        """Whether somebody may do that here."""
        return permission in self.permissions(person)

    def permissions(self, person: Person) -> Permission:
        """Everything somebody may do here."""
        if self.guild is None:
            here = person in self.people or person is self.bot
            return Permission.ALL if here else Permission(0)
        given = self.guild.permissions(person)
        if given == Permission.ALL:
            return given
        return given & ~self.denied.get(person.id, Permission(0))

    def payload(self, seen_by: Person | None = None) -> Json:
        """The channel as Discord describes it; private chats do not list who looks at them."""
        last = next(reversed(self.messages), None)
        common: Json = {"id": self.id, "type": self.type, "flags": 0, "last_message_id": last}
        if self.guild is None:
            others = [one.payload() for one in self.people if one is not seen_by]
            extra: Json = {"recipients": others}
            if self.type == GROUP:
                extra |= {"name": None, "icon": None, "owner_id": self.people[0].id}
            return common | extra
        overwrites = [
            {"id": person, "type": 1, "allow": "0", "deny": str(int(bits))}
            for person, bits in self.denied.items()
        ]
        return common | {
            "guild_id": self.guild.id,
            "name": self.name,
            "position": self.position,
            "permission_overwrites": overwrites,
            "parent_id": None,
            "topic": None,
            "nsfw": False,
            "rate_limit_per_user": 0,
            "last_pin_timestamp": None,
        }
