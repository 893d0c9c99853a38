"""From cues to confidence, on a small pack made for these tests."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from knowledge.examine import Knowledge
from knowledge.levels import Level, Setting, level
from knowledge.pack import Cue, Frame, Pack, Routine
from knowledge.phrase import parse

HERE = Path(__file__)
STRENGTHS = {
    "staff": 1.2,
    "money": 1.2,
    "report": 1.2,
    "deadline": 0.5,
    "console": 1.2,
    "more": 1.2,
}
ROLES = {"who": ("staff",), "wants": ("money", "more"), "when": ("deadline",), "else": ("report",)}
NEED = (("staff",), ("money",))


def frame(slug: str, reads: Mapping[str, tuple[str, ...]], **more: Any) -> Frame:
    values: dict[str, Any] = {"need": (), "against": (), "description": False} | more
    return Frame(
        slug=slug, title={"en": slug}, reads=reads, looks_like=(), examples=(), path=HERE, **values
    )


def knowledge(*benign: Frame, against: tuple[str, ...] = ()) -> Knowledge:
    cues = {
        name: Cue(name, {"en": name}, strength, (parse(f"{name} word", {}),), HERE, 1)
        for name, strength in STRENGTHS.items()
    }
    scam = frame("scam", ROLES, need=NEED, against=against)
    routine = Routine(scam, "high", "test", {}, (), {}, (), {})
    return Knowledge(Pack(cues, {"scam": routine}, {one.slug: one for one in benign}))


def confidence(some: Knowledge, *names: str) -> float:
    return some.examine(". ".join(f"{name} word" for name in names)).confidence


def test_each_role_filled_raises_the_confidence() -> None:
    some = knowledge()
    steps = [("staff",), ("staff", "money"), ("staff", "money", "report")]
    steps.append(("staff", "money", "report", "deadline"))
    values = [confidence(some, *names) for names in steps]
    assert values == sorted(values)
    assert values[0] < 0.1
    assert values[-1] > 0.7


def test_a_need_that_is_not_met_costs_more_than_other_signs_bring() -> None:
    some = knowledge()
    assert confidence(some, "staff", "report", "deadline") < confidence(some, "staff", "money")


def test_a_second_sign_of_the_same_role_counts_half() -> None:
    some = knowledge()
    once = confidence(some, "staff", "money")
    same_role = confidence(some, "staff", "money", "more")
    other_role = confidence(some, "staff", "money", "report")
    assert once < same_role < other_role


def test_a_counter_sign_and_a_harmless_rival_lower_it() -> None:
    names = ("staff", "money", "report", "console")
    plain = confidence(knowledge(), *names)
    assert confidence(knowledge(against=("console",)), *names) < plain
    rival = frame("notice", {"who": ("staff",), "over": ("console",), "else": ("report",)})
    assert confidence(knowledge(rival), *names) < plain


def test_nothing_found_is_nothing_believed() -> None:
    findings = knowledge().examine("hello")
    assert (findings.routines, findings.confidence) == ((), 0)


def test_the_share_of_all_frames_never_exceeds_one() -> None:
    rival = frame("notice", {"who": ("staff",), "wants": ("money",), "else": ("report",)})
    findings = knowledge(rival).examine("staff word. money word. report word. deadline word")
    total = findings.confidence + sum(one.confidence for one in findings.benign)
    assert 0 < total < 1


def test_a_description_is_recognised_without_being_a_rival() -> None:
    strong = {"who": ("console",), "wants": ("more",), "over": ("deadline",), "else": ("report",)}
    talk = frame("chat", strong, description=True)
    some = knowledge(talk)
    names = ("staff", "money", "report", "console", "more", "deadline")
    findings = some.examine(". ".join(f"{name} word" for name in names))
    assert findings.mode == "description"
    assert findings.benign == ()


@pytest.mark.parametrize(
    ("confidence", "setting", "expected"),
    [
        (0.34, Setting.PRIVATE, Level.NONE),
        (0.35, Setting.PRIVATE, Level.POSSIBLE),
        (0.70, Setting.PRIVATE, Level.LIKELY),
        (0.91, Setting.GROUP, Level.NONE),
        (0.92, Setting.GROUP, Level.LIKELY),
    ],
)
def test_bars(confidence: float, setting: Setting, expected: Level) -> None:
    assert level(confidence, setting) is expected
