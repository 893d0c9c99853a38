"""Telegram as people use it: every test drives the real library over real sockets."""

from __future__ import annotations

import asyncio

import pytest

from bot.app import App, now_ms
from tests.bot.test_check import MESSAGES
from tests.servers.telegram.people import (
    ANONYMOUS,
    AS_CHANNEL,
    Group,
    Person,
    from_channel,
    from_chat,
    from_user,
)
from tests.servers.telegram.server import Message, TelegramServer

BOTH = [
    pytest.param(slug, text, language, id=f"{slug}-{language}")
    for slug, texts in MESSAGES.items()
    for text, language in zip(texts, ("en", "zh-hans"), strict=True)
]
EXTORTION = MESSAGES["insider-extortion"][0]
MAIL = "desk@evil-parcels.com"


def labels(message: Message) -> list[str]:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["text"] for row in rows for button in row]


def button(message: Message, label: str) -> dict[str, str]:
    (found,) = [
        one
        for row in message["reply_markup"]["inline_keyboard"]
        for one in row
        if one["text"].startswith(label)
    ]
    return dict(found)


async def follows(person: Person, message: Message, label: str = "The whole answer") -> Message:
    """Follow a button into the private chat; what the bot says there."""
    person.starts(button(message, label)["url"].partition("start=")[2])
    return (await person.hears())[-1]


async def admit(app: App, *groups: Group) -> None:
    for group in groups:
        await app.store.communities.admit(group.title, now_ms())


async def settle(group: Group, person: Person) -> None:
    """The bot has met the group: its community exists."""
    person.sends("/language", to=group)
    await group.hears()


@pytest.mark.parametrize(("slug", "text", "language"), BOTH)
async def test_each_core_routine_is_answered_from_a_forward(
    slug: str, text: str, language: str, bot: App, server: TelegramServer
) -> None:
    ann = server.person("Ann", language=language)
    ann.forwards(text)
    (card,) = await ann.hears()
    title = bot.knowledge.routines[slug].title[language[:2]]
    assert title in card["text"]
    assert card["text"].startswith(("🚩", "⚠️"))
    assert any(one["type"] == "blockquote" for one in card["entities"])
    for line in bot.knowledge.routines[slug].advice["now"]:
        assert line[language[:2]] in card["text"]


async def test_reports_in_two_groups_are_seen_in_a_third_and_withdrawn_by_the_button(
    bot: App, server: TelegramServer
) -> None:
    ann, bob, cat = (server.person(name) for name in ("Ann", "Bob", "Cat"))
    alpha = server.group("Alpha", members=[ann])
    beta = server.group("Beta", members=[bob])
    gamma = server.group("Gamma", members=[cat])
    for group, person in ((alpha, ann), (beta, bob), (gamma, cat)):
        await settle(group, person)
    await admit(bot, alpha, beta, gamma)
    ann.sends("/report insider-extortion", to=alpha, reply=ann.writes(f"Write to {MAIL}", to=alpha))
    (done,) = await alpha.hears()
    assert "Reported" in done["text"]
    cat.forwards(f"Please write to {MAIL} about the lamps.")
    assert "no reports here" in (await cat.hears())[0]["text"]
    bob.sends("/report", to=beta, reply=bob.writes(f"<b>{MAIL}</b>", to=beta))
    await beta.hears()
    cat.forwards(f"Please write to {MAIL} about the lamps.")
    (card,) = await cat.hears()
    assert "reported by several members in 2 communities, not checked" in card["text"]
    cat.sends(f"/lookup {MAIL}", to=gamma)
    assert "2 communities" in (await gamma.hears())[0]["text"]
    # A forged, a foreign, a stale and a doubled press change nothing.
    for query in (
        bob.presses_data(done, "A" * 16),
        bob.presses_button(done, "Take back"),
        cat.presses_button(done, "Take back"),
        cat.presses_data(done, "😀"),
    ):
        answer = await bob.answered(query)
        assert answer["show_alert"] in (True, "true")
        assert "does not work" in answer["text"]
    cat.sends(f"/lookup {MAIL}")
    assert "2 communities" in (await cat.hears())[0]["text"]
    first, second = ann.presses_button(done, "Take back"), ann.presses_button(done, "Take back")
    await ann.answered(first)
    await ann.answered(second)
    cat.sends(f"/lookup {MAIL}")
    assert "No reports here" in (await cat.hears())[0]["text"]
    assert "Taken back" in server.all_messages[alpha.id, done["message_id"]]["text"]
    assert await bot.store.registry.reports_since((await _pseudonym(bot, ann)), 0) == 1


