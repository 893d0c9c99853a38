"""What is not written in English or Chinese is recognised too, and answered in English."""

from __future__ import annotations

import pytest

from bot.card import Tone
from knowledge import load
from tests.conftest import Talk, everything

OTHERS = ("zh-Hant", "es", "de", "fr", "ja")
CORE = (
    "insider-extortion", "review-threat", "nonreceipt-claim", "damage-claim", "brushing-refund",
    "brushing-blackmail", "freight-fee-creep", "fake-customs-hold",
)  # fmt: skip
EXAMPLES = [
    pytest.param(slug, language, example.text, id=f"{slug}-{language}")
    for slug in CORE
    for language in OTHERS
    for example in [
        one
        for one in load().routines[slug].frame.examples
        if (one.language, one.expect, one.gap) == (language, "match", False)
    ][:1]
]


def test_every_core_routine_has_a_plain_message_in_each_of_them() -> None:
    assert len(EXAMPLES) == len(CORE) * len(OTHERS)


@pytest.mark.parametrize(("slug", "language", "text"), EXAMPLES)
async def test_a_plain_message_is_recognised_and_answered_with_its_advice(
    talk: Talk, slug: str, language: str, text: str
) -> None:
    talk.language = None
    card = await talk.send(text)
    routine = talk.app.knowledge.routines[slug]
    answered = "zh" if language == "zh-Hant" else "en"
    assert card.tone in (Tone.LIKELY, Tone.POSSIBLE)
    assert card.language == answered
    assert routine.title[answered] in everything(card)
    assert routine.advice["now"][0][answered] in everything(card)
