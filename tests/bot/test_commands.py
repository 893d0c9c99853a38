"""Every command, as a person uses it."""

import sqlite3
from pathlib import Path

import pytest

from bot.app import App, open_app
from bot.card import Tone
from bot.commands import commands
from bot.settings import Settings
from bot.store.registry import Registry
from knowledge import Knowledge
from tests.bot.test_check import MESSAGES
from tests.conftest import ENGINES, NOON, Clock, Talk, everything


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


MAIL = "desk@evil-parcels.com"
EXTORTION = MESSAGES["insider-extortion"][0]


def people(app: App, clock: Clock) -> tuple[Talk, Talk, Talk, Talk]:
    """A member each of Alpha, Beta, Gamma (to be admitted) and Outside."""
    return (
        Talk(app, clock, "ann", "Alpha"),
        Talk(app, clock, "bob", "Beta"),
        Talk(app, clock, "cat", "Gamma"),
        Talk(app, clock, "dan", "Outside"),
    )


async def admit(app: App) -> None:
    for name in ("Alpha", "Beta", "Gamma"):
        await app.store.communities.admit(name, NOON)


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("name", commands())
async def test_every_command_answers_in_the_askers_language(
    talk: Talk, name: str, language: str
) -> None:
    talk.language = language
    card = await talk.send(f"/{name}")
    assert card.language == language
    assert card.tone is not Tone.PROBLEM


async def test_aliases_full_width_slashes_and_bot_names_are_understood(talk: Talk) -> None:
    for text in ("/帮助", "／help", "/help@redflag_bot", "/HELP", " /help "):
        card = await talk.send(text)
        assert card.title in ("What I can do", "我会做这些")


async def test_an_unknown_command_is_said_to_be_so_but_a_text_is_read(talk: Talk) -> None:
    assert "I do not know /frobnicate" in (await talk.send("/frobnicate")).title
    assert "No known routine" in (await talk.send("/home/ann/list.txt")).title
    assert "No known routine" in (await talk.send("/ we met yesterday at the fair in town")).title


async def test_two_admitted_communities_make_it_reported_for_a_third(
    app: App, clock: Clock
) -> None:
    ann, bob, cat, dan = people(app, clock)
    await admit(app)
    assert (await ann.send(f"/report {MAIL} insider-extortion")).title == "Reported"
    assert (
        "reported in this community, not checked"
        in everything(await ann.send(f"/lookup {MAIL}")).lower()
    )
    assert "No reports here" in everything(await cat.send(f"/lookup {MAIL}"))
    await bob.send(f"/report {MAIL} insider-extortion")
    seen = everything(await cat.send(f"/lookup {MAIL}"))
    assert "Reported by several members in 2 communities, not checked." in seen
    assert "Condition met" in seen
    assert "No reports here" in everything(await dan.send(f"/lookup {MAIL}"))
    # And in the answer to a message that holds it, even where its text follows no routine.
    card = await cat.send(f"Please write to {MAIL} about the lamps")
    assert card.tone is Tone.POSSIBLE
    assert "2 communities" in everything(card)
    # Withdrawal undoes it.
    await bob.send(f"/lookup {MAIL}")
    assert (await bob.press("Take back")).title == "Taken back"
    assert "No reports here" in everything(await cat.send(f"/lookup {MAIL}"))


async def test_a_community_that_is_not_admitted_keeps_its_reports_to_itself(
    app: App, clock: Clock
) -> None:
    ann, _, cat, dan = people(app, clock)
    await admit(app)
    await ann.send(f"/report {MAIL}")
    card = await dan.send(f"/report {MAIL}")
    assert "It stays in your community" in everything(card)
    assert "No reports here" in everything(await cat.send(f"/lookup {MAIL}"))
    own = everything(await dan.send(f"/lookup {MAIL}"))
    assert "Reported in this community, not checked" in own


async def test_many_members_of_one_community_stay_local(app: App, clock: Clock) -> None:
    await admit(app)
    for number in range(5):
        await Talk(app, clock, f"a{number}", "Alpha").send(f"/report {MAIL}")
    ann = Talk(app, clock, "ann", "Alpha")
    assert "Reported by 5 members of this community" in everything(
        await ann.send(f"/lookup {MAIL}")
    )
    cat = Talk(app, clock, "cat", "Gamma")
    assert "No reports here" in everything(await cat.send(f"/lookup {MAIL}"))


async def test_the_button_under_a_verdict_reports_what_is_chosen(talk: Talk) -> None:
    text = EXTORTION + " Or on WhatsApp +44 7400 123456, see https://amazon.com/x"
    await talk.send(text)
    card = await talk.press("Report these identifiers")
    assert "amazon" not in everything(card)
    await talk.press("Report all 3")
    assert "desk[@]evil-parcels[.]com: reported in this community" in everything(talk.last[-1])
    assert "Expect one more" in everything(talk.last[-1])
    await talk.send(f"/lookup {MAIL}")
    assert "You have reported it yourself." in everything(talk.last[-1])


