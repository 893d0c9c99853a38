"""Discord as people ask there: by the menu of a message, by commands, in private, by name."""

from __future__ import annotations

import pytest

from bot.app import App
from tests.adapters.discord.fixture import (
    BOTH,
    CHECK,
    EXTORTION,
    MAIL,
    labels,
    met,
    shown,
)
from tests.servers.discord.server import DiscordServer


def expected(bot: App, slug: str, locale: str) -> list[str]:
    """The title, and what to do now."""
    routine, language = bot.knowledge.routines[slug], locale[:2]
    return [routine.title[language], *(line[language] for line in routine.advice["now"])]


@pytest.mark.parametrize(("slug", "text", "locale"), BOTH)
async def test_each_core_routine_is_answered_from_the_menu_a_command_and_in_private(
    slug: str, text: str, locale: str, bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann", locale=locale, installed=True)
    eve = discord_server.person("eve")
    guild = await met(discord_server, "Alpha", members=[ann, eve])
    strange = await eve.sends(text, to=guild.channel)
    menu = await ann.uses_menu(CHECK, strange, in_=guild.channel)
    slash = await ann.uses_slash("check", {"text": text}, in_=guild.channel)
    await ann.sends(text, to=discord_server.direct(ann))
    (private,) = await discord_server.said(discord_server.direct(ann))
    for card in (await menu.message(), await slash.message(), private):
        assert card["content"].startswith(("🚩", "⚠️"))
        for line in expected(bot, slug, locale):
            assert line in shown(card)
    for it in (menu, slash):
        assert (await it.message())["flags"] & 64
    await discord_server.silence(guild.channel, 0.05)


async def test_the_menu_works_where_the_bot_is_not(bot: App, discord_server: DiscordServer) -> None:
    ann = discord_server.person("ann", installed=True)
    bob = discord_server.person("bob")
    elsewhere = discord_server.guild("Elsewhere", members=[ann, bob], installed=False)
    chat = discord_server.private(ann, bob)
    for place in (elsewhere.channel, chat):
        strange = await bob.sends(EXTORTION, to=place)
        it = await ann.uses_menu(CHECK, strange, in_=place)
        card = await it.message()
        assert card["content"].startswith("🚩")
        assert card["flags"] & 64
        assert "Ask a moderator" in labels(card)


async def test_a_comment_and_the_forward_after_it_are_one_case(
    bot: App, discord_server: DiscordServer
) -> None:
    ann, eve = discord_server.person("ann"), discord_server.person("eve")
    guild = await met(discord_server, "Alpha", members=[ann, eve])
    strange = await eve.sends(EXTORTION, to=guild.channel)
    direct = discord_server.direct(ann)
    await ann.sends("is this real?", to=direct)
    await ann.sends(to=direct, forward=strange)
    (card,) = await discord_server.said(direct)
    assert card["content"].startswith("🚩")
    await discord_server.silence(direct)


async def test_a_forward_is_read_and_so_is_what_a_message_replies_to(
    bot: App, discord_server: DiscordServer
) -> None:
    ann, eve = discord_server.person("ann"), discord_server.person("eve")
    guild = await met(discord_server, "Alpha", members=[ann, eve])
    strange = await eve.sends(EXTORTION, to=guild.channel)
    forwarded = await ann.sends(to=guild.channel, forward=strange)
    it = await ann.uses_menu(CHECK, forwarded, in_=guild.channel)
    assert (await it.message())["content"].startswith("🚩")
    direct = discord_server.direct(ann)
    asked = await ann.sends("Hello, when will my order arrive? Thanks!", to=direct)
    assert (await discord_server.said(direct))[0]["content"].startswith("❔")
    kept = await ann.sends(to=direct, forward=strange)
    await discord_server.said(direct)
    await ann.sends("and this?", to=direct, reply_to=kept)
    (card,) = await discord_server.said(direct)
    assert card["content"].startswith("🚩")
    await ann.sends("again please", to=direct, reply_to=asked)
    (card,) = await discord_server.said(direct)
    assert card["content"].startswith("❔")


async def test_embeds_and_names_of_files_are_read_and_pictures_said_not_to_be(
    bot: App, discord_server: DiscordServer
) -> None:
    ann, eve = discord_server.person("ann"), discord_server.person("eve")
    guild = await met(discord_server, "Alpha", members=[ann, eve])
    embed = {"title": "Notice", "description": EXTORTION, "url": "https://evil-parcels.com/login"}
    strange = await eve.sends(
        "look", to=guild.channel, embeds=[embed], attachments=[("a.png", b"x")]
    )
    it = await ann.uses_menu(CHECK, strange, in_=guild.channel)
    card = await it.message()
    assert card["content"].startswith("🚩")
    assert "evil-parcels[.]com/login" in shown(card)
    assert "cannot read pictures yet" in shown(card)
    direct = discord_server.direct(ann)
    await ann.sends(to=direct, attachments=[("a.png", b"x")])
    (card,) = await discord_server.said(direct)
    assert "There is no text to read" in shown(card)
    assert "cannot read pictures yet" in shown(card)


async def test_no_discord_id_is_shown_or_offered_to_be_reported(
    bot: App, discord_server: DiscordServer
) -> None:
    ann, eve = discord_server.person("ann"), discord_server.person("eve", display="Desk")
    guild = await met(discord_server, "Alpha", members=[ann, eve])
    strange = await eve.sends(f"{ann.mention} {EXTORTION} ask {eve.mention}", to=guild.channel)
    it = await ann.uses_menu(CHECK, strange, in_=guild.channel)
    form = await (await ann.uses_menu("Report identifiers", strange, in_=guild.channel)).modal()
    for text in (shown(await it.message()), str(form.data)):
        assert eve.id not in text
        assert ann.id not in text
    assert MAIL in str(form.data)


async def test_by_name_in_a_channel_it_answers_in_brief_and_whole_for_any_member(
    bot: App, discord_server: DiscordServer
) -> None:
    ann, bob = discord_server.person("ann"), discord_server.person("bob")
    guild = await met(discord_server, "Alpha", members=[ann, bob])
    strange = await bob.sends(EXTORTION, to=guild.channel)
    await ann.sends(
        f"{discord_server.bot.mention} is this real?", to=guild.channel, reply_to=strange
    )
    (card,) = await discord_server.said(guild.channel)
    assert card["content"].startswith("🚩")
    assert len(shown(card)) < 700
    assert labels(card) == ["The whole answer, in private"]
    assert discord_server.allowed_mentions(card) == {"parse": [], "replied_user": False}
    whole = await (await bob.presses(card, "The whole")).message()
    assert whole["flags"] & 64
    assert "The signs I see" in shown(whole)
    assert "Report these identifiers" in labels(whole)


async def test_only_what_names_the_bot_is_answered_in_a_channel(
    bot: App, discord_server: DiscordServer
) -> None:
    ann, bob = discord_server.person("ann"), discord_server.person("bob")
    guild = await met(discord_server, "Alpha", members=[ann, bob])
    for text in (EXTORTION, "/check x", bob.mention, "@everyone", "@redflag-test hello"):
        await ann.sends(text, to=guild.channel)
    await discord_server.silence(guild.channel)
    await ann.sends(f"{EXTORTION} {discord_server.bot.mention}", to=guild.channel)
    (card,) = await discord_server.said(guild.channel)
    assert card["content"].startswith("🚩")
    # Who answers the card pings the bot without naming it.
    await ann.sends("thanks", to=guild.channel, reply_to=guild.channel.messages[card["id"]])
    await discord_server.silence(guild.channel)


async def test_every_command_answers_in_the_language_of_who_uses_it(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann", locale="en-GB")
    wang = discord_server.person("wang", locale="zh-TW")
    guild = await met(discord_server, "Alpha", members=[ann, wang])
    expected_words = {
        "help": ("What I can do", "我会做这些"),
        "routines": ("Routines I know", "我认识的套路"),
        "privacy": ("What I keep", "我会留下什么"),
        "guide": ("really is the platform", "平台真的来问了"),
        "language": ("Which language", "用哪种语言"),
        "forget": ("Forget you?", "忘掉你"),
    }
    for name, texts in expected_words.items():
        for person, text in zip((ann, wang), texts, strict=True):
            it = await person.uses_slash(name, in_=guild.channel)
            message = await it.message()
            assert message["flags"] & 64
            assert text in shown(message), (name, shown(message))
    typed = await wang.completes("routine", "routine", "海关", in_=guild.channel)
    (choice,) = await typed.choices()
    it = await wang.uses_slash("routine", {"routine": choice["value"]}, in_=guild.channel)
    assert choice["name"] in (await it.message())["content"]
    it = await ann.uses_slash("routine", {"routine": "insider-extortion"}, in_=guild.channel)
    assert "How to tell it from the real thing" in shown(await it.message())
    it = await ann.uses_slash("lookup", {"identifier": MAIL}, in_=guild.channel)
    assert "No reports here" in shown(await it.message())
    it = await ann.uses_slash("language", {"language": "zh"}, in_=guild.channel)
    assert "用中文" in shown(await it.message())
    it = await ann.uses_slash("help", in_=guild.channel)
    assert "我会做这些" in shown(await it.message())


async def test_a_command_without_a_text_shows_a_form_for_it(
    bot: App, discord_server: DiscordServer
) -> None:
    ann = discord_server.person("ann", locale="zh-CN")
    guild = await met(discord_server, "Alpha", members=[ann])
    form = await (await ann.uses_slash("check", in_=guild.channel)).modal()
    assert form.title == "鉴别一条消息"
    sent = await ann.submits(form, {"text": EXTORTION + "\n" + EXTORTION})
    assert (await sent.message())["content"].startswith("🚩")


async def test_a_language_told_by_a_command_is_spoken_in_private(
    bot: App, discord_server: DiscordServer
) -> None:
    wang = discord_server.person("wang", locale="zh-CN", installed=True)
    direct = discord_server.direct(wang)
    await (await wang.uses_slash("help", in_=direct)).message()
    await wang.sends(EXTORTION, to=direct)
    (card,) = await discord_server.said(direct)
    assert "很可能是已知套路" in shown(card)
