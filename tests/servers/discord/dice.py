"""Random pieces of Discord's payloads: accounts, members, channels, roles, emojis, texts.

Every piece has what the documentation always promises; what it calls optional comes and goes.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from tests.servers.discord.form import Json

_TEXTS = (
    "",
    " ",
    "Pay 200 USD within 24 hours or your account is closed",
    "您好，我是亚马逊内部员工",
    "@everyone <@1> <#2> <@&3> <:x:4>",
    "https://evil-parcels.com/a?b=c#d",
    "\u202eabc\u200b\x00\ufeff",
    "```py\n**a** __b__ ~~c~~ ||d||\n```",
    "👩‍👩‍👧‍👦" * 5,
    "x" * 2000,
)
_STAMPS = (
    "2026-11-24T18:00:00+00:00",
    "2015-01-01T00:00:00.000000+00:00",
    "2038-01-19T03:14:08.999000+00:00",
)
_COMMON = ("1100000000000000001", "1100000000000000002", "1100000000000000003")
_LOCALES = ("en-US", "zh-CN", "zh-TW", "de", "pt-BR", "xx-XX")


@dataclass(frozen=True)
class Dice:
    """A source of pieces. Where `guild`, `channel` and `user` are given, many pieces are there."""

    rng: random.Random
    guild: str | None = None
    channel: str | None = None
    user: str | None = None

    def chance(self, share: float = 0.5) -> bool:
        """True in so many cases."""
        return self.rng.random() < share

    def some(self, **pieces: object) -> Json:
        """Some of these, or none."""
        return {key: value for key, value in pieces.items() if self.chance()}

    def many(self, piece: object, most: int = 3) -> list[object]:
        """A short list of what a function makes."""
        assert callable(piece)
        return [piece() for _ in range(self.rng.randint(0, most))]

    def null(self, value: object) -> object:
        """It, or nothing."""
        return value if self.chance(0.7) else None

    def id(self) -> str:
        """Any snowflake, often one that was there before."""
        if self.chance():
            return self.rng.choice(_COMMON)
        return str(self.rng.randint(1 << 22, 1 << 62))

    def guild_id(self) -> str:
        """The guild that is there, or any."""
        return self.guild if self.guild is not None and self.chance(0.9) else self.id()

    def channel_id(self) -> str:
        """The channel that is there, or any."""
        return self.channel if self.channel is not None and self.chance(0.8) else self.id()

    def user_id(self) -> str:
        """The account that is there, or any."""
        return self.user if self.user is not None and self.chance(0.6) else self.id()

    def text(self, most: int = 2000) -> str:
        """Some text, nice or nasty."""
        return self.rng.choice(_TEXTS)[:most]

    def name(self) -> str:
        """A text that is not empty."""
        return self.text(80).strip() or "name"

    def stamp(self) -> str:
        """A time."""
        return self.rng.choice(_STAMPS)

    def locale(self) -> str:
        """A language, perhaps one that comes to be later."""
        return self.rng.choice(_LOCALES)

    def flag(self) -> bool:
        """Yes or no."""
        return self.chance()

    def flags(self) -> int:
        """Any bits."""
        return self.rng.getrandbits(self.rng.choice((1, 8, 31)))

    def permissions(self) -> str:
        """Any permission bits."""
        return str(self.rng.getrandbits(50))

    def account(self) -> Json:
        """An account."""
        decoration = self.null({"asset": "a_1", "sku_id": self.id()})
        return {
            "id": self.user_id(),
            "username": self.name(),
            "discriminator": self.rng.choice(("0", "1234")),
            "global_name": self.null(self.name()),
            "avatar": self.null("a_0123"),
        } | self.some(
            bot=self.flag(),
            system=self.flag(),
            banner=None,
            accent_color=None,
            public_flags=self.flags(),
            flags=self.flags(),
            avatar_decoration_data=decoration,
            collectibles=None,
            primary_guild=None,
        )

    def member(self, *, account: bool = True) -> Json:
        """A member of a guild."""
        user: Json = {"user": self.account()} if account else {}
        return (
            user
            | {
                "roles": self.many(self.id),
                "joined_at": self.null(self.stamp()),
                "deaf": self.flag(),
                "mute": self.flag(),
                "flags": self.flags(),
            }
            | self.some(
                nick=self.null(self.name()),
                avatar=None,
                banner=None,
                premium_since=self.null(self.stamp()),
                pending=self.flag(),
                communication_disabled_until=self.null(self.stamp()),
                permissions=self.permissions(),
            )
        )

    def role(self) -> Json:
        """A role."""
        tags: Json = self.some(bot_id=self.id(), premium_subscriber=None, integration_id=self.id())
        return {
            "id": self.id(),
            "name": self.name(),
            "permissions": self.permissions(),
            "position": self.rng.randint(0, 250),
            "color": 0,
            "colors": {"primary_color": 1, "secondary_color": None, "tertiary_color": None},
            "hoist": self.flag(),
            "managed": self.flag(),
            "mentionable": self.flag(),
            "flags": self.flags(),
        } | self.some(icon=None, unicode_emoji=self.null("🍎"), tags=tags)

    def emoji(self) -> Json:
        """An emoji of a guild."""
        return {"id": self.id(), "name": "wave"} | self.some(
            roles=self.many(self.id),
            user=self.account(),
            require_colons=self.flag(),
            managed=self.flag(),
            animated=self.flag(),
            available=self.flag(),
        )

    def small_emoji(self) -> Json:
        """An emoji somewhere in a message."""
        if self.chance():
            return {"id": None, "name": "🔥"}
        return {"id": self.id(), "name": self.null("fire")} | self.some(animated=self.flag())

    def sticker(self) -> Json:
        """A sticker of a guild."""
        return {
            "id": self.id(),
            "name": self.name(),
            "description": self.null(self.text(100)),
            "tags": "wave",
            "type": 2,
            "format_type": self.rng.randint(1, 4),
            "available": self.flag(),
            "guild_id": self.guild_id(),
        } | self.some(user=self.account(), sort_value=1)

    def guild_channel(self) -> Json:
        """A channel of a guild, of any kind, perhaps one that nobody knows yet."""
        overwrite = {"id": self.id(), "type": self.rng.randint(0, 1), "allow": "0", "deny": "1024"}
        return {
            "id": self.channel_id(),
            "type": self.rng.choice((0, 0, 0, 2, 4, 5, 13, 15, 16, 99)),
            "guild_id": self.guild_id(),
            "name": self.name(),
            "position": self.rng.randint(0, 99),
            "permission_overwrites": self.many(lambda: overwrite, 1),
            "flags": self.flags(),
            "bitrate": 64000,
            "user_limit": 0,
            "available_tags": [],
        } | self.some(
            topic=self.null(self.text(1024)),
            nsfw=self.flag(),
            parent_id=self.null(self.id()),
            last_message_id=self.null(self.id()),
            rate_limit_per_user=self.rng.randint(0, 21600),
        )

    def thread(self) -> Json:
        """A thread."""
        meta = {
            "archived": self.flag(),
            "auto_archive_duration": self.rng.choice((60, 1440, 4320, 10080)),
            "archive_timestamp": self.stamp(),
            "locked": self.flag(),
        } | self.some(invitable=self.flag(), create_timestamp=self.null(self.stamp()))
        return {
            "id": self.id(),
            "type": self.rng.choice((10, 11, 12)),
            "guild_id": self.guild_id(),
            "parent_id": self.channel_id(),
            "owner_id": self.user_id(),
            "name": self.name(),
            "message_count": self.rng.randint(0, 99),
            "member_count": self.rng.randint(0, 50),
            "thread_metadata": meta,
        } | self.some(
            last_message_id=self.null(self.id()),
            rate_limit_per_user=0,
            flags=self.flags(),
            applied_tags=self.many(self.id),
            total_message_sent=self.rng.randint(0, 99),
            newly_created=self.flag(),
        )

    def thread_member(self) -> Json:
        """Somebody in a thread."""
        return {
            "id": self.id(),
            "user_id": self.user_id(),
            "join_timestamp": self.stamp(),
            "flags": self.flags(),
        }

    def presence(self) -> Json:
        """What somebody is doing."""
        status = ("idle", "dnd", "online", "offline")
        activity = {"name": self.name(), "type": self.rng.randint(0, 5), "created_at": 1}
        return {
            "user": {"id": self.user_id()},
            "guild_id": self.guild_id(),
            "status": self.rng.choice(status),
            "activities": self.many(lambda: activity),
            "client_status": self.some(desktop="online", mobile="idle", web="dnd"),
        }
