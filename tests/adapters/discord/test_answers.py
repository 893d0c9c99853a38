"""Answers arrive in time, once, and somewhere, whatever Discord makes of them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

import pytest

from bot import pipeline
from bot.app import App
from bot.card import Card, Tone
from bot.store.inbox import Arrival, Inbox
from knowledge import Findings, Knowledge
from tests.adapters.discord.fixture import (
    CHECK,
    EXTORTION,
    connected,
    labels,
    language_card,
    met,
    shown,
    until,
)
from tests.servers.discord.permissions import Permission
from tests.servers.discord.server import DiscordServer

HARMLESS = "Hello, when will my order arrive? Thanks!"


class Brake:
    """Makes every check work in a thread for ten seconds, or until a test has had enough."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self._free = False
        examine = Knowledge.examine

        def slow(knowledge: Knowledge, text: str) -> Findings:
            until = time.monotonic() + 10
            while time.monotonic() < until and not self._free:
                sum(range(1_000))

            return examine(knowledge, text)

        monkeypatch.setattr(Knowledge, "examine", slow)
        monkeypatch.setattr(pipeline, "SHORT", 0)  # else they would work where they stand

    def release(self) -> None:
        self._free = True


@pytest.fixture
async def brake(monkeypatch: pytest.MonkeyPatch) -> Brake:
    return Brake(monkeypatch)


async def test_the_first_word_comes_in_time_while_checks_take_ten_seconds(
    bot: App, discord_server: DiscordServer, brake: Brake
) -> None:
    people = [discord_server.person(f"p{number}") for number in range(50)]
    guild = await met(discord_server, "Alpha", members=people)
    strange = await people[0].sends(EXTORTION, to=guild.channel)
    asked = []
    for person in people:
        asked.append(await person.uses_menu(CHECK, strange, in_=guild.channel))
        asked.append(await person.uses_slash("check", {"text": HARMLESS}, in_=guild.channel))
        await asyncio.sleep(0.02)
    took = sorted([(await one.response()).at - one.sent_at for one in asked])
    assert took[int(len(took) * 0.99)] <= 1.5, took[-5:]
    first = [await one.response() for one in asked]
    assert {one.type for one in first} == {5}
    assert all(one.data == {"flags": 64} for one in first)
    brake.release()
    for index, one in enumerate(asked):
        card = await one.message(timeout=30)
        assert card["content"].startswith("❔" if index % 2 else "🚩")
    await discord_server.silence(guild.channel, 0.05)


async def test_a_slow_press_is_deferred_without_a_word_and_changes_its_card(
    bot: App, discord_server: DiscordServer
) -> None:
    ann, bob = discord_server.person("ann"), discord_server.person("bob")
    alpha = discord_server.guild("Alpha", members=[bob], admins=[ann])
    await discord_server.said(alpha.channel)
    card = await language_card(ann, alpha)
    discord_server.fault("GET", "/guilds/*/members/*", delay=1.2, times=2)
    it, refused = await ann.presses(card, "中文"), await bob.presses(card, "中文")
    assert ((await it.response()).type, (await refused.response()).type) == (6, 6)
    await until(lambda: "用中文" in shown(discord_server.message(card) or card))
    (why,) = await refused.followups()
    assert why["flags"] & 64


