"""Intents: which events a bot is told of, and how much of a message it may read.

Without the content intent the text, embeds, attachments and components of what others write in
guilds are empty, in what is quoted and forwarded as well; not in private chats, not where the bot
is mentioned, never in its own messages. Over REST the same holds for an app that Discord has not
granted the intent.
"""

from __future__ import annotations

from enum import IntFlag

from tests.servers.discord.form import Json


class Intent(IntFlag):
    """Discord's bits."""

    GUILDS = 1 << 0
    GUILD_MEMBERS = 1 << 1
    GUILD_MODERATION = 1 << 2
    GUILD_EXPRESSIONS = 1 << 3
    GUILD_INTEGRATIONS = 1 << 4
    GUILD_WEBHOOKS = 1 << 5
    GUILD_INVITES = 1 << 6
    GUILD_VOICE_STATES = 1 << 7
    GUILD_PRESENCES = 1 << 8
    GUILD_MESSAGES = 1 << 9
    GUILD_MESSAGE_REACTIONS = 1 << 10
    GUILD_MESSAGE_TYPING = 1 << 11
    DIRECT_MESSAGES = 1 << 12
    DIRECT_MESSAGE_REACTIONS = 1 << 13
    DIRECT_MESSAGE_TYPING = 1 << 14
    MESSAGE_CONTENT = 1 << 15
    GUILD_SCHEDULED_EVENTS = 1 << 16
    AUTO_MODERATION_CONFIGURATION = 1 << 20
    AUTO_MODERATION_EXECUTION = 1 << 21
    GUILD_MESSAGE_POLLS = 1 << 24
    DIRECT_MESSAGE_POLLS = 1 << 25


PRIVILEGED = Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES | Intent.MESSAGE_CONTENT
ALL = Intent(sum(Intent))

_IN_GUILDS = {
    "GUILD_MEMBER_ADD": Intent.GUILD_MEMBERS,
    "GUILD_MEMBER_UPDATE": Intent.GUILD_MEMBERS,
    "GUILD_MEMBER_REMOVE": Intent.GUILD_MEMBERS,
    "MESSAGE_CREATE": Intent.GUILD_MESSAGES,
    "MESSAGE_UPDATE": Intent.GUILD_MESSAGES,
    "MESSAGE_DELETE": Intent.GUILD_MESSAGES,
    "TYPING_START": Intent.GUILD_MESSAGE_TYPING,
}
_IN_PRIVATE = {
    "MESSAGE_CREATE": Intent.DIRECT_MESSAGES,
    "MESSAGE_UPDATE": Intent.DIRECT_MESSAGES,
    "MESSAGE_DELETE": Intent.DIRECT_MESSAGES,
    "TYPING_START": Intent.DIRECT_MESSAGE_TYPING,
}
_MESSAGES = ("MESSAGE_CREATE", "MESSAGE_UPDATE")
_OF_GUILDS = ("GUILD_", "CHANNEL_")


def shaped(event: str, data: Json, intents: Intent, bot: str) -> Json | None:
    """An event as a session with these intents is told of it, or None if it is not."""
    guild = data.get("guild_id")
    needed = (_IN_GUILDS if guild else _IN_PRIVATE).get(event)
    if needed is None and event.startswith(_OF_GUILDS):
        needed = _IN_GUILDS.get(event, Intent.GUILDS)
    # A bot is always told of changes of its own membership.
    about_itself = (data.get("user") or {}).get("id") == bot
    if needed is not None and not needed & intents and not about_itself:
        return None
    if event in _MESSAGES and not intents & Intent.MESSAGE_CONTENT:
        return redacted(data, bot, private=guild is None)
    if event == "GUILD_CREATE" and not intents & (Intent.GUILD_MEMBERS | Intent.GUILD_PRESENCES):
        return {**data, "members": [one for one in data["members"] if one["user"]["id"] == bot]}
    return data


def redacted(message: Json, bot: str, *, private: bool) -> Json:
    """A message as a bot without the content intent reads it."""
    quoted = message.get("referenced_message")
    shown = message if quoted is None else {
        **message, "referenced_message": redacted(quoted, bot, private=private),
    }  # fmt: skip
    mentioned = any(user["id"] == bot for user in message["mentions"])
    if private or mentioned or message["author"]["id"] == bot:
        return shown
    shown = {**shown, **_emptied()}
    if "message_snapshots" in shown:
        shown["message_snapshots"] = [
            {"message": {**one["message"], **_emptied()}} for one in shown["message_snapshots"]
        ]
    return shown


def _emptied() -> Json:
    return {"content": "", "embeds": [], "attachments": [], "components": []}
