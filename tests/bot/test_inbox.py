"""What arrives is kept once, handed out again after a crash, and erased when handled."""

import pytest

from bot.app import App
from bot.store.inbox import KEPT_DAYS, Arrival
from tests.conftest import ENGINES, NOON


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


BATCH = tuple(Arrival(str(number), f'{{"update_id": {number}}}') for number in (9, 10, 11))


async def test_an_event_is_handed_on_once_however_often_it_is_delivered(app: App) -> None:
    inbox = app.store.inbox
    assert await inbox.keep("telegram", BATCH, NOON) == BATCH
    assert await inbox.keep("telegram", BATCH, NOON) == ()
    assert await inbox.keep("discord", BATCH[:1], NOON) == BATCH[:1]
    await inbox.handled("telegram", ["10"])
    assert await inbox.keep("telegram", BATCH, NOON + 5) == ()


async def test_what_was_not_handled_is_handed_out_again_in_its_order(app: App) -> None:
    inbox = app.store.inbox
    await inbox.keep("telegram", reversed(BATCH), NOON)
    await inbox.handled("telegram", ["10"])
    assert await inbox.unhandled("telegram") == (BATCH[0], BATCH[2])
    await inbox.handled("telegram", [str(number) for number in range(2_000)])
    assert await inbox.unhandled("telegram") == ()


async def test_content_is_gone_once_handled_and_all_of_it_after_its_days(app: App) -> None:
    inbox = app.store.inbox
    await inbox.keep("telegram", BATCH, NOON)
    await inbox.handled("telegram", ["9", "10", "11"])
    async with app.store.database.reading() as query:
        rows = await query.rows("SELECT raw FROM inbox WHERE event = '9'")
    assert [tuple(row) for row in rows] == [(None,)]
    await app.store.prune(NOON + KEPT_DAYS * 86_400_000 + 1)
    assert await inbox.keep("telegram", BATCH, NOON) == BATCH
