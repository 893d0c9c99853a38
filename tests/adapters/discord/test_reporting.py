"""Reports, withdrawals and presses on Discord; and what communities of two platforms see."""

from __future__ import annotations

import pytest

from bot.app import App
from tests.adapters.discord.fixture import (
    EXTORTION,
    MAIL,
    REPORT,
    admit,
    labels,
    language_card,
    met,
    shown,
    until,
)
from tests.servers.discord.guilds import Guild
from tests.servers.discord.people import Person as Someone
from tests.servers.discord.permissions import Permission
from tests.servers.discord.server import DiscordServer


async def reports(person: Someone, guild: Guild, text: str = EXTORTION) -> dict[str, object]:
    """Report what a message names, by the form; the answer."""
    strange = await person.sends(text, to=guild.channel)
    form = await (await person.uses_menu(REPORT, strange, in_=guild.channel)).modal()
    values = {"Routine": "insider-extortion"} if "Routine" in form.labels else {}
    sent = await person.submits(form, {"identifier": MAIL, **values})
    return dict(await sent.message())


async def looks_up(person: Someone, guild: Guild) -> str:
    it = await person.uses_slash("lookup", {"identifier": MAIL}, in_=guild.channel)
    return shown(await it.message())


async def test_a_form_is_filled_in_with_what_the_message_names(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann", locale="zh-CN")
    guild = await met(discord_server, "Alpha", members=[ann])
    text = f"Write to {MAIL} or WeChat review_helper88, see https://amazon.com/help"
    strange = await ann.sends(text, to=guild.channel)
    form = await (await ann.uses_menu(REPORT, strange, in_=guild.channel)).modal()
    assert (form.title, form.labels) == ("提醒同社群的人", ["要举报的账号", "套路", "备注"])
    filled = form.data["components"][0]["component"]["value"]
    assert MAIL in filled
    assert "review_helper88" in filled
    assert "amazon" not in filled
    sent = await ann.submits(form, {"identifier": filled, "note": "要我付 200 美元"})
    card = await sent.message()
    assert len(labels(card)) == 3  # both, or one of them
    done = await ann.presses(card, "全部举报")
    assert "2" in card["components"][0]["components"][0]["label"]
    await done.message()
    assert MAIL.replace(".", "[.]").replace("@", "[@]") in await looks_up(ann, guild)


async def test_reports_in_two_servers_are_seen_in_a_third_and_withdrawn_by_the_button(
    bot: App, discord_server: DiscordServer
) -> None:
    ann, bob, cat = (discord_server.person(name) for name in ("ann", "bob", "cat"))
    alpha = await met(discord_server, "Alpha", members=[ann, bob, cat])
    beta = await met(discord_server, "Beta", members=[bob])
    gamma = await met(discord_server, "Gamma", members=[cat])
    await admit(bot, alpha, beta, gamma)
    done = await reports(ann, alpha)
    assert "Reported" in shown(done)
    assert done["flags"] == 64
    assert "No reports here" in await looks_up(cat, gamma)
    await reports(bob, beta)
    assert (
        "reported by several members in 2 communities, not checked"
        in (await looks_up(cat, gamma)).lower()
    )
    # A forged, a foreign, a stale and a doubled press change nothing.
    action = done["components"][0]["components"][0]["custom_id"]  # type: ignore[index]
    for it in (
        await bob.presses_raw(done, "A" * 16),
        await bob.presses_raw(done, action),
        await cat.presses_raw(done, "~" + action),
        await cat.presses_raw(done, "😀" * 30),
        await ann.presses_raw(done, ""),
    ):
        refused = await it.message()
        assert "does not work" in shown(refused)
        assert refused["flags"] & 64
    assert "2 communities" in await looks_up(cat, gamma)
    first, second = await ann.presses(done, "Take back"), await ann.presses(done, "Take back")
    await first.message()
    await second.message()
    assert "No reports here" in await looks_up(cat, gamma)
    standing = discord_server.message(done)
    assert standing is not None
    assert "Taken back" in shown(standing) or "Nothing to take back" in shown(standing)


async def test_a_report_from_elsewhere_asks_for_which_community(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann", installed=True)
    eve = discord_server.person("eve", installed=True)
    await met(discord_server, "Alpha", members=[ann])
    beta = await met(discord_server, "Beta", members=[ann])
    await met(discord_server, "Gamma")
    chat = discord_server.private(ann, eve)
    strange = await eve.sends(EXTORTION, to=chat)
    form = await (await ann.uses_menu(REPORT, strange, in_=chat)).modal()
    which = await (await ann.submits(form, {"identifier": MAIL})).message()
    assert "For which community?" in shown(which)
    assert labels(which) == ["Alpha", "Beta"]
    beta.kick(ann)
    refused = await (await ann.presses(which, "Beta")).message()
    assert "does not work" in shown(refused)
    beta.join(ann)
    done = await (await ann.presses(which, "Beta")).message()
    assert "Reported" in shown(done)
    assert "reported in this community" in (await looks_up(ann, beta)).lower()
    # Who is on no server of ours reports nothing.
    form = await (await eve.uses_menu(REPORT, strange, in_=chat)).modal()
    refused = await (await eve.submits(form, {"identifier": MAIL})).message()
    assert "needs a community" in shown(refused)


async def test_a_note_is_for_its_reporter_alone(bot: App, discord_server: DiscordServer) -> None:
    ann, bob = discord_server.person("ann"), discord_server.person("bob")
    alpha = await met(discord_server, "Alpha", members=[ann, bob])
    options = {"identifier": MAIL, "routine": "insider-extortion", "note": "wanted **200** USD"}
    done = await (await ann.uses_slash("report", options, in_=alpha.channel)).message()
    assert "As: " in shown(done)
    assert "Your note: “wanted **200** USD”" in await looks_up(ann, alpha)
    assert "200" not in await looks_up(bob, alpha)


async def test_only_who_moderates_at_that_moment_chooses_the_servers_language(
    bot: App, discord_server: DiscordServer
) -> None:
    ann, bob, cat = (discord_server.person(name) for name in ("ann", "bob", "cat"))
    alpha = discord_server.guild("Alpha", members=[bob, cat], admins=[ann])
    (card,) = await discord_server.said(alpha.channel)
    assert labels(card) == ["English", "中文"]
    refused = await (await bob.presses(card, "中文")).message()
    assert "does not work" in shown(refused)
    assert refused["flags"] & 64
    alpha.grant(bob, Permission.BAN_MEMBERS)
    chosen = await (await bob.presses(card, "中文")).message()
    assert "用中文" in shown(chosen)
    assert not chosen["flags"] & 64
    await cat.sends(f"{discord_server.bot.mention} hello there", to=alpha.channel)
    (answer,) = await discord_server.said(alpha.channel)
    assert "没有对上已知套路" in shown(answer)
    alpha.revoke(bob, Permission.BAN_MEMBERS)
    options = {"language": "en", "server": True}
    refused = await (await bob.uses_slash("language", options, in_=alpha.channel)).message()
    assert "由管理员来定" in shown(refused)
    assert refused["flags"] & 64
    chosen = await (await ann.uses_slash("language", options, in_=alpha.channel)).message()
    assert "answer in English" in shown(chosen)
    asked = await language_card(ann, alpha)
    assert "does not work" in shown(await (await bob.presses(asked, "中文")).message())
    chosen = await (await ann.presses(asked, "中文")).message()
    assert chosen["id"] == asked["id"]
    assert (await bot.store.communities.named("Alpha")).language == "zh"  # type: ignore[union-attr]


async def test_buttons_and_lists_survive_a_restart(hub: App, discord_server: DiscordServer) -> None:
    from tests.adapters.discord.fixture import connected

    ann = discord_server.person("ann")
    alpha = discord_server.guild("Alpha", members=[ann])
    async with connected(hub):
        await discord_server.said(alpha.channel)
        card = await (
            await ann.uses_slash("check", {"text": EXTORTION}, in_=alpha.channel)
        ).message()
    async with connected(hub):
        await until(lambda: len(discord_server.identifies) == 2, 10)
        await discord_server.gateway.connected()
        it = await ann.presses(card, "More advice")
        assert "Keep as evidence" in shown(await it.message())
    await discord_server.silence(alpha.channel, 0.1)


async def test_many_choices_are_a_list_that_can_be_pressed(
    bot: App, discord_server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapters.discord import render

    monkeypatch.setattr(render, "_MOST_BUTTONS", 2)
    ann = discord_server.person("ann")
    alpha = await met(discord_server, "Alpha", members=[ann])
    card = await (await ann.uses_slash("routines", in_=alpha.channel)).message()
    title = bot.knowledge.routines["fake-customs-hold"].title["en"]
    it = await ann.selects(card, title)
    assert title in shown(await it.message())


async def test_who_presses_too_often_is_told_so_and_nobody_else(
    bot: App, discord_server: DiscordServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    ann = discord_server.person("ann")
    alpha = discord_server.guild("Alpha", admins=[ann])
    (card,) = await discord_server.said(alpha.channel)
    monkeypatch.setattr(type(bot.limit), "allows", lambda *_: False)
    told = await (await ann.presses(card, "中文")).message()
    assert "One moment" in shown(told)
    assert told["flags"] & 64
    it = await ann.uses_slash("language", {"language": "zh", "server": True}, in_=alpha.channel)
    assert "One moment" in shown(await it.message())
