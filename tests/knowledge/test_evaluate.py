"""The detection figures."""

import json
from pathlib import Path

import pytest

from knowledge import Knowledge
from knowledge.evaluate import outcomes, report
from knowledge.labelled import rows


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
