"""Judge: from what was found and what is remembered to one verdict, every reason kept.

Pure. The words of a verdict are `bot.replies`'; the bars are `knowledge.levels`'.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from bot.trust import NOTHING, RED_FLAGS, Standing
from knowledge.examine import BenignMatch, Findings, Found, RoutineMatch
from knowledge.identifiers import Identifier
from knowledge.levels import Level, Setting, level


class Weight(StrEnum):
    """Which way a reason speaks."""

    FOR = "for"
    AGAINST = "against"


@dataclass(frozen=True, slots=True)
class Reason:
    """One reason of a verdict. `kind` is cue, counter-sign, look-alike, standing or campaign."""

    weight: Weight
    kind: str
    name: str
    quote: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Named:
    """An identifier found, and what the registry may say of it to this asker."""

    found: Found
    standing: Standing


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is to be said. `match` is None where no routine is named.

    `confidence`, 0..1: that the text belongs to the routine named, or to any where none is.
    `others` counts other askers of the same text.
    """

    level: Level
    setting: Setting
    match: RoutineMatch | None
    also: RoutineMatch | None
    rival: BenignMatch | None
    confidence: float
    mode: str
    language: str
    identifiers: tuple[Named, ...]
    others: int
    reasons: tuple[Reason, ...]
    unread: int = 0


_WORTH_NAMING = 0.15
"""The confidence from which a second routine or a harmless rival is named too."""


def judge(
    findings: Findings,
    standings: Mapping[Identifier, Standing],
    others: int = 0,
    setting: Setting = Setting.PRIVATE,
) -> Verdict:
    """The verdict on one text.

    Args: `standings` of the identifiers found, as this asker may see them; `others`, how many other
    askers brought the same text. In a watched group, talk about a scam is not answered.
    """
    by_text = _level_of_text(findings, setting)
    named = tuple(
        Named(found, standings.get(found.identifier, NOTHING)) for found in findings.identifiers
    )
    best = findings.routines[0] if findings.routines else None
    match = best if by_text is not Level.NONE else None
    also = findings.routines[1] if match and len(findings.routines) > 1 else None
    rival = findings.benign[0] if findings.benign else None
    verdict = Verdict(
        level=_raised(by_text, named, setting),
        setting=setting,
        match=match,
        also=also if also and also.confidence >= _WORTH_NAMING else None,
        rival=rival if rival and rival.confidence >= _WORTH_NAMING else None,
        confidence=match.confidence if match else findings.confidence,
        mode=findings.mode,
        language=findings.language,
        identifiers=named,
        others=others,
        reasons=(),
        unread=findings.unread,
    )
    return replace(verdict, reasons=_reasons(verdict, best))


def _level_of_text(findings: Findings, setting: Setting) -> Level:
    if setting is Setting.GROUP and findings.mode == "description":
        return Level.NONE
    return level(findings.confidence, setting)


def _raised(by_text: Level, named: tuple[Named, ...], setting: Setting) -> Level:
    """An identifier that others reported is a red flag even where the text follows no routine."""
    if by_text is Level.NONE and setting is Setting.PRIVATE and any(map(_is_known, named)):
        return Level.POSSIBLE
    return by_text


def _is_known(named: Named) -> bool:
    return named.standing.state in RED_FLAGS and not named.found.protected


def _reasons(verdict: Verdict, best: RoutineMatch | None) -> tuple[Reason, ...]:
    reasons: list[Reason] = []
    if best:
        for sign in best.signs:
            reasons.append(Reason(Weight.FOR, "cue", sign.cue, sign.quote, sign.start, sign.end))
        for sign in best.against:
            reasons.append(
                Reason(Weight.AGAINST, "counter-sign", sign.cue, sign.quote, sign.start, sign.end)
            )
    if verdict.rival:
        reasons.append(Reason(Weight.AGAINST, "look-alike", verdict.rival.slug))
    for named in verdict.identifiers:
        if named.standing.state in RED_FLAGS:
            found = named.found
            reasons.append(
                Reason(
                    Weight.FOR, "standing", named.standing.state, found.raw, found.start, found.end
                )
            )
    if verdict.others:
        reasons.append(Reason(Weight.FOR, "campaign", "others-asked"))
    return tuple(reasons)
