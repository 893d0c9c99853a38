"""Payloads as the bot understands them: whose words, what hides under them, where they stand."""

from __future__ import annotations

import random

import pytest

from adapters.discord.content import attachments_of, text_of, without_mention
from adapters.discord.parse import PRIVATE, Asked, Opened, Typed, Used, parse
from bot.message import Attachment
from tests.servers.discord.events import random_event

ME = "111111111111111111"

WRITTEN = [
    pytest.param({"content": "hello"}, "hello", id="text"),
    pytest.param(
        {"content": "<@22> and <@!33>", "mentions": [{"id": "22", "username": "lee"}]},
        "@lee and @…",
        id="mentions, by name only",
    ),
    pytest.param({"content": "<#22> <@&33> </pay now:44>"}, "#… #… /pay now", id="places"),
    pytest.param({"content": "<a:fire:22> <:ok:33>"}, ":fire: :ok:", id="emojis"),
    pytest.param(
        {"content": "[amazon.com](https://evil.example)"},
        "[amazon.com](https://evil.example)",
        id="a masked link, both halves",
    ),
    pytest.param(
        {
            "embeds": [
                {
                    "author": {"name": "Desk", "url": "https://a.example"},
                    "title": "Notice",
                    "url": "https://b.example",
                    "description": "Pay",
                    "fields": [{"name": "Fee", "value": "200"}],
                    "footer": {"text": "Team"},
                }
            ]
        },
        "Desk https://a.example\nNotice https://b.example\nPay\nFee\n200\nTeam",
        id="an embed",
    ),
    pytest.param(
        {"message_snapshots": [{"message": {"content": "Pay", "embeds": [{"title": "now"}]}}]},
        "Pay\nnow",
        id="a forward",
    ),
    pytest.param(
        {
            "poll": {
                "question": {"text": "Which?"},
                "answers": [{"poll_media": {"text": "Pay"}}, {"poll_media": {}}],
            }
        },
        "Which?\nPay",
        id="a poll",
    ),
    pytest.param(
        {
            "components": [
                {"type": 17, "components": [{"type": 10, "content": "Pay"}]},
                {"type": 1, "components": [{"label": "Log in", "url": "https://evil.example"}]},
                {"type": 9, "components": [], "accessory": {"label": "x", "url": "https://c.d"}},
            ]
        },
        "Pay\nLog in https://evil.example\nx https://c.d",
        id="a layout and link buttons",
    ),
    pytest.param(
        {"content": "see", "attachments": [{"filename": "notice.pdf", "description": "pay"}]},
        "see\nnotice.pdf pay",
        id="a file beside words",
    ),
    pytest.param({"attachments": [{"filename": "notice.pdf"}]}, "", id="a file alone"),
    pytest.param({"content": None, "embeds": None, "components": 7}, "", id="nothing"),
]


@pytest.mark.parametrize(("message", "text"), WRITTEN)
def test_what_a_message_says(message: dict[str, object], text: str) -> None:
    assert text_of(message) == text


def test_what_is_no_text_is_told_apart() -> None:
    message = {
        "attachments": [
            {"filename": "a.bin", "content_type": "image/png"},
            {"filename": "b.JPG"},
            {"filename": "c.pdf"},
        ],
        "sticker_items": [{"name": "wave"}],
        "message_snapshots": [{"message": {"attachments": [{"filename": "d.eml"}]}}],
    }
    assert attachments_of(message) == (
        Attachment("picture", "a.bin"),
        Attachment("picture", "b.JPG"),
        Attachment("file", "c.pdf"),
        Attachment("other", "wave"),
        Attachment("file", "d.eml"),
    )
    voice = {"flags": 1 << 13, "attachments": [{"filename": "voice.ogg"}]}
    assert attachments_of(voice) == (Attachment("other", "voice.ogg"),)


def test_a_forward_within_a_forward_has_an_end() -> None:
    message: dict[str, object] = {"content": "deep"}
    for _ in range(2_000):
        message = {"message_snapshots": [{"message": message}], "components": [message]}
    assert text_of(message) == ""


def test_only_the_bots_own_name_is_taken_out() -> None:
    assert without_mention(f"hey <@!{ME}> look <@5>", ME) == "hey look <@5>"
    assert without_mention("hey <@5>", ME) is None


def test_whatever_parses_is_somebodys_and_keeps_the_person_out_of_the_chat() -> None:
    rng = random.Random(3)
    seen = set()
    for name in ("MESSAGE_CREATE", "INTERACTION_CREATE") * 2_000:
        raw = random_event(name, rng, guild="22", channel="33", user="44")
        event = parse(name, raw, ME, {})
        if isinstance(event, (Asked, Used)):
            assert event.message.id
            assert event.message.author.id != event.message.chat.id
            assert event.message.chat.id == PRIVATE or event.message.chat.title is not None
        if event is not None:
            seen.add(type(event))
    assert {Asked, Used} <= seen <= {Asked, Used, Opened, Typed}
