"""Chats, the communities they speak for, and who may speak for them."""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass, field

import pytest

from bot import arrivals
from bot.app import App
from bot.card import Card
from bot.cases import Case
from bot.errors import RosterError
from bot.limits import MINUTE_MS, ROLE_MINUTES
from bot.message import Chat, Message, Origin, Person
from bot.pipeline import glance, handle
from bot.reports import NOTE
from bot.rights import Rights
from bot.roster import Role
from bot.store.communities import Community
from tests.bot.test_check import MESSAGES
from tests.conftest import ENGINES, NOON, Clock, everything


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


MAIL = "desk@evil-parcels.com"
ANN = Person("chatty", "ann", "en")
BOB = Person("chatty", "bob", "en")
ALPHA = Chat("chatty", "1", private=False, title="Alpha")
BETA = Chat("chatty", "2", private=False, title="Beta")


@dataclass
class Register:
    """A platform's word on who is what: roles by chat and person; it may be down."""

    roles: dict[tuple[str, str], Role] = field(default_factory=dict)
    asked: int = 0
    down: bool = False

    async def role(self, chat: str, person: Person) -> Role:
        self.asked += 1
        if self.down:
            raise RosterError("The platform does not answer.")
        return self.roles.get((chat, person.id), Role.STRANGER)


@pytest.fixture
def register() -> Register:
    member = {(chat.id, person.id): Role.MEMBER for chat in (ALPHA, BETA) for person in (ANN,)}
    return Register(member)


@dataclass
class Says:
    """Somebody in a chat, private where none is named."""

    app: App
    clock: Clock
    register: Register
    last: tuple[Card, ...] = ()

    async def __call__(
        self, person: Person, text: str = "", chat: Chat | None = None, **more: object
    ) -> Card:
        message = Message(
            secrets.token_hex(4),
            person,
            chat or Chat("chatty", person.id, private=True),
            self.clock.now,
            text,
            **more,  # type: ignore[arg-type]
        )
        self.last = await handle(Case((message,)), self.app, self.register)
        return self.last[-1]

    async def press(
        self, person: Person, label: str, chat: Chat | None = None, on: Card | None = None
    ) -> Card:
        cards = (on,) if on else self.last
        (action,) = [one for card in cards for one in card.actions if one.label.startswith(label)]
        return await self(person, chat=chat, press=action.id)


@pytest.fixture
def says(app: App, clock: Clock, register: Register) -> Says:
    return Says(app, clock, register)


async def communities(app: App) -> dict[str, Community]:
    return {one.name: one for one in await app.store.communities.all()}


async def test_a_role_that_was_just_told_is_not_asked_for_again_but_a_report_asks_anew(
    says: Says, clock: Clock, register: Register
) -> None:
    for chat in (ALPHA, BETA):
        await says(ANN, "/help", chat)
    await says(ANN, f"/lookup {MAIL}")
    assert register.asked == 2
    await says(ANN, f"/lookup {MAIL}")
    assert register.asked == 2
    clock.now += ROLE_MINUTES * MINUTE_MS
    await says(ANN, f"/lookup {MAIL}")
    assert register.asked == 4
    await says(ANN, f"/report {MAIL}", ALPHA)
    assert register.asked == 5


async def test_who_left_the_community_does_not_report_into_it(
    says: Says, register: Register
) -> None:
    await says(ANN, "/help", ALPHA)
    await says(ANN, f"/lookup {MAIL}")
    register.roles.clear()
    assert "Members only" in (await says.press(ANN, "Report")).title


async def test_a_platform_that_does_not_answer_confirms_nobody_and_costs_no_answer(
    says: Says, register: Register
) -> None:
    await says(ANN, "/help", ALPHA)
    register.down = True
    assert "cannot confirm who you are" in (await says(ANN, f"/report {MAIL}")).title
    card = await says(ANN, MESSAGES["insider-extortion"][0])
    assert "Very likely" in card.title
    register.down = False
    assert (await says(ANN, f"/report {MAIL}")).title == "Reported"


