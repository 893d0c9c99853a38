"""Random events of every type the library knows: structurally what Discord documents.

To throw at an adapter. With the ids of a guild, a channel and an account that are there, most
events are about them. READY and RESUMED are left out: they belong to a session.
"""

from __future__ import annotations

import random
from collections.abc import Callable

from tests.servers.discord import random_extras as extras
from tests.servers.discord import random_guilds as guilds
from tests.servers.discord import random_talk as talk
from tests.servers.discord.dice import Dice
from tests.servers.discord.form import Json


def _entitlement(dice: Dice) -> Json:
    return {
        "id": dice.id(),
        "sku_id": dice.id(),
        "application_id": dice.id(),
        "type": dice.rng.randint(1, 8),
        "deleted": dice.flag(),
    } | dice.some(
        user_id=dice.user_id(),
        guild_id=dice.guild_id(),
        starts_at=dice.null(dice.stamp()),
        ends_at=dice.null(dice.stamp()),
        consumed=dice.flag(),
    )


def _subscription(dice: Dice) -> Json:
    return {
        "id": dice.id(),
        "user_id": dice.user_id(),
        "sku_ids": dice.many(dice.id),
        "entitlement_ids": dice.many(dice.id),
        "renewal_sku_ids": dice.null([]),
        "current_period_start": dice.stamp(),
        "current_period_end": dice.stamp(),
        "status": dice.rng.randint(0, 2),
        "canceled_at": dice.null(dice.stamp()),
    }


_BUILDERS: dict[str, Callable[[Dice], Json]] = {
    "APPLICATION_COMMAND_PERMISSIONS_UPDATE": extras.command_permissions,
    "AUTO_MODERATION_ACTION_EXECUTION": extras.executed,
    "AUTO_MODERATION_RULE_CREATE": extras.rule,
    "AUTO_MODERATION_RULE_DELETE": extras.rule,
    "AUTO_MODERATION_RULE_UPDATE": extras.rule,
    "CHANNEL_CREATE": Dice.guild_channel,
    "CHANNEL_DELETE": Dice.guild_channel,
    "CHANNEL_PINS_UPDATE": guilds.pins,
    "CHANNEL_UPDATE": Dice.guild_channel,
    "ENTITLEMENT_CREATE": _entitlement,
    "ENTITLEMENT_DELETE": _entitlement,
    "ENTITLEMENT_UPDATE": _entitlement,
    "GUILD_AUDIT_LOG_ENTRY_CREATE": extras.audit,
    "GUILD_BAN_ADD": guilds.of_account,
    "GUILD_BAN_REMOVE": guilds.of_account,
    "GUILD_CREATE": guilds.guild,
    "GUILD_DELETE": guilds.guild_gone,
    "GUILD_EMOJIS_UPDATE": guilds.emojis,
    "GUILD_INTEGRATIONS_UPDATE": extras.in_guild,
    "GUILD_MEMBERS_CHUNK": guilds.chunk,
    "GUILD_MEMBER_ADD": guilds.of_member,
    "GUILD_MEMBER_REMOVE": guilds.of_account,
    "GUILD_MEMBER_UPDATE": guilds.of_member,
    "GUILD_ROLE_CREATE": guilds.of_role,
    "GUILD_ROLE_DELETE": guilds.role_gone,
    "GUILD_ROLE_UPDATE": guilds.of_role,
    "GUILD_SCHEDULED_EVENT_CREATE": extras.scheduled,
    "GUILD_SCHEDULED_EVENT_DELETE": extras.scheduled,
    "GUILD_SCHEDULED_EVENT_UPDATE": extras.scheduled,
    "GUILD_SCHEDULED_EVENT_USER_ADD": extras.scheduled_user,
    "GUILD_SCHEDULED_EVENT_USER_REMOVE": extras.scheduled_user,
    "GUILD_SOUNDBOARD_SOUNDS_UPDATE": extras.sounds,
    "GUILD_SOUNDBOARD_SOUND_CREATE": extras.sound,
    "GUILD_SOUNDBOARD_SOUND_DELETE": extras.sound_gone,
    "GUILD_SOUNDBOARD_SOUND_UPDATE": extras.sound,
    "GUILD_STICKERS_UPDATE": guilds.stickers,
    "GUILD_UPDATE": guilds.guild,
    "INTEGRATION_CREATE": guilds.integration,
    "INTEGRATION_DELETE": guilds.integration_gone,
    "INTEGRATION_UPDATE": guilds.integration,
    "INTERACTION_CREATE": talk.interaction,
    "INVITE_CREATE": guilds.invite,
    "INVITE_DELETE": guilds.invite_gone,
    "MESSAGE_CREATE": talk.message,
    "MESSAGE_DELETE": talk.deleted,
    "MESSAGE_DELETE_BULK": talk.deleted_many,
    "MESSAGE_POLL_VOTE_ADD": talk.voted,
    "MESSAGE_POLL_VOTE_REMOVE": talk.voted,
    "MESSAGE_REACTION_ADD": talk.reacted,
    "MESSAGE_REACTION_REMOVE": talk.reacted,
    "MESSAGE_REACTION_REMOVE_ALL": talk.cleared,
    "MESSAGE_REACTION_REMOVE_EMOJI": talk.cleared,
    "MESSAGE_UPDATE": talk.message,
    "PRESENCE_UPDATE": Dice.presence,
    "STAGE_INSTANCE_CREATE": extras.stage,
    "STAGE_INSTANCE_DELETE": extras.stage,
    "STAGE_INSTANCE_UPDATE": extras.stage,
    "SUBSCRIPTION_CREATE": _subscription,
    "SUBSCRIPTION_DELETE": _subscription,
    "SUBSCRIPTION_UPDATE": _subscription,
    "THREAD_CREATE": Dice.thread,
    "THREAD_DELETE": guilds.thread_gone,
    "THREAD_LIST_SYNC": guilds.thread_list,
    "THREAD_MEMBERS_UPDATE": guilds.thread_members,
    "THREAD_MEMBER_UPDATE": guilds.thread_member,
    "THREAD_UPDATE": Dice.thread,
    "TYPING_START": talk.typing,
    "USER_UPDATE": Dice.account,
    "VOICE_CHANNEL_EFFECT_SEND": extras.voice_effect,
    "VOICE_SERVER_UPDATE": extras.voice_server,
    "VOICE_STATE_UPDATE": extras.voice_state,
    "WEBHOOKS_UPDATE": guilds.webhooks,
}

EVENTS = tuple(_BUILDERS)
"""The names of all events that can be made."""


def random_event(
    name: str,
    rng: random.Random,
    *,
    guild: str | None = None,
    channel: str | None = None,
    user: str | None = None,
) -> Json:
    """The data of a random event of that name."""
    return _BUILDERS[name](Dice(rng, guild, channel, user))