async def test_protected_identifiers_are_refused_with_a_reason(talk: Talk) -> None:
    card = await talk.send("/report amazon.com")
    assert card.title == "Not reported"
    assert "well-known services" in everything(card)
    await talk.send("see https://sellercentral.amazon.com/help and mail no-reply@amazon.com")
    assert "Report these identifiers" not in everything(talk.last[-1])


async def test_a_report_needs_a_community(app: App, clock: Clock) -> None:
    alone = Talk(app, clock, "eve", community=None)
    assert (await alone.send(f"/report {MAIL}")).title == "A report needs a community"
    await alone.send(EXTORTION)
    labels = [action.label for action in alone.last[-1].actions]
    assert "Ask a moderator" not in labels


async def test_a_fresh_reporter_has_few_reports_a_day_and_a_known_one_more(
    talk: Talk, clock: Clock
) -> None:
    await talk.send("hello")
    for number in range(5):
        card = await talk.send(f"/report x{number}@evil-parcels.com")
        assert card.title == "Reported"
    card = await talk.send("/report x9@evil-parcels.com")
    assert card.title == "Not reported"
    clock.pass_days(15)
    for number in range(6):
        card = await talk.send(f"/report y{number}@evil-parcels.com")
    assert card.title == "Reported"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("/report nothing here", "I find no identifier in that"),
        ("/report", "What shall I report?"),
        ("/lookup", "What shall I look up?"),
        ("/lookup hello", "I find no identifier in that"),
    ],
)
async def test_bad_arguments_are_explained(talk: Talk, text: str, title: str) -> None:
    assert (await talk.send(text)).title == title


async def test_a_reply_is_checked_looked_up_or_reported(talk: Talk) -> None:
    assert "insider" in (await talk.send("/check", quoted=EXTORTION)).title.lower() or (
        talk.app.knowledge.routines["insider-extortion"].title["en"] in talk.last[-1].title
    )
    assert "desk[@]" in everything(await talk.send("/lookup", quoted=EXTORTION))
    await talk.send("/report", quoted=EXTORTION)
    assert (await talk.press("Report all 2")).title == "Reported"


async def test_a_press_of_somebody_else_or_of_nothing_changes_nothing(
    app: App, clock: Clock
) -> None:
    ann, bob, *_ = people(app, clock)
    await ann.send(EXTORTION)
    await ann.press("Report these")
    (make,) = [one for one in ann.last[-1].actions if one.label.startswith("Report E-mail")]
    for press in (make.id, "forged", "", "'; DROP TABLE reports; --", "x" * 5_000):
        card = await bob.send(press=press)
        assert card.title == "This button does not work any more"
    elsewhere = Talk(app, clock, "ann", "Beta")
    assert (await elsewhere.send(press=make.id)).tone is Tone.PROBLEM
    assert "No reports here" in everything(await ann.send(f"/lookup {MAIL}"))
    clock.pass_days(31)
    assert (await ann.send(press=make.id)).tone is Tone.PROBLEM


async def test_a_doubled_or_replayed_press_reports_once(app: App, talk: Talk) -> None:
    await talk.send(EXTORTION)
    await talk.press("Report these")
    (make,) = [one for one in talk.last[-1].actions if one.label.startswith("Report E-mail")]
    for _ in range(3):
        assert (await talk.send(press=make.id, event="e1")).title == "Reported"
    async with app.store.database.reading() as query:
        assert await query.rows("SELECT count(*) FROM log WHERE kind = 'reported'") == [(1,)]


async def test_language_is_kept_and_wins_over_the_texts(talk: Talk) -> None:
    talk.language = None
    assert (await talk.send("/language")).language == "en"
    assert (await talk.press("中文")).title == "好的，以后用中文回复。"
    assert (await talk.send(EXTORTION)).language == "zh"
    assert (await talk.send("/language English")).language == "en"
    assert (await talk.send(MESSAGES["insider-extortion"][1])).language == "en"


async def test_an_asker_is_forgotten_and_may_take_the_reports_along(
    app: App, talk: Talk, clock: Clock
) -> None:
    await talk.send(f"/report {MAIL}")
    await talk.send("/forget")
    assert "1 report that stands" in everything(talk.last[-1])
    assert (await talk.press("Forget me and take back")).tone is Tone.DONE
    assert "No reports here" in everything(await talk.send(f"/lookup {MAIL}"))
    ann = Talk(app, clock, "ann2")
    await ann.send(f"/report {MAIL}")
    await ann.send("/forget")
    await ann.press("Forget me, leave")
    card = await ann.send(f"/lookup {MAIL}")
    assert "Reported in this community" in everything(card)
    assert "You have reported it yourself" not in everything(card)


