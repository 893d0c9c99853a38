"""Checks of the pack, told to somebody who does not program: file, line, and the way out.

Beyond the form (which `knowledge.pack` checks while loading): every example behaves, also through
full-width letters, zero-width characters and look-alikes; every cue is read by a frame and fires
in some example; there are enough examples in both languages. An example marked `gap: true` is known
not to work yet and must still fail, so that it is unmarked the day it works.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from knowledge import labelled
from knowledge.errors import PackError, Problem
from knowledge.examine import Findings, Knowledge, load
from knowledge.levels import Level, Setting, level
from knowledge.pack import BUILT_IN, Example, Frame

LEAST_OURS = {"match": 12, "quiet": 6}
"""Examples for each of English and Chinese in a file of the package."""
LEAST_OPERATOR = {"match": 2, "quiet": 1}
"""Examples in all in an operator's own file."""

_LOOK_ALIKES = str.maketrans("aeopcx", "аеорсх")
_FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


def lint(folders: Iterable[Path] = ()) -> tuple[Problem, ...]:
    """Every problem of an operator's folders, or of the package's own pack where none is given.

    Empty when all is well.
    """
    folders = tuple(folders)
    try:
        knowledge = load(folders)
    except PackError as error:
        return error.problems
    problems = (
        *knowledge.pack.problems,
        *_behaviour(knowledge, folders or (BUILT_IN,)),
        *(() if folders else labelled.problems(knowledge.pack)),
    )
    return tuple(sorted(problems, key=lambda one: (one.path, one.line)))


def _behaviour(knowledge: Knowledge, folders: tuple[Path, ...]) -> Iterator[Problem]:
    fired: set[str] = set()
    used: set[str] = set()
    pack = knowledge.pack
    routines = [routine.frame for routine in pack.routines.values()]
    for frame in (*routines, *pack.benign.values()):
        if not _is_in(frame.path, folders):
            continue
        used.update(name for names in frame.reads.values() for name in names)
        used.update(frame.against)
        used.update(name for line in frame.need for name in line)
        yield from _enough_examples(frame, is_routine=frame.slug in pack.routines)
        for example in frame.examples:
            fired.update(knowledge.cues(example.text))
            yield from _example(knowledge, frame, example)
    for cue in pack.cues.values():
        if not _is_in(cue.path, folders):
            continue
        if cue.name not in used:
            yield Problem(
                cue.path, cue.line, f"No routine reads the cue “{cue.name}”.", "Remove it."
            )
        elif cue.name not in fired:
            yield Problem(
                cue.path,
                cue.line,
                f"The cue “{cue.name}” fires in no example.",
                "Add an example that shows it, or correct its phrases.",
            )


def _is_in(path: Path, folders: tuple[Path, ...]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)


def _enough_examples(frame: Frame, *, is_routine: bool) -> Iterator[Problem]:
    ours = frame.path.is_relative_to(BUILT_IN)
    for expect, least in (LEAST_OURS if ours else LEAST_OPERATOR).items():
        if expect == "match" and not is_routine:
            continue
        for languages in (("en",), ("zh", "zh-Hant")) if ours else (("en", "zh", "zh-Hant"),):
            count = sum(
                one.expect == expect and one.language in languages for one in frame.examples
            )
            if count < least:
                yield Problem(
                    frame.path,
                    1,
                    f"{count} “{expect}” examples in {languages[0]} where {least} are needed.",
                    "Add some under “examples:”.",
                )


def _example(knowledge: Knowledge, frame: Frame, example: Example) -> Iterator[Problem]:
    said = _said(knowledge.examine(example.text))
    good = said == frame.slug if example.expect == "match" else said is None
    if example.gap:
        if good:
            yield Problem(
                frame.path, example.line, "This known gap works now.", "Remove “gap: true”."
            )
        return
    if not good:
        yield Problem(frame.path, example.line, *_expectation(knowledge, frame, example, said))
        return
    if example.expect == "match":
        for name, noisy in _noise(example.text):
            if _said(knowledge.examine(noisy)) != frame.slug:
                yield Problem(
                    frame.path,
                    example.line,
                    f"The example is not recognised any more when written with {name}.",
                    "Let its cues rest on more than one phrase.",
                )


def _expectation(
    knowledge: Knowledge, frame: Frame, example: Example, said: str | None
) -> tuple[str, str]:
    found = ", ".join(sorted(knowledge.cues(example.text))) or "none"
    if example.expect == "match":
        what = f"This should be named {frame.slug}, but " + (
            f"{said} is named." if said else "nothing is."
        )
        return what, f"Cues found: {found}. Add the wording that is missing to a cue."
    return (
        f"This should stay silent, but {said} is named.",
        f"Cues found: {found}. Make a phrase narrower, or give a harmless category a cue.",
    )


def _said(findings: Findings) -> str | None:
    if level(findings.confidence, Setting.PRIVATE) is Level.NONE:
        return None
    return findings.routines[0].routine.slug


def _noise(text: str) -> Iterator[tuple[str, str]]:
    yield "full-width letters", text.translate(_FULL_WIDTH)
    yield "zero-width characters", "\u200b".join(text)
    yield "look-alike letters", text.translate(_LOOK_ALIKES)


if __name__ == "__main__":  # `python -m knowledge.lint [FOLDER ...]`, without the bot
    found = lint(map(Path, sys.argv[1:]))
    sys.stdout.writelines(f"{problem}\n" for problem in found)
    sys.exit(1 if found else 0)