async def _pseudonym(app: App, person: Person) -> str:
    from bot.message import Person as Known

    asker = await app.store.askers.find(Known("telegram", str(person.id)))
    assert asker is not None
    return asker.pseudonym


async def test_a_comment_and_the_forward_after_it_are_one_case(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    ann.sends("is this real?")
    ann.forwards(EXTORTION)
    (card,) = await ann.hears()
    assert card["text"].startswith("🚩")
    await server.silence(ann.id)


async def test_an_album_is_one_case(bot: App, server: TelegramServer) -> None:
    ann = server.person()
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9}]
    ann.sends(photo=photo, media_group_id="5", caption=EXTORTION)
    ann.sends(photo=photo, media_group_id="5")
    (card,) = await ann.hears()
    assert card["text"].startswith("🚩")
    assert "cannot read pictures yet" in card["text"]
    await server.silence(ann.id)


async def test_what_is_hidden_under_the_words_is_read(bot: App, server: TelegramServer) -> None:
    ann = server.person()
    text = "😀 Click here to keep your shop, or ask Mister Lee."
    ann.forwards(
        text,
        entities=[
            {
                "type": "text_link",
                "offset": 9,
                "length": 4,
                "url": "https://evil-parcels.com/login",
            },
            {
                "type": "text_mention",
                "offset": 41,
                "length": 10,
                "user": {"id": 5123456789, "is_bot": False, "first_name": "Lee"},
            },
        ],
    )
    (card,) = await ann.hears()
    assert "evil-parcels[.]com/login" in card["text"]
    assert "Telegram ID 5123456789" in card["text"]