async def test_a_button_of_a_moderator_wants_the_role_at_the_press(
    says: Says, register: Register
) -> None:
    register.roles["1", "bob"] = Role.MODERATOR
    offered = await says(BOB, "/language", ALPHA)
    register.roles["1", "bob"] = Role.MEMBER
    assert "does not work" in (await says.press(BOB, "中文", ALPHA, offered)).title
    register.roles["1", "ann"] = Role.MODERATOR
    assert (await says.press(ANN, "中文", ALPHA, offered)).language == "zh"
    assert (await says(BOB, "/help", ALPHA)).language == "zh"


async def test_a_button_offered_in_one_group_works_in_no_other(
    says: Says, register: Register
) -> None:
    await says(ANN, "/help", BETA)
    done = await says(ANN, f"/report {MAIL}", ALPHA)
    assert "does not work" in (await says.press(ANN, "Take back", BETA, done)).title
    assert (await says.press(ANN, "Take back", ALPHA, done)).title == "Taken back"


async def test_a_hub_sees_shared_standings_through_any_of_the_askers_communities(
    app: App, says: Says, register: Register
) -> None:
    for chat in (ALPHA, BETA):
        await says(ANN, f"/report {MAIL}", chat)
        await app.store.communities.admit(chat.title or "", NOON)
    seen = everything(await says(ANN, f"/lookup {MAIL}"))
    assert "2 communities" in seen
    assert "No reports here" in everything(await says(BOB, f"/lookup {MAIL}"))
    assert (await says.press(BOB, "Report")).title == "A report needs a community"


async def test_a_glance_tells_shared_standings_only_and_keeps_nothing(
    app: App, says: Says, register: Register
) -> None:
    await says(ANN, f"/report {MAIL}", ALPHA)

    async def glimpse() -> Card:
        message = Message("1", ANN, Chat("chatty", "ann", private=True), NOON, MAIL)
        return await glance(Case((message,)), app, register)

    assert "No reports here" in everything(await glimpse())
    await says(ANN, f"/report {MAIL}", BETA)
    for chat in (ALPHA, BETA):
        await app.store.communities.admit(chat.title or "", NOON)
    card = await glimpse()
    assert "2 communities" in everything(card)
    assert "reported it yourself" not in everything(card)
    assert card.actions == ()


async def test_the_origin_of_a_forward_can_be_reported_and_telegram_itself_not(
    says: Says, register: Register
) -> None:
    await says(ANN, "/help", ALPHA)
    register.roles["2", "ann"] = Role.STRANGER
    origin = Origin("user", "Desk", "evil_desk_1", "5123456789")
    await says(ANN, MESSAGES["insider-extortion"][1], origin=origin)
    card = await says.press(ANN, "举报")
    shown = everything(card)
    assert "[@]evil_desk_1" in shown
    assert "5123456789" in shown
    card = await says(ANN, "hello there, my friend", origin=Origin("user", "T", "", "777000"))
    assert "cannot be reported" in everything(card)
    assert not any(one.label.startswith("Report") for one in card.actions)


@pytest.mark.parametrize("order", [*itertools.permutations(("move", "move", "speak"))])
async def test_a_chat_that_moved_keeps_its_community_told_twice_and_in_any_order(
    app: App, says: Says, order: tuple[str, ...]
) -> None:
    await says(ANN, f"/report {MAIL}", ALPHA)
    new = Chat("chatty", "99", private=False, title="Alpha")
    says.register.roles["99", "ann"] = Role.MEMBER
    for step in order:
        if step == "move":
            await arrivals.note(arrivals.Moved("chatty", "1", "99"), app)
        else:
            await says(ANN, "/help", new)
    seen = everything(await says(ANN, f"/lookup {MAIL}", new))
    assert "reported in this community" in seen.lower()


