"""Words a verdict: what it is, its signs, what speaks against it, what to do."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.card import Action, Card, Section, Style, Tone
from bot.locales import Words
from bot.message import Attachment
from bot.quoting import clean, defang, quote
from bot.replies.registry import EXACT_FROM, MOST_COMMUNITIES, identifier_line
from bot.request import Request
from bot.store.actions import TEXT
from bot.store.communities import Community
from bot.trust import RED_FLAGS
from bot.verdict import Named, Verdict
from knowledge.examine import RoutineMatch, Sign
from knowledge.levels import Level
from knowledge.pack import STEPS, Routine

MOST_SIGNS = 6
_OFFICIAL = "official-notice"
_NEAR = 16
"""Characters by which a quote may grow to the end of its clause on either side."""
_CLAUSE_ENDS = re.compile(r"[.!?;:](?=\s|$)|[,。！？；：，、\n]")
MOST_IDENTIFIERS = 12
_ADVICE_ON_CARD = ("now", "never")
_ANSWERED_LANGUAGES = ("en", "zh", "zh-Hant")


def check(verdict: Verdict, request: Request, text: str, fingerprint: str | None) -> Card:
    """The card for one examined text."""
    title = _title(verdict, request.words)
    return Card(
        tone=Tone(verdict.level.value),
        title=title,
        sections=tuple(one for one in _sections(verdict, request, text) if one.lines),
        actions=tuple(_actions(verdict, request, text, fingerprint)),
        short=title,
        language=request.words.language,
        brief=tuple(_brief(verdict, request)),
    )


def _brief(verdict: Verdict, request: Request) -> Iterable[str]:
    """What a group is told: the first thing not to do, and what the registry knows already."""
    words = request.words
    if verdict.match:
        never = verdict.match.routine.advice["never"]
        yield words.pick(verdict.match.routine.summary)
        yield from (words.pick(line) for line in never[:1])
    else:
        yield words.say(f"check.{verdict.level}.explained")
    for one in verdict.identifiers:
        if one.standing.state in RED_FLAGS and not one.found.protected:
            yield identifier_line(one.found.identifier, one.standing, request)


def _sections(verdict: Verdict, request: Request, text: str) -> Iterable[Section]:
    """What a card says, in the order in which a frightened person should read it."""
    words = request.words
    match = verdict.match
    if match:
        yield Section("", (words.pick(match.routine.summary),))
        signs = tuple(_sign(sign, text, words) for sign in match.signs[:MOST_SIGNS])
        yield Section(words.say("check.signs"), signs, Style.QUOTES)
    else:
        yield Section("", (words.say(f"check.{verdict.level}.explained"),))
    yield Section(words.say("check.against"), _against(verdict, text, words), Style.BULLETS)
    for step in _ADVICE_ON_CARD:
        yield Section(words.say(f"advice.{step}"), _advice(match, step, words), Style.BULLETS)
    yield Section(words.say("check.identifiers"), _identifiers(verdict, request), Style.FACTS)
    if verdict.others:
        key = "check.others.exact" if verdict.others >= EXACT_FROM else "check.others.few"
        yield Section("", (words.say(key, count=verdict.others),))
    yield Section("", tuple(_notes(verdict, request)))


def _advice(match: RoutineMatch | None, step: str, words: Words) -> tuple[str, ...]:
    """The routine's advice; without a routine, what always holds."""
    if match:
        return tuple(words.pick(line) for line in match.routine.advice[step])
    if step == "now":
        return words.say("check.general.console"), words.say("check.general.money")
    return ()


def _title(verdict: Verdict, words: Words) -> str:
    if verdict.match is None:
        return words.say(f"check.{verdict.level}.untitled")
    routine = words.pick(verdict.match.routine.title)
    described = ".described" if verdict.mode == "description" else ""
    return words.say(f"check.{verdict.level}.title{described}", routine=routine)


def _sign(sign: Sign, text: str, words: Words) -> str:
    title = words.pick(sign.title)
    said = quote(_clause(text, sign))
    return words.say("check.sign", title=title[:1].upper() + title[1:], quote=said)


def _clause(text: str, sign: Sign) -> str:
    """The words of a sign, to the ends of their clause where near: half a word reads badly."""
    before = text[max(0, sign.start - _NEAR) : sign.start]
    behind = text[sign.end : sign.end + _NEAR]
    ends_before = [found.end() for found in _CLAUSE_ENDS.finditer(before)]
    start = sign.start - len(before) + ends_before[-1] if ends_before else sign.start
    if not ends_before and len(before) == sign.start:
        start = 0
    end_behind = _CLAUSE_ENDS.search(behind)
    end = sign.end + (end_behind.start() if end_behind else 0)
    if not end_behind and sign.end + len(behind) == len(text):
        end = len(text)
    return text[start:end].strip(" ,，、")


def _against(verdict: Verdict, text: str, words: Words) -> tuple[str, ...]:
    lines = []
    if verdict.match:
        lines += [_sign(sign, text, words) for sign in verdict.match.against]
    if verdict.rival and verdict.level is not Level.NONE:
        lines.append(words.say("check.rival", category=words.pick(verdict.rival.title)))
    if verdict.also:
        lines.append(words.say("check.also", routine=words.pick(verdict.also.routine.title)))
    if verdict.level is Level.POSSIBLE and verdict.match:
        apart = words.pick(verdict.match.routine.tell_apart)
        if apart:
            lines.append(apart)
    return tuple(lines)


