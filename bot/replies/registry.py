"""Words what the registry says: standings, reports, withdrawals.

The wording of a standing is fixed (`bot/README.md`): counts below 3 are never exact, every sentence
says whether anybody checked, and no word calls a person anything.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime

from bot.card import Action, Audience, Card, Section, Style, Tone
from bot.locales import Words
from bot.quoting import clean, defang, quote
from bot.reports import LONGEST_NOTE, Outcome, Wanted
from bot.request import Request
from bot.store.communities import Community
from bot.store.registry import Own
from bot.trust import NOTHING, PROTECTED, SHARED, Standing, State
from knowledge import identifiers
from knowledge.identifiers import Identifier
from knowledge.pack import Routine

EXACT_FROM = 3
"""The smallest count that is told exactly."""
MOST_BUTTONS = 8
MOST_COMMUNITIES = 20
_FEW = 3
"""Identifiers whose standing is told in a group."""


def shown(identifier: Identifier, *, masked: bool = False) -> str:
    """An identifier as people may see it: never a live link or mention."""
    return defang(clean(identifiers.show(identifier, masked=masked)))


def standing_line(standing: Standing, words: Words) -> str:
    """One sentence: what may be said of an identifier with this standing."""
    many = ".many" if standing.members >= EXACT_FROM and standing.state is State.LOCAL else ""
    return words.say(
        f"standing.{standing.state}{many}",
        members=standing.members,
        communities=standing.communities,
    )


def identifier_line(
    identifier: Identifier, standing: Standing, request: Request, *, protected: bool = False
) -> str:
    """Kind, value and standing in one line; masked where a group reads along."""
    words = request.words
    return words.say(
        "identifier.line",
        kind=words.say(f"kind.{identifier.kind}"),
        value=shown(identifier, masked=request.in_group),
        standing=standing_line(PROTECTED if protected else standing, words),
    )


def identifier_heading(identifier: Identifier, request: Request) -> str:
    """Kind and value; masked where a group reads along."""
    kind = request.words.say(f"kind.{identifier.kind}")
    value = shown(identifier, masked=request.in_group)
    return request.words.say("identifier.heading", kind=kind, value=value)


def lookup(
    request: Request,
    standings: Mapping[Identifier, Standing],
    protected: Collection[Identifier],
    own: Mapping[Identifier, tuple[Own, ...]],
    routines: Mapping[str, Routine],
) -> Card:
    """The standing of each identifier, why it is that, and a way to take one's own report back."""
    words = request.words
    shown_as = {one: PROTECTED if one in protected else found for one, found in standings.items()}
    sections = tuple(
        Section(
            identifier_heading(identifier, request),
            tuple(_details(standing, request, routines, own.get(identifier, ()))),
        )
        for identifier, standing in shown_as.items()
    )
    actions = [_withdraw(request, identifier) for identifier in standings if identifier in own] + [
        _make(_label("button.report_one", identifier, request), Wanted((identifier,), None))
        for identifier in standings
        if identifier not in own and identifier not in protected
    ]
    best = max(shown_as.values(), key=lambda one: one.state in SHARED, default=NOTHING)
    tone = Tone.POSSIBLE if best.state in SHARED else Tone.INFO
    title = words.say("lookup.title")
    brief = tuple(
        identifier_line(one, standing, request) for one, standing in list(shown_as.items())[:_FEW]
    )
    return Card(tone, title, sections, tuple(actions[:MOST_BUTTONS]), title, words.language, brief)


def _details(
    standing: Standing, request: Request, routines: Mapping[str, Routine], own: tuple[Own, ...]
) -> Iterable[str]:
    words = request.words
    said = standing_line(standing, words)
    yield said[:1].upper() + said[1:]
    titles = tuple(
        words.pick(routines[slug].title) for slug in standing.routines if slug in routines
    )
    if titles:
        yield words.say("lookup.routines", routines=words.list(titles))
    if standing.last is not None:
        day = datetime.fromtimestamp(standing.last / 1000, UTC).date().isoformat()
        yield words.say("lookup.last", day=day)
    for condition in standing.conditions:
        holds = "holds" if condition.holds else "lacks"
        yield words.say(
            f"condition.{condition.name}.{holds}", have=condition.have, need=condition.need
        )
    # What somebody reported, and wrote, is for that person alone: never said where others read.
    if own and not request.in_group:
        yield words.say("lookup.own")
        for note in dict.fromkeys(one.note for one in own if one.note):
            yield words.say("lookup.note", note=quote(note, LONGEST_NOTE))


def choose_report(request: Request, wanted: Wanted) -> Card:
    """Which identifiers to report, before anything is: a button for all and one for each."""
    words = request.words
    allowed = [one for one in dict.fromkeys(wanted.named) if not identifiers.is_protected(one)]
    if not allowed:
        line = words.say("report.all_protected")
        return _card(Tone.PROBLEM, words, "report.refused", [Section("", (line,))])
    assert request.community is not None  # noqa: S101 - chosen by then
    lines = tuple(identifier_heading(one, request) for one in allowed)
    where = "in_group" if request.in_group else "explained"
    community = quote(request.community.name, 100)
    sections = [
        Section("", (words.say(f"report.choose.{where}", community=community),)),
        Section("", lines, Style.FACTS),
        Section("", (words.say("report.only_yours"),)),
    ]
    actions = _choices(request, replace(wanted, named=tuple(allowed)))
    return _card(Tone.INFO, words, "report.choose.title", sections, actions)