async def test_a_stranger_in_a_public_group_does_not_see_with_its_eyes(
    says: Says, register: Register
) -> None:
    await says(ANN, f"/report {MAIL}", ALPHA)
    assert "reported in this community" in everything(await says(ANN, f"/lookup {MAIL}", ALPHA))
    assert "no reports here" in everything(await says(BOB, f"/lookup {MAIL}", ALPHA))


async def test_nobody_is_pushed_out_by_many_new_groups(
    app: App, says: Says, register: Register
) -> None:
    await says(BOB, "/help", ALPHA)
    for number in range(60):
        says.clock.now += 5_000
        await says(BOB, "/help", Chat("chatty", f"x{number}", private=False, title="x"))
    assert (await says(ANN, f"/report {MAIL}")).title == "Reported"


async def test_a_community_keeps_its_own_name_when_only_the_unseen_changes(
    app: App, says: Says
) -> None:
    await says(ANN, "/help", ALPHA)
    for title in ("Alpha\ufe0f", " Alpha", "Alpha"):
        renamed = Chat("chatty", "1", private=False, title=title)
        await arrivals.note(arrivals.Renamed(renamed), app)
        assert set(await communities(app)) == {"Alpha"}


@pytest.mark.parametrize("command", ["/forget", "/wrong"])
async def test_what_is_between_the_asker_and_the_bot_is_not_said_in_a_group(
    says: Says, command: str
) -> None:
    await says(ANN, f"/report {MAIL}", ALPHA)
    await says(ANN, MESSAGES["insider-extortion"][0])
    card = await says(ANN, command, ALPHA)
    assert "in private" in everything(card)
    assert "report that stands" not in everything(card)
    assert [one.elsewhere for one in card.actions] == [True]


async def test_a_flood_in_a_group_is_not_answered_by_another(says: Says) -> None:
    answers = [
        await handle(Case((Message(str(one), ANN, ALPHA, NOON, "/help"),)), says.app, says.register)
        for one in range(32)
    ]
    assert [len(cards) for cards in answers] == [1] * 30 + [0] * 2


async def test_a_bot_that_comes_back_finds_its_community_again(app: App, says: Says) -> None:
    arrived = arrivals.Arrived(ALPHA, ANN, Rights(), NOON, new=True)
    (card,) = await arrivals.note(arrived, app)
    assert "“Alpha”" in everything(card)
    assert "Make me an admin" not in everything(card)
    await says(ANN, f"/report {MAIL}", ALPHA)
    await arrivals.note(arrivals.Left(ALPHA, NOON), app)
    assert "needs a community" in (await says(ANN, f"/report {MAIL}")).title
    await arrivals.note(arrived, app)
    assert set(await communities(app)) == {"Alpha"}
    assert (
        "reported in this community"
        in everything(await says(ANN, f"/lookup {MAIL}", ALPHA)).lower()
    )


@pytest.mark.parametrize("title", ["", " \n", "x" * 300, "\u202eevil", "console", "🚩<b>"])
async def test_any_title_names_a_community_once(app: App, says: Says, title: str) -> None:
    await app.store.communities.get_or_make("console", NOON)
    for chat in ("7", "8"):
        await says(ANN, "/help", Chat("chatty", chat, private=False, title=title))
    names = await communities(app)
    assert len(names) == 3
    assert all(0 < len(name) <= 104 and name.isprintable() for name in names)


async def test_what_a_note_names_is_not_reported(app: App, says: Says) -> None:
    card = await says(ANN, f"/report the buyer John {NOTE}he wrote to me@my-own-shop.com", ALPHA)
    assert "no identifier" in card.title
    card = await says(ANN, f"/report {MAIL} {NOTE}wrote to me@my-own-shop.com, wants 200", ALPHA)
    assert card.title == "Reported"
    assert "my-own-shop" not in everything(card)
    own = everything(await says(ANN, f"/lookup {MAIL}"))
    assert "me[@]my-own-shop[.]com, wants 200" in own
