"""Whatever happens to the line: back within ten seconds, nothing twice, nothing needless lost."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections.abc import Awaitable, Callable

import pytest

from adapters.discord import gateway as gateway_module
from bot.app import App
from tests.adapters.discord.fixture import EXTORTION, connected, met, shown, until
from tests.servers.discord.channels import Channel
from tests.servers.discord.events import EVENTS, random_event
from tests.servers.discord.intents import Intent
from tests.servers.discord.people import Person
from tests.servers.discord.server import DiscordServer

BACK = 10.0
"""Seconds in which the bot has to be back."""

HARMLESS = "Hello, when will my order arrive? Thanks!"


async def asks(person: Person, direct: Channel, server: DiscordServer, text: str = HARMLESS) -> str:
    await person.sends(text, to=direct)
    (card,) = await server.said(direct, timeout=BACK)
    return shown(card)


def sessions_are_apart(server: DiscordServer) -> bool:
    return all(later - before >= 5 for before, later in itertools.pairwise(server.identifies))


Script = Callable[[DiscordServer], Awaitable[None]]


async def cut(server: DiscordServer) -> None:
    await server.gateway.cut()


def closed(code: int) -> Script:
    async def close(server: DiscordServer) -> None:
        await server.gateway.close(code)

    return close


async def asked_back(server: DiscordServer) -> None:
    await server.gateway.reconnect()


async def invalid(server: DiscordServer) -> None:
    await server.gateway.invalidate()


async def invalid_for_now(server: DiscordServer) -> None:
    await server.gateway.invalidate(resumable=True)


async def unreadable(server: DiscordServer) -> None:
    for name in ("MESSAGE_CREATE", "INTERACTION_CREATE", "GUILD_CREATE", "CHANNEL_UPDATE", "READY"):
        await server.gateway.malformed(name)


async def no_json(server: DiscordServer) -> None:
    await server.gateway.send_raw("{no json")


@pytest.mark.parametrize(
    "happens",
    [
        pytest.param(cut, id="cut"),
        pytest.param(closed(1000), id="1000"),
        pytest.param(closed(1001), id="1001"),
        pytest.param(closed(4000), id="4000"),
        pytest.param(closed(4009), id="4009"),
        pytest.param(asked_back, id="op 7"),
        pytest.param(invalid, id="op 9"),
        pytest.param(invalid_for_now, id="op 9, resumable"),
        pytest.param(unreadable, id="malformed"),
        pytest.param(no_json, id="no json"),
    ],
)
async def test_the_bot_is_back_soon_and_answers_what_was_said_meanwhile_once(
    happens: Script, bot: App, discord_server: DiscordServer
) -> None:
    ann, bob = discord_server.person("ann"), discord_server.person("bob")
    guild = await met(discord_server, "Alpha", members=[ann, bob])
    direct, other = discord_server.direct(ann), discord_server.direct(bob)
    assert (await asks(ann, direct, discord_server)).startswith("❔")
    assert (await asks(bob, other, discord_server)).startswith("❔")
    began = time.monotonic()
    await happens(discord_server)
    await ann.sends(EXTORTION, to=direct)
    (card,) = await discord_server.said(direct, timeout=BACK)
    assert card["content"].startswith("🚩")
    await discord_server.gateway.connected(BACK)
    assert time.monotonic() - began < BACK
    it = await bob.uses_slash("check", {"text": EXTORTION}, in_=guild.channel)
    assert (await it.message())["content"].startswith("🚩")
    await discord_server.silence(direct, 0.5)
    await discord_server.silence(other, 0.05)
    await discord_server.silence(guild.channel, 0.05)
    assert sessions_are_apart(discord_server)


async def test_intents_taken_back_cost_the_reading_along_and_nothing_else(
    bot: App, discord_server: DiscordServer, caplog: pytest.LogCaptureFixture
) -> None:
    ann = discord_server.person("ann")
    guild = await met(discord_server, "Alpha", members=[ann])
    direct = discord_server.direct(ann)
    await asks(ann, direct, discord_server)
    discord_server.granted = Intent(0)
    began = time.monotonic()
    await discord_server.gateway.close(4014)
    await ann.sends(EXTORTION, to=direct)
    (card,) = await discord_server.said(direct, timeout=BACK)
    assert card["content"].startswith("🚩")
    assert time.monotonic() - began < BACK
    assert "message content intent is not granted" in caplog.text
    strange = await ann.sends(EXTORTION, to=guild.channel)
    name = discord_server.bot.mention
    await ann.sends(f"{name} is this real?", to=guild.channel, reply_to=strange)
    await ann.sends(name, to=guild.channel, reply_to=strange)
    first, second = await discord_server.said(guild.channel, 2)
    assert "named me in a reply" in shown(second)
    assert first["content"]
    assert sessions_are_apart(discord_server)


async def test_without_the_right_to_read_the_set_up_card_says_so(
    discord_server: DiscordServer, hub: App
) -> None:
    discord_server.granted = Intent(0)
    ann = discord_server.person("ann")
    guild = discord_server.guild("深圳卖家", members=[ann], locale="zh-CN")
    async with connected(hub):
        (card,) = await discord_server.said(guild.channel)
        assert "Redflag 来了" in shown(card)
        assert "Message Content" in shown(card)
        strange = await ann.sends(EXTORTION, to=guild.channel)
        it = await ann.uses_menu("Is this a scam?", strange, in_=guild.channel)
        assert (await it.message())["content"].startswith("🚩")


async def test_a_heartbeat_nobody_answers_makes_it_come_back(
    discord_server: DiscordServer, hub: App
) -> None:
    # The line goes on telling events: only the heartbeats stay unanswered.
    discord_server.gateway.heartbeat_interval = 1_000
    ann = discord_server.person("ann", installed=True)
    direct = discord_server.direct(ann)
    async with connected(hub):
        await discord_server.gateway.connected()
        await asks(ann, direct, discord_server)
        began = time.monotonic()
        discord_server.gateway.stop_acks()
        while not discord_server.resumes:
            await asks(ann, direct, discord_server)
            await asyncio.sleep(0.2)
        assert time.monotonic() - began < BACK
        discord_server.gateway.start_acks()
        await asks(ann, direct, discord_server)
        await asyncio.sleep(3)
    assert len(discord_server.identifies) == 1
    assert len(discord_server.resumes) == 1


async def test_a_line_that_has_gone_dumb_is_left(
    discord_server: DiscordServer, hub: App, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_module, "HEARTBEAT_TIMEOUT", 0.6)
    ann = discord_server.person("ann", installed=True)
    async with connected(hub):
        await discord_server.gateway.connected()
        await until(lambda: discord_server.resumes, BACK)
        await asks(ann, discord_server.direct(ann), discord_server)
    assert len(discord_server.identifies) == 1


async def test_private_chats_not_read_yet_stay_unread_over_a_second_new_session(
    bot: App, discord_server: DiscordServer
) -> None:
    people = [discord_server.person(name, installed=True) for name in ("ann", "bob", "cyd")]
    directs = [discord_server.direct(person) for person in people]
    for person, direct in zip(people, directs, strict=True):
        await asks(person, direct, discord_server)
    history = discord_server.fault("GET", "/channels/*/messages", status=500, times=5)
    for _ in range(2):  # nobody is told of these, twice over
        await discord_server.gateway.close(4009)
        for person, direct in zip(people, directs, strict=True):
            await person.sends(EXTORTION, to=direct)
        await discord_server.gateway.connected(BACK)
    await until(lambda: history.hits, BACK)
    for direct in directs:
        cards = await discord_server.said(direct, 2, timeout=30)
        assert [card["content"][0] for card in cards] == ["🚩", "🚩"]
    for direct in directs:
        await discord_server.silence(direct, 0.05)


async def test_what_a_chat_holds_that_cannot_be_read_costs_no_other_chat(
    bot: App, discord_server: DiscordServer
) -> None:
    people = [discord_server.person(name, installed=True) for name in ("ann", "bob")]
    directs = [discord_server.direct(person) for person in people]
    for person, direct in zip(people, directs, strict=True):
        await asks(person, direct, discord_server)
    await discord_server.gateway.close(4009)
    for person, direct in zip(people, directs, strict=True):
        await person.sends(EXTORTION, to=direct)
    path = f"/channels/{directs[1].id}/messages"  # the latest, and so the first to be read
    discord_server.fault("GET", path, status=200, body=[{"id": "no number"}, {}])
    (card,) = await discord_server.said(directs[0], timeout=BACK)
    assert card["content"].startswith("🚩")


async def test_a_first_connection_refused_is_tried_again(
    discord_server: DiscordServer, hub: App
) -> None:
    discord_server.gateway.refuse(3)
    ann = discord_server.person("ann", installed=True)
    async with connected(hub):
        await discord_server.gateway.connected(BACK)
        await asks(ann, discord_server.direct(ann), discord_server)


async def test_a_long_outage_is_waited_out(bot: App, discord_server: DiscordServer) -> None:
    ann = discord_server.person("ann", installed=True)
    direct = discord_server.direct(ann)
    await asks(ann, direct, discord_server)
    discord_server.gateway.refuse(4)
    await discord_server.gateway.cut()
    await ann.sends(EXTORTION, to=direct)
    (card,) = await discord_server.said(direct, timeout=BACK)
    assert card["content"].startswith("🚩")


async def test_an_event_told_twice_is_handled_once(bot: App, discord_server: DiscordServer) -> None:
    ann = discord_server.person("ann")
    guild = await met(discord_server, "Alpha", members=[ann])
    direct = discord_server.direct(ann)
    said = await ann.sends(EXTORTION, to=direct)
    await discord_server.said(direct)
    it = await ann.uses_slash("check", {"text": EXTORTION}, in_=guild.channel)
    await it.message()
    for name, payload in (("MESSAGE_CREATE", said), ("INTERACTION_CREATE", it.payload)):
        discord_server.gateway.dispatch(name, payload)
        discord_server.gateway.dispatch(name, payload)
    await discord_server.silence(direct)
    assert it.later == []
    assert len(discord_server.calls("POST", "/interactions/**")) == 1


async def test_a_server_that_threw_the_bot_out_meanwhile_is_left(
    hub: App, discord_server: DiscordServer
) -> None:
    alpha, beta = discord_server.guild("Alpha"), discord_server.guild("Beta")
    async with connected(hub):
        await discord_server.said(alpha.channel)
        await discord_server.said(beta.channel)
    alpha.remove_bot()
    async with connected(hub):
        await until(lambda: len(discord_server.identifies) == 2, BACK)
        async with asyncio.timeout(5):
            while len(chats := await hub.store.communities.all_chats()) > 1:  # noqa: ASYNC110
                await asyncio.sleep(0.02)
    assert [chat for _, _, chat in chats] == [beta.id]


async def test_every_kind_of_event_passes_without_an_exception(
    bot: App, discord_server: DiscordServer, caplog: pytest.LogCaptureFixture
) -> None:
    ann = discord_server.person("ann", installed=True)
    guild = await met(discord_server, "Alpha", members=[ann])
    direct = discord_server.direct(ann)
    rng = random.Random(5)
    discord_server.fault(
        "POST", "/interactions/**", status=404, times=100_000, body={"code": 10062}
    )
    for path in ("/channels/*/messages", "/users/@me/channels"):
        discord_server.fault("POST", path, status=403, times=100_000, body={"code": 50001})
    for name in EVENTS * 40:
        channel = rng.choice([guild.channel.id, direct.id])
        event = random_event(name, rng, guild=guild.id, channel=channel, user=ann.id)
        if name == "GUILD_CREATE":
            event.setdefault("members", [])  # the server itself looks for them
        discord_server.gateway.dispatch(name, event)
        if rng.random() < 0.05:
            await asyncio.sleep(0)
    await asyncio.sleep(1)
    discord_server.faults.planned.clear()
    await ann.sends(EXTORTION, to=direct)
    # A last question, after all of them, is answered; servers made up may have left a card there.
    while not (await discord_server.said(direct, timeout=30))[0]["content"].startswith("🚩"):
        pass
    assert len(discord_server.identifies) == 1
    assert discord_server.resumes == []
    assert "was not handled" not in caplog.text
    assert "cannot be read" not in caplog.text