async def test_a_visible_origin_is_offered_and_the_forwarder_never(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person(username="ann_seller")
    eve = server.person("Eve", username="evil_desk_1")
    ann.forwards(EXTORTION, from_user(eve))
    (card,) = await ann.hears()
    assert "Telegram [@]evil_desk_1" in card["text"]
    assert f"Telegram ID {eve.id}" in card["text"]
    ann.forwards(EXTORTION, from_channel("Deals", "deals_channel"))
    assert "Telegram [@]deals_channel" in (await ann.hears())[0]["text"]
    ann.forwards(EXTORTION, from_chat("Group", "some_group"))
    assert "Telegram [@]some_group" in (await ann.hears())[0]["text"]
    ann.forwards(EXTORTION, from_user(ann))
    (card,) = await ann.hears()
    assert "ann_seller" not in card["text"]
    assert str(ann.id) not in card["text"]


async def test_an_edited_message_changes_its_answer_and_an_unchanged_one_does_not(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    asked = ann.sends("Hello, when will my order arrive? Thanks!")
    (card,) = await ann.hears()
    assert card["text"].startswith("❔")
    ann.sends("Hello, when will my order arrive? Thanks!", edits=asked)
    await server.silence(ann.id)
    assert not server.calls("editMessageText")
    ann.sends(EXTORTION, edits=asked)
    await server.until(lambda: server.calls("editMessageText"))
    await server.silence(ann.id, 0.2)
    changed = server.all_messages[ann.id, card["message_id"]]
    assert changed["text"].startswith("🚩")


async def test_a_group_is_answered_in_brief_and_any_member_reads_the_rest_in_private(
    bot: App, server: TelegramServer
) -> None:
    ann, bob, eve = server.person("Ann"), server.person("Bob"), server.person("Eve")
    alpha = server.group("Alpha", members=[ann, bob], bot="member")
    ann.sends("/check", to=alpha, reply=bob.writes(EXTORTION, to=alpha))
    (card,) = await alpha.hears()
    assert card["text"].startswith("🚩")
    assert len(card["text"]) < 600
    assert labels(card) == ["The whole answer, in private"]
    whole = await follows(bob, card)
    assert "The signs I see" in whole["text"]
    assert "Report these identifiers" in labels(whole)
    refused = await follows(eve, card)
    assert "does not work" in refused["text"]


@pytest.mark.parametrize("privacy", [True, False])
async def test_only_what_is_addressed_to_the_bot_is_answered_in_a_group(
    bot: App, server: TelegramServer, privacy: bool
) -> None:
    server.me["can_read_all_group_messages"] = not privacy
    ann = server.person()
    alpha = server.group("Alpha", members=[ann], bot="member")
    for text in (EXTORTION, "/ban @somebody", "/check@other_bot", "@other_bot hi", "/etc/passwd"):
        ann.sends(text, to=alpha)
    ann.sends("nice", to=alpha, reply={**ann.writes("x", to=alpha), "from": server.me | {}})
    await server.silence(alpha.id)
    name = server.me["username"]
    ann.sends(f"@{name} is this real?", to=alpha, reply=ann.writes(EXTORTION, to=alpha))
    assert (await alpha.hears())[0]["text"].startswith("🚩")
    ann.sends(f"{EXTORTION} @{name}", to=alpha)
    assert (await alpha.hears())[0]["text"].startswith("🚩")
    ann.sends(f"/check@{name} hello there", to=alpha)
    assert (await alpha.hears())[0]["text"].startswith("❔")


async def test_a_report_from_a_private_chat_asks_for_which_community(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    alpha = server.group("Alpha", members=[ann])
    beta = server.group("Beta", members=[ann])
    server.group("Gamma")
    for group in (alpha, beta):
        await settle(group, ann)
    ann.forwards(EXTORTION)
    (card,) = await ann.hears()
    await ann.presses(card, "Report these")
    (which,) = await ann.hears()
    assert "For which community?" in which["text"]
    assert labels(which) == ["Alpha", "Beta"]
    await ann.presses(which, "Beta")
    await server.until(lambda: server.calls("editMessageText"))
    chosen = server.all_messages[ann.id, which["message_id"]]
    assert "goes to Beta" in chosen["text"]
    beta.members.clear()
    refused = await ann.presses(chosen, "Report E-mail")
    assert "does not work" in refused["text"]
    beta.members.add(ann.id)
    await ann.presses(chosen, "Report E-mail")
    await server.until(lambda: len(server.calls("editMessageText")) == 2)
    assert "Reported" in server.all_messages[ann.id, which["message_id"]]["text"]
    ann.sends(f"/lookup {MAIL}", to=beta)
    assert "reported in this community" in (await beta.hears())[0]["text"]
    ann.sends(f"/lookup {MAIL}", to=alpha)
    assert "no reports here" in (await alpha.hears())[0]["text"]


async def test_the_database_holds_nobodys_telegram_id(bot: App, server: TelegramServer) -> None:
    ann = server.person(username="ann_seller")
    alpha = server.group("Alpha", members=[ann])
    ann.sends(f"/report {MAIL} insider-extortion", to=alpha)
    await alpha.hears()
    ann.forwards(EXTORTION)
    (card,) = await ann.hears()
    await ann.presses(card, "Report these")
    (choose,) = await ann.hears()
    await ann.presses(choose, "Report all")
    await server.until(lambda: server.calls("editMessageText"))
    ann.sends("/help")
    await ann.hears()
    await asyncio.sleep(1.5)  # what was handled is erased a moment later
    async with bot.store.database.reading() as query:
        await query.rows("PRAGMA wal_checkpoint(TRUNCATE)")
        tables = [row[0] for row in await query.rows("SELECT name FROM sqlite_master")]
        for table in tables:
            if not table.startswith("sqlite_") and "_of_" not in table and "_by_" not in table:
                for row in await query.rows(f"SELECT * FROM {table}"):
                    assert str(ann.id) not in repr(tuple(row)), table
                    assert "ann_seller" not in repr(tuple(row)), table


async def test_who_is_in_no_group_of_ours_reports_nothing(bot: App, server: TelegramServer) -> None:
    ann, eve = server.person("Ann"), server.person("Eve")
    alpha = server.group("Alpha", members=[ann])
    await settle(alpha, ann)
    eve.sends(f"/report {MAIL} insider-extortion he wanted 200 USD")
    assert "needs a community" in (await eve.hears())[0]["text"]
    # Neither does a stranger who can write in a public group.
    eve.sends(f"/report {MAIL}", to=alpha)
    assert "Members only" in (await alpha.hears())[0]["text"]


async def test_a_note_is_kept_for_its_reporter_and_not_told_in_the_group(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    alpha = server.group("Alpha", members=[ann])
    ann.sends(f"/report {MAIL} insider-extortion wanted <b>200</b> USD", to=alpha)
    (done,) = await alpha.hears()
    assert "As: " in done["text"]
    assert "200" not in done["text"]
    ann.sends(f"/lookup {MAIL}")
    (card,) = await ann.hears()
    assert "Your note: “wanted <b>200</b> USD”" in card["text"]
    ann.sends(f"/lookup {MAIL}", to=alpha)
    assert "200" not in (await alpha.hears())[0]["text"]


async def test_the_language_is_the_members_in_private_and_the_groups_in_a_group(
    bot: App, server: TelegramServer
) -> None:
    ann, bob = server.person("Ann"), server.person("老王", language="zh-hans")
    alpha = server.group("Alpha", members=[bob], admins=[ann])
    bob.sends("/language zh", to=alpha)
    assert "由管理员来定" in (await alpha.hears())[0]["text"]
    ann.sends("/language", to=alpha)
    (card,) = await alpha.hears()
    answer = await bob.presses(card, "中文")
    assert answer["show_alert"]
    await ann.presses(card, "中文")
    await server.until(lambda: server.calls("editMessageText"))
    ann.sends("/check hello there", to=alpha)
    assert "没有对上已知套路" in (await alpha.hears())[0]["text"]
    ann.sends("hello there")
    assert "No known routine" in (await ann.hears())[0]["text"]
    bob.sends("hello there")
    assert "没有对上已知套路" in (await bob.hears())[0]["text"]


async def test_an_anonymous_admin_moderates_and_reports_only_as_a_person(
    bot: App, server: TelegramServer
) -> None:
    ann, eve = server.person("Ann"), server.person("Eve")
    alpha = server.group("Alpha", admins=[ann])
    mask = {"sender": ANONYMOUS, "sender_chat": alpha.chat}
    ann.sends("/language zh", to=alpha, **mask)
    assert "用中文回复" in (await alpha.hears())[0]["text"]
    ann.sends("/language en", to=alpha, **mask)
    await alpha.hears()
    ann.sends(f"/report {MAIL}", to=alpha, **mask)
    (card,) = await alpha.hears()
    assert "Press as yourself" in card["text"]
    assert "does not work" in (await eve.presses(card, "Report"))["text"]
    await ann.presses(card, "Report")
    assert "Reported" in (await alpha.hears())[0]["text"]


async def test_a_channel_writing_in_a_group_is_nobody(bot: App, server: TelegramServer) -> None:
    ann = server.person()
    alpha = server.group("Alpha", admins=[ann])
    channel = {"id": -1_001_111_111_111, "type": "channel", "title": "News"}
    mask = {"sender": AS_CHANNEL, "sender_chat": channel}
    ann.sends("/language zh", to=alpha, **mask)
    assert "only the admins" in (await alpha.hears())[0]["text"].lower()
    ann.sends(EXTORTION, to=alpha, sender={**AS_CHANNEL, "id": 777000, "username": "x"},
              sender_chat=channel, is_automatic_forward=True)  # fmt: skip
    await server.silence(alpha.id, 0.3)


async def test_topics_are_answered_in_their_topic(bot: App, server: TelegramServer) -> None:
    ann = server.person()
    alpha = server.group("Alpha", members=[ann])
    opened = ann.writes(to=alpha, forum_topic_created={"name": "Scams", "icon_color": 7322096})
    ann.sends("/check hello there", to=alpha, reply=opened, message_thread_id=77,
              is_topic_message=True)  # fmt: skip
    (card,) = await alpha.hears()
    assert card["message_thread_id"] == 77


async def test_the_rest_of_a_groups_answer_keeps_who_was_forwarded(
    bot: App, server: TelegramServer
) -> None:
    ann, eve = server.person("Ann"), server.person("Eve", username="evil_desk_1")
    alpha = server.group("Alpha", members=[ann])
    forward = ann.writes(EXTORTION, to=alpha, forward_origin=from_user(eve))
    ann.sends("/check", to=alpha, reply=forward)
    whole = await follows(ann, (await alpha.hears())[0])
    assert "[@]evil_desk_1" in whole["text"]
    photo = [{"file_id": "a", "file_unique_id": "b", "width": 9, "height": 9}]
    ann.sends("/check", to=alpha, reply=ann.writes(to=alpha, photo=photo))
    assert "cannot read pictures yet" in (await alpha.hears())[0]["text"]


async def test_a_title_is_never_a_live_link_in_the_bots_mouth(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    title = "win at evil.com t.me/evil @scamadmin https://x.com/a"
    alpha = server.group(title, admins=[ann], bot="left")
    alpha.set_bot("administrator", ann)
    (card,) = await alpha.hears()
    ann.forwards(EXTORTION)
    (verdict,) = await ann.hears()
    await ann.presses(verdict, "Report these")
    (choose,) = await ann.hears()
    await ann.presses(verdict, "Ask a moderator")
    (consent,) = await ann.hears()
    for message in (card, choose, consent):
        assert "evil[.]com" in message["text"]
        live = {one["type"] for one in message["entities"]} & {"url", "mention", "email"}
        assert not live


async def test_inline_a_card_to_share_holds_nothing_of_a_community_alone(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    alpha = server.group("Alpha", members=[ann])
    ann.sends(f"/report {MAIL}", to=alpha)
    await alpha.hears()
    offered = await ann.asks_inline(EXTORTION)
    (result,) = offered["results"]
    assert "Very likely" in result["title"]
    assert result["input_message_content"]["parsed"]["text"].startswith("🚩")
    (result,) = (await ann.asks_inline(MAIL))["results"]
    assert "No reports here" in result["input_message_content"]["parsed"]["text"]
    (result,) = (await ann.asks_inline("DE89 3704 0044 0532 0130 00"))["results"]
    assert "0532" not in result["input_message_content"]["parsed"]["text"]
    assert (await ann.asks_inline(" "))["results"] == []
    assert offered["button"]["start_parameter"] == "inline"


async def test_the_bots_own_inline_card_in_its_own_chat_is_no_question(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    ann.sends("🚩 Very likely ...", via_bot=server.me | {})
    await server.silence(ann.id)


async def test_added_to_a_group_it_says_how_it_is_used_and_what_it_misses(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    alpha = server.group("Alpha", admins=[ann], bot="left")
    alpha.set_bot("member", ann)
    (card,) = await alpha.hears()
    assert "Redflag is here" in card["text"]
    assert "Make me an admin" in card["text"]
    assert "“Alpha”" in card["text"]
    alpha.set_bot("administrator", ann)
    await server.silence(alpha.id, 0.3)
    alpha.set_bot("kicked", ann)
    alpha.set_bot("restricted", ann)
    await server.silence(alpha.id, 0.3)
    chinese = server.group("深圳卖家", admins=[ann], bot="left")
    chinese.set_bot("administrator", ann)
    (card,) = await chinese.hears()
    assert "Redflag 来了" in card["text"]
    assert "设为管理员" not in card["text"]


async def test_whoever_copies_a_title_does_not_get_into_the_community(
    bot: App, server: TelegramServer
) -> None:
    ann, eve = server.person("Ann"), server.person("Eve")
    alpha, copy = server.group("Alpha", admins=[ann]), server.group("Alpha", admins=[eve])
    await settle(alpha, ann)
    await admit(bot, alpha)
    await settle(copy, eve)
    names = {one.name: one.admitted_at for one in await bot.store.communities.all()}
    assert set(names) == {"Alpha", "Alpha (2)"}
    assert names["Alpha (2)"] is None
    copy.renames("Alpha", eve)
    alpha.renames("Omega\n<b>", ann)
    ann.sends("/help", to=alpha)
    await alpha.hears()
    names = {one.name: one.admitted_at for one in await bot.store.communities.all()}
    assert names["Omega <b>"] is not None


async def test_a_group_that_becomes_a_supergroup_keeps_its_community(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    alpha = server.group("Alpha", members=[ann], kind="group")
    ann.sends(f"/report {MAIL}", to=alpha)
    await alpha.hears()
    new = alpha.upgrades(ann)
    ann.sends(f"/lookup {MAIL}", to=new)
    assert "reported in this community" in (await new.hears())[0]["text"]
    # The bot may learn of it from a refusal first.
    beta = server.group("Beta", members=[ann], kind="group")
    await settle(beta, ann)
    moved = server.group("Beta", members=[ann])
    server.moved[beta.id] = moved.id
    ann.sends("/help", to=beta)
    assert "/check" in (await moved.hears())[0]["text"]
    assert len(await bot.store.communities.all()) == 2


async def test_a_bot_that_is_blocked_or_thrown_out_goes_on_elsewhere(
    bot: App, server: TelegramServer
) -> None:
    ann, bob = server.person("Ann"), server.person("Bob")
    alpha = server.group("Alpha", members=[ann])
    ann.blocked = True
    ann.sends("hello there")
    await settle(alpha, ann)
    alpha.set_bot("kicked", bob)
    bob.sends(f"/report {MAIL}")
    assert "needs a community" in (await bob.hears())[0]["text"]


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ({"sticker": {"file_id": "a", "file_unique_id": "b", "type": "regular", "width": 1,
                      "height": 1, "is_animated": False, "is_video": False}}, "texts only"),
        ({"voice": {"file_id": "a", "file_unique_id": "b", "duration": 3}}, "texts only"),
        ({"document": {"file_id": "a", "file_unique_id": "b", "file_name": "order.zip"}},
         "cannot open files"),
        ({"contact": {"phone_number": "8613812345678", "first_name": "Lee"}}, "Phone +86 138"),
        ({"rich_message": {"blocks": [{"type": "paragraph", "text": EXTORTION}]}}, "🚩"),
    ],
    ids=["sticker", "voice", "file", "contact", "newer than the library"],
)  # fmt: skip
async def test_what_is_no_text_gets_a_sensible_answer(
    bot: App, server: TelegramServer, content: dict[str, object], says: str
) -> None:
    ann = server.person()
    ann.sends(**content)  # type: ignore[arg-type]
    assert says in (await ann.hears())[0]["text"]


async def test_a_private_reply_asks_about_what_it_replies_to(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    forwarded = ann.writes(EXTORTION)
    ann.sends("what is that?", reply=forwarded)
    assert (await ann.hears())[0]["text"].startswith("🚩")
    quote = {"text": EXTORTION, "position": 0, "is_manual": True}
    external = {"origin": from_channel("Deals", "deals_channel")}
    ann.sends("and that?", quote=quote, external_reply=external)
    (card,) = await ann.hears()
    assert card["text"].startswith("🚩")
    assert "[@]deals_channel" in card["text"]


async def test_the_menu_is_registered_for_each_scope_and_language(
    bot: App, server: TelegramServer
) -> None:
    menus = server.methods.commands
    assert set(menus) == {
        (scope, language)
        for scope in ("default", "all_private_chats", "all_group_chats")
        for language in ("", "zh")
    }
    assert [one["command"] for one in menus["all_group_chats", ""]][:3] == [
        "check", "report", "lookup",
    ]  # fmt: skip
    assert "鉴别" in menus["all_private_chats", "zh"][0]["description"]
    assert "卖家" in server.methods.descriptions["short_description", "zh"]


async def test_who_moderates_what_an_asker_asked_is_chosen_and_the_answer_stays_private(
    bot: App, server: TelegramServer
) -> None:
    ann = server.person()
    alpha = server.group("Alpha", members=[ann])
    await settle(alpha, ann)
    ann.forwards(EXTORTION)
    (card,) = await ann.hears()
    await ann.presses(card, "Ask a moderator")
    (consent,) = await ann.hears()
    assert "moderators of Alpha" in consent["text"]
    await ann.presses(consent, "Yes")
    await server.until(lambda: server.calls("editMessageText"))
    (question,) = await bot.store.questions.open()
    await bot.store.questions.answer(question.id, "Do not pay.", now_ms())
    ann.sends("/help", to=alpha)
    (card,) = await alpha.hears()
    assert "Do not pay" not in card["text"]
    ann.sends("hello there")
    answered, _ = await ann.hears(2)
    assert "Do not pay." in answered["text"]


async def test_many_chats_are_served_at_once_and_each_in_its_order(
    bot: App, server: TelegramServer
) -> None:
    people = [server.person(f"P{number}") for number in range(20)]
    for number in range(5):
        for one in people:
            one.sends(f"/check number {number} of many questions")
    await asyncio.gather(*(one.hears(5) for one in people))
    for one in people:
        replies = [sent["reply_parameters"]["message_id"] for sent in _sent(server, one)]
        assert replies == sorted(replies)


def _sent(server: TelegramServer, person: Person) -> list[dict[str, dict[str, int]]]:
    return [one.parameters for one in server.calls("sendMessage", chat_id=person.id)]
