"""Rows of the corpus: whole, or told what is wrong; near copies are found, others left alone."""

import json
from pathlib import Path

import pytest

from knowledge import Knowledge
from knowledge.labelled import copies, problems, rows

ROW = {
    "id": "train-x-0001",
    "lang": "en",
    "label": "none",
    "category": "personal",
    "mode": "message",
    "batch": "train-x",
    "part": "train",
    "text": "See you at the gym at six.",
}


def said(knowledge: Knowledge, folder: Path, *some: object) -> list[str]:
    lines = [one if isinstance(one, str) else json.dumps(one) for one in some]
    (folder / "train-x.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return [one.what for one in problems(knowledge.pack, folder)]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"lang": "xx"}, "no language"),
        ({"label": "unheard-of"}, "no routine"),
        ({"label": "review-threat"}, "belong together"),
        ({"category": "review-threat"}, "belong together"),
        ({"mode": "rumour"}, "mode is one of"),
        ({"part": "test"}, "part is one of"),
        ({"batch": "train-y"}, "batch of this file"),
        ({"part": "validation"}, "begins with its part"),
        ({"text": "  "}, "none is empty"),
        ({"text": 5}, "none is empty"),
        ({"note": "x"}, "has the keys"),
    ],
)
def test_a_row_that_is_not_whole_is_told_why(
    knowledge: Knowledge, tmp_path: Path, change: dict[str, object], says: str
) -> None:
    (told,) = said(knowledge, tmp_path, ROW | change)
    assert says in told


def test_a_whole_row_is_well_and_others_are_named_by_line(
    knowledge: Knowledge, tmp_path: Path
) -> None:
    assert said(knowledge, tmp_path, ROW) == []
    assert "no JSON" in said(knowledge, tmp_path, "{", ROW)[0]
    twice = ROW | {"text": "The door code is new, ask Tom."}
    assert "exists already" in said(knowledge, tmp_path, ROW, twice)[0]


LETTER = (
    "Dear seller, I work in the review team and found {} paid reviews in your shop. Send {} USD "
    "to {} by tonight, or I hand the file to my supervisor tomorrow morning."
)
OTHER = (
    "hello boss, me inside the platform, your shop is on the list. {} dollars and i take you off, "
    "write to {} before midnight, {} others paid already"
)
CHINESE = (
    "老板你好，我在平台审核部上班，你店里{}条测评记录在我手上，今晚转{}块，不然明天一早就提交。"
)


def test_a_copy_with_other_names_and_numbers_is_found_and_nothing_else() -> None:
    texts = [
        LETTER.format(12, 150, "a@evil.example"),
        OTHER.format(80, "b@evil.example", 7),
        CHINESE.format(30, 800),
        LETTER.format(97, 220, "c@bad.example").upper(),
        CHINESE.format("十几", 1500),
    ]
    assert [(one, other) for one, other, _ in copies(texts)] == [(0, 3), (2, 4)]


def test_a_row_of_ones_own_needs_no_part(tmp_path: Path) -> None:
    path = tmp_path / "own.jsonl"
    path.write_text('{"id": "1", "lang": "en", "label": "none", "text": "hi"}\n')
    (row,) = rows([path])
    assert (row.category, row.part, row.mode) == ("none", "train", "message")
    path.write_text("[]\n")
    with pytest.raises(ValueError, match=r"own.jsonl:1"):
        list(rows([path]))
