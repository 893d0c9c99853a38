"""Loading the pack: the form is checked, and every mistake is told with its line."""

from pathlib import Path

import pytest

from knowledge import Knowledge, load
from knowledge.lint import lint
from knowledge.pack import ROLES, STEPS

OWN = (Path(__file__).parents[1] / "parking-fee.yaml").read_text(encoding="utf-8")
CORE = (
    "insider-extortion", "review-threat", "nonreceipt-claim", "damage-claim", "brushing-refund",
    "brushing-blackmail", "freight-fee-creep", "fake-customs-hold",
)  # fmt: skip
BENIGN = (
    "official-notice", "buyer-complaint", "logistics-normal", "supplier-normal",
    "review-request-normal", "community-chat", "ads-normal", "personal",
)  # fmt: skip


def problems(folder: Path, text: str | bytes, name: str = "parking-fee.yaml") -> list[str]:
    raw = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(raw)
    return [f"{one.path.name}:{one.line}: {one.what} {one.way_out}" for one in lint([folder])]


def test_the_packs_own_files_have_nothing_to_mend() -> None:
    assert lint() == ()


def test_the_core_routines_and_the_harmless_categories_are_there(knowledge: Knowledge) -> None:
    assert set(CORE) <= knowledge.routines.keys()
    assert set(BENIGN) <= knowledge.pack.benign.keys()


@pytest.mark.parametrize("slug", CORE)
def test_each_routine_is_told_in_full(slug: str, knowledge: Knowledge) -> None:
    routine = knowledge.routines[slug]
    for language in ("en", "zh"):
        assert routine.title[language]
        assert len(routine.title[language]) <= 70
        assert routine.summary[language]
        assert routine.tell_apart[language]
        for expect, least in (("match", 4), ("quiet", 3)):
            some = [one for one in routine.frame.examples if one.expect == expect]
            assert sum(one.language.startswith(language) for one in some) >= least
    assert all(routine.advice[step] for step in STEPS)
    assert routine.sources
    assert routine.frame.looks_like
    assert set(routine.frame.reads) <= set(ROLES)


def test_an_operators_routine_is_added_to_ours(tmp_path: Path) -> None:
    assert problems(tmp_path, OWN) == []
    knowledge = load([tmp_path])
    found = knowledge.examine("Hello, an UNPAID lorry parking-fee is open; pay the guard today")
    assert found.routines[0].routine.slug == "parking-fee"
    assert found.routines[0].confidence > 0.7


@pytest.mark.parametrize(
    ("before", "after", "line", "says"),
    [
        ("id: parking-fee", "id: parking", 1, "is not the file's name"),
        ("zh: 假停车费}", "zh: }", 2, "“zh” is missing"),
        ("title: {en: Invented", "titel: {en: Invented", 2, "not a key I know"),
        ("    en: [unpaid lorry parking fee]\n", "", 6, "“en:” is missing"),
        ("strength: strong", "strength: huge", 7, "“huge” is not allowed"),
        ("[unpaid lorry parking fee]", '["(unpaid lorry"]', 8, "is missing"),
        ("[unpaid lorry parking fee]", '["{nowhere}"]', 8, "no word list"),
        ("[unpaid lorry parking fee]", "[[unpaid] lorry]", 8, "quotes"),
        ("[unpaid lorry parking fee]", '["re: a.*b"]', 8, "for ever"),
        ("over: [parking_fee]", "over: [parkingfee]", 15, "There is no cue “parkingfee”"),
        ("{over:", "{about:", 15, "not a key I know"),
        ("[do_not_pay]", "[do_not_pray]", 17, "no shared advice"),
        ("expect: quiet", "expect: silence", 21, "not allowed"),
        ("advice:", "id: again\nadvice:", 17, "stands twice"),
        ("advice:", "advice: @", 17, "not YAML"),
        ("unpaid lorry parking fee,", "an open bill,", 19, "should be named parking-fee"),
        (
            "Where can I park the lorry?",
            "unpaid lorry parking fee? pay the guard?",
            21,
            "should stay silent",
        ),
        ('match, text: "There', 'match, gap: true, text: "There', 19, "works now"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line_and_the_way_out(
    tmp_path: Path, before: str, after: str, line: int, says: str
) -> None:
    assert before in OWN
    found = problems(tmp_path, OWN.replace(before, after, 1))
    assert any(f"parking-fee.yaml:{line}:" in one and says in one for one in found), found


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\xff\xfe\x00", "UTF-8"),
        (b"id: [", "not YAML"),
        (b"just a sentence", "lines are expected"),
        (b"- a\n- b\n", "lines are expected"),
        (b"a: &x [1]\nb: *x\n", "Anchors"),
        (b"[" * 20_000, ""),
        (b"x: " + b"y" * 1_100_000, "larger than 1 MB"),
        (b"id: \x07bell", "not YAML"),
    ],
)
def test_a_broken_file_is_explained_and_left_out(tmp_path: Path, content: bytes, says: str) -> None:
    found = problems(tmp_path, content)
    assert found
    assert any(says in one for one in found), found
    knowledge = load([tmp_path])
    assert set(CORE) <= knowledge.routines.keys()
    assert knowledge.pack.problems


def test_a_routine_that_nobody_can_show_is_told(tmp_path: Path) -> None:
    dead = OWN.replace(
        "reads: {over",
        "  never_said:\n    title: {en: x, zh: x}\n"
        "    en: [xylophone fee]\n    zh: [木琴费]\nreads: {over",
    )
    found = problems(tmp_path, dead)
    assert any("No routine reads the cue “never_said”" in one for one in found)
    read = dead.replace("[pay_the_guard]}", "[pay_the_guard, never_said]}")
    found = problems(tmp_path, read)
    assert any("“never_said” fires in no example" in one for one in found)


def test_a_cue_of_ours_may_not_be_redefined(tmp_path: Path) -> None:
    found = problems(tmp_path, OWN.replace("parking_fee", "claims_staff"))
    assert any("exists already" in one for one in found)


def test_a_folder_that_does_not_exist_is_told_and_costs_nothing(tmp_path: Path) -> None:
    knowledge = load([tmp_path / "nowhere"])
    (problem,) = knowledge.pack.problems
    assert "does not exist" in problem.what
    assert set(CORE) <= knowledge.routines.keys()