def _identifiers(verdict: Verdict, request: Request) -> tuple[str, ...]:
    unique = {one.found.identifier: one for one in verdict.identifiers}
    shown = list(unique.values())[:MOST_IDENTIFIERS]
    lines = [
        identifier_line(one.found.identifier, one.standing, request, protected=one.found.protected)
        for one in shown
    ]
    if len(unique) > len(shown):
        lines.append(request.words.say("check.more_identifiers", count=len(unique) - len(shown)))
    return tuple(lines)


def _notes(verdict: Verdict, request: Request) -> Iterable[str]:
    words = request.words
    if any(one.kind == "picture" for one in request.case.attachments):
        yield words.say("check.pictures")
    if any(one.kind == "file" for one in request.case.attachments):
        yield words.say("check.files")
    if verdict.unread:
        yield words.say("check.unread", count=verdict.unread)
    if verdict.language not in _ANSWERED_LANGUAGES:
        yield words.say("check.other_language")


def _actions(
    verdict: Verdict, request: Request, text: str, fingerprint: str | None
) -> Iterable[Action]:
    words = request.words
    routine = verdict.match.routine.slug if verdict.match else None
    said = {"level": verdict.level.value, "routine": routine}
    reportable = [one for one in verdict.identifiers if not one.found.protected]
    if reportable:
        data = {"identifiers": _pairs(reportable), "routine": routine}
        yield Action(words.say("button.report"), "report", "choose", data)
    if request.may_belong:
        data = {TEXT: text, "key": fingerprint or request.case.key, **said}
        yield Action(words.say("button.ask"), "check", "ask", data)
    if routine:
        yield Action(words.say("button.advice"), "check", "advice", {"routine": routine})
    yield Action(
        words.say("button.wrong"), "wrong", "ask", {"fingerprint": fingerprint or "", **said}
    )


def _pairs(named: Iterable[Named]) -> list[tuple[str, str]]:
    unique = dict.fromkeys(one.found.identifier for one in named)
    return [(one.kind, one.value) for one in unique]


def advice(words: Words, routine: Routine) -> Card:
    """All the advice of a routine: now, never, evidence, where to report, if already paid."""
    sections = [
        Section(
            words.say(f"advice.{step}"),
            tuple(words.pick(line) for line in routine.advice[step]),
            Style.BULLETS,
        )
        for step in STEPS
        if routine.advice[step]
    ]
    apart = words.pick(routine.tell_apart)
    if apart:
        sections.append(Section(words.say("routine.tell_apart"), (apart,)))
    title = words.say("advice.title", routine=words.pick(routine.title))
    # Who is told that it is not the platform asks next what to do if it is.
    actions = (
        (Action(words.say("button.guide"), "guide", "show"),)
        if _OFFICIAL in routine.frame.looks_like
        else ()
    )
    return Card(Tone.INFO, title, tuple(sections), actions, title, words.language)


def ask_consent(request: Request, data: Mapping[str, Any]) -> Card:
    """Before a text is shown to moderators: what will be seen, by whom, and a button."""
    words = request.words
    assert request.community is not None  # noqa: S101 - the command answers otherwise
    name = quote(request.community.name, 100)
    lines = (words.say("ask.consent", community=name),)
    preview = Section(words.say("ask.preview"), (quote(str(data[TEXT]), 300),), Style.QUOTES)
    yes = Action(words.say("button.ask_yes"), "check", "ask-yes", data, replaces=True)
    title = words.say("ask.title")
    return Card(Tone.INFO, title, (Section("", lines), preview), (yes,), title, words.language)


def whose_moderators(
    words: Words, communities: Iterable[Community], data: Mapping[str, Any]
) -> Card:
    """The moderators of which of the asker's communities are to be asked."""
    actions = tuple(
        Action(quote(one.name, 40), "check", "ask", data, replaces=True, community=one.id)
        for one in communities
    )[:MOST_COMMUNITIES]
    card = _plain(Tone.INFO, words, "ask.which.title", (words.say("ask.which.explained"),))
    return replace(card, actions=actions)


def asked_moderators(words: Words, community: str) -> Card:
    """The question was put."""
    lines = (words.say("ask.done.explained", community=quote(community, 100)),)
    return _plain(Tone.DONE, words, "ask.done.title", lines)


def no_moderators(words: Words) -> Card:
    """There is no community to ask."""
    return _plain(Tone.PROBLEM, words, "ask.nobody.title", (words.say("ask.nobody.explained"),))


def moderator_answered(words: Words, answer: str) -> Card:
    """A moderator's answer to an earlier question."""
    title = words.say("ask.answered")
    section = Section("", (defang(clean(answer)),), Style.QUOTES)
    return Card(Tone.INFO, title, (section,), short=title, language=words.language)


def how_to_check(words: Words) -> Card:
    """How to put a text to the bot."""
    return _plain(Tone.INFO, words, "check.how.title", (words.say("check.how.explained"),))


def nothing_to_read(words: Words, attachments: tuple[Attachment, ...]) -> Card:
    """The message has no text: say so, and that pictures and files cannot be read yet."""
    for kind, key in (("picture", "pictures"), ("file", "files"), ("other", "others_kinds")):
        if any(one.kind == kind for one in attachments):
            return _plain(Tone.PROBLEM, words, "check.no_text", (words.say(f"check.{key}"),))
    return _plain(Tone.PROBLEM, words, "check.no_text", (words.say("check.how.explained"),))


def _plain(tone: Tone, words: Words, title_key: str, lines: tuple[str, ...]) -> Card:
    title = words.say(title_key)
    return Card(tone, title, (Section("", lines),), short=title, language=words.language)
