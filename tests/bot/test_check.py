"""A message put to the bot: from the text to the card, through the whole pipeline."""

import threading

import pytest

from bot.app import App
from bot.card import Style, Tone
from bot.message import Attachment
from bot.pipeline import SHORT
from knowledge import Findings, Knowledge
from knowledge.levels import Level, Setting
from knowledge.text import MAX_LENGTH
from tests.conftest import ENGINES, Clock, Talk, everything


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


# One plain message of each core routine in each language, written for this test.
MESSAGES = {
    "insider-extortion": (
        "Hello. I work in Amazon's review investigation department. I have here the evidence "
        "that your store bought fake reviews last spring. Pay 200 USD by PayPal to "
        "desk@evil-parcels.com within 24 hours and I delete it. Otherwise I submit the report "
        "and your account will be closed.",
        "您好，我是亚马逊内部审核部门的员工。我手里有你店铺刷单刷评的证据，24小时内付200美元，"
        "我就帮你把证据删掉；不付的话我就提交上去，你的店铺会被封。"
        "联系 desk@evil-parcels.com",
    ),
    "review-threat": (
        "We are a professional review company with hundreds of buyer accounts. We have already "
        "placed 15 orders in your store. Transfer 300 dollars by tonight or all of them will "
        "leave 1-star reviews tomorrow.",
        "我们是专业做差评的团队，手里几百个买家号，已经在你店里拍了15单。今晚之前转3000块过来，"
        "不然明天全部一星差评。",
    ),
    "nonreceipt-claim": (
        "I never received the parcel. I do not care that tracking says delivered. Refund me in "
        "full now or I open an A-to-Z claim and a chargeback for item not received.",
        "我没收到货，物流显示签收我也不管，我就是不确认收货。"
        "马上全额退款给我，不然我开纠纷投诉你。",
    ),
    "damage-claim": (
        "The jacket is damaged, see the photos. I am not sending it back, I will keep it. Refund "
        "me 80% or I leave one star and rate the description low.",
        "衣服有破损，照片你自己看。货我不退，东西我留着，你赔我一半的钱，不赔就给你打一星低分。",
    ),
    "brushing-refund": (
        "I am your review agent, I took the product cost and commission for your 20 review "
        "orders. The buyers now refund these orders through the back office, not our problem.",
        "我是给你做测评的服务商，本金和佣金都收了，评也上了。"
        "现在那批测评单买家在后台申请退款退货了，这个我们管不了。",
    ),
    "brushing-blackmail": (
        "I did the review orders for you, remember? I kept all screenshots of our chat and the "
        "PayPal payments. Send me 80 USD or I send everything to Amazon.",
        "之前给你做测评的，聊天记录和付款截图我都留着。给我转500块封口费，"
        "不然我把这些截图全部发给亚马逊举报你。",
    ),
    "freight-fee-creep": (
        "Your cargo is in our warehouse. An extra sorting and relabelling fee of 260 USD must be "
        "paid first, it was not in the quote. Until you pay, the goods do not move.",
        "货到仓库了，还要补交分拣费和换标费一共1800元，报价里没含这个。费用不付，货不派送，先扣着。",
    ),
    "fake-customs-hold": (
        "Customs detained your shipment. Pay 60 dollars release fee to my account and it will be "
        "released. If you see nothing in the tracking, the online record lags, wait a week.",
        "你的货被海关扣了，交300块放行费给我就能放出来。网上查不到是因为系统有延迟，要等一周才更新。",
    ),
}  # fmt: skip
BOTH = [
    pytest.param(slug, text, language, id=f"{slug}-{language}")
    for slug, texts in MESSAGES.items()
    for text, language in zip(texts, ("en", "zh"), strict=True)
]


@pytest.mark.parametrize(("slug", "text", "language"), BOTH)
async def test_each_core_routine_is_named_with_signs_and_advice_in_its_language(
    slug: str, text: str, language: str, talk: Talk
) -> None:
    talk.language = None
    card = await talk.send(text)
    routine = talk.app.knowledge.routines[slug]
    assert card.language == language
    assert routine.title[language] in card.title
    assert card.tone in (Tone.LIKELY, Tone.POSSIBLE)
    assert any(section.style is Style.QUOTES and section.lines for section in card.sections)
    shown = everything(card)
    for line in (*routine.advice["now"], *routine.advice["never"]):
        assert line[language] in shown


@pytest.mark.parametrize("slug", MESSAGES)
def test_each_core_routine_has_all_its_advice_in_both_languages(
    slug: str, knowledge: Knowledge
) -> None:
    routine = knowledge.routines[slug]
    paid = " ".join(line["en"] for line in routine.advice["if_paid"])
    assert "second" in paid
    assert "recover" in paid
    for step, lines in routine.advice.items():
        assert lines, f"no advice under “{step}”"
        assert all(line.get("en") and line.get("zh") for line in lines)


async def test_a_message_names_its_identifiers_defanged_and_offers_the_buttons(talk: Talk) -> None:
    card = await talk.send(MESSAGES["insider-extortion"][0])
    assert "desk[@]evil-parcels[.]com: no reports here" in everything(card)
    labels = [action.label for action in card.actions]
    assert labels == [
        "Report these identifiers",
        "Ask a moderator",
        "More advice",
        "This answer is wrong",
    ]
    assert all(16 <= len(action.id) <= 64 and action.id.isascii() for action in card.actions)


