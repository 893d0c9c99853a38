"""The detection figures, and the corpus they are taken from."""

import json
from pathlib import Path

import pytest

from knowledge import Knowledge
from knowledge.evaluate import CORPUS, outcomes, report, rows

KEYS = {"id", "lang", "label", "category", "mode", "batch", "part", "text"}
LINES = [
    (path.name, number, line)
    for path in sorted(CORPUS.glob("*.jsonl"))
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
]


def test_every_row_of_the_corpus_is_complete_and_labelled_with_what_we_know(
    knowledge: Knowledge,
) -> None:
    assert LINES
    ids = set()
    for name, number, line in LINES:
        row = json.loads(line)
        where = f"{name}:{number}"
        assert row.keys() == KEYS, where
        assert row["label"] in (*knowledge.routines, "none"), where
        assert row["category"] in (*knowledge.routines, *knowledge.pack.benign), where
        assert (row["label"] == "none") == (row["category"] in knowledge.pack.benign), where
        assert row["mode"] in ("message", "description"), where
        assert row["part"] in ("train", "validation"), where
        assert row["text"].strip(), where
        assert row["id"] not in ids, where
        ids.add(row["id"])


def write(folder: Path, *data: object) -> Path:
    path = folder / "rows.jsonl"
    path.write_text("\n".join(json.dumps(one) for one in data), encoding="utf-8")
    return path


def test_figures_count_what_is_found_rightly_named_and_falsely_named(
    tmp_path: Path, knowledge: Knowledge
) -> None:
    scam = next(
        one.text
        for one in knowledge.routines["insider-extortion"].frame.examples
        if one.expect == "match" and not one.gap
    )
    path = write(
        tmp_path,
        {"id": 1, "lang": "en", "label": "insider-extortion", "text": scam},
        {"id": 2, "lang": "en", "label": "review-threat", "text": scam},
        {"id": 3, "lang": "en", "label": "review-threat", "text": "good morning"},
        {"id": 4, "lang": "en", "label": "none", "category": "personal", "text": "good night"},
        {"id": 5, "lang": "en", "label": "none", "category": "personal", "text": scam},
    )
    figures = report(outcomes(knowledge, rows([path])), misses=True)
    (everything,) = [line for line in figures.splitlines() if line.startswith("all ")][:1]
    assert everything.split()[1:3] == ["3", "66.7%"]
    assert everything.split()[-1] == "33.3%"
    assert "personal                     2   50.0%" in figures
    assert "3 is review-threat, said None" in figures


@pytest.mark.parametrize("line", ["{broken", '{"id": 1}', "[1]", "7"])
def test_a_row_that_is_none_is_named_with_its_line(tmp_path: Path, line: str) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_text(f'{{"id": 1, "lang": "en", "label": "none", "text": "x"}}\n{line}\n')
    with pytest.raises(ValueError, match=r"rows\.jsonl:2"):
        list(rows([path]))
