"""Guilds, as sellers' communities: members, roles, channels, and whether the bot is there.

Everything that changes is told over the gateway at once. Categories, threads and emojis are left
out. The owner is nobody's friend: a person without a part, so that every admin can lose a right.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.discord.channels import TEXT, Channel
from tests.servers.discord.form import Json
from tests.servers.discord.permissions import BOT, EVERYONE, Permission

if TYPE_CHECKING:
    from tests.servers.discord.people import Person
    from tests.servers.discord.server import DiscordServer


@dataclass
class Role:
    """A role. Everybody who is granted something has one of their own."""

    id: str
    name: str
    permissions: Permission
    position: int
    bot: str | None = None

    def payload(self) -> Json:
        """The role as Discord describes it."""
        tags = {"tags": {"bot_id": self.bot}} if self.bot else {}
        return {
            "id": self.id,
            "name": self.name,
            "permissions": str(int(self.permissions)),
            "position": self.position,
            "color": 0,
            "colors": {"primary_color": 0, "secondary_color": None, "tertiary_color": None},
            "hoist": False,
            "managed": self.bot is not None,
            "mentionable": False,
            "icon": None,
            "unicode_emoji": None,
            "flags": 0,
            **tags,
        }


@dataclass(eq=False)
class Guild:
    """A guild with a default text channel."""

    server: DiscordServer
    id: str
    name: str
    locale: str
    owner: Person
    members: dict[str, Person] = field(default_factory=dict)
    roles: list[Role] = field(default_factory=list)
    own_roles: dict[str, Role] = field(default_factory=dict)
    channels: list[Channel] = field(default_factory=list)
    joined: dict[str, str] = field(default_factory=dict)
    commands_only: bool = False
    """The app was added without its bot."""

    def __post_init__(self) -> None:
        self.roles.append(Role(self.id, "@everyone", EVERYONE, 0))
        self._enter(self.owner)
        self.add_channel("general")

    @property
    def channel(self) -> Channel:
        """The default text channel."""
        return self.channels[0]

    @property
    def installed(self) -> bool:
        """Whether the bot is a member."""
        return self.server.bot.id in self.members

    def permissions(self, person: Person) -> Permission:
        """What somebody may do in the guild, before any channel says otherwise."""
        if person.id not in self.members:
            return Permission(0)
        if person is self.owner:
            return Permission.ALL
        own = self.own_roles.get(person.id)
        given = self.roles[0].permissions | (own.permissions if own else Permission(0))
        return Permission.ALL if Permission.ADMINISTRATOR in given else given

    def add_channel(self, name: str) -> Channel:
        """Open another text channel."""
        channel = Channel(self.server.clock.snowflake(), TEXT, name, self)
        channel.position = len(self.channels)
        self.channels.append(channel)
        self.server.channels[channel.id] = channel
        self._tell("CHANNEL_CREATE", channel.payload())
        return channel

    def join(self, person: Person) -> None:
        """Somebody joins."""
        self._enter(person)
        event = {**self.member(person), "guild_id": self.id}
        self._tell("GUILD_MEMBER_ADD", event)

    def kick(self, person: Person) -> None:
        """Somebody has to go; the bot, too, can be kicked."""
        if person is self.server.bot:
            self.remove_bot()
            return
        del self.members[person.id]
        self._forget(person)
        event = {"guild_id": self.id, "user": person.payload()}
        self._tell("GUILD_MEMBER_REMOVE", event)

    def add_bot(
        self, *, by: Person | None = None, permissions: Permission = BOT, told: bool = True
    ) -> None:
        """Add the bot; whoever adds it has to be allowed to."""
        if by is not None and Permission.MANAGE_GUILD not in self.permissions(by):
            raise AssertionError(f"{by.name} may not add a bot to {self.name!r}")
        if self.installed:
            raise AssertionError(f"The bot is in {self.name!r} already")
        bot = self.server.bot
        self._own_role(bot).permissions = permissions
        self._enter(bot)
        if told:
            self._tell("GUILD_CREATE", self.create_payload())

    def remove_bot(self) -> None:
        """Take the bot out."""
        if not self.installed:
            raise AssertionError(f"The bot is not in {self.name!r}")
        bot = self.server.bot
        self._tell("GUILD_DELETE", {"id": self.id})
        del self.members[bot.id]
        self._forget(bot)

    def grant(self, person: Person, permissions: Permission) -> None:
        """Let somebody do more."""
        role = self._own_role(person)
        role.permissions |= permissions
        for channel in self.channels:
            denied = channel.denied.pop(person.id, Permission(0)) & ~permissions
            if denied:
                channel.denied[person.id] = denied
        self._told_of_rights(person, role)

    def revoke(self, person: Person, permissions: Permission) -> None:
        """Let somebody do less: what all may do is denied in every channel."""
        role = self._own_role(person)
        role.permissions &= ~permissions
        still = self.roles[0].permissions & permissions
        for channel in self.channels if still else ():
            channel.denied[person.id] = channel.denied.get(person.id, Permission(0)) | still
        self._told_of_rights(person, role)

    def rename(self, name: str) -> None:
        """Give the guild another name."""
        self.name = name
        self._tell("GUILD_UPDATE", self.payload())

    def member(self, person: Person, *, user: bool = True) -> Json:
        """A member as Discord describes one."""
        own = self.own_roles.get(person.id)
        whole: Json = {"user": person.payload()} if user else {}
        return whole | {
            "roles": [own.id] if own else [],
            "joined_at": self.joined[person.id],
            "nick": None,
            "avatar": None,
            "banner": None,
            "communication_disabled_until": None,
            "flags": 0,
            "pending": False,
            "premium_since": None,
            "mute": False,
            "deaf": False,
        }

    def payload(self) -> Json:
        """The guild as REST and GUILD_UPDATE describe it."""
        nothing = (
            "icon description home_header splash discovery_splash banner application_id "
            "afk_channel_id system_channel_id widget_channel_id max_presences vanity_url_code "
            "rules_channel_id safety_alerts_channel_id public_updates_channel_id incidents_data"
        ).split()
        zero = (
            "system_channel_flags verification_level default_message_notifications mfa_level "
            "explicit_content_filter premium_tier premium_subscription_count nsfw_level"
        ).split()
        return {
            "id": self.id,
            "name": self.name,
            "owner_id": self.owner.id,
            "preferred_locale": self.locale,
            "roles": [role.payload() for role in self.roles],
            "features": [],
            "emojis": [],
            "stickers": [],
            "region": "deprecated",
            "afk_timeout": 300,
            "max_members": 500_000,
            "max_stage_video_channel_users": 50,
            "max_video_channel_users": 25,
            "widget_enabled": False,
            "premium_progress_bar_enabled": False,
            "nsfw": False,
            **dict.fromkeys(nothing),
            **dict.fromkeys(zero, 0),
        }

    def create_payload(self) -> Json:
        """The guild as GUILD_CREATE describes it. The gateway leaves out what intents withhold."""
        return self.payload() | {
            "joined_at": self.joined[self.server.bot.id],
            "large": False,
            "member_count": len(self.members),
            "channels": [channel.payload() for channel in self.channels],
            "members": [self.member(person) for person in self.members.values()],
            **{
                part: []
                for part in "voice_states threads presences stage_instances "
                "guild_scheduled_events soundboard_sounds".split()
            },
        }

    def _enter(self, person: Person) -> None:
        self.members[person.id] = person
        self.joined[person.id] = self.server.clock.stamp()

    def _own_role(self, person: Person) -> Role:
        role = self.own_roles.get(person.id)
        if role is None:
            bot = person.id if person.bot else None
            number = self.server.clock.snowflake()
            role = Role(number, person.name, Permission(0), len(self.roles), bot)
            self.roles.append(role)
            self.own_roles[person.id] = role
            self._tell("GUILD_ROLE_CREATE", {"guild_id": self.id, "role": role.payload()})
        return role

    def _forget(self, person: Person) -> None:
        role = self.own_roles.pop(person.id, None)
        if role is not None:
            self.roles.remove(role)
            self._tell("GUILD_ROLE_DELETE", {"guild_id": self.id, "role_id": role.id})
        for channel in self.channels:
            channel.denied.pop(person.id, None)

    def _told_of_rights(self, person: Person, role: Role) -> None:
        self._tell("GUILD_ROLE_UPDATE", {"guild_id": self.id, "role": role.payload()})
        event = {**self.member(person), "guild_id": self.id}
        self._tell("GUILD_MEMBER_UPDATE", event)
        for channel in self.channels:
            self._tell("CHANNEL_UPDATE", channel.payload())

    def _tell(self, event: str, data: Json) -> None:
        if self.installed:
            self.server.gateway.dispatch(event, data)
