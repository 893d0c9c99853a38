"""The bars: how sure a reading must be before anything is said. One table, nowhere else.

Accusing an innocent message is worse in a watched group, missing a scam is worse in a private
check; so a group unasked has one bar, and a high one.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Level(StrEnum):
    """What a verdict says. There is no level that calls a message harmless."""

    LIKELY = "likely"
    POSSIBLE = "possible"
    NONE = "none"


class Setting(StrEnum):
    """Where the text stood: put to the bot, or met in a group that it watches."""

    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True)
class Bars:
    """The least confidence, 0..1, for each level. 1.01 is never reached."""

    possible: float
    likely: float


BARS = MappingProxyType(
    {
        Setting.PRIVATE: Bars(possible=0.35, likely=0.70),
        Setting.GROUP: Bars(possible=1.01, likely=0.92),
    }
)


def level(confidence: float, setting: Setting) -> Level:
    """The level that a confidence (0..1, for any routine) reaches in a setting."""
    bars = BARS[setting]
    if confidence >= bars.likely:
        return Level.LIKELY
    return Level.POSSIBLE if confidence >= bars.possible else Level.NONE
