"""Random events of guilds: what is created, changed and deleted in them, and who comes and goes."""

from __future__ import annotations

from tests.servers.discord.dice import Dice
from tests.servers.discord.form import Json
from tests.servers.discord.random_extras import in_guild, scheduled, sound, stage


def guild(dice: Dice) -> Json:
    """A guild, new or changed."""
    return {
        "id": dice.guild_id(),
        "name": dice.name(),
        "icon": None,
        "splash": None,
        "owner_id": dice.user_id(),
        "afk_timeout": 300,
        "verification_level": dice.rng.randint(0, 4),
        "default_message_notifications": dice.rng.randint(0, 1),
        "explicit_content_filter": dice.rng.randint(0, 2),
        "roles": dice.many(dice.role),
        "emojis": dice.many(dice.emoji),
        "stickers": dice.many(dice.sticker),
        "features": dice.many(lambda: "COMMUNITY", 1),
        "mfa_level": dice.rng.randint(0, 1),
        "system_channel_flags": dice.flags(),
        "premium_tier": dice.rng.randint(0, 3),
        "preferred_locale": dice.locale(),
        "nsfw_level": dice.rng.randint(0, 3),
    } | dice.some(
        member_count=dice.rng.randint(1, 10_000),
        unavailable=dice.flag(),
        channels=dice.many(dice.guild_channel),
        members=dice.many(dice.member),
        presences=dice.many(dice.presence),
        threads=dice.many(dice.thread),
        voice_states=[],
        stage_instances=dice.many(lambda: stage(dice)),
        guild_scheduled_events=dice.many(lambda: scheduled(dice)),
        soundboard_sounds=dice.many(lambda: sound(dice)),
        description=dice.null(dice.text(100)),
    )


def guild_gone(dice: Dice) -> Json:
    """A guild is gone or not reachable."""
    return {"id": dice.guild_id()} | dice.some(unavailable=dice.flag())


def of_role(dice: Dice) -> Json:
    """A role, new or changed."""
    return in_guild(dice) | {"role": dice.role()}


def role_gone(dice: Dice) -> Json:
    """A role is gone."""
    return in_guild(dice) | {"role_id": dice.id()}


def of_member(dice: Dice) -> Json:
    """A member, new or changed."""
    return in_guild(dice) | dice.member()


def of_account(dice: Dice) -> Json:
    """Somebody was banned or left."""
    return in_guild(dice) | {"user": dice.account()}


def chunk(dice: Dice) -> Json:
    """A part of the members."""
    whole = dice.rng.randint(1, 3)
    return (
        in_guild(dice)
        | {
            "members": dice.many(dice.member),
            "chunk_index": dice.rng.randint(0, whole - 1),
            "chunk_count": whole,
        }
        | dice.some(not_found=dice.many(dice.id), presences=[], nonce=dice.name())
    )


def emojis(dice: Dice) -> Json:
    """All emojis, changed."""
    return in_guild(dice) | {"emojis": dice.many(dice.emoji)}


def stickers(dice: Dice) -> Json:
    """All stickers, changed."""
    return in_guild(dice) | {"stickers": dice.many(dice.sticker)}


def pins(dice: Dice) -> Json:
    """Something was pinned."""
    return {"channel_id": dice.channel_id()} | dice.some(
        guild_id=dice.guild_id(), last_pin_timestamp=dice.null(dice.stamp())
    )


def thread_gone(dice: Dice) -> Json:
    """A thread is gone."""
    where = {"parent_id": dice.channel_id(), "type": dice.rng.choice((10, 11, 12))}
    return in_guild(dice) | {"id": dice.id()} | where


def thread_list(dice: Dice) -> Json:
    """All threads one can see now."""
    return (
        in_guild(dice)
        | {"threads": dice.many(dice.thread), "members": dice.many(dice.thread_member)}
        | dice.some(channel_ids=dice.many(dice.channel_id))
    )


def thread_members(dice: Dice) -> Json:
    """Who came into a thread and who left."""
    return (
        in_guild(dice)
        | {"id": dice.id(), "member_count": dice.rng.randint(0, 50)}
        | dice.some(
            added_members=dice.many(dice.thread_member), removed_member_ids=dice.many(dice.id)
        )
    )


def thread_member(dice: Dice) -> Json:
    """The bot's own place in a thread."""
    return in_guild(dice) | dice.thread_member()


def invite(dice: Dice) -> Json:
    """An invite."""
    return {
        "channel_id": dice.channel_id(),
        "code": "abc",
        "created_at": dice.stamp(),
        "max_age": 0,
        "expires_at": dice.null(dice.stamp()),
        "max_uses": 0,
        "temporary": dice.flag(),
        "uses": 0,
    } | dice.some(guild_id=dice.guild_id(), inviter=dice.account())


def invite_gone(dice: Dice) -> Json:
    """An invite is gone."""
    return {"channel_id": dice.channel_id(), "code": "abc"} | dice.some(guild_id=dice.guild_id())


def integration(dice: Dice) -> Json:
    """An integration, of a bot or a stream."""
    app = {"id": dice.id(), "name": dice.name(), "icon": None, "description": "", "summary": ""}
    return in_guild(dice) | {
        "id": dice.id(),
        "name": dice.name(),
        "type": dice.rng.choice(("discord", "twitch", "youtube", "later")),
        "enabled": dice.flag(),
        "account": {"id": dice.id(), "name": dice.name()},
        "application": app,
        "user": dice.account(),
        "syncing": dice.flag(),
        "role_id": dice.id(),
        "enable_emoticons": dice.flag(),
        "expire_behavior": dice.rng.randint(0, 1),
        "expire_grace_period": 1,
        "synced_at": dice.stamp(),
        "subscriber_count": 1,
        "revoked": dice.flag(),
    }


def integration_gone(dice: Dice) -> Json:
    """An integration is gone."""
    return in_guild(dice) | {"id": dice.id()} | dice.some(application_id=dice.id())


def webhooks(dice: Dice) -> Json:
    """Webhooks of a channel changed."""
    return in_guild(dice) | {"channel_id": dice.channel_id()}
