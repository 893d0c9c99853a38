import random

import pytest

from bot.trust import (
    DAY_MS,
    REPORT_LIVES_DAYS,
    SHARED,
    Report,
    Standing,
    State,
    Viewer,
    standing,
)

NOW = 1_790_000_000_000


def report(community: str, reporter: str, **more: object) -> Report:
    values = {"bloc": community, "admitted": True, "routine": None, "at": NOW} | more
    return Report(community=community, reporter=reporter, **values)  # type: ignore[arg-type]


A, B, OUTSIDE = (
    Viewer(frozenset({"a"}), admitted=True),
    Viewer(frozenset({"b"}), admitted=True),
    Viewer(frozenset({"x"})),
)
THIRD, NOWHERE = Viewer(frozenset({"c"}), admitted=True), Viewer()


@pytest.mark.parametrize(
    ("reports", "viewer", "state"),
    [
        pytest.param([], A, State.UNKNOWN, id="nothing"),
        pytest.param([report("a", "1")], A, State.LOCAL, id="own community"),
        pytest.param([report("a", "1")], B, State.UNKNOWN, id="one community stays its own"),
        pytest.param([report("a", "1"), report("b", "2")], THIRD, State.REPORTED, id="two"),
        pytest.param([report("a", "1"), report("b", "2")], A, State.REPORTED, id="and for them"),
        pytest.param([report("a", "1"), report("b", "2")], OUTSIDE, State.UNKNOWN, id="outsider"),
        pytest.param([report("a", "1"), report("b", "2")], NOWHERE, State.UNKNOWN, id="nowhere"),
        pytest.param(
            [report("a", "1"), report("x", "2", admitted=False)],
            THIRD,
            State.UNKNOWN,
            id="a community that is not admitted does not count",
        ),
        pytest.param(
            [report("x", "2", admitted=False)], OUTSIDE, State.LOCAL, id="but sees its own"
        ),
        pytest.param(
            [report("a", "1", bloc="z"), report("b", "2", bloc="z")],
            THIRD,
            State.UNKNOWN,
            id="one bloc counts once",
        ),
        pytest.param(
            [report("a", "1", at=NOW - REPORT_LIVES_DAYS * DAY_MS), report("b", "2")],
            THIRD,
            State.UNKNOWN,
            id="an old report says nothing",
        ),
        pytest.param(
            [report("a", "1", at=NOW - REPORT_LIVES_DAYS * DAY_MS)], A, State.EXPIRED, id="expired"
        ),
    ],
)
def test_standing_reaches(reports: list[Report], viewer: Viewer, state: State) -> None:
    assert standing(reports, viewer, NOW).state is state


@pytest.mark.parametrize("accounts", [10, 1_000, 10_000])
def test_one_community_stays_local_whatever_its_number(accounts: int) -> None:
    reports = [report("a", str(number)) for number in range(accounts)]
    assert standing(reports, A, NOW).state is State.LOCAL
    assert standing(reports, B, NOW) == Standing(State.UNKNOWN)


def test_no_number_of_communities_that_are_not_admitted_is_seen_by_others() -> None:
    reports = [report(f"x{number}", str(number), admitted=False) for number in range(500)]
    assert standing(reports, THIRD, NOW).state is State.UNKNOWN


def test_an_outsider_learns_nothing_from_any_mix_of_reports() -> None:
    rng = random.Random(7)  # the same mixes in every run
    for _ in range(300):
        reports = [
            report(f"c{rng.randrange(4)}", str(rng.randrange(5)), admitted=rng.random() < 0.7)
            for _ in range(rng.randrange(8))
        ]
        assert standing(reports, OUTSIDE, NOW) == Standing(State.UNKNOWN)
        seen = standing(reports, THIRD, NOW)
        admitted = {one.bloc for one in reports if one.admitted}
        assert (seen.state in SHARED) == (len(admitted) >= 2)


def test_conditions_tell_what_lacks_without_telling_who_else_reported() -> None:
    alone = standing([report("a", "1")], A, NOW)
    (condition,) = alone.conditions
    assert (condition.holds, condition.have, condition.need) == (False, 1, 2)


def test_routines_are_named_most_frequent_first() -> None:
    reports = [
        report("a", "1", routine="review-threat"),
        report("b", "2", routine="insider-extortion"),
        report("b", "3", routine="insider-extortion"),
    ]
    assert standing(reports, A, NOW).routines == ("insider-extortion", "review-threat")
