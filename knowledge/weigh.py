"""From cues found to an honest confidence per routine.

Each frame (routine or harmless category) gathers evidence: in each role (who, over, wants, when,
else) the strongest cue found counts whole, the next half, the next a quarter. A `need` line
without a cue costs `_UNMET`, a counter-sign `_AGAINST` times its strength. What remains, less
`_DOUBT`, is the frame's logit; all frames and "nothing known" (logit 0) share one softmax, so
harmless look-alikes are rivals of the routines, not exceptions. The constants are set by reason,
not fitted: the figures of `make eval` say how honest they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import exp

from knowledge.matcher import Hit
from knowledge.pack import Cue, Frame, Pack

_DOUBT = 3.0
_UNMET = 2.0
_AGAINST = 1.5
_FIRES = 0.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """A frame with its share of the belief, 0..1, and the cues that speak for and against it.

    `signs` are in the order of the roles.
    """

    slug: str
    confidence: float
    signs: tuple[Hit, ...]
    against: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Weighing:
    """All frames with any sign, best first, and whether the text tells of a scam."""

    routines: tuple[Weighed, ...]
    benign: tuple[Weighed, ...]
    description: bool


def weigh(pack: Pack, hits: Iterable[Hit]) -> Weighing:
    """Weigh every frame of the pack against the cues found in one text."""
    found = {hit.cue: hit for hit in hits}
    frames = [routine.frame for routine in pack.routines.values()]
    rivals = [frame for frame in pack.benign.values() if not frame.description]
    logits = {frame.slug: _logit(frame, found, pack.cues) for frame in (*frames, *rivals)}
    total = 1.0 + sum(exp(logit) for logit in logits.values())

    def weighed(frame: Frame) -> Weighed:
        names = dict.fromkeys(name for role in frame.reads.values() for name in role)
        return Weighed(
            frame.slug,
            exp(logits[frame.slug]) / total,
            tuple(found[name] for name in names if name in found),
            tuple(found[name] for name in frame.against if name in found),
        )

    def ranked(some: Iterable[Frame]) -> tuple[Weighed, ...]:
        all_of_them = (weighed(frame) for frame in some)
        return tuple(
            sorted((one for one in all_of_them if one.signs), key=lambda one: -one.confidence)
        )

    tells = any(
        _logit(frame, found, pack.cues) > _FIRES
        for frame in pack.benign.values()
        if frame.description
    )
    return Weighing(ranked(frames), ranked(rivals), tells)


def _logit(frame: Frame, found: Mapping[str, Hit], cues: Mapping[str, Cue]) -> float:
    evidence = 0.0
    counted: set[str] = set()
    for names in frame.reads.values():
        here = [name for name in names if name in found and name not in counted]
        counted.update(here)
        strengths = sorted((cues[name].strength for name in here), reverse=True)
        evidence += sum(strength / 2**rank for rank, strength in enumerate(strengths))
    unmet = sum(1 for line in frame.need if not any(name in found for name in line))
    against = sum(cues[name].strength for name in frame.against if name in found)
    return evidence - _DOUBT - _UNMET * unmet - _AGAINST * against
