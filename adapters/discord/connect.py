"""Serves Discord: logs in, brings the commands, listens to the gateway, drains when stopped."""

from __future__ import annotations

import asyncio
import logging

import aiohttp
import discord
from discord.http import Route
from yarl import URL

from adapters.discord.answer import Answer
from adapters.discord.commands import commands
from adapters.discord.content import Raw
from adapters.discord.face import Face
from adapters.discord.gateway import REFUSED, Gateway
from adapters.discord.guilds import EVENTS, Guilds
from adapters.discord.history import History
from adapters.discord.intake import Intake
from adapters.discord.parse import PLATFORM, parse
from adapters.discord.publish import publish
from adapters.discord.rest import Rest
from adapters.discord.send import Sender
from adapters.discord.words import on_discord
from adapters.errors import FaceError, FaceRefusedError
from bot.app import App
from bot.settings import Settings

log = logging.getLogger(__name__)

NAME = PLATFORM
OFFICIAL = "https://discord.com/api/v10"
INVITATION = (
    "https://discord.com/oauth2/authorize?client_id={}&scope=bot+applications.commands"
    "&permissions=274877991936"
)
"""The link by which the bot is added to a server: see channels, write there and in threads, embed
links, read what was written before."""
_DRAIN = 10.0
"""Seconds for what was taken in to be answered when the face is told to stop."""
_CONTENT_FLAGS = 1 << 18 | 1 << 19
"""Flags of an application that has been granted the content of messages."""


def is_configured(settings: Settings) -> bool:
    """Whether there is a token."""
    return bool(settings.discord_token.reveal())


async def connect(app: App) -> None:
    """Serve until cancelled; then finish what was begun, for at most _DRAIN seconds.

    Raises: FaceError where Discord cannot be reached or refuses us.
    """
    # The library keeps its address for the whole process; one Discord is all it speaks to.
    Route.BASE = (app.settings.discord_api_url or OFFICIAL).rstrip("/")
    intents = discord.Intents.none()
    intents.guilds = intents.guild_messages = intents.dm_messages = True
    serving = _Serving(on_discord(app), intents)
    try:
        await serving.log_in()
        await serving.serve()
    finally:
        await serving.end()


class _Serving:
    """The parts of the face, put together for one run."""

    def __init__(self, app: App, intents: discord.Intents) -> None:
        self._app = app
        self._intents = intents
        self._client = Gateway(intents, self._take, self._room)
        self._rest = Rest(self._client)
        self._sender = Sender(self._rest)
        self._guilds = Guilds(app, self._rest, self._sender)
        self._guilds.client = self._client
        self._history = History(self._rest)
        self._application = ""
        self._intake: Intake | None = None
        self._sessions = 0
        self._catching: asyncio.Task[None] | None = None
        self._changes: asyncio.Queue[tuple[str, Raw]] = asyncio.Queue()

    async def log_in(self) -> None:
        """Find out who we are and what we are granted.

        Raises: FaceError.
        """
        try:
            await self._client.login(self._app.settings.discord_token.reveal())
        except discord.LoginFailure:
            raise FaceRefusedError(REFUSED) from None
        except (discord.HTTPException, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise FaceError(f"Discord does not let us in ({type(error).__name__}).") from None
        self._rest.open()
        assert self._client.user is not None  # noqa: S101 - logged in
        self._application = str(self._client.application_id)
        self._intents.message_content = bool(self._client.application_flags.value & _CONTENT_FLAGS)
        invitation = INVITATION.format(self._application)
        log.info("discord: logged in as %s; add it to a server: %s", self._client.user, invitation)

    async def serve(self) -> None:
        """Listen until cancelled."""
        face = Face(self._app, self._rest, self._sender, self._guilds)
        me = str(self._client.user.id) if self._client.user else ""
        self._intake = Intake(
            self._app,
            lambda name, raw: parse(name, raw, me, self._guilds.titles),
            lambda ticket: Answer(self._rest, self._sender, self._application, ticket),
            face,
        )
        await publish(
            self._rest,
            self._application,
            commands(self._app.languages),
            people=_for_people(self._client.application),
        )
        await self._intake.resume()
        gateway = await self._gateway()
        changes = asyncio.create_task(self._note_changes())
        reviving = asyncio.create_task(self._intake.watch_revived())
        try:
            await self._client.listen(gateway)
        finally:
            for task in (changes, reviving, self._catching):
                if task is not None:
                    task.cancel()

    async def end(self) -> None:
        """Finish what was begun, then let go of Discord."""
        try:
            if self._intake is not None:
                await _drain(self._intake)
        finally:
            await self._guilds.close()
            await self._rest.close()
            await self._client.close()

    async def _gateway(self) -> URL:
        """Where the gateway is, as Discord says.

        Raises: FaceError.
        """
        try:
            _, address, start = await self._client.http.get_bot_gateway()
        except (discord.GatewayNotFound, aiohttp.ClientError, OSError, TimeoutError) as error:
            raise FaceError("Discord does not tell where its gateway is.") from error
        if not start["remaining"]:
            seconds = start["reset_after"] / 1000
            log.warning("discord: no session may be begun for %.0f s; waiting", seconds)
            await asyncio.sleep(seconds)
        return URL(address)

    async def _room(self) -> None:
        assert self._intake is not None  # noqa: S101 - made before anything is listened to
        await self._intake.room()

    def _take(self, name: str, raw: Raw) -> None:
        """Everything that the gateway tells, as it came."""
        if self._intake is None:
            return
        if name in EVENTS:
            self._changes.put_nowait((name, raw))
        if name == "READY":
            self._began_anew()
        self._intake.take(name, raw)
        self._history.note(name, raw)

    def _began_anew(self) -> None:
        """What was said before a session that is not the first was told to nobody."""
        self._sessions += 1
        if self._sessions > 1:
            self._history.missed()
            if self._catching is None or self._catching.done():
                self._catching = asyncio.create_task(self._history.catch_up(self._take))

    async def _note_changes(self) -> None:
        """Handle what is told of servers, in its order."""
        while True:
            name, raw = await self._changes.get()
            try:
                await self._guilds.handle(name, raw)
            except Exception as error:
                # News of one server must not end the news of all.
                log.warning("an event %s was not handled (%s)", name, type(error).__name__)


def _for_people(application: discord.AppInfo | None) -> bool:
    """Whether people may install the application; assumed where Discord does not tell."""
    if application is None or application.guild_integration_config is None:
        return True
    return application.user_integration_config is not None


async def _drain(intake: Intake) -> None:
    """Finish what was begun; what is left stays in the inbox."""
    try:
        async with asyncio.timeout(_DRAIN):
            await intake.drain()
    except TimeoutError:
        log.warning("discord: %s events are left for the next start", intake.waiting)
    finally:
        await intake.close()
