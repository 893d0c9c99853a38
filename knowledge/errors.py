"""What can go wrong with the knowledge, as one small tree.

KnowledgeError
 |- PhraseError    one phrase of a cue cannot be read
 `- PackError      files of the pack are wrong; carries every `Problem` found, not only the first

Identifiers have their own tree in `knowledge.identifiers.errors`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Problem:
    """One mistake in a file, told to somebody who does not program."""

    path: Path
    line: int
    what: str
    way_out: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what} {self.way_out}".rstrip()


class KnowledgeError(Exception):
    """The root; never raised itself."""


class PhraseError(KnowledgeError):
    """A phrase of a cue cannot be read. `way_out` says how to write it."""

    def __init__(self, phrase: str, what: str, way_out: str) -> None:
        super().__init__(f"“{phrase}”: {what} {way_out}")
        self.phrase = phrase
        self.what = what
        self.way_out = way_out


class PackError(KnowledgeError):
    """The pack cannot be used. `problems` holds every mistake, in the order of the files."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems
