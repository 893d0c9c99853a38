"""People, written so that a test reads like a chat: they send, press, pick, type and use commands.

A person sees what Discord's client would show: only commands that were synced and are allowed
here, only buttons that are there and enabled. What they cannot do is an AssertionError.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.servers.discord import invoke
from tests.servers.discord.channels import Channel
from tests.servers.discord.form import Json
from tests.servers.discord.interactions import Interaction, Modal
from tests.servers.discord.messages import File
from tests.servers.discord.permissions import Permission

if TYPE_CHECKING:
    from tests.servers.discord.server import DiscordServer


@dataclass(eq=False)
class Person:
    """An account. `installed` says that the app was added to it (a user install)."""

    server: DiscordServer
    id: str
    name: str
    display: str | None = None
    locale: str = "en-US"
    installed: bool = False
    takes_direct_messages: bool = True
    bot: bool = False

    @property
    def mention(self) -> str:
        """How a message names the person."""
        return f"<@{self.id}>"

    def payload(self) -> Json:
        """The account as Discord describes it."""
        bot = {"bot": True} if self.bot else {}
        return {
            "id": self.id,
            "username": self.name,
            "global_name": self.display,
            "discriminator": "0",
            "avatar": None,
            "banner": None,
            "accent_color": None,
            "avatar_decoration_data": None,
            "collectibles": None,
            "primary_guild": None,
            "public_flags": 0,
            "flags": 0,
            **bot,
        }

    async def sends(
        self,
        text: str = "",
        *,
        to: Channel,
        reply_to: Json | None = None,
        forward: Json | None = None,
        embeds: Sequence[Json] = (),
        attachments: Sequence[File] = (),
        stickers: Sequence[str] = (),
    ) -> Json:
        """Send a message; it as it stands, after the bot was told of it."""
        if not to.may(self, Permission.SEND_MESSAGES):
            raise AssertionError(f"{self.name} cannot write in {to.name or to.id}")
        body: Json = {"content": text, "embeds": list(embeds)}
        if forward is not None or reply_to is not None:
            said = forward if forward is not None else reply_to
            assert said is not None
            body["message_reference"] = {
                "message_id": said["id"],
                "channel_id": said["channel_id"],
                "type": int(forward is not None),
            }
        body["sticker_items"] = [
            {"id": self.server.clock.snowflake(), "name": name, "format_type": 1}
            for name in stickers
        ]
        message = self.server.messages.new(to, self, body, attachments)
        return await self._tells("MESSAGE_CREATE", to, message)

    async def edits(
        self, message: Json, text: str | None = None, *, embeds: Sequence[Json] | None = None
    ) -> Json:
        """Edit a message of one's own: its text, or what is previewed under it."""
        standing = self.server.messages.find(message["channel_id"], message["id"])
        assert standing["author"]["id"] == self.id, f"{self.name} did not write that"
        body: Json = {} if text is None else {"content": text}
        if embeds is not None:
            body["embeds"] = list(embeds)
        self.server.messages.change(standing, body, ())
        if text is None:
            # A preview that Discord adds by itself leaves no mark of an edit.
            standing["edited_timestamp"] = None
        channel = self.server.channels[standing["channel_id"]]
        return await self._tells("MESSAGE_UPDATE", channel, standing)

    async def deletes(self, message: Json) -> None:
        """Delete a message of one's own, or anybody's where that is allowed."""
        standing = self.server.messages.find(message["channel_id"], message["id"])
        channel = self.server.channels[standing["channel_id"]]
        if standing["author"]["id"] != self.id:
            assert channel.may(self, Permission.MANAGE_MESSAGES), f"{self.name} may not delete that"
        self.server.messages.forget(standing)
        await asyncio.sleep(0)

    async def uses_slash(
        self, name: str, options: Mapping[str, object] | None = None, *, in_: Channel
    ) -> Interaction:
        """Use a slash command; a sub-command by its full name, `report add`."""
        data = invoke.slash(self, name, options or {}, in_)
        return await self._interacts(2, in_, data)

    async def uses_menu(self, name: str, target: Json | Person, *, in_: Channel) -> Interaction:
        """Use an entry of the menu of a message, or of a person."""
        return await self._interacts(2, in_, invoke.menu(self, name, target, in_))

    async def completes(
        self,
        name: str,
        option: str,
        typed: str,
        *,
        in_: Channel,
        options: Mapping[str, object] | None = None,
    ) -> Interaction:
        """Type into an option of a slash command, with others filled in before."""
        data = invoke.typing(self, name, option, typed, options or {}, in_)
        return await self._interacts(4, in_, data)

    async def presses(self, message: Json, label: str) -> Interaction:
        """Press the button whose label begins so, on a message as it stands now."""
        standing = self._sees(message)
        return await self._component(standing, invoke.button(standing, label))

    async def presses_raw(self, message: Json, custom_id: str) -> Interaction:
        """Press what may no longer be there, as a slow or modified client does."""
        return await self._component(message, {"custom_id": custom_id, "component_type": 2})

    async def selects(
        self, message: Json, *values: str, custom_id: str | None = None
    ) -> Interaction:
        """Pick options, by value or label; `custom_id` says from which of several selects."""
        standing = self._sees(message)
        return await self._component(standing, invoke.select(standing, values, custom_id))

    async def submits(self, modal: Modal | Interaction, values: Mapping[str, str]) -> Interaction:
        """Fill in a modal, by labels or custom ids, and send it off."""
        shown = modal if isinstance(modal, Modal) else await modal.modal()
        before = shown.interaction
        assert before.person is self, f"The modal was shown to {before.person.name}"
        data = invoke.filled_in(shown.data, values)
        return await self._interacts(5, before.channel, data, before.source, after=before)

    def _sees(self, message: Json) -> Json:
        standing = self.server.messages.now(message)
        assert standing is not None, "The message was deleted"
        hidden = self.server.messages.hidden.get(message["id"])
        assert hidden is None or hidden[1] is self, f"{self.name} cannot see that message"
        return standing

    async def _component(self, message: Json, data: Json) -> Interaction:
        channel = self.server.channels[message["channel_id"]]
        return await self._interacts(3, channel, data, message)

    async def _interacts(
        self,
        kind: int,
        channel: Channel,
        data: Json,
        source: Json | None = None,
        after: Interaction | None = None,
    ) -> Interaction:
        found = invoke.interaction(self, kind, channel, data, source)
        found.after = after
        await asyncio.sleep(0)
        return found

    async def _tells(self, event: str, channel: Channel, message: Json) -> Json:
        messages = self.server.messages
        channel.messages[message["id"]] = message
        messages.tell(event, channel, messages.event(message))
        await asyncio.sleep(0)
        return message
