"""Random events of what a guild can have besides: stages, plans, sounds, voice, moderation."""

from __future__ import annotations

from tests.servers.discord.dice import Dice
from tests.servers.discord.form import Json


def in_guild(dice: Dice) -> Json:
    """Nothing but the guild."""
    return {"guild_id": dice.guild_id()}


def stage(dice: Dice) -> Json:
    """A stage."""
    return in_guild(dice) | {
        "id": dice.id(),
        "channel_id": dice.channel_id(),
        "topic": dice.name(),
        "privacy_level": 2,
        "discoverable_disabled": dice.flag(),
        "guild_scheduled_event_id": dice.null(dice.id()),
    }


def scheduled(dice: Dice) -> Json:
    """An event that is planned."""
    return (
        in_guild(dice)
        | {
            "id": dice.id(),
            "channel_id": dice.null(dice.channel_id()),
            "name": dice.name(),
            "scheduled_start_time": dice.stamp(),
            "scheduled_end_time": dice.null(dice.stamp()),
            "privacy_level": 2,
            "status": dice.rng.randint(1, 4),
            "entity_type": dice.rng.randint(1, 3),
            "entity_id": None,
            "entity_metadata": dice.null({"location": dice.name()}),
        }
        | dice.some(creator_id=dice.null(dice.id()), creator=dice.account(), user_count=1)
    )


def scheduled_user(dice: Dice) -> Json:
    """Somebody wants to come, or no longer."""
    return in_guild(dice) | {"guild_scheduled_event_id": dice.id(), "user_id": dice.user_id()}


def sound(dice: Dice) -> Json:
    """A sound."""
    emoji = dice.rng.choice(((None, "🔥"), (dice.id(), None), (None, None)))
    return (
        in_guild(dice)
        | {
            "sound_id": dice.id(),
            "name": dice.name(),
            "volume": 1.0,
            "emoji_id": emoji[0],
            "emoji_name": emoji[1],
            "available": dice.flag(),
        }
        | dice.some(user=dice.account())
    )


def sounds(dice: Dice) -> Json:
    """All sounds, changed."""
    return in_guild(dice) | {"soundboard_sounds": dice.many(lambda: sound(dice))}


def sound_gone(dice: Dice) -> Json:
    """A sound is gone."""
    return in_guild(dice) | {"sound_id": dice.id()}


def voice_state(dice: Dice) -> Json:
    """Somebody speaks or has left."""
    names = "deaf mute self_deaf self_mute self_video suppress".split()
    return (
        {name: dice.flag() for name in names}
        | {
            "channel_id": dice.null(dice.channel_id()),
            "user_id": dice.user_id(),
            "session_id": "s",
            "request_to_speak_timestamp": None,
        }
        | dice.some(guild_id=dice.guild_id(), member=dice.member(), self_stream=dice.flag())
    )


def voice_server(dice: Dice) -> Json:
    """Where voice is."""
    return in_guild(dice) | {"token": "t", "endpoint": dice.null("127.0.0.1")}


def voice_effect(dice: Dice) -> Json:
    """Somebody throws confetti."""
    return (
        in_guild(dice)
        | {"channel_id": dice.channel_id(), "user_id": dice.user_id()}
        | dice.rng.choice(
            ({"emoji": dice.small_emoji(), "animation_type": 0, "animation_id": 1}, {})
        )
    )


def rule(dice: Dice) -> Json:
    """A rule of AutoMod."""
    kind = dice.rng.choice((1, 3, 4, 5))
    triggers: dict[int, Json] = {
        1: {"keyword_filter": ["x"], "regex_patterns": [], "allow_list": []},
        3: {},
        4: {"presets": [1, 2], "allow_list": []},
        5: {"mention_total_limit": 5, "mention_raid_protection_enabled": dice.flag()},
    }
    return in_guild(dice) | {
        "id": dice.id(),
        "name": dice.name(),
        "creator_id": dice.user_id(),
        "event_type": 1,
        "trigger_type": kind,
        "trigger_metadata": triggers[kind],
        "actions": dice.many(lambda: action(dice)),
        "enabled": dice.flag(),
        "exempt_roles": dice.many(dice.id),
        "exempt_channels": dice.many(dice.id),
    }


def action(dice: Dice) -> Json:
    """What AutoMod does."""
    return dice.rng.choice(
        (
            {"type": 1, "metadata": {}},
            {"type": 2, "metadata": {"channel_id": dice.channel_id()}},
            {"type": 3, "metadata": {"duration_seconds": 60}},
        )
    )


def executed(dice: Dice) -> Json:
    """AutoMod did something."""
    return (
        in_guild(dice)
        | {
            "action": action(dice),
            "rule_id": dice.id(),
            "rule_trigger_type": dice.rng.choice((1, 3, 4, 5)),
            "user_id": dice.user_id(),
            "content": dice.text(),
            "matched_keyword": dice.null("x"),
            "matched_content": dice.null("x"),
        }
        | dice.some(
            channel_id=dice.channel_id(), message_id=dice.id(), alert_system_message_id=dice.id()
        )
    )


def audit(dice: Dice) -> Json:
    """Something was noted in the audit log."""
    change = {"key": "name", "old_value": "a", "new_value": "b"}
    return (
        in_guild(dice)
        | {
            "id": dice.id(),
            "user_id": dice.null(dice.user_id()),
            "target_id": dice.id(),
            "action_type": dice.rng.choice((1, 11, 20, 22, 31)),
        }
        | dice.some(changes=dice.many(lambda: change, 1), reason=dice.text(100))
    )


def command_permissions(dice: Dice) -> Json:
    """Who may use a command changed."""
    one = {"id": dice.id(), "type": dice.rng.randint(1, 3), "permission": dice.flag()}
    number = {"id": dice.id(), "application_id": dice.id()}
    return in_guild(dice) | number | {"permissions": dice.many(lambda: one)}
