"""The commands as Discord gets them: whole, in four languages, and only when they have changed."""

from __future__ import annotations

import pytest

from adapters.discord.commands import NAMES, commands, traditional
from adapters.discord.words import spoken
from bot import locales
from bot.app import App
from tests.adapters.discord.fixture import CHECK, REPORT, Json, connected, until
from tests.servers.discord.commands import command_complaints
from tests.servers.discord.server import DiscordServer

LOCALES = {"en-US", "en-GB", "zh-CN", "zh-TW"}


def built() -> list[Json]:
    return commands(spoken(locales.load()))


def test_every_command_is_one_that_discord_takes() -> None:
    made = built()
    assert [str(one) for one in command_complaints(made)] == []
    assert [one["name"] for one in made] == [*NAMES, CHECK, REPORT]


def test_names_descriptions_and_choices_are_in_all_four_languages() -> None:
    def looked_at(one: Json) -> None:
        assert set(one["name_localizations"]) == LOCALES
        if "description" in one:
            assert set(one["description_localizations"]) == LOCALES
            assert one["description_localizations"]["zh-CN"] != one["description"]
        for part in (*one.get("options", ()), *one.get("choices", ())):
            looked_at(part)

    for one in built():
        looked_at(one)
        assert one["integration_types"] == [0, 1]
        assert one["contexts"] == [0, 1, 2]
        assert "default_member_permissions" not in one
    names = [one["name_localizations"] for one in built()]
    for locale in LOCALES:
        assert len({one[locale] for one in names}) == len(names)


def test_what_is_said_in_taiwan_is_written_as_there() -> None:
    assert traditional("举报里面的账号") == "檢舉裡面的帳號"
    assert traditional("鉴别") == "鑑別"


def test_every_text_of_its_own_stands_in_for_one_that_there_is() -> None:
    for words in locales.load().values():
        own = [key for key in words.texts if key.startswith("discord.say.")]
        assert own
        for key in own:
            common = key.removeprefix("discord.say.")
            assert common in words.texts or common == "arrived.read", common


async def test_commands_are_brought_once_and_again_only_when_they_differ(
    hub: App, discord_server: DiscordServer
) -> None:
    path = "/applications/*/commands"
    async with connected(hub):
        await discord_server.gateway.connected()
    assert len(discord_server.calls("PUT", path)) == 1
    async with connected(hub):
        await until(lambda: len(discord_server.identifies) == 2, 10)
    assert len(discord_server.calls("PUT", path)) == 1
    discord_server.commands.sets[None][0]["name_localizations"]["zh-TW"] = "查"
    async with connected(hub):
        await until(lambda: len(discord_server.identifies) == 3, 10)
    assert len(discord_server.calls("PUT", path)) == 2


async def test_where_discord_refuses_the_commands_the_bot_serves_all_the_same(
    hub: App, discord_server: DiscordServer, caplog: pytest.LogCaptureFixture
) -> None:
    path = "/applications/*/commands"
    discord_server.fault("PUT", path, status=403, body={"code": 30034})
    ann = discord_server.person("ann", installed=True)
    async with connected(hub):
        await discord_server.gateway.connected()
        await ann.sends("hello", to=discord_server.direct(ann))
        await discord_server.said(discord_server.direct(ann))
    assert "commands are not up to date" in caplog.text


async def test_an_application_that_people_cannot_install_gets_its_commands_for_servers(
    hub: App, discord_server: DiscordServer, caplog: pytest.LogCaptureFixture
) -> None:
    path = "/applications/*/commands"
    discord_server.for_people = False
    async with connected(hub):
        await discord_server.gateway.connected()
    made = discord_server.commands.sets[None]
    discord_server.commands.sets[None].reverse()  # Discord promises no order
    async with connected(hub):
        await until(lambda: len(discord_server.identifies) == 2, 10)
    assert len(discord_server.calls("PUT", path)) == 1
    discord_server.for_people = True
    async with connected(hub):
        await until(lambda: len(discord_server.identifies) == 3, 10)
    assert len(discord_server.calls("PUT", path)) == 2
    assert {tuple(one["integration_types"]) for one in made} == {(0,)}
    assert "for servers alone" in caplog.text