def report_as_yourself(request: Request, wanted: Wanted) -> Card:
    """The platform hides who writes; whoever of the group presses reports, as one person."""
    words = request.words
    section = Section("", (words.say("report.hidden.explained"),))
    actions = [
        replace(one, audience=Audience.MEMBERS, replaces=False) for one in _choices(request, wanted)
    ]
    return _card(Tone.INFO, words, "report.hidden.title", [section], actions)


def which_community(
    request: Request, communities: Iterable[Community], wanted: Wanted, *, confirmed: bool
) -> Card:
    """For which of the asker's communities a report is made."""
    words = request.words
    step = "make" if confirmed else "choose"
    actions = [
        Action(quote(one.name, 40), "report", step, wanted.data, replaces=True, community=one.id)
        for one in communities
    ]
    section = Section("", (words.say("report.which.explained"),))
    return _card(Tone.INFO, words, "report.which.title", [section], actions[:MOST_COMMUNITIES])


def members_report(words: Words, community: str) -> Card:
    """Only members of a community report into it, and the platform does not confirm this one."""
    line = words.say("report.members.explained", community=quote(community, 100))
    return _card(Tone.PROBLEM, words, "report.members.title", [Section("", (line,))])


def _choices(request: Request, wanted: Wanted) -> list[Action]:
    words = request.words
    actions = []
    if len(wanted.named) > 1:
        actions.append(_make(words.say("button.report_all", count=len(wanted.named)), wanted))
    return actions + [
        _make(_label("button.report_one", one, request), replace(wanted, named=(one,)))
        for one in wanted.named[: MOST_BUTTONS - len(actions)]
    ]


def _make(label: str, wanted: Wanted) -> Action:
    return Action(label, "report", "make", wanted.data, replaces=True)


def reported(request: Request, outcome: Outcome, routines: Mapping[str, Routine]) -> Card:
    """What became of a report, what it counts for, and a warning of those who offer recovery."""
    words = request.words
    if outcome.over_limit is not None:
        line = words.say("report.limit", count=outcome.over_limit)
        return _card(Tone.PROBLEM, words, "report.refused", [Section("", (line,))])
    sections = []
    if outcome.accepted:
        lines = tuple(
            identifier_line(one, standing, request) for one, standing in outcome.accepted.items()
        )
        sections.append(Section("", lines, Style.FACTS))
        if outcome.routine and outcome.routine in routines:
            title = words.pick(routines[outcome.routine].title)
            sections.append(Section("", (words.say("report.as_routine", routine=title),)))
        admitted = request.community is not None and request.community.admitted_at is not None
        weight = "admitted" if admitted else "own"
        sections.append(Section("", (words.say(f"report.weight.{weight}"),)))
        sections.append(Section(words.say("report.recovery"), (words.say("report.recovery_is"),)))
    if outcome.protected:
        values = words.list(tuple(map(shown, outcome.protected)))
        sections.append(Section("", (words.say("report.protected", values=values),)))
    tone = Tone.DONE if outcome.accepted else Tone.PROBLEM
    title = "report.done" if outcome.accepted else "report.refused"
    actions = [_withdraw(request, one) for one in list(outcome.accepted)[:MOST_BUTTONS]]
    return _card(tone, words, title, sections, actions)


def withdrawn(request: Request, some: Iterable[Identifier]) -> Card:
    """The reports that were taken back, or that there was none."""
    words = request.words
    lines = tuple(identifier_heading(one, request) for one in some)
    if not lines:
        section = Section("", (words.say("withdraw.none.explained"),))
        return _card(Tone.PROBLEM, words, "withdraw.none.title", [section])
    sections = [Section("", lines, Style.FACTS), Section("", (words.say("withdraw.explained"),))]
    return _card(Tone.DONE, words, "withdraw.title", sections)


def no_identifier(words: Words, text: str) -> Card:
    """The text names nothing that can be looked up or reported."""
    sections = [
        Section("", (quote(text, 80),), Style.QUOTES),
        Section("", (words.say("identifier.none.explained"),)),
    ]
    return _card(Tone.PROBLEM, words, "identifier.none.title", sections)


def no_community(words: Words) -> Card:
    """A report without a community has no weight, so none is taken."""
    section = Section("", (words.say("report.no_community.explained"),))
    return _card(Tone.PROBLEM, words, "report.no_community.title", [section])


def how_to_report(words: Words) -> Card:
    """How to report."""
    section = Section("", (words.say("report.how.explained"),))
    return _card(Tone.INFO, words, "report.how.title", [section])


def how_to_look_up(words: Words) -> Card:
    """How to look something up."""
    section = Section("", (words.say("lookup.how.explained"),))
    return _card(Tone.INFO, words, "lookup.how.title", [section])


def _withdraw(request: Request, identifier: Identifier) -> Action:
    label = _label("button.withdraw", identifier, request)
    return Action(label, "report", "withdraw", Wanted((identifier,), None).data, replaces=True)


def _label(key: str, identifier: Identifier, request: Request) -> str:
    value = shown(identifier, masked=request.in_group)
    short = value if len(value) <= 24 else f"{value[:12]}…{value[-8:]}"
    kind = request.words.say(f"kind.{identifier.kind}")
    return request.words.say(key, kind=kind, value=short)


def _card(
    tone: Tone,
    words: Words,
    title_key: str,
    sections: Iterable[Section],
    actions: Iterable[Action] = (),
) -> Card:
    title = words.say(title_key)
    return Card(tone, title, tuple(sections), tuple(actions), title, words.language)
