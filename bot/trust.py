"""What the registry may say about an identifier: pure functions over the reports.

Votes never confirm, and one community, however many accounts it has, stays local: counted are
blocs (communities under common control count as one) that the operator admitted. This version's
gates reach `reported`; the states behind it are named here because the log and the replies are
laid out for all of them. Model and sources: `bot/README.md`.

Worse than missing a true report is marking an innocent: in doubt a state is not reached.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

DAY_MS = 86_400_000
REPORT_LIVES_DAYS = 90
"""A report without newer evidence says nothing after this many days."""
BLOCS_FOR_REPORTED = 2


class State(StrEnum):
    """The standings of the design, weakest first within a scope; and that nobody could be asked."""

    UNAVAILABLE = "unavailable"
    UNKNOWN = "unknown"
    LOCAL = "local"
    LOCALLY_CONFIRMED = "locally-confirmed"
    REPORTED = "reported"
    CORROBORATED = "corroborated"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    CLEARED = "cleared"
    EXPIRED = "expired"
    FEED_ONLY = "feed-only"
    PROTECTED = "protected"


SHARED = frozenset({State.REPORTED, State.CORROBORATED, State.CONFIRMED})
"""States in which admitted communities tell each other of an identifier."""
RED_FLAGS = SHARED | {State.LOCALLY_CONFIRMED}
"""States that make a message worth a second look whatever its text says."""


@dataclass(frozen=True, slots=True)
class Report:
    """One live or withdrawn statement of a reporter (a pseudonym) in a community.

    `bloc` is the community's bloc; `admitted` whether the operator lets it count for others. Times
    are epoch milliseconds, UTC.
    """

    community: str
    bloc: str
    admitted: bool
    reporter: str
    routine: str | None
    at: int


@dataclass(frozen=True, slots=True)
class Viewer:
    """From where somebody looks: the communities' ids, and whether one of them is admitted."""

    communities: frozenset[str] = frozenset()
    admitted: bool = False


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition of a gate, and whether it holds: the explanation is the computation."""

    name: str
    holds: bool
    have: int
    need: int


@dataclass(frozen=True, slots=True)
class Standing:
    """What may be said to one viewer.

    `members` counts distinct reporters the viewer may know of, `communities` distinct blocs;
    `routines` are the slugs named, most frequent first; `last` is the newest report's time.
    """

    state: State
    members: int = 0
    communities: int = 0
    routines: tuple[str, ...] = ()
    last: int | None = None
    conditions: tuple[Condition, ...] = ()


NOTHING = Standing(State.UNKNOWN)
UNAVAILABLE = Standing(State.UNAVAILABLE)
PROTECTED = Standing(State.PROTECTED)


def standing(reports: Iterable[Report], viewer: Viewer, now: int) -> Standing:
    """The standing of one identifier as one viewer may see it.

    Args: `reports`, all reports of the identifier that were not withdrawn; `now`, epoch ms.
    """
    everything = tuple(reports)
    live = tuple(one for one in everything if now - one.at < REPORT_LIVES_DAYS * DAY_MS)
    own = tuple(one for one in live if one.community in viewer.communities)
    shared = tuple(one for one in live if one.admitted)
    blocs = len({one.bloc for one in shared})
    gate = Condition("admitted-blocs", blocs >= BLOCS_FOR_REPORTED, blocs, BLOCS_FOR_REPORTED)
    if viewer.admitted and gate.holds:
        return _seen(State.REPORTED, shared, (gate,))
    # How many others have reported stays hidden until the gate is met: it would name them.
    hidden = Condition("admitted-blocs", False, min(1, len(own)), BLOCS_FOR_REPORTED)
    if own:
        return _seen(State.LOCAL, own, (hidden,) if viewer.admitted else ())
    if any(one.community in viewer.communities for one in everything):
        return Standing(State.EXPIRED)
    return NOTHING


def _seen(state: State, some: tuple[Report, ...], gates: tuple[Condition, ...]) -> Standing:
    named = [one.routine for one in some if one.routine]
    return Standing(
        state=state,
        members=len({one.reporter for one in some}),
        communities=len({one.bloc for one in some}),
        routines=tuple(sorted(set(named), key=lambda slug: (-named.count(slug), slug))),
        last=max(one.at for one in some),
        conditions=gates,
    )
