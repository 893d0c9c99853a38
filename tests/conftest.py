"""What every test may use: a bot in its own folder, a clock, a chat that reads like one."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings as hypothesis_settings

from bot.app import App, open_app
from bot.card import Card
from bot.cases import join
from bot.message import Attachment, Chat, Message, Person
from bot.pipeline import handle
from bot.settings import Secret, Settings
from knowledge import Knowledge, load
from tests.servers.postgres import fresh, serving

# The suite draws the same examples every time, so that a change is judged by itself; `make soak`
# draws fresh ones, and many. A slow machine is no failure.
hypothesis_settings.register_profile("suite", derandomize=True, deadline=None)
hypothesis_settings.register_profile("soak", max_examples=20_000, deadline=None)
hypothesis_settings.load_profile("suite")

NOON = 1_790_000_000_000
"""Epoch milliseconds at which every test begins."""


@dataclass
class Clock:
    """A clock that only moves when told."""

    now: int = NOON

    def __call__(self) -> int:
        return self.now

    def pass_days(self, days: float) -> None:
        self.now += int(days * 86_400_000)


@dataclass
class Talk:
    """One person in one chat: `send` and `press` answer with the cards of the bot."""

    app: App
    clock: Clock
    member: str = "ann"
    community: str | None = "Alpha"
    language: str | None = "en"
    last: tuple[Card, ...] = field(default=())

    async def send(
        self,
        text: str = "",
        *,
        quoted: str = "",
        attachments: tuple[Attachment, ...] = (),
        press: str | None = None,
        event: str | None = None,
    ) -> Card:
        """Send one message; the last card of the answer."""
        message = Message(
            id=event or secrets.token_hex(6),
            author=Person("test", self.member, self.language),
            chat=Chat("test", self.community or "private", True, self.community),
            at=self.clock.now,
            text=text,
            attachments=attachments,
            quoted=quoted,
            press=press,
        )
        (case,) = join([message])
        self.last = await handle(case, self.app)
        return self.last[-1]

    async def press(self, label: str, *, event: str | None = None) -> Card:
        """Press the button of the last answer whose label begins so."""
        (action,) = [
            one for card in self.last for one in card.actions if one.label.startswith(label)
        ]
        return await self.send(press=action.id, event=event)


def everything(card: Card) -> str:
    """All the text of a card."""
    lines = [card.title, card.short]
    for section in card.sections:
        lines += [section.heading, *section.lines]
    return "\n".join([*lines, *(action.label for action in card.actions)])


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    return load()


@pytest.fixture
def clock() -> Clock:
    return Clock()


ENGINES = ("sqlite", "postgresql")


@pytest.fixture
def engine() -> str:
    """The database of a test; modules whose tests run on each say so by a fixture of this name."""
    return "sqlite"


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    with serving() as address:
        yield address


@pytest.fixture
async def where(engine: str, tmp_path: Path, request: pytest.FixtureRequest) -> Path | Secret:
    """An empty database of the test's engine."""
    if engine == "sqlite":
        return tmp_path / "data" / "redflag.sqlite3"
    return Secret(await fresh(request.getfixturevalue("postgres")))


@pytest.fixture
def settings(tmp_path: Path, where: Path | Secret) -> Settings:
    url = where if isinstance(where, Secret) else Secret("")
    return Settings(data_dir=str(tmp_path / "data"), database_url=url)


@pytest.fixture
async def app(settings: Settings, clock: Clock, knowledge: Knowledge) -> AsyncIterator[App]:
    async with open_app(settings, clock, knowledge) as opened:
        yield opened


@pytest.fixture
def talk(app: App, clock: Clock) -> Talk:
    return Talk(app, clock)