async def test_a_harmless_message_is_not_called_anything_good(talk: Talk) -> None:
    card = await talk.send("Hi, when will my order arrive? I bought two lamps last week. Thanks!")
    assert card.tone is Tone.NONE
    assert "not an all-clear" in everything(card)


async def test_more_advice_tells_evidence_reporting_and_what_if_paid(talk: Talk) -> None:
    await talk.send(MESSAGES["insider-extortion"][0])
    card = await talk.press("More advice")
    headings = [section.heading for section in card.sections]
    assert {"Keep as evidence", "Where to report it", "If you have already paid"} <= {*headings}


async def test_a_text_that_somebody_else_asked_about_is_said_to_be_so(
    app: App, clock: Clock, talk: Talk
) -> None:
    text = MESSAGES["insider-extortion"][0]
    assert "asked about the same text" not in everything(await talk.send(text))
    assert "asked about the same text" not in everything(await talk.send(text))
    bob = Talk(app, clock, member="bob", community="Beta")
    card = await bob.send(text.replace("200", "150").replace("desk@", "help@"))
    assert "Somebody else has asked about the same text." in everything(card)
    for number in range(3):
        card = await Talk(app, clock, member=f"c{number}").send(text)
    assert "4 others have asked" in everything(card)


async def test_a_described_scam_is_named_when_the_bot_is_asked(talk: Talk) -> None:
    card = await talk.send(
        "A guy on WhatsApp says he works for Amazon and has evidence of my fake reviews, he wants "
        "$150 or he will report my shop. Is this a scam?"
    )
    assert "What you describe" in card.title


def test_mere_talk_about_a_scam_stays_silent_in_a_watched_group(knowledge: Knowledge) -> None:
    from bot.verdict import judge

    findings = knowledge.examine(
        "Someone says he works for Amazon and has evidence of my fake reviews, he wants $150 or he "
        "will report my shop. Has anyone seen this? Is this a scam?"
    )
    assert findings.mode == "description"
    assert judge(findings, {}, setting=Setting.GROUP).level is Level.NONE
    assert judge(findings, {}, setting=Setting.PRIVATE).level is not Level.NONE


@pytest.mark.parametrize(
    ("attachment", "says"),
    [
        (Attachment("picture", "x.png"), "cannot read pictures yet"),
        (Attachment("file", "order.zip"), "cannot open files yet"),
    ],
)
async def test_what_cannot_be_read_is_said_so(
    talk: Talk, attachment: Attachment, says: str
) -> None:
    assert says in everything(await talk.send(attachments=(attachment,)))
    assert says in everything(await talk.send("is this real?", attachments=(attachment,)))


@pytest.mark.parametrize(
    "text",
    [
        "", " \n\t ", "\x00", "\ud800\udfff", "a" * 100_000, "我" * 100_000, "x " * 500_000,
        "🚩" * 50_000, "http://" * 30_000, "付" * 300_000, "{0.__class__}", "%s %n", "<i>&amp;",
        "\x1b[2J\x1b]0;owned\x07", "\u202eevil", "/", "//", "/x" * 9, "\u200b" * 9_000,
    ],
    ids=lambda text: ascii(text[:10]),
)  # fmt: skip
async def test_any_text_gets_an_answer_and_no_apology(talk: Talk, text: str) -> None:
    card = await talk.send(text)
    assert card.title
    assert "Something went wrong" not in card.title


async def test_a_very_long_message_says_how_much_was_not_read(talk: Talk) -> None:
    text = MESSAGES["insider-extortion"][0] + " x" * MAX_LENGTH
    card = await talk.send(text)
    assert talk.app.knowledge.routines["insider-extortion"].title["en"] in card.title
    assert f"its last {len(text) - MAX_LENGTH} characters were not read" in everything(card)


async def test_user_text_is_never_live_in_a_card(talk: Talk) -> None:
    card = await talk.send(
        MESSAGES["insider-extortion"][0] + " Go to https://evil-parcels.com/x or @admin \x1b[31m"
    )
    shown = everything(card)
    assert "https://" not in shown
    assert "\x1b" not in shown
    assert "evil-parcels.com" not in shown


async def test_an_asker_may_ask_so_often_in_a_minute_and_no_more(talk: Talk, clock: Clock) -> None:
    for _ in range(30):
        assert (await talk.send("hello there")).title != "One moment"
    assert (await talk.send("hello there")).title == "One moment"
    clock.now += 60_000
    assert (await talk.send("hello there")).title != "One moment"


async def test_a_long_text_is_examined_off_the_event_loop(
    talk: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    threads = []
    examine = Knowledge.examine

    def watched(self: Knowledge, text: str) -> Findings:
        threads.append(threading.current_thread())
        return examine(self, text)

    monkeypatch.setattr(Knowledge, "examine", watched)
    await talk.send("x " * SHORT)
    assert threads
    assert threading.main_thread() not in threads
