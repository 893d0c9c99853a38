"""The whole of it: people, guilds, commands, REST and gateway, on one port of the loopback.

It runs in the event loop of the test. Everything the bot sends is kept in `requests`; what a
correct bot would not have sent is in `violations`, and so are mistakes of the server itself.
"""

from __future__ import annotations

import asyncio
import copy
import secrets
from collections.abc import Sequence
from types import TracebackType
from typing import Self

from aiohttp import web

from tests.servers.discord.bell import Bell
from tests.servers.discord.buckets import Buckets
from tests.servers.discord.channels import DIRECT, GROUP, Channel
from tests.servers.discord.clock import Clock
from tests.servers.discord.faults import Fault, Faults
from tests.servers.discord.form import Json
from tests.servers.discord.gateway import Gateway
from tests.servers.discord.guilds import Guild
from tests.servers.discord.intents import Intent
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.messages import Messages
from tests.servers.discord.paths import Pattern
from tests.servers.discord.people import Person
from tests.servers.discord.permissions import Permission
from tests.servers.discord.requests import Request
from tests.servers.discord.rest import Rest
from tests.servers.discord.routes import all_routes
from tests.servers.discord.schema import Schema
from tests.servers.discord.synced import Commands


class DiscordServer:
    """A Discord with one app. `granted` are the privileged intents that it has been granted."""

    def __init__(
        self,
        schema: Schema | None = None,
        *,
        granted: Intent = Intent.MESSAGE_CONTENT,
        heartbeat_interval: int = 41_250,
    ) -> None:
        self.schema = schema
        self.for_people = True
        """Whether people may install the app, or servers alone."""
        self.granted = granted
        self.clock = Clock()
        self.bell = Bell()
        self.requests: list[Request] = []
        self.violations: list[str] = []
        self.identifies: list[float] = []
        self.resumes: list[float] = []
        self.people: dict[str, Person] = {}
        self.guilds: dict[str, Guild] = {}
        self.channels: dict[str, Channel] = {}
        self.interactions: dict[str, Interaction] = {}
        self.messages = Messages(self)
        self.faults = Faults(self.clock)
        self.buckets = Buckets(self.clock)
        self.gateway = Gateway(self, heartbeat_interval)
        self.owner = self.person("developer")
        self.bot = self.person("redflag-test", display="Redflag")
        self.bot.bot = True
        self.application_id = self.bot.id
        self.token = (
            f"{secrets.token_urlsafe(18)}.{secrets.token_urlsafe(4)}.{secrets.token_urlsafe(28)}"
        )
        self.commands = Commands(self.clock, self.application_id)
        self._rest = Rest(self, all_routes(), schema)
        self._runner: web.AppRunner | None = None
        self._port = 0
        self._directs: dict[str, Channel] = {}
        self._said: dict[str, list[Json]] = {}

    @property
    def url(self) -> str:
        """Where everything is."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def api_url(self) -> str:
        """Where the REST API is."""
        return f"{self.url}/api/v10"

    @property
    def gateway_url(self) -> str:
        """Where the gateway is."""
        return f"ws://127.0.0.1:{self._port}/gateway"

    @property
    def too_early(self) -> list[Request]:
        """The requests that did not wait as long as a 429 had asked for."""
        return self.faults.too_early

    async def __aenter__(self) -> Self:
        app = web.Application(client_max_size=64 * 1024 * 1024)
        app.router.add_get("/gateway", self.gateway.handle)
        app.router.add_get("/gateway/", self.gateway.handle)
        app.router.add_get("/cdn/attachments/{channel}/{number}/{name}", self._download)
        app.router.add_route("*", "/api/v10/{path:.*}", self._rest.handle)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self._port = self._runner.addresses[0][1]
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.gateway.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    def person(
        self,
        name: str,
        *,
        display: str | None = None,
        locale: str = "en-US",
        installed: bool = False,
        takes_direct_messages: bool = True,
    ) -> Person:
        """Somebody with an account."""
        number = self.clock.snowflake()
        found = Person(self, number, name, display, locale, installed, takes_direct_messages)
        self.people[number] = found
        return found

    def guild(
        self,
        name: str,
        *,
        members: Sequence[Person] = (),
        admins: Sequence[Person] = (),
        locale: str = "en-US",
        installed: bool = True,
    ) -> Guild:
        """A guild, with or without the bot; admins are administrators."""
        owner = self.person(f"owner-of-{len(self.guilds) + 1}")
        guild = Guild(self, self.clock.snowflake(), name, locale, owner)
        self.guilds[guild.id] = guild
        for person in (*members, *admins):
            guild.join(person)
        for person in admins:
            guild.grant(person, Permission.ADMINISTRATOR | Permission.MANAGE_GUILD)
        if installed:
            guild.add_bot()
        return guild

    def direct(self, person: Person) -> Channel:
        """The private chat of somebody with the bot."""
        if person.id not in self._directs:
            channel = Channel(self.clock.snowflake(), DIRECT, people=[person], bot=self.bot)
            self._directs[person.id] = self.channels[channel.id] = channel
        return self._directs[person.id]

    def private(self, *people: Person) -> Channel:
        """A private chat between people, without the bot: a pair, or a group."""
        kind = DIRECT if len(people) == 2 else GROUP
        channel = Channel(self.clock.snowflake(), kind, people=list(people))
        self.channels[channel.id] = channel
        return channel

    def reaches(self, person: Person) -> bool:
        """Whether the bot can write to somebody privately."""
        shared = any(
            guild.installed and person.id in guild.members for guild in self.guilds.values()
        )
        return person.takes_direct_messages and (shared or person.installed)

    def posted(self, channel: Channel, message: Json) -> None:
        """Note what the bot said by itself."""
        self._said.setdefault(channel.id, []).append(message)

    async def said(
        self,
        channel: Channel,
        count: int = 1,
        timeout: float = 5,  # noqa: ASYNC109
    ) -> list[Json]:
        """The next messages of the bot in a channel, answers to interactions aside."""
        waiting = self._said.setdefault(channel.id, [])
        if not await self.bell.until(lambda: len(waiting) >= count, timeout):
            elsewhere = {
                self.channels[number].name or number: len(one)
                for number, one in self._said.items()
                if one and number != channel.id
            }
            last = "".join(f"\n  {one}" for one in self.requests[-8:]) or " nothing"
            raise AssertionError(
                f"The bot said {len(waiting)} of {count} in {channel.name or channel.id} within "
                f"{timeout} s: {[one['content'] for one in waiting]}; not yet read elsewhere: "
                f"{elsewhere}. Its last requests:{last}"
            )
        taken = copy.deepcopy(waiting[:count])
        del waiting[:count]
        return taken

    async def silence(self, channel: Channel, seconds: float = 0.3) -> None:
        """Wait for a while in which the bot says nothing there."""
        waiting = self._said.setdefault(channel.id, [])
        if await self.bell.until(lambda: bool(waiting), seconds):
            raise AssertionError(f"The bot said {[one['content'] for one in waiting]}")

    def message(self, message: Json) -> Json | None:
        """A message as it stands now; None once it is deleted."""
        return copy.deepcopy(self.messages.now(message))

    def allowed_mentions(self, message: Json) -> Json | None:
        """The `allowed_mentions` that a message came with."""
        return self.messages.allowed.get(message["id"])

    def calls(self, method: str, pattern: str) -> list[Request]:
        """The requests to a path, which may have `*` and `**` in it."""
        wanted = Pattern(pattern)
        return [
            one
            for one in self.requests
            if method in ("*", one.method) and wanted.match(one.path) is not None
        ]

    def fault(
        self,
        method: str,
        path_pattern: str,
        *,
        status: int | None = None,
        retry_after: float | None = None,
        via: bool = True,
        times: int | None = None,
        seconds: float | None = None,
        delay: float = 0,
        cut: bool = False,
        body: object = None,
        for_all: bool = False,
        done: bool = False,
    ) -> Fault:
        """Plan a misfortune: once, unless a number of times or of seconds is given.

        `for_all` makes a 429 a global one. With `done` the work is done before it strikes, so
        that only the answer is lost. A delay alone makes a slow answer.
        """
        if times is None and seconds is None:
            times = 1
        fault = Fault(
            method=method,
            pattern=Pattern(path_pattern),
            status=status,
            retry_after=retry_after,
            via=via,
            left=times,
            until=None if seconds is None else self.clock.now() + seconds,
            delay=delay,
            cut=cut,
            body=body,
            for_all=for_all,
            done=done,
        )
        self.faults.plan(fault)
        return fault

    def limit(self, method: str, path_pattern: str, count: int, per: float) -> None:
        """Let a route take only so many requests in that many seconds."""
        self.buckets.limit(method, path_pattern, count, per)

    def pass_seconds(self, seconds: float) -> None:
        """Let the server's time go by at once, so that tokens expire."""
        self.clock.pass_seconds(seconds)

    async def _download(self, request: web.Request) -> web.Response:
        await asyncio.sleep(0)
        match = request.match_info
        content = self.messages.files.get((match["channel"], match["number"], match["name"]))
        if content is None or "hm" not in request.query:
            return web.Response(status=404, text="This content is no longer available.")
        return web.Response(body=content)
