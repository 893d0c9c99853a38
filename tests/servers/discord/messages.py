"""Messages: how they are made, changed, quoted and forwarded, and the files that come with them.

A message is kept as Discord describes it over REST; `event` adds what the gateway adds. Ephemeral
ones are in no channel: they are kept apart, and only the one they are for can see them.
"""

from __future__ import annotations

import mimetypes
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import quote

from tests.servers.discord.components import with_ids
from tests.servers.discord.form import ApiError, Complaint, Json, entries, invalid_form
from tests.servers.discord.permissions import Permission

if TYPE_CHECKING:
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.people import Person
    from tests.servers.discord.server import DiscordServer

EPHEMERAL, LOADING, HAS_SNAPSHOT, SUPPRESS_EMBEDS = 1 << 6, 1 << 7, 1 << 14, 1 << 2
KEPT_FLAGS = SUPPRESS_EMBEDS | EPHEMERAL | 1 << 12 | 1 << 15
DEFAULT, REPLY, SLASH, MENU = 0, 19, 20, 23
_SNAPSHOT = (
    "type content mentions mention_roles attachments embeds timestamp edited_timestamp flags "
    "components sticker_items"
).split()

File = tuple[str, bytes]


@dataclass
class Messages:
    """Every message there is, and every file."""

    server: DiscordServer
    hidden: dict[str, tuple[Json, Person]] = field(default_factory=dict)
    files: dict[tuple[str, str, str], bytes] = field(default_factory=dict)
    allowed: dict[str, Json | None] = field(default_factory=dict)

    def new(self, channel: Channel, author: Person, body: Json, files: Sequence[File]) -> Json:
        """A message as it will stand; it is nowhere yet."""
        number = self.server.clock.snowflake()
        message: Json = {
            "id": number,
            "channel_id": channel.id,
            "author": author.payload(),
            "type": DEFAULT,
            "content": body.get("content") or "",
            "timestamp": self.server.clock.stamp(),
            "edited_timestamp": None,
            "tts": bool(body.get("tts")),
            "pinned": False,
            "flags": (body.get("flags") or 0) & KEPT_FLAGS,
            "embeds": _embeds(body.get("embeds")),
            "components": with_ids(entries(body.get("components"))),
            "attachments": self._attachments(channel, body, files),
            "mention_roles": [],
            "mentions": [],
            "mention_everyone": False,
        }
        if body.get("nonce") is not None:
            message["nonce"] = body["nonce"]
        if body.get("sticker_items"):
            message["sticker_items"] = body["sticker_items"]
        self._refer(message, channel, body.get("message_reference"))
        self._mention(message, channel, author, body.get("allowed_mentions"))
        return message

    def change(self, message: Json, body: Json, files: Sequence[File]) -> None:
        """Edit a message in place: what is not named stays."""
        channel = self.server.channels[message["channel_id"]]
        if "content" in body:
            message["content"] = body["content"] or ""
        if "embeds" in body:
            message["embeds"] = _embeds(body["embeds"])
        if "components" in body:
            message["components"] = with_ids(entries(body["components"]))
        if "flags" in body:
            kept = message["flags"] & ~SUPPRESS_EMBEDS
            message["flags"] = kept | (body["flags"] or 0) & (SUPPRESS_EMBEDS | 1 << 15)
        if "attachments" in body or files:
            keep = {str(one["id"]) for one in entries(body.get("attachments"))}
            kept = [
                one
                for one in message["attachments"]
                if one["id"] in keep or "attachments" not in body
            ]
            message["attachments"] = kept + self._attachments(channel, body, files)
        message["edited_timestamp"] = self.server.clock.stamp()
        author = self.server.people[message["author"]["id"]]
        self._mention(message, channel, author, body.get("allowed_mentions"))

    def find(self, channel: str, number: str) -> Json:
        """The message in a channel; ephemeral ones are unknown here."""
        place = self.server.channels.get(channel)
        found = None if place is None else place.messages.get(number)
        if found is None:
            raise ApiError(10008)
        return found

    def now(self, message: Json) -> Json | None:
        """The message as it stands now, wherever it is; None once it is deleted."""
        if message["id"] in self.hidden:
            return self.hidden[message["id"]][0]
        return self.server.channels[message["channel_id"]].messages.get(message["id"])

    def forget(self, message: Json) -> None:
        """Delete a message."""
        self.hidden.pop(message["id"], None)
        channel = self.server.channels[message["channel_id"]]
        if channel.messages.pop(message["id"], None) is not None:
            guild = {"guild_id": channel.guild.id} if channel.guild else {}
            event = {"id": message["id"], "channel_id": channel.id, **guild}
            self.tell("MESSAGE_DELETE", channel, event)

    def event(self, message: Json) -> Json:
        """A message as the gateway describes it."""
        channel = self.server.channels[message["channel_id"]]
        if channel.guild is None:
            return message
        author = self.server.people[message["author"]["id"]]
        extra: Json = {"guild_id": channel.guild.id}
        if author.id in channel.guild.members:
            extra["member"] = channel.guild.member(author, user=False)
        return message | extra

    def tell(self, name: str, channel: Channel, data: Json) -> None:
        """Send an event of a channel, if the bot is there to see it."""
        if channel.may(self.server.bot, Permission.VIEW_CHANNEL):
            self.server.gateway.dispatch(name, data)

    def snapshot(self, message: Json) -> Json:
        """What remains of a message when it is forwarded: neither author nor place."""
        return {"message": {key: message[key] for key in _SNAPSHOT if key in message}}

    def _attachments(self, channel: Channel, body: Json, files: Sequence[File]) -> list[Json]:
        described = {str(one["id"]): one for one in entries(body.get("attachments"))}
        found = []
        for index, (name, content) in enumerate(files):
            said = described.get(str(index), {})
            found.append(self.attachment(channel, name, content, said.get("description")))
        return found

    def attachment(
        self, channel: Channel, name: str, content: bytes, description: str | None = None
    ) -> Json:
        """Keep a file, and describe it."""
        number = self.server.clock.snowflake()
        self.files[channel.id, number, name] = content
        where = f"{self.server.url}/cdn/attachments/{channel.id}/{number}/{quote(name)}"
        url = f"{where}?ex=7fffffff&is=7ffffff0&hm={'0' * 64}"
        kind = mimetypes.guess_type(name)[0]
        attachment: Json = {
            "id": number,
            "filename": name,
            "size": len(content),
            "url": url,
            "proxy_url": url,
        }
        if kind:
            attachment["content_type"] = kind
        if kind and kind.startswith("image/"):
            attachment |= {"width": 320, "height": 240}
        if description:
            attachment["description"] = description
        return attachment

    def _refer(self, message: Json, channel: Channel, reference: Json | None) -> None:
        if not reference:
            return
        place = self.server.channels.get(str(reference.get("channel_id") or channel.id), channel)
        found = place.messages.get(str(reference["message_id"]))
        if found is None:
            if reference.get("fail_if_not_exists", True):
                where = ("message_reference",)
                # A person may have deleted it in the meantime: no fault of the bot.
                complaint = Complaint(where, "REPLIES_UNKNOWN_MESSAGE", "Unknown message")
                raise invalid_form([complaint], violation=False)
            return
        kind = reference.get("type") or 0
        guild = {"guild_id": place.guild.id} if place.guild else {}
        message["message_reference"] = {
            "type": kind,
            "channel_id": place.id,
            "message_id": found["id"],
            **guild,
        }
        if kind == 1:
            message["message_snapshots"] = [self.snapshot(found)]
            message["flags"] |= HAS_SNAPSHOT
        else:
            message["type"] = REPLY
            hidden = ("referenced_message", "reactions")
            message["referenced_message"] = {k: v for k, v in found.items() if k not in hidden}

    def _mention(
        self, message: Json, channel: Channel, author: Person, allowed: Json | None
    ) -> None:
        self.allowed[message["id"]] = allowed
        kinds = (
            {"users", "roles", "everyone"} if allowed is None else set(allowed.get("parse") or ())
        )
        named = set() if allowed is None else {str(one) for one in allowed.get("users") or ()}
        text = message["content"]
        found = [
            self.server.people[number]
            for number in dict.fromkeys(re.findall(r"<@!?(\d+)>", text))
            if number in self.server.people and ("users" in kinds or number in named)
        ]
        quoted = message.get("referenced_message")
        if quoted and (allowed is None or allowed.get("replied_user")):
            replied = self.server.people[quoted["author"]["id"]]
            if replied not in found:
                found.append(replied)
        message["mentions"] = [person.payload() for person in found]
        message["mention_everyone"] = bool(
            "everyone" in kinds
            and re.search("@(everyone|here)", text)
            and channel.may(author, Permission.MENTION_EVERYONE)
        )


def _embeds(embeds: object) -> list[Json]:
    found = []
    for embed in entries(embeds):
        kept = {key: value for key, value in embed.items() if value is not None}
        if "fields" in kept:
            kept["fields"] = [
                {"name": one["name"], "value": one["value"], "inline": bool(one.get("inline"))}
                for one in entries(kept["fields"])
            ]
        found.append(kept | {"type": "rich"})
    return found
