"""The Discord for tests, driven by the real library: what it promises to those who test with it."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from tests.servers.discord.commands import command_complaints
from tests.servers.discord.components import component_complaints
from tests.servers.discord.events import EVENTS, random_event
from tests.servers.discord.fixture import discord_server, library_pointed_at, official_schema
from tests.servers.discord.form import Json
from tests.servers.discord.intents import Intent
from tests.servers.discord.library import app_commands, discord
from tests.servers.discord.modals import modal_complaints
from tests.servers.discord.permissions import Permission
from tests.servers.discord.server import DiscordServer

__all__ = ["discord_server"]

needs_schema = pytest.mark.skipif(official_schema() is None, reason="REDFLAG_TEST_SPECS not set")


class Bot(discord.Client):
    """A bot as one would write it; tests add commands to `tree` before it starts."""

    def __init__(self, intents: discord.Intents | None = None, **options: Any) -> None:
        chosen = discord.Intents.default() if intents is None else intents
        super().__init__(intents=chosen, guild_ready_timeout=0.1, **options)
        self.tree = app_commands.CommandTree(self)
        self.sync = True
        self.heard: list[discord.Message] = []

    async def setup_hook(self) -> None:
        if self.sync and self.tree.get_commands():
            await self.tree.sync()

    async def on_message(self, message: discord.Message) -> None:
        if message.author != self.user:
            self.heard.append(message)


def reading() -> discord.Intents:
    intents = discord.Intents.default()
    intents.message_content = True
    return intents


@asynccontextmanager
async def running(bot: Bot, server: DiscordServer) -> AsyncIterator[Bot]:
    task = asyncio.create_task(bot.start(server.token))
    try:
        ready = asyncio.create_task(until(bot.is_ready, 10))
        await asyncio.wait([task, ready], timeout=10, return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            ready.cancel()
            task.result()
        await ready
        yield bot
    finally:
        await bot.close()
        await asyncio.gather(task, return_exceptions=True)


async def until(happened: Callable[[], bool], timeout: float = 5) -> None:  # noqa: ASYNC109
    async with asyncio.timeout(timeout):
        while not happened():  # noqa: ASYNC110
            await asyncio.sleep(0.01)


async def test_a_bot_logs_in_and_sees_its_guilds(discord_server: DiscordServer) -> None:
    discord_server.guild("Alpha sellers")
    async with running(Bot(), discord_server) as bot:
        assert [guild.name for guild in bot.guilds] == ["Alpha sellers"]
        assert bot.user is not None
        assert str(bot.user.id) == discord_server.application_id
    assert len(discord_server.identifies) == 1


# Commands and what follows from them


class Reports(discord.ui.Modal, title="Report"):
    account: discord.ui.TextInput[Reports] = discord.ui.TextInput(label="Account", max_length=100)
    note: discord.ui.TextInput[Reports] = discord.ui.TextInput(
        label="Note", style=discord.TextStyle.paragraph, required=False
    )

    async def on_submit(self, interaction: discord.Interaction) -> None:
        await interaction.response.send_message(f"Noted {self.account.value}", ephemeral=True)


class Panel(discord.ui.View):
    def __init__(self) -> None:
        super().__init__(timeout=None)

    @discord.ui.button(label="Report", custom_id="report", style=discord.ButtonStyle.danger)
    async def report(
        self, interaction: discord.Interaction, _button: discord.ui.Button[Panel]
    ) -> None:
        await interaction.response.send_modal(Reports())

    @discord.ui.button(label="Done", custom_id="done")
    async def done(
        self, interaction: discord.Interaction, _button: discord.ui.Button[Panel]
    ) -> None:
        await interaction.response.edit_message(content="Done.", view=None)

    @discord.ui.select(
        custom_id="language",
        options=[
            discord.SelectOption(label="English", value="en"),
            discord.SelectOption(label="中文", value="zh"),
        ],
    )
    async def language(
        self, interaction: discord.Interaction, select: discord.ui.Select[Panel]
    ) -> None:
        await interaction.response.defer()
        await interaction.edit_original_response(content=f"Chosen: {select.values[0]}")


def with_commands(bot: Bot) -> Bot:
    @bot.tree.command(name="check", description="Check a message")
    @app_commands.allowed_installs(guilds=True, users=True)
    @app_commands.allowed_contexts(guilds=True, dms=True, private_channels=True)
    async def check(interaction: discord.Interaction, text: str) -> None:
        await interaction.response.defer(ephemeral=True, thinking=True)
        await interaction.followup.send(f"Checked: {text}", view=Panel())
        await interaction.followup.send("And more", ephemeral=True)

    @bot.tree.command(name="panel", description="Buttons")
    async def panel(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Press", view=Panel())

    report = app_commands.Group(name="report", description="Reports")

    @report.command(name="add", description="Add one")
    async def add(interaction: discord.Interaction, routine: str) -> None:
        await interaction.response.send_message(f"Added {routine}")

    @add.autocomplete("routine")
    async def complete(
        _interaction: discord.Interaction, current: str
    ) -> list[app_commands.Choice[str]]:
        names = ("insider", "parking")
        return [app_commands.Choice(name=n, value=n) for n in names if n.startswith(current)]

    bot.tree.add_command(report)

    @bot.tree.context_menu(name="Is this a scam?")
    async def menu(interaction: discord.Interaction, message: discord.Message) -> None:
        text = message.content or message.message_snapshots[0].content
        await interaction.response.send_message(f"Read: {text}", ephemeral=True)

    return bot


async def test_a_deferred_answer_is_filled_by_the_first_message_and_stays_hidden(
    discord_server: DiscordServer,
) -> None:
    ann = discord_server.person("ann", display="Ann", locale="zh-CN")
    guild = discord_server.guild("Alpha", members=[ann])
    async with running(with_commands(Bot()), discord_server):
        it = await ann.uses_slash("check", {"text": "hello"}, in_=guild.channel)
        response = await it.response()
        assert (response.type, response.data) == (5, {"flags": 64})
        assert it.acknowledged_after is not None
        assert it.acknowledged_after < 1
        message = await it.message()
        assert message["content"] == "Checked: hello"
        assert message["flags"] & 64
        (more,) = await it.followups()
        assert more["content"] == "And more"
        assert guild.channel.messages == {}
        assert it.payload["locale"] == "zh-CN"
        assert it.payload["guild_locale"] == "en-US"


async def test_buttons_selects_and_modals_work_as_on_a_screen(
    discord_server: DiscordServer,
) -> None:
    ann = discord_server.person("ann")
    guild = discord_server.guild("Alpha", members=[ann])
    async with running(with_commands(Bot()), discord_server):
        it = await ann.uses_slash("panel", in_=guild.channel)
        message = await it.message()
        picked = await ann.selects(message, "中文")
        assert (await picked.message())["content"] == "Chosen: zh"
        modal = await ann.presses(message, "Rep")
        shown = await modal.modal()
        assert (shown.title, shown.labels) == ("Report", ["Account", "Note"])
        sent = await ann.submits(shown, {"Account": "desk@evil-parcels.com"})
        assert (await sent.message())["content"] == "Noted desk@evil-parcels.com"
        done = await ann.presses(message, "Done")
        assert (await done.message())["components"] == []
        with pytest.raises(AssertionError, match="there are"):
            await ann.presses(message, "Done")
        stale = await ann.presses_raw(message, "nobody-knows")
        with pytest.raises(AssertionError, match="no answer at all"):
            await stale.response(timeout=0.1)


async def test_sub_commands_complete_what_is_typed(discord_server: DiscordServer) -> None:
    ann = discord_server.person("ann")
    guild = discord_server.guild("Alpha", members=[ann])
    async with running(with_commands(Bot()), discord_server):
        typed = await ann.completes("report add", "routine", "ins", in_=guild.channel)
        assert await typed.choices() == [{"name": "insider", "value": "insider"}]
        it = await ann.uses_slash("report add", {"routine": "insider"}, in_=guild.channel)
        assert (await it.message())["content"] == "Added insider"


async def test_a_message_is_readable_from_its_menu_without_any_intent(
    discord_server: DiscordServer,
) -> None:
    ann = discord_server.person("ann")
    guild = discord_server.guild("Alpha", members=[ann])
    async with running(with_commands(Bot()), discord_server) as bot:
        first = await ann.sends("Pay 200 USD", to=guild.channel)
        forwarded = await ann.sends(to=guild.channel, forward=first)
        await until(lambda: len(bot.heard) == 2)
        assert [one.content for one in bot.heard] == ["", ""]
        assert bot.heard[1].message_snapshots[0].content == ""
        for message in (first, forwarded):
            it = await ann.uses_menu("Is this a scam?", message, in_=guild.channel)
            assert (await it.message())["content"] == "Read: Pay 200 USD"


async def test_an_installed_app_can_be_used_where_the_bot_is_not(
    discord_server: DiscordServer,
) -> None:
    ann, bob = discord_server.person("ann", installed=True), discord_server.person("bob")
    guild = discord_server.guild("Elsewhere", members=[ann, bob], installed=False)
    async with running(with_commands(Bot()), discord_server):
        for place, context in (
            (guild.channel, 0),
            (discord_server.direct(ann), 1),
            (discord_server.private(ann, bob), 2),
        ):
            it = await ann.uses_slash("check", {"text": "x"}, in_=place)
            assert it.payload["context"] == context
            assert it.payload["authorizing_integration_owners"]["1"] == ann.id
            assert ("member" in it.payload) == (context == 0)
            await it.message()
        with pytest.raises(AssertionError, match="neither in the server nor theirs"):
            await bob.uses_slash("check", {"text": "x"}, in_=guild.channel)
        with pytest.raises(AssertionError, match="has synced no 'chekc'"):
            await ann.uses_slash("chekc", in_=guild.channel)
        with pytest.raises(AssertionError, match="needs 'text'"):
            await ann.uses_slash("check", in_=guild.channel)


async def test_options_carry_people_and_files_and_menus_people(
    discord_server: DiscordServer,
) -> None:
    ann, bob = discord_server.person("ann"), discord_server.person("bob", display="Bob")
    guild = discord_server.guild("Alpha", members=[ann], admins=[bob])
    bot = Bot()

    @bot.tree.command(name="look", description="Look")
    async def look(
        interaction: discord.Interaction,
        who: discord.User,
        file: discord.Attachment,
        times: app_commands.Range[int, 1, 3] = 1,
    ) -> None:
        content = (await file.read()).decode()
        await interaction.response.send_message(f"{who.display_name} {content} {times}")

    @bot.tree.context_menu(name="Who is it?")
    @app_commands.default_permissions(manage_guild=True)
    async def who_is(interaction: discord.Interaction, member: discord.Member) -> None:
        await interaction.response.send_message(member.display_name)

    async with running(bot, discord_server):
        options = {"who": bob, "file": ("a.txt", b"hello")}
        it = await ann.uses_slash("look", options, in_=guild.channel)
        assert (await it.message())["content"] == "Bob hello 1"
        with pytest.raises(AssertionError, match="value 4, not 3"):
            await ann.uses_slash("look", {**options, "times": 4}, in_=guild.channel)
        with pytest.raises(AssertionError, match="lacks the permissions"):
            await ann.uses_menu("Who is it?", bob, in_=guild.channel)
        menu = await bob.uses_menu("Who is it?", ann, in_=guild.channel)
        assert (await menu.message())["content"] == "ann"


async def test_layouts_and_labelled_inputs_are_understood(
    discord_server: DiscordServer,
) -> None:
    ann = discord_server.person("ann")
    guild = discord_server.guild("Alpha", members=[ann])
    bot = Bot()

    class Asking(discord.ui.Modal, title="Asking"):
        kind: discord.ui.Label[Any] = discord.ui.Label(
            text="Kind",
            component=discord.ui.Select(options=[discord.SelectOption(label="Mail", value="m")]),
        )
        note: discord.ui.Label[Any] = discord.ui.Label(
            text="Note", component=discord.ui.TextInput()
        )

        async def on_submit(self, interaction: discord.Interaction) -> None:
            assert isinstance(self.kind.component, discord.ui.Select)
            assert isinstance(self.note.component, discord.ui.TextInput)
            view = discord.ui.LayoutView()
            text = f"{self.kind.component.values[0]} {self.note.component.value}"
            parts = discord.ui.TextDisplay[Any](text), discord.ui.Separator[Any]()
            view.add_item(discord.ui.Container(*parts, accent_colour=0xFF0000))
            await interaction.response.send_message(view=view, ephemeral=True)

    @bot.tree.command(name="ask", description="Ask")
    async def ask(interaction: discord.Interaction) -> None:
        await interaction.response.send_modal(Asking())

    async with running(bot, discord_server):
        shown = await ann.uses_slash("ask", in_=guild.channel)
        with pytest.raises(AssertionError, match="'Note' has to be filled in"):
            await ann.submits(shown, {"Kind": "m"})
        it = await ann.submits(shown, {"Kind": "m", "Note": "hello"})
        message = await it.message()
        assert message["components"][0]["components"][0]["content"] == "m hello"


# Messages


async def test_a_private_chat_works_and_its_files_arrive(discord_server: DiscordServer) -> None:
    ann = discord_server.person("ann")
    discord_server.guild("Alpha", members=[ann])
    async with running(Bot(), discord_server) as bot:
        direct = discord_server.direct(ann)
        asked = await ann.sends("Is this real?", to=direct, attachments=[("a.txt", b"hello")])
        await until(lambda: bool(bot.heard))
        heard = bot.heard[0]
        assert heard.content == "Is this real?"
        assert await heard.attachments[0].read() == b"hello"
        await heard.reply("No.", embed=discord.Embed(title="Scam").add_field(name="a", value="b"))
        (said,) = await discord_server.said(direct)
        assert said["content"] == "No."
        assert said["message_reference"]["message_id"] == asked["id"]
        assert said["embeds"][0]["fields"] == [{"name": "a", "value": "b", "inline": True}]
        user = await bot.fetch_user(int(ann.id))
        await user.send(file=discord.File(__file__, "me.py"))
        assert (await discord_server.said(direct))[0]["attachments"][0]["filename"] == "me.py"
        await discord_server.silence(direct, 0.05)
        with pytest.raises(AssertionError, match="said 0 of 1"):
            await discord_server.said(direct, timeout=0.05)


async def test_who_takes_no_private_messages_gets_none(discord_server: DiscordServer) -> None:
    ann = discord_server.person("ann", takes_direct_messages=False)
    discord_server.guild("Alpha", members=[ann])
    async with running(Bot(), discord_server) as bot:
        user = await bot.fetch_user(int(ann.id))
        with pytest.raises(discord.Forbidden) as caught:
            await user.send("Hello")
        assert caught.value.code == 50007


async def test_content_is_read_where_the_intent_or_a_mention_allows(
    discord_server: DiscordServer,
) -> None:
    ann = discord_server.person("ann")
    guild = discord_server.guild("Alpha", members=[ann])
    async with running(Bot(), discord_server) as bot:
        await ann.sends("secret", to=guild.channel)
        await ann.sends(f"{discord_server.bot.mention} look", to=guild.channel)
        await until(lambda: len(bot.heard) == 2)
        assert [one.content for one in bot.heard] == ["", f"{discord_server.bot.mention} look"]
    async with running(Bot(reading()), discord_server) as bot:
        message = await ann.sends("open", to=guild.channel)
        await until(lambda: bool(bot.heard))
        assert bot.heard[0].content == "open"
        await ann.edits(message, "changed")
        await ann.deletes(message)
        channel = bot.get_channel(int(guild.channel.id))
        assert isinstance(channel, discord.TextChannel)
        told = [one.content async for one in channel.history(limit=10)]
        assert told == [f"{discord_server.bot.mention} look", "secret"]


async def test_rights_are_asked_for(discord_server: DiscordServer) -> None:
    ann = discord_server.person("ann")
    guild = discord_server.guild("Alpha", members=[ann], admins=[discord_server.person("bob")])
    async with running(Bot(), discord_server) as bot:
        channel = bot.get_channel(int(guild.channel.id))
        assert isinstance(channel, discord.TextChannel)
        guild.revoke(discord_server.bot, Permission.SEND_MESSAGES)
        with pytest.raises(discord.Forbidden) as caught:
            await channel.send("Hello")
        assert caught.value.code == 50013
        await until(lambda: not channel.permissions_for(channel.guild.me).send_messages)
        guild.grant(discord_server.bot, Permission.SEND_MESSAGES)
        await channel.send("Hello")
        guild.revoke(discord_server.bot, Permission.VIEW_CHANNEL)
        with pytest.raises(discord.Forbidden) as caught:
            await channel.send("Hello")
        assert caught.value.code == 50001


async def test_the_bot_is_told_when_it_joins_and_leaves(discord_server: DiscordServer) -> None:
    bob = discord_server.person("bob")
    guild = discord_server.guild("Beta", admins=[bob], installed=False)
    async with running(Bot(), discord_server) as bot:
        assert not bot.guilds
        guild.add_bot(by=bob)
        await until(lambda: bool(bot.guilds))
        guild.rename("Gamma")
        await until(lambda: bot.guilds[0].name == "Gamma")
        guild.remove_bot()
        await until(lambda: not bot.guilds)


# Time


async def test_an_answer_that_comes_too_late_or_twice_is_refused(
    discord_server: DiscordServer,
) -> None:
    ann = discord_server.person("ann")
    guild = discord_server.guild("Alpha", members=[ann])
    bot, codes = Bot(), []

    @bot.tree.command(name="slow", description="Slow")
    async def slow(interaction: discord.Interaction) -> None:
        discord_server.pass_seconds(3.1)
        try:
            await interaction.response.send_message("Late")
        except discord.NotFound as error:
            codes.append(error.code)

    @bot.tree.command(name="twice", description="Twice")
    async def twice(interaction: discord.Interaction) -> None:
        await interaction.response.send_message("Once")
        interaction.response._response_type = None
        try:
            await interaction.response.send_message("Twice")
        except discord.HTTPException as error:
            codes.append(error.code)
        discord_server.pass_seconds(15 * 60)
        try:
            await interaction.followup.send("Much later")
        except discord.HTTPException as error:
            codes.append(error.status)
            codes.append(error.code)

    async with running(bot, discord_server):
        await ann.uses_slash("slow", in_=guild.channel)
        await until(lambda: bool(codes))
        await ann.uses_slash("twice", in_=guild.channel)
        await until(lambda: len(codes) == 4)
        assert codes == [10062, 40060, 401, 50027]


# Strictness


@pytest.mark.parametrize(
    ("content", "embed", "complaint"),
    [
        ("x" * 2001, None, "content: Must be 2000 or fewer"),
        (None, discord.Embed(title="x" * 257), "embeds.0.title: Must be 256 or fewer"),
        (None, discord.Embed(description="x" * 4097), "description: Must be 4096 or fewer"),
        (" ", None, "Cannot send an empty message"),
    ],
)
async def test_a_message_that_breaks_a_limit_is_refused_and_noted(
    content: str | None, embed: discord.Embed | None, complaint: str
) -> None:
    async with DiscordServer() as server:
        guild = server.guild("Alpha")
        with library_pointed_at(server):
            async with running(Bot(), server) as bot:
                channel = bot.get_channel(int(guild.channel.id))
                assert isinstance(channel, discord.TextChannel)
                embeds = [] if embed is None else [embed]
                with pytest.raises(discord.HTTPException):
                    await channel.send(content, embeds=embeds)
        assert complaint in server.violations[0]


async def test_six_thousand_characters_are_the_most_in_all_embeds() -> None:
    async with DiscordServer() as server:
        guild = server.guild("Alpha")
        with library_pointed_at(server):
            async with running(Bot(), server) as bot:
                channel = bot.get_channel(int(guild.channel.id))
                assert isinstance(channel, discord.TextChannel)
                embeds = [discord.Embed(description="x" * 3000) for _ in range(2)]
                await channel.send(embeds=embeds)
                assert not server.violations
                with pytest.raises(discord.HTTPException):
                    await channel.send(embeds=[*embeds, discord.Embed(title="x")])
        assert "exceeds maximum size of 6000" in server.violations[0]


@needs_schema
async def test_the_official_description_is_held_against_the_bot() -> None:
    async with DiscordServer(official_schema()) as server:
        guild = server.guild("Alpha")
        with library_pointed_at(server):
            async with running(Bot(), server) as bot:
                route = discord.http.Route(
                    "POST", "/channels/{channel_id}/messages", channel_id=int(guild.channel.id)
                )
                with pytest.raises(discord.HTTPException) as caught:
                    await bot.http.request(route, json={"content": ["no", "text"]})
                assert caught.value.code == 50035
                unknown = discord.http.Route(
                    "POST", "/channels/{channel_id}/nonsense", channel_id=1
                )
                with pytest.raises(discord.HTTPException):
                    await bot.http.request(unknown)
        assert [one.split(":")[1].strip() for one in server.violations] == ["content", "body"]


@needs_schema
async def test_every_route_answers_as_described(discord_server: DiscordServer) -> None:
    ann = discord_server.person("ann", installed=True)
    guild = discord_server.guild("Alpha", members=[ann])
    bot = with_commands(Bot())

    @bot.tree.command(name="follow", description="Follow")
    async def follow(interaction: discord.Interaction) -> None:
        with pytest.raises(discord.NotFound) as early:
            await interaction.followup.send("Too early")
        assert early.value.code == 10015
        await interaction.response.defer()
        await interaction.edit_original_response(content="First", attachments=[])
        file = discord.File(__file__, "me.py", description="This")
        second = await interaction.followup.send("Second", file=file, wait=True)
        await second.edit(content="Changed", attachments=second.attachments)
        await (await second.fetch()).delete()
        assert (await interaction.original_response()).content == "First"
        await interaction.delete_original_response()
        with pytest.raises(discord.NotFound):
            await interaction.edit_original_response(content="Gone")

    async with running(bot, discord_server):
        await bot.application_info()
        await bot.http.get_bot_gateway()
        (command, *_) = await bot.tree.fetch_commands()
        await bot.tree.fetch_command(command.id)
        await bot.tree.sync(guild=discord.Object(guild.id))
        assert [one async for one in bot.fetch_guilds()]
        there = await bot.fetch_guild(int(guild.id))
        await there.fetch_channels()
        await there.fetch_roles()
        await there.fetch_member(int(ann.id))
        with pytest.raises(discord.NotFound):
            await there.fetch_member(1)
        channel = await bot.fetch_channel(int(guild.channel.id))
        assert isinstance(channel, discord.TextChannel)
        async with channel.typing():
            said = await channel.send("One", view=Panel(), silent=True)
        await said.edit(content="Two", embed=discord.Embed(title="x", url="https://a.example"))
        assert (await channel.fetch_message(said.id)).content == "Two"
        reply = await said.reply("Three", mention_author=False)
        around = [one.id async for one in channel.history(around=said, limit=3)]
        assert sorted(around) == [said.id, reply.id]
        await said.delete()
        with pytest.raises(discord.NotFound):
            await channel.fetch_message(said.id)
        await ann.sends("Mine", to=guild.channel, reply_to=guild.channel.messages[str(reply.id)])
        await ann.sends(to=guild.channel, stickers=["wave"], embeds=[{"title": "Preview"}])
        assert len([one async for one in channel.history()]) == 3
        it = await ann.uses_slash("follow", in_=guild.channel)
        await until(lambda: len(discord_server.calls("PATCH", "/webhooks/**")) == 3)
        assert [one["content"] for one in await it.followups()] == ["Changed"]
        await until(lambda: discord_server.requests[-1].status == 404)
        outside = discord_server.guild("Closed", installed=False)
        with pytest.raises(discord.Forbidden):
            await bot.fetch_guild(int(outside.id))


async def test_commands_that_discord_would_refuse_are_refused() -> None:
    async with DiscordServer() as server:
        with library_pointed_at(server):
            bot = Bot()
            bot.sync = False
            async with running(bot, server):
                assert bot.application_id is not None
                good = {"name": "ok", "description": "Fine", "type": 1}
                for bad in (
                    {**good, "name": "Upper"},
                    {**good, "description": "x" * 101},
                    {**good, "name_localizations": {"zh": "检查"}},
                    {**good, "options": [{"type": 3, "name": "a", "description": ""}]},
                ):
                    with pytest.raises(discord.HTTPException) as caught:
                        await bot.http.bulk_upsert_global_commands(bot.application_id, [bad])
                    assert caught.value.code == 50035
                fine = [{**good, "name_localizations": {"zh-CN": "检查"}}]
                once = await bot.http.bulk_upsert_global_commands(bot.application_id, fine)
                again = await bot.http.bulk_upsert_global_commands(bot.application_id, fine)
                assert once[0]["id"] == again[0]["id"]
        assert len(server.violations) == 4


BUTTON = {"type": 2, "style": 1, "label": "Go", "custom_id": "go"}
SELECT: Json = {"type": 3, "custom_id": "s", "options": [{"label": "a", "value": "a"}]}
INPUT = {"type": 4, "style": 1, "label": "Account", "custom_id": "a"}


def rows(*components: Json) -> Json:
    return {"components": [{"type": 1, "components": list(components)}]}


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (rows(BUTTON), None),
        (rows(SELECT), None),
        (rows(*[BUTTON | {"custom_id": str(n)} for n in range(6)]), "BASE_TYPE_MAX_LENGTH"),
        ({"components": [rows(SELECT | {"custom_id": str(n)}) for n in range(6)]}, "MAX_LENGTH"),
        (rows(BUTTON, BUTTON), "DUPLICATED"),
        (rows(BUTTON, SELECT), "WIDTH_EXCEEDED"),
        (rows(BUTTON | {"label": "x" * 81}), "BASE_TYPE_MAX_LENGTH"),
        (rows(BUTTON | {"label": ""}), "BASE_TYPE_REQUIRED"),
        (rows(BUTTON | {"custom_id": ""}), "BASE_TYPE_REQUIRED"),
        (rows(BUTTON | {"custom_id": "x" * 101}), "BASE_TYPE_MAX_LENGTH"),
        (rows(BUTTON | {"style": 5}), "BASE_TYPE_REQUIRED"),
        (rows(SELECT | {"options": []}), "BASE_TYPE_REQUIRED"),
        (rows(SELECT | {"options": SELECT["options"] * 26}), "BASE_TYPE_MAX_LENGTH"),
        (rows(SELECT | {"max_values": 26}), "NUMBER_TYPE_MAX"),
        ({"components": [{"type": 10, "content": "text"}]}, "UNION_TYPE_CHOICES"),
    ],
)
def test_components_keep_their_limits(body: Json, code: str | None) -> None:
    found = [one.code for one in component_complaints(body, 0)]
    assert found == [] if code is None else code in " ".join(found)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, None),
        ({"title": "x" * 46}, "BASE_TYPE_MAX_LENGTH"),
        ({"custom_id": "x" * 101}, "BASE_TYPE_MAX_LENGTH"),
        ({"components": []}, "BASE_TYPE_REQUIRED"),
        (rows(INPUT | {"label": "x" * 46}), "BASE_TYPE_MAX_LENGTH"),
        (rows(INPUT | {"value": "x" * 4001}), "BASE_TYPE_MAX_LENGTH"),
        (rows(INPUT | {"max_length": 4001}), "NUMBER_TYPE_MAX"),
        (rows(INPUT, INPUT | {"custom_id": "b"}), "BASE_TYPE_MAX_LENGTH"),
        ({"components": [rows(INPUT)["components"][0]] * 6}, "BASE_TYPE_MAX_LENGTH"),
    ],
)
def test_modals_keep_their_limits(change: Json, code: str | None) -> None:
    modal = {"custom_id": "m", "title": "Report"} | rows(INPUT) | change
    found = [one.code for one in modal_complaints(modal)]
    assert found == [] if code is None else code in found


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ([{"type": 3, "name": "text", "description": "x", "required": True}], None),
        ([{"type": 1, "name": "add", "description": "x"}], None),
        ([{"type": 3, "name": "Text", "description": "x"}], "APPLICATION_COMMAND_INVALID_NAME"),
        (
            [{"type": 3, "name": "a", "description": "x", "choices": [{"name": "", "value": ""}]}],
            "BASE_TYPE_REQUIRED",
        ),
        (
            [
                {"type": 3, "name": "a", "description": "x"},
                {"type": 3, "name": "b", "description": "x", "required": True},
            ],
            "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID",
        ),
        (
            [
                {"type": 1, "name": "a", "description": "x"},
                {"type": 3, "name": "b", "description": "x"},
            ],
            "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID",
        ),
    ],
)
def test_options_keep_their_rules(options: list[Json], code: str | None) -> None:
    command = {"name": "check", "description": "Check", "type": 1, "options": options}
    found = [one.code for one in command_complaints([command])]
    assert found == [] if code is None else code in found


def test_there_is_a_most_of_commands() -> None:
    slash = [{"name": f"a{n}", "description": "x", "type": 1} for n in range(100)]
    menus = [{"name": f"A {n}", "type": 3} for n in range(15)]
    assert not list(command_complaints(slash + menus))
    assert list(command_complaints([*slash, {"name": "b", "description": "x"}]))
    assert list(command_complaints([*menus, {"name": "B", "type": 3}]))


async def test_an_answer_has_to_fit_the_kind_of_interaction() -> None:
    async with DiscordServer() as server:
        ann = server.person("ann")
        guild = server.guild("Alpha", members=[ann])
        with library_pointed_at(server):
            async with running(with_commands(Bot()), server):
                panel = await ann.uses_slash("panel", in_=guild.channel)
                modal = await ann.presses(await panel.message(), "Report")
                await modal.modal()
                sent = await ann.submits(modal, {"Account": "a"})
                typed = await ann.completes("report add", "routine", "", in_=guild.channel)
                assert panel.allowed_types == {4, 5, 9}
                assert modal.allowed_types == {4, 5, 6, 7, 9}
                assert sent.allowed_types == {4, 5, 6, 7}
                assert typed.allowed_types == {8}
                await sent.message()
                await typed.choices()
                other = await ann.presses_raw(await panel.message(), "unknown")
                url = f"{server.api_url}/interactions/{other.id}/{other.token}/callback"
                async with aiohttp.ClientSession() as session:
                    async with session.post(url, json={"type": 8}) as refused:
                        assert refused.status == 400
                    assert len(server.violations) == 1
                    async with session.post(url, json={"type": 6}) as taken:
                        assert taken.status == 204


# Gateway


async def test_a_cut_line_is_resumed_with_all_that_was_missed(
    discord_server: DiscordServer,
) -> None:
    ann = discord_server.person("ann")
    guild = discord_server.guild("Alpha", members=[ann])
    gateway = discord_server.gateway
    async with running(Bot(reading()), discord_server) as bot:
        for number, fail in enumerate((gateway.cut, gateway.close, gateway.reconnect), start=1):
            await fail()
            await ann.sends(f"missed {number}", to=guild.channel)
            await until(lambda number=number: len(bot.heard) == number)  # type: ignore[misc]
            await gateway.connected()
        assert [one.content for one in bot.heard] == ["missed 1", "missed 2", "missed 3"]
    assert len(discord_server.resumes) == 3
    assert len(discord_server.identifies) == 1


async def test_an_invalid_session_loses_what_was_said_meanwhile(
    discord_server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = discord_server.person("ann")
    guild = discord_server.guild("Alpha", members=[ann])

    async def at_once(*_args: object, **_options: object) -> None:
        await asyncio.sleep(0)

    monkeypatch.setattr(discord.Client, "before_identify_hook", at_once)
    async with running(Bot(reading()), discord_server) as bot:
        await discord_server.gateway.invalidate()
        await ann.sends("lost", to=guild.channel)
        await until(lambda: len(discord_server.identifies) == 2)
        await discord_server.gateway.connected()
        await ann.sends("heard", to=guild.channel)
        await until(lambda: bool(bot.heard))
        assert [one.content for one in bot.heard] == ["heard"]
        channel = bot.get_channel(int(guild.channel.id))
        assert isinstance(channel, discord.TextChannel)
        assert [one.content async for one in channel.history()] == ["heard", "lost"]


async def test_a_first_connection_that_is_refused_ends_the_library(
    discord_server: DiscordServer,
) -> None:
    discord_server.gateway.refuse()
    with pytest.raises(AttributeError, match="sequence"):
        async with running(Bot(), discord_server):
            raise AssertionError("It was let in")


async def test_heartbeats_without_an_answer_make_the_library_reconnect(
    discord_server: DiscordServer,
) -> None:
    discord_server.gateway.heartbeat_interval = 100
    async with running(Bot(heartbeat_timeout=0.3), discord_server):
        discord_server.gateway.stop_acks()
        await until(lambda: bool(discord_server.resumes))
        discord_server.gateway.start_acks()
        await discord_server.gateway.connected()


async def test_intents_that_were_not_granted_are_refused(discord_server: DiscordServer) -> None:
    discord_server.granted = Intent(0)
    with pytest.raises(discord.PrivilegedIntentsRequired):
        async with running(Bot(reading()), discord_server):
            raise AssertionError("It was let in")


async def test_members_are_listed_and_presences_noted(discord_server: DiscordServer) -> None:
    ann = discord_server.person("ann")
    discord_server.guild("Alpha", members=[ann])
    discord_server.granted = Intent.GUILD_MEMBERS
    intents = discord.Intents.default()
    intents.members = True
    async with running(Bot(intents), discord_server) as bot:
        assert {one.name for one in bot.guilds[0].members} > {"ann", "redflag-test"}
        await bot.change_presence(activity=discord.CustomActivity("Watching"))
        await until(lambda: bool(discord_server.gateway.presences))


@pytest.mark.usefixtures("discord_server")
async def test_a_wrong_token_is_refused() -> None:
    bot = Bot()
    with pytest.raises(discord.LoginFailure):
        await bot.start("wrong")
    await bot.close()


async def test_a_malformed_event_ends_the_library_for_good(
    discord_server: DiscordServer,
) -> None:
    bot = Bot()
    await bot.login(discord_server.token)
    task = asyncio.create_task(bot.connect())
    await discord_server.gateway.connected()
    await discord_server.gateway.malformed("MESSAGE_CREATE")
    with pytest.raises(KeyError):
        await asyncio.wait_for(task, 5)
    await bot.close()


# Misfortune


async def test_a_429_is_waited_for_only_when_it_comes_from_discord(
    discord_server: DiscordServer,
) -> None:
    guild = discord_server.guild("Alpha")
    async with running(Bot(), discord_server) as bot:
        channel = bot.get_channel(int(guild.channel.id))
        assert isinstance(channel, discord.TextChannel)
        path = "/channels/*/messages"
        discord_server.fault("POST", path, status=429, retry_after=0.3)
        await channel.send("waited")
        first, second = discord_server.calls("POST", path)
        assert (first.status, second.status) == (429, 200)
        assert second.at - first.at >= 0.3
        discord_server.fault("POST", path, status=429, retry_after=0.3, via=False)
        with pytest.raises(discord.HTTPException) as caught:
            await channel.send("not waited")
        assert caught.value.status == 429
        assert not discord_server.too_early
        await asyncio.sleep(0.1)
        with pytest.raises(discord.HTTPException):
            await channel.send("too early")
        assert len(discord_server.too_early) == 1


async def test_a_message_whose_answer_was_lost_is_not_said_twice(
    discord_server: DiscordServer,
) -> None:
    guild = discord_server.guild("Alpha")
    async with running(Bot(), discord_server) as bot:
        channel = bot.get_channel(int(guild.channel.id))
        assert isinstance(channel, discord.TextChannel)
        discord_server.fault("POST", "/channels/*/messages", cut=True, done=True)
        with pytest.raises(aiohttp.ClientOSError):
            await channel.send("once", nonce=17)
        await channel.send("once", nonce=17)
        assert len(await discord_server.said(guild.channel)) == 1
        await discord_server.silence(guild.channel, 0.05)


async def test_a_global_429_holds_everything_back_but_answers_to_interactions(
    discord_server: DiscordServer,
) -> None:
    ann = discord_server.person("ann")
    guild = discord_server.guild("Alpha", members=[ann])
    async with running(with_commands(Bot()), discord_server) as bot:
        channel = bot.get_channel(int(guild.channel.id))
        assert isinstance(channel, discord.TextChannel)
        posts = "/channels/*/messages"
        discord_server.fault("POST", posts, status=429, retry_after=0.4, for_all=True)
        waiting = asyncio.create_task(channel.send("held back"))
        await until(lambda: bool(discord_server.calls("POST", posts)))
        it = await ann.uses_slash("panel", in_=guild.channel)
        await it.message(timeout=0.3)
        await waiting
        assert not discord_server.too_early


async def test_an_answer_can_be_slow(discord_server: DiscordServer) -> None:
    guild = discord_server.guild("Alpha")
    async with running(Bot(), discord_server) as bot:
        channel = bot.get_channel(int(guild.channel.id))
        assert isinstance(channel, discord.TextChannel)
        discord_server.fault("POST", "/channels/*/messages", delay=0.2)
        sending = asyncio.create_task(channel.send("there already"))
        (said,) = await discord_server.said(guild.channel)
        assert said["content"] == "there already"
        assert not sending.done()
        await sending


async def test_real_limits_can_be_set(discord_server: DiscordServer) -> None:
    guild = discord_server.guild("Alpha")
    discord_server.limit("POST", "/channels/*/messages", 2, 0.2)
    async with running(Bot(), discord_server) as bot:
        channel = bot.get_channel(int(guild.channel.id))
        assert isinstance(channel, discord.TextChannel)
        for number in range(4):
            await channel.send(str(number))
        assert [one.status for one in discord_server.calls("POST", "/channels/*/messages")] == [
            200
        ] * 4
        assert not discord_server.too_early


# Random events


def test_there_is_a_random_event_for_every_one_the_library_knows() -> None:
    known = {
        name.removeprefix("parse_").upper()
        for name in dir(discord.state.ConnectionState)
        if name.startswith("parse_")
    }
    assert known - {"READY", "RESUMED"} == set(EVENTS)


async def test_random_events_are_what_the_library_can_read(
    discord_server: DiscordServer,
) -> None:
    ann = discord_server.person("ann")
    guild = discord_server.guild("Alpha", members=[ann])
    rng = random.Random(1)
    failed: dict[str, str] = {}
    async with running(Bot(), discord_server) as bot:
        for name in EVENTS * 40:
            if bot.get_guild(int(guild.id)) is None:
                # An event before has taken the guild away.
                bot._connection.parsers["GUILD_CREATE"](guild.create_payload())
            event = random_event(name, rng, guild=guild.id, channel=guild.channel.id, user=ann.id)
            try:
                bot._connection.parsers[name](event)
            except Exception as error:
                failed[name] = repr(error)
            await asyncio.sleep(0)
    assert not failed
