"""Every kind of update that Telegram has, at random: an event or None, never an exception."""

from __future__ import annotations

import json
import random

import pytest
import telegram
from telegram.error import TelegramError

from adapters.telegram.parse import Asked, Glanced, Me, Pressed, parse
from bot.app import App
from tests.servers.telegram import schema as official
from tests.servers.telegram.server import TelegramServer

EACH = 200
ME = Me(123456789, "redflag_test_bot")


@pytest.fixture
def schema(monkeypatch: pytest.MonkeyPatch) -> official.Schema:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    loaded = official.load()
    if loaded is None:
        pytest.skip("the official schema is not at hand (REDFLAG_TEST_SPECS; make specs)")
    return loaded


async def test_every_update_type_passes_the_adapter_without_an_exception(
    schema: official.Schema, bot: App, server: TelegramServer, caplog: pytest.LogCaptureFixture
) -> None:
    rng = random.Random(7)
    numbers = iter(range(1, 1_000_000))
    everybody = server.person("Everybody")
    count = 0
    for kind in official.update_kinds(schema):
        for _ in range(EACH):
            update = official.random_update(schema, kind, rng) | {"update_id": next(numbers)}
            server.deliver_raw(json.loads(json.dumps(update)))
            count += 1
    assert count >= 200 * 20
    # A last question, after all of them, is answered: nothing has stopped the face.
    everybody.sends("/help")
    await server.said(everybody.id, within=90)
    assert "was not handled" not in caplog.text
    unread = caplog.text.count("cannot be read")
    assert unread == 0 or unread < count / 100, unread


async def test_whatever_parses_becomes_a_message_of_somebody(schema: official.Schema) -> None:
    rng = random.Random(11)
    kinds = ("message", "edited_message", "callback_query", "inline_query")
    seen = set()
    for kind in kinds:
        for _ in range(EACH):
            raw = official.random_update(schema, kind, rng)
            try:
                update = telegram.Update.de_json(raw, None)
            except (TelegramError, TypeError, ValueError, KeyError, AttributeError):
                continue
            event = parse(update, ME)
            if isinstance(event, (Asked, Pressed, Glanced)):
                seen.add(type(event))
                said = event.message
                assert said.id
                assert said.author.id
                assert said.chat.id
    assert seen == {Asked, Pressed, Glanced}