async def test_a_question_goes_to_the_moderators_by_consent_and_the_answer_comes_back(
    app: App, talk: Talk, clock: Clock
) -> None:
    await talk.send(EXTORTION)
    card = await talk.press("Ask a moderator")
    assert "moderators of Alpha" in everything(card)
    assert await app.store.questions.open() == ()
    await talk.press("Yes, show it", event="e1")
    (question,) = await app.store.questions.open()
    assert question.text == EXTORTION
    assert await app.store.questions.answer(question.id, "Do not pay. We know him.", clock.now)
    async with app.store.database.reading() as query:
        assert await query.rows("SELECT text FROM questions") == [(None,)]
    await talk.send("hello again")
    assert talk.last[0].title == "A moderator has answered your question"
    assert "Do not pay. We know him." in everything(talk.last[0])
    await talk.send("hello again")
    assert len(talk.last) == 1


async def test_a_wrong_answer_is_noted_without_the_text(app: App, talk: Talk) -> None:
    assert (await talk.send("/wrong")).title == "Nothing to correct"
    await talk.send(EXTORTION)
    await talk.press("This answer is wrong")
    await talk.press("Another routine")
    title = app.knowledge.routines["review-threat"].title["en"]
    assert (await talk.press(title)).title == "Thank you"
    await talk.send("/wrong")
    await talk.press("It is harmless")
    async with app.store.database.reading() as query:
        rows = await query.rows("SELECT said, meant FROM corrections")
    assert [tuple(row) for row in rows] == [("insider-extortion", "harmless")]


async def test_routines_lead_to_each_routine(talk: Talk) -> None:
    card = await talk.send("/routines")
    assert len(card.actions) == len(talk.app.knowledge.routines) >= 8
    for action in card.actions:
        assert (await talk.send(press=action.id)).title == action.label
    assert (await talk.send("/routine fake-customs-hold")).title == (
        talk.app.knowledge.routines["fake-customs-hold"].title["en"]
    )


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
async def test_no_text_of_a_message_is_kept(
    app: App, talk: Talk, settings: Settings, clock: Clock
) -> None:
    await talk.send(EXTORTION + " peculiar-needle-word")
    clock.pass_days(2)
    await talk.send("hello")
    await app.store.close()
    content = (settings.data_path / "redflag.sqlite3").read_bytes()
    with sqlite3.connect(settings.data_path / "redflag.sqlite3") as raw:
        left = raw.execute("SELECT count(*) FROM actions WHERE data LIKE '%needle%'").fetchone()
    assert left == (0,)
    assert b"ann" not in content.split(b"CREATE TABLE")[0]


async def test_where_nothing_can_be_kept_messages_are_still_answered(
    tmp_path: Path, clock: Clock, knowledge: Knowledge
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the data folder should be")
    async with open_app(Settings(data_dir=str(blocked)), clock, knowledge) as app:
        talk = Talk(app, clock)
        card = await talk.send(EXTORTION)
        assert card.tone is Tone.LIKELY
        assert card.actions == ()
        assert "could not be looked up" in everything(card)
        card = await talk.send(f"/report {MAIL}")
        assert card.title == "That did not work"
        assert (await talk.send("/language zh")).title == "That did not work"


async def test_a_mistake_of_ours_is_an_apology_with_a_number_and_no_text_in_the_log(
    talk: Talk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(Registry, "standings", broken)
    card = await talk.send(EXTORTION)
    assert card.title == "Something went wrong on my side"
    number = everything(card).split("under ")[1].split(".")[0]
    assert number in caplog.text
    assert "evidence" not in caplog.text


@pytest.mark.parametrize("engine", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("text", "language"), [*zip(MESSAGES["insider-extortion"], ("en", "zh"), strict=True)]
)
async def test_a_database_in_use_costs_the_memory_and_not_the_answer(
    talk: Talk, settings: Settings, text: str, language: str
) -> None:
    talk.language = None
    async with talk.app.store.database.reading() as query:
        await query.rows("PRAGMA busy_timeout = 20")
    other = sqlite3.connect(settings.data_path / "redflag.sqlite3", isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    await talk.send(text)
    problem, verdict = talk.last
    assert problem.tone is Tone.PROBLEM
    assert (verdict.tone, verdict.language, verdict.actions) == (Tone.LIKELY, language, ())
    assert "no reports here" not in everything(verdict)
    await talk.send("/report x@evil-parcels.com")
    assert [card.title for card in talk.last] == ["That did not work"]
    other.execute("ROLLBACK")
    other.close()
    await talk.send(text)
    assert len(talk.last) == 1
