"""Labelled messages: the rows of the corpus, read and checked. It judges no detector.

A row is one JSON object a line: id, lang, label (a routine's slug or `none`), category (the same
slug, or a harmless category), mode (`message`, or `description` where somebody tells of it), batch
(the file's name), part (`train` or `validation`) and text.

Near copies are refused, within a part and across parts: a message that differs from another only in
names and numbers teaches nothing and flatters every figure. Measure: both texts folded, without
digits, spaces and signs, cut into overlapping pieces of 4 characters (Chinese, Japanese) or 8
(others); the share of pieces they have in common of all pieces of both (Jaccard), estimated from
the 64 smallest hashes (Broder 1997). Bar: 0.5.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from zlib import crc32

from knowledge.errors import Problem
from knowledge.pack import BUILT_IN, LANGUAGES, Pack
from knowledge.text import fold

CORPUS = BUILT_IN / "corpus"
COPY = 0.5
"""The share of common pieces from which two messages count as copies."""
_KEYS = ("id", "lang", "label", "category", "mode", "batch", "part", "text")
_MODES, _PARTS = ("message", "description"), ("train", "validation")
_SKETCH = 64
_COMMON = 40
"""A piece that stands in more messages than this says nothing about two of them."""
_CHINESE = re.compile("[\u3040-\u30ff\u3400-\u9fff]")
_LEFT_OUT = re.compile(r"[\W\d_]+")


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled message of the corpus. `label` is a routine's slug or `none`."""

    id: str
    language: str
    label: str
    category: str
    part: str
    text: str
    mode: str = "message"
    batch: str = ""


def rows(paths: Iterable[Path]) -> Iterator[Row]:
    """The rows of JSON-lines files; part, category, mode and batch may be missing in one's own.

    Raises: ValueError naming file and line where a row is not as the module says.
    """
    for path in paths:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            try:
                yield _row(json.loads(line))
            except (json.JSONDecodeError, KeyError, TypeError) as error:
                raise ValueError(f"{path}:{number}: not a corpus row ({error}).") from error


def problems(pack: Pack, folder: Path = CORPUS) -> Iterator[Problem]:
    """What is wrong with the corpus: rows that are not whole, and near copies."""
    seen: dict[str, tuple[Path, int]] = {}
    texts: list[tuple[Path, int, Row]] = []
    for path in sorted(folder.glob("*.jsonl")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            says = _wrong(line, path, pack)
            if says:
                yield Problem(path, number, says, "Write the row anew; the form is in labelled.py.")
                continue
            row = _row(json.loads(line))
            if row.id in seen:
                yield Problem(path, number, f"The id {row.id} exists already.", "Number it anew.")
            seen[row.id] = (path, number)
            texts.append((path, number, row))
    for first, second, share in copies([row.text for _, _, row in texts]):
        path, number, row = texts[second]
        other = texts[first][2]
        yield Problem(
            path,
            number,
            f"{row.id} is a near copy of {other.id} ({share:.0%} in common).",
            "Write another message in its place.",
        )


def copies(texts: list[str]) -> Iterator[tuple[int, int, float]]:
    """Pairs of texts that are near copies, the earlier first, with the share in common."""
    sketches = [_sketch(text) for text in texts]
    where: dict[int, list[int]] = defaultdict(list)
    for index, sketch in enumerate(sketches):
        shared: Counter[int] = Counter()
        for piece in sketch:
            if len(where[piece]) <= _COMMON:
                shared.update(where[piece])
                where[piece].append(index)
        for other in shared:
            share = _in_common(sketches[other], sketch)
            if share >= COPY:
                yield other, index, share


def _sketch(text: str) -> frozenset[int]:
    folded = _LEFT_OUT.sub("", fold(text))
    size = 4 if len(_CHINESE.findall(folded)) * 3 > len(folded) else 8
    pieces = {folded[at : at + size] for at in range(max(1, len(folded) - size + 1))}
    return frozenset(sorted({crc32(piece.encode()) for piece in pieces})[:_SKETCH])


def _in_common(one: frozenset[int], other: frozenset[int]) -> float:
    """Jaccard's share of the two sets, from the smallest hashes of both together."""
    smallest = sorted(one | other)
    if max(len(one), len(other)) == _SKETCH:
        smallest = smallest[:_SKETCH]  # beyond, one of the two may be cut off
    return sum(piece in one and piece in other for piece in smallest) / len(smallest)


def _row(data: Mapping[str, str]) -> Row:
    return Row(
        data["id"],
        data["lang"],
        data["label"],
        data.get("category", data["label"]),
        data.get("part", "train"),
        data["text"],
        data.get("mode", "message"),
        data.get("batch", ""),
    )


def _wrong(line: str, path: Path, pack: Pack) -> str:
    """What is wrong with one line, or an empty string."""
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        return f"This is no JSON ({error})."
    if not isinstance(row, dict) or tuple(row) != _KEYS:
        return f"A row has the keys {', '.join(_KEYS)}, in this order."
    if not all(isinstance(value, str) and value.strip() for value in row.values()):
        return "Every value is a text, and none is empty."
    harmless = row["category"] in pack.benign
    checks = (
        (row["lang"] in LANGUAGES, f"“{row['lang']}” is no language of the pack."),
        (row["label"] in (*pack.routines, "none"), f"There is no routine “{row['label']}”."),
        ((row["label"] == "none") == harmless, "Label and category do not belong together."),
        (harmless or row["category"] == row["label"], "A scam's category is its label."),
        (row["mode"] in _MODES, f"The mode is one of {', '.join(_MODES)}."),
        (row["part"] in _PARTS, f"The part is one of {', '.join(_PARTS)}."),
        (row["batch"] == path.stem, f"The batch of this file is “{path.stem}”."),
        (row["part"] == row["batch"].split("-")[0], "A batch's name begins with its part."),
    )
    return next((says for good, says in checks if not good), "")