async def test_a_database_that_is_slow_to_keep_delays_no_first_word(
    bot: App, discord_server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = Inbox.keep

    async def slow(self: Inbox, platform: str, arrivals: list[Arrival], now: int) -> object:
        await asyncio.sleep(2)
        return await keep(self, platform, arrivals, now)

    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    monkeypatch.setattr(Inbox, "keep", slow)
    it = await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
    assert (await it.response()).type == 5
    assert it.acknowledged_after is not None
    assert it.acknowledged_after < 1.5
    assert (await it.message())["content"].startswith("🚩")


async def test_an_answer_later_than_its_token_is_a_message_of_its_own(
    bot: App, discord_server: DiscordServer, brake: Brake
) -> None:
    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    it = await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
    assert (await it.response()).type == 5
    discord_server.pass_seconds(15 * 60)
    brake.release()
    (card,) = await discord_server.said(discord_server.direct(ann))
    assert card["content"].startswith("🚩")
    await discord_server.silence(alpha.channel, 0.1)


async def test_a_card_others_see_is_changed_though_the_token_has_expired(
    bot: App, discord_server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapters.discord import answer

    ann = discord_server.person("ann")
    alpha = discord_server.guild("Alpha", admins=[ann])
    await discord_server.said(alpha.channel)
    card = await language_card(ann, alpha)
    monkeypatch.setattr(answer, "DEFER_AFTER", 0.05)
    slow = discord_server.fault("GET", "/guilds/*", delay=0.5, times=5)
    it = await ann.presses(card, "中文")
    assert (await it.response()).type == 6
    await until(lambda: slow.hits)
    discord_server.pass_seconds(15 * 60)
    await until(lambda: "用中文" in shown(discord_server.message(card) or card))


@pytest.mark.parametrize("times", [1, 2, 3])
async def test_a_callback_that_fails_is_tried_again_in_time(
    times: int, bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    discord_server.fault("POST", "/interactions/**", status=503, times=times)
    it = await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
    assert (await it.message())["content"].startswith("🚩")
    assert it.acknowledged_after is not None
    assert it.acknowledged_after < 1.5
    assert it.later == []


async def test_callbacks_wait_as_long_as_a_429_asks(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    discord_server.fault("POST", "/interactions/**", status=429, retry_after=0.5)
    it = await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
    assert (await it.message())["content"].startswith("🚩")
    assert discord_server.too_early == []


async def test_where_no_callback_passes_the_answer_comes_in_private(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    discord_server.fault("POST", "/interactions/**", status=500, times=100)
    await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
    (card,) = await discord_server.said(discord_server.direct(ann), timeout=10)
    assert card["content"].startswith("🚩")


async def test_a_callback_whose_receipt_is_lost_is_not_answered_twice(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    discord_server.fault("POST", "/interactions/**", cut=True, done=True)
    it = await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
    assert (await it.message())["content"].startswith("🚩")
    await until(lambda: len(discord_server.calls("POST", "/interactions/**")) == 2)
    await discord_server.silence(discord_server.direct(ann))
    assert it.later == []


@pytest.mark.parametrize("via", [True, False], ids=["via", "no via"])
async def test_a_429_is_waited_for_wherever_it_comes_from(
    via: bool, bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann", installed=True)
    direct = discord_server.direct(ann)
    discord_server.fault("POST", "/channels/*/messages", status=429, retry_after=0.6, via=via)
    await ann.sends(EXTORTION, to=direct)
    (card,) = await discord_server.said(direct)
    assert card["content"].startswith("🚩")
    await discord_server.silence(direct)
    assert discord_server.too_early == []


async def test_a_message_whose_receipt_is_lost_is_said_once(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann", installed=True)
    direct = discord_server.direct(ann)
    discord_server.fault("POST", "/channels/*/messages", cut=True, done=True)
    await ann.sends(EXTORTION, to=direct)
    await discord_server.said(direct)
    await until(lambda: len(discord_server.calls("POST", "/channels/*/messages")) == 2)
    await discord_server.silence(direct)


async def test_where_embeds_are_not_allowed_the_same_is_said_as_text(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    alpha.revoke(discord_server.bot, Permission.EMBED_LINKS)
    await ann.sends(f"{discord_server.bot.mention} {EXTORTION}", to=alpha.channel)
    (card,) = await discord_server.said(alpha.channel)
    assert card["embeds"] == []
    assert card["content"].startswith("🚩")
    assert card["flags"] & 4
    assert labels(card) == ["The whole answer, in private"]


async def test_where_the_bot_may_not_speak_the_owner_is_told(
    hub: App, discord_server: DiscordServer
) -> None:
    alpha = discord_server.guild("Alpha")
    alpha.revoke(discord_server.bot, Permission.SEND_MESSAGES)
    async with connected(hub):
        (card,) = await discord_server.said(discord_server.direct(alpha.owner))
        assert "Redflag is here" in shown(card)
        assert "no channel here that I may write in" in shown(card)
        # Nobody can be answered there, and nobody else is kept waiting by that.
        ann = discord_server.person("ann")
        alpha.join(ann)
        await ann.sends(f"{discord_server.bot.mention} {EXTORTION}", to=alpha.channel)
        await ann.sends(EXTORTION, to=discord_server.direct(ann))
        (card,) = await discord_server.said(discord_server.direct(ann))
        assert card["content"].startswith("🚩")


async def reads(question: Callable[[], Awaitable[object]], *, wanted: bool = True) -> None:
    """Wait until the database says so."""
    async with asyncio.timeout(5):
        while bool(await question()) is not wanted:  # noqa: ASYNC110
            await asyncio.sleep(0.02)


async def test_the_set_up_card_comes_once_and_a_rename_is_followed(
    hub: App, discord_server: DiscordServer
) -> None:
    bob = discord_server.person("bob")
    alpha = discord_server.guild("Alpha", admins=[bob], installed=False)
    async with connected(hub):
        await discord_server.gateway.connected()
        alpha.add_bot(by=bob)
        (card,) = await discord_server.said(alpha.channel)
        assert "“Alpha”" in shown(card)
        assert "Somebody received a strange message?" in shown(card)
        assert labels(card) == ["English", "中文"]
        alpha.rename("Omega")
        await reads(lambda: hub.store.communities.named("Omega"))
        alpha.remove_bot()
        await reads(lambda: hub.store.communities.all_chats(), wanted=False)
    async with connected(hub):
        await until(lambda: len(discord_server.identifies) == 2, 10)
        await discord_server.silence(alpha.channel)


async def test_the_database_being_away_costs_the_memory_and_not_the_answer(
    bot: App, discord_server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from bot.errors import StoreError
    from bot.store.database import Database

    def full(self: Database) -> object:
        raise StoreError("The disk did not take the data.")

    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    monkeypatch.setattr(Database, "transaction", full)
    it = await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
    assert (await it.message())["content"].startswith("✋")
    (verdict,) = await it.followups()
    assert verdict["content"].startswith("🚩")
    assert verdict["flags"] & 64


async def test_one_who_floods_fills_nobody_elses_room(
    bot: App, discord_server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapters.discord import intake

    monkeypatch.setattr(intake, "MOST_IN_A_LANE", 3)
    eve = discord_server.person("eve", installed=True)
    ann = discord_server.person("ann", installed=True)
    for _ in range(20):
        await eve.sends(f"/check {HARMLESS}", to=discord_server.direct(eve))
    await ann.sends(EXTORTION, to=discord_server.direct(ann))
    (card,) = await discord_server.said(discord_server.direct(ann))
    assert card["content"].startswith("🚩")
    asked = [
        await eve.uses_slash("check", {"text": HARMLESS}, in_=discord_server.direct(eve))
        for _ in range(10)
    ]
    for one in asked:  # whoever presses is told at least why nothing comes of it
        assert shown(await one.message())
    told = [one.original["content"] for one in asked if one.original is not None]
    assert any("One moment" in one for one in told)
    await discord_server.said(discord_server.direct(eve), 4)
    await asyncio.sleep(0.3)
    messages = discord_server.direct(eve).messages.values()
    answers = {one.original["id"] for one in asked if one.original is not None}
    ours = [one for one in messages if one["author"]["id"] == discord_server.bot.id]
    assert sum(one["id"] not in answers for one in ours) < 10


async def test_a_mistake_of_ours_is_told_to_whoever_waits(
    bot: App, discord_server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapters.discord import face
    from adapters.discord.render import render

    def fails(card: Card, *, plain: bool = False) -> object:
        if card.tone is not Tone.PROBLEM:
            raise ValueError("a mistake")
        return render(card, plain=plain)

    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    monkeypatch.setattr(face, "render", fails)
    it = await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
    told = await it.message()
    assert "Something went wrong" in shown(told)
    assert told["flags"] & 64


async def test_a_refusal_that_comes_late_is_seen_by_nobody_else(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    discord_server.fault("GET", "/guilds/*/members/*", delay=1.2, times=2)
    options = {"language": "zh", "server": True}
    it = await ann.uses_slash("language", options, in_=alpha.channel)
    assert (await it.response()).data == {"flags": 64}
    refused = await it.message()
    assert "Only the moderators" in shown(refused)
    assert refused["flags"] & 64


async def test_where_the_bot_is_not_the_server_is_no_community(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann")
    alpha = discord_server.guild("Alpha", members=[ann], installed=False)
    alpha.commands_only = True
    it = await ann.uses_slash("language", {"server": True}, in_=alpha.channel)
    assert (await it.message())["flags"] & 64
    it = await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
    card = await it.message()
    assert card["content"].startswith("🚩")
    assert card["flags"] & 64
    assert await bot.store.communities.all_chats() == ()


async def test_a_server_renamed_while_nobody_listened_is_known_by_its_new_name(
    hub: App, discord_server: DiscordServer
) -> None:
    alpha = discord_server.guild("Alpha")
    async with connected(hub):
        await discord_server.said(alpha.channel)
    alpha.rename("Omega")
    async with connected(hub):
        await reads(lambda: hub.store.communities.named("Omega"))


async def test_a_card_that_finds_no_way_holds_up_no_other_servers_news(
    hub: App, discord_server: DiscordServer
) -> None:
    alpha = discord_server.guild("Alpha", installed=False)
    beta = discord_server.guild("Beta", installed=False)
    path = f"/channels/{alpha.channel.id}/messages"
    discord_server.fault("POST", path, status=503, times=1_000)
    async with connected(hub):
        await discord_server.gateway.connected()
        alpha.add_bot()
        await until(lambda: discord_server.calls("POST", path))
        beta.add_bot()
        (card,) = await discord_server.said(beta.channel)
        assert "“Beta”" in shown(card)


async def test_where_earlier_messages_may_not_be_read_the_answer_stands_alone(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    alpha.revoke(discord_server.bot, Permission.READ_MESSAGE_HISTORY)
    await ann.sends(f"{discord_server.bot.mention} {EXTORTION}", to=alpha.channel)
    (card,) = await discord_server.said(alpha.channel)
    assert card["content"].startswith("🚩")
    assert "referenced_message" not in card
