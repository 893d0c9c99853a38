import time

from knowledge import Knowledge
from knowledge.matcher import Matcher
from knowledge.phrase import parse
from knowledge.text import read


def matcher(**cues: list[str]) -> Matcher:
    return Matcher((name, [parse(one, {}) for one in phrases]) for name, phrases in cues.items())


def test_hits_are_quoted_from_the_original_text() -> None:
    original = "您好！我們會把 截 圖 發給亞馬遜。"
    (hit,) = matcher(evidence=["截图发给"]).find(read(original).folded)
    assert original[hit.start : hit.end] == "截 圖 發給"


def test_a_cue_is_hit_once_at_its_longest_place() -> None:
    found = matcher(pay=["pay us", "pay us ... today"]).find(
        read("pay us. Please pay us the fee today").folded
    )
    assert [(one.cue, one.end - one.start) for one in found] == [
        ("pay", len("pay us the fee today"))
    ]


def test_hits_stand_in_the_order_of_the_text() -> None:
    found = matcher(second=["report you"], first=["pay now"]).find(
        read("pay now or I report you").folded
    )
    assert [one.cue for one in found] == ["first", "second"]


def test_a_literal_far_away_does_not_count() -> None:
    found = matcher(both=["pay ... report"]).find(read("pay " + "x. " * 200 + " report").folded)
    assert found == ()


def test_the_pass_finds_in_real_messages_what_reading_every_phrase_finds(
    knowledge: Knowledge,
) -> None:
    cues = knowledge.pack.cues.values()
    frames = [routine.frame for routine in knowledge.routines.values()]
    texts = [one.text for frame in frames for one in frame.examples][::4]
    assert len(texts) > 30
    for text in texts:
        folded = read(text).folded.text
        slow = {
            cue.name for cue in cues if any(one.find(folded, 0, len(folded)) for one in cue.phrases)
        }
        assert knowledge.cues(text) == slow, text


def test_a_hostile_repetition_costs_no_more_than_a_few_looks() -> None:
    some = matcher(hard=["pay ... pay ... pay ... report ... you"])
    text = read("pay " * 24_000 + " report x you")
    began = time.perf_counter()
    some.find(text.folded)
    # Generous: without the bound on places it takes minutes.
    assert time.perf_counter() - began < 5
