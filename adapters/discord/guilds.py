"""The servers the bot is in: their names, when it comes and goes, and the card it brings along.

Discord tells of every server anew with each session. One that the bot was just added to gets the
set-up card, in the channel for such notes or the first one where it may speak, else its owner does.
Who added the bot Discord does not tell; the card's buttons are for whoever moderates.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator, Mapping
from datetime import datetime

import discord

from adapters.discord.content import Raw
from adapters.discord.parse import PLATFORM, Place
from adapters.discord.render import render
from adapters.discord.rest import OutageError, RefusedError, Rest
from adapters.discord.send import Sender
from bot import arrivals
from bot.app import App
from bot.card import Card
from bot.errors import StoreError
from bot.message import Chat, Person
from bot.rights import Rights

log = logging.getLogger(__name__)

_FRESH_MS = 24 * 3_600_000
"""How long ago the bot may have joined to bring its card: it may have been away meanwhile."""
_PATIENCE = 2.0
EVENTS = frozenset({"READY", "GUILD_CREATE", "GUILD_UPDATE", "GUILD_DELETE"})
"""The events that `handle` is for."""


class Guilds:
    """The servers, by their ids."""

    def __init__(self, app: App, rest: Rest, sender: Sender) -> None:
        self._app = app
        self._rest = rest
        self._sender = sender
        self._titles: dict[str, str] = {}
        self._known: set[str] = set()
        self._greetings: set[asyncio.Task[None]] = set()
        self.client: discord.Client | None = None
        """The library's client, whose picture of the servers says where the bot may speak."""

    @property
    def titles(self) -> Mapping[str, str]:
        """The names of the servers that Discord told of."""
        return self._titles

    async def title(self, guild: str) -> str | None:
        """The name of a server, "" where it cannot be told now, None where the bot is not there.

        Asked for where Discord has not told it yet. An application may be installed on a server
        with its commands alone; then the bot is no member, and the server no community.
        """
        if guild not in self._titles:
            try:
                found = await self._rest.bot(
                    "GET", "/guilds/{guild_id}", patience=_PATIENCE, guild_id=guild
                )
                self._titles[guild] = str(found["name"])
            except RefusedError as error:
                return None if error.status in (403, 404) else ""
            except OutageError:
                return ""
        return self._titles[guild]

    async def handle(self, name: str, raw: Raw) -> None:
        """Remember what an event says of a server."""
        try:
            if name == "READY" and raw.get("session_id"):
                await self._compared({str(one["id"]) for one in raw["guilds"]})
            elif name == "GUILD_CREATE" and not raw.get("unavailable"):
                await self._entered(raw)
            elif name == "GUILD_UPDATE":
                await self._renamed(raw)
            elif name == "GUILD_DELETE" and not raw.get("unavailable"):
                await self._gone(str(raw["id"]))
        except StoreError as error:
            log.warning("a change of a server is not remembered: %s", error)

    async def _entered(self, raw: Raw) -> None:
        guild, title = str(raw["id"]), str(raw["name"])
        self._titles[guild] = title
        now = self._app.clock()
        new = guild not in self._known and now - _joined(raw, now) < _FRESH_MS
        self._known.add(guild)
        channel = next(self._open_channels(guild), None)
        reads = self.client is not None and self.client.intents.message_content
        change = arrivals.Arrived(
            Chat(PLATFORM, guild, private=False, title=title),
            # The server itself: nobody is known to have done it, and nobody is to be found in it.
            Person(PLATFORM, f"guild:{guild}", str(raw.get("preferred_locale") or ""), hidden=True),
            Rights(speak=channel is not None, read=reads),
            now,
            new,
        )
        cards = await arrivals.note(change, self._app)
        if not new:
            # It may have been renamed while nobody listened.
            await arrivals.note(arrivals.Renamed(change.chat), self._app)
        if cards:
            # A channel that takes nothing for a while holds up no other server's news.
            greeting = asyncio.create_task(self._greet(guild, channel, raw, cards))
            self._greetings.add(greeting)
            greeting.add_done_callback(self._greetings.discard)

    async def _greet(
        self, guild: str, channel: str | None, raw: Raw, cards: tuple[Card, ...]
    ) -> None:
        if channel is not None:
            await self._sender.send(Place(channel), cards, f"g{guild}")
        else:
            for page in render(cards[0]):
                await self._sender.direct(str(raw.get("owner_id")), page, f"g{guild}")

    async def close(self) -> None:
        """Let go of cards that are still on their way."""
        for greeting in self._greetings:
            greeting.cancel()
        await asyncio.gather(*self._greetings, return_exceptions=True)

    def _open_channels(self, guild: str) -> Iterator[str]:
        """The channels in which the bot may speak, the one for such notes first."""
        found = self.client.get_guild(int(guild)) if self.client is not None else None
        if found is None or found.me is None:
            return
        channels = [found.system_channel, *found.text_channels]
        for channel in channels:
            if channel is not None:
                may = channel.permissions_for(found.me)
                if may.view_channel and may.send_messages:
                    yield str(channel.id)

    async def _renamed(self, raw: Raw) -> None:
        guild, title = str(raw["id"]), str(raw["name"])
        if self._titles.get(guild) != title:
            self._titles[guild] = title
            chat = Chat(PLATFORM, guild, private=False, title=title)
            await arrivals.note(arrivals.Renamed(chat), self._app)

    async def _gone(self, guild: str) -> None:
        self._titles.pop(guild, None)
        self._known.discard(guild)
        chat = Chat(PLATFORM, guild, private=False)
        await arrivals.note(arrivals.Left(chat, self._app.clock()), self._app)

    async def _compared(self, present: set[str]) -> None:
        """Which servers were known before; those it was thrown out of meanwhile are left."""
        chats = await self._app.store.communities.all_chats()
        self._known |= {chat for _, platform, chat in chats if platform == PLATFORM}
        for guild in self._known - present:
            await self._gone(guild)


def _joined(raw: Raw, now: int) -> int:
    """When the bot came to a server, epoch milliseconds."""
    told = raw.get("joined_at")
    return int(datetime.fromisoformat(str(told)).timestamp() * 1000) if told else now
