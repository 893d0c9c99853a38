"""Detection figures over labelled messages: what is found, what is falsely named, how honest.

Takes rows of the corpus (`knowledge.labelled`) and prints recall and the right routine by label and
language, false alarms by harmless category, and the calibration of the confidence. It measures; it
does not judge: the figures are reported, not asserted.
"""

from __future__ import annotations

import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from knowledge.examine import Knowledge, load
from knowledge.labelled import Row, rows
from knowledge.levels import Level, Setting, level


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said of a row: the level, the routine named first, the belief in any routine."""

    row: Row
    level: Level
    named: str | None
    confidence: float


def outcomes(knowledge: Knowledge, some: Iterable[Row]) -> Iterator[Outcome]:
    """Examine each row as if it were put to the bot in private."""
    for row in some:
        findings = knowledge.examine(row.text)
        said = level(findings.confidence, Setting.PRIVATE)
        named = findings.routines[0].routine.slug if said is not Level.NONE else None
        yield Outcome(row, said, named, findings.confidence)


def report(results: Iterable[Outcome], *, misses: bool = False) -> str:
    """The figures as a table for the terminal; with `misses`, each message misjudged below it."""
    results = tuple(results)
    scams = [one for one in results if one.row.label != "none"]
    harmless = [one for one in results if one.row.label == "none"]
    lines = ["scams                        n   found  likely  right routine"]
    for key in (_label, _language, _part):
        lines += [_scam_line(name, group) for name, group in _groups(scams, key)]
    lines.append(_scam_line("all", scams))
    lines.append("")
    lines.append("harmless                     n   named  likely")
    groups = [group for key in (_category, _language, _part) for group in _groups(harmless, key)]
    for name, group in [*groups, ("all", harmless)]:
        named = sum(one.named is not None for one in group)
        likely = sum(one.level is Level.LIKELY for one in group)
        lines.append(f"{name:<24} {len(group):>5} {_share(named, group)} {_share(likely, group)}")
    lines.append("")
    lines.append("confidence      n   truly scams")
    bins: dict[int, list[Outcome]] = defaultdict(list)
    for one in results:
        bins[min(4, int(one.confidence * 5))].append(one)
    for step in sorted(bins):
        share = Counter(one.row.label != "none" for one in bins[step])[True]
        label = f"{step * 0.2:.1f}-{step * 0.2 + 0.2:.1f}"
        lines.append(f"{label:<10} {len(bins[step]):>6}   {_share(share, bins[step])}")
    if misses:
        for one in results:
            if (one.named or "none") != one.row.label:
                said = f"{one.row.id} is {one.row.label}, said {one.named} ({one.confidence:.2f})"
                lines += ["", said, one.row.text]
    return "\n".join(lines)


def _label(one: Outcome) -> str:
    return one.row.label


def _category(one: Outcome) -> str:
    return one.row.category


def _language(one: Outcome) -> str:
    return one.row.language


def _part(one: Outcome) -> str:
    return one.row.part


def _groups(
    results: Iterable[Outcome], key: Callable[[Outcome], str]
) -> list[tuple[str, list[Outcome]]]:
    groups: dict[str, list[Outcome]] = defaultdict(list)
    for one in results:
        groups[key(one)].append(one)
    return sorted(groups.items())


def _scam_line(name: str, group: list[Outcome]) -> str:
    found = sum(one.named is not None for one in group)
    likely = sum(one.level is Level.LIKELY for one in group)
    right = sum(one.named == one.row.label for one in group)
    return (
        f"{name:<24} {len(group):>5} {_share(found, group)} {_share(likely, group)}"
        f"      {_share(right, group)}"
    )


def _share(count: int, group: list[Outcome]) -> str:
    return f"{100 * count / len(group):6.1f}%" if group else "      -"


if __name__ == "__main__":  # `python -m knowledge.evaluate FILE ...`, without the bot
    files = map(Path, sys.argv[1:])
    sys.stdout.write(report(outcomes(load(), rows(files)), misses=True) + "\n")
