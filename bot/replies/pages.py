"""Words what is neither verdict nor registry: help, language, privacy, problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from bot.card import Action, Audience, Card, Section, Style, Tone
from bot.errors import StoreBusyError, StoreError, StoreReadOnlyError
from bot.locales import Words
from bot.quoting import quote
from bot.request import Request
from bot.rights import Rights
from bot.store import actions, asked, communities, corrections, inbox, questions
from bot.store.actions import TEXT
from bot.trust import REPORT_LIVES_DAYS
from knowledge.pack import Routine

_COMMANDS = "commands."


def welcome(request: Request, languages: Mapping[str, Words]) -> Card:
    """What a newcomer needs to know to ask the first question."""
    words = request.words
    lines = tuple(words.say(f"start.{part}") for part in ("ask", "report", "trust"))
    card = _card(Tone.INFO, words, "start.title", [Section("", lines)])
    return replace(card, actions=_language_actions(languages), brief=(words.say("start.group"),))


def arrived(words: Words, community: str, rights: Rights, languages: Mapping[str, Words]) -> Card:
    """The bot is in a group: how it is used there, and what its admins have to do."""
    missing = tuple(words.say(f"arrived.{name}") for name in rights.missing)
    sections = [
        Section("", (words.say("arrived.how"), words.say("arrived.private"))),
        Section(words.say("arrived.missing"), missing, Style.BULLETS),
        Section("", (words.say("arrived.own", community=quote(community, 100)),)),
    ]
    actions = _language_actions(languages, Audience.MODERATORS)
    card = _card(Tone.INFO, words, "arrived.title", [one for one in sections if one.lines])
    return replace(card, actions=actions)


def help_card(words: Words) -> Card:
    """What the bot can do: each command that there is a text for, which is each there is."""
    lines = tuple(
        f"/{key.removeprefix(_COMMANDS)}: {text}"
        for key, text in sorted(words.texts.items())
        if key.startswith(_COMMANDS)
    )
    sections = [
        Section("", (words.say("start.ask"),)),
        Section(words.say("help.commands"), lines, Style.FACTS),
    ]
    card = _card(Tone.INFO, words, "help.title", sections)
    return replace(card, brief=(words.say("start.group"),))


def routines(words: Words, some: Iterable[Routine]) -> Card:
    """Every routine, one line each, and a button for each."""
    some = tuple(some)
    lines = tuple(f"{words.pick(one.title)} ({one.slug})" for one in some)
    buttons = [
        Action(words.pick(one.title), "routine", "show", {"routine": one.slug}) for one in some
    ]
    sections = [Section("", lines, Style.BULLETS)]
    card = _card(Tone.INFO, words, "routines.title", sections, buttons)
    return replace(card, brief=(words.say("routines.count", count=len(some)),))


def routine(words: Words, one: Routine) -> Card:
    """One routine: how it goes, how to tell it apart, what to do, where we know it from."""
    sections = [Section("", (words.pick(one.summary),))]
    if one.stages:
        stages = tuple(words.pick(stage) for stage in one.stages)
        sections.append(Section(words.say("routine.stages"), stages, Style.BULLETS))
    apart = words.pick(one.tell_apart)
    if apart:
        sections.append(Section(words.say("routine.tell_apart"), (apart,)))
    for step in ("now", "never"):
        lines = tuple(words.pick(line) for line in one.advice[step])
        if lines:
            sections.append(Section(words.say(f"advice.{step}"), lines, Style.BULLETS))
    if one.sources:
        sources = tuple(quote(source, 200) for source in one.sources)
        sections.append(Section(words.say("routine.sources"), sources, Style.BULLETS))
    more = Action(words.say("button.advice"), "check", "advice", {"routine": one.slug})
    title = words.pick(one.title)
    brief = (words.pick(one.summary),)
    return Card(Tone.INFO, title, tuple(sections), (more,), title, words.language, brief)


def choose_language(request: Request, languages: Mapping[str, Words]) -> Card:
    """Which language to answer in; in a group its moderators say."""
    words = request.words
    audience = Audience.MODERATORS if request.in_group else Audience.ASKER
    lines = tuple(
        f"/language {code}: {one.say('language.name')}" for code, one in languages.items()
    )
    return _card(
        Tone.INFO,
        words,
        "language.title",
        [Section("", lines, Style.FACTS)],
        _language_actions(languages, audience, replaces=True),
    )


def moderators_choose(words: Words) -> Card:
    """Who is no moderator does not choose a group's language."""
    return _card(Tone.PROBLEM, words, "language.moderators")


def language_chosen(words: Words) -> Card:
    """The language is chosen; said in it."""
    return _card(Tone.DONE, words, "language.chosen")


def privacy(words: Words) -> Card:
    """What is kept and for how long; the numbers are those the code applies."""
    lines = (
        words.say("privacy.message"),
        words.say("privacy.dead", days=inbox.UNHANDLED_DAYS),
        words.say("privacy.fingerprint", days=asked.KEPT_DAYS),
        words.say("privacy.report", days=REPORT_LIVES_DAYS),
        words.say("privacy.note", days=REPORT_LIVES_DAYS),
        words.say("privacy.pseudonym"),
        words.say("privacy.seen", days=communities.SEEN_DAYS),
        words.say("privacy.buttons", days=actions.KEPT_DAYS, text_days=actions.KEPT_DAYS_WITH_TEXT),
        words.say("privacy.question", days=questions.KEPT_DAYS),
        words.say("privacy.correction", days=corrections.KEPT_DAYS),
        words.say("privacy.sharing"),
        words.say("privacy.forget"),
    )
    card = _card(Tone.INFO, words, "privacy.title", [Section("", lines, Style.BULLETS)])
    return replace(card, brief=(words.say("privacy.message"),))


def guide(words: Words) -> Card:
    """What to do when the platform itself asks: answer, admit, name the third party, keep."""
    sections = [Section("", (words.say("guide.intro"),))]
    for part in ("answer", "admit", "third", "keep"):
        prefix = f"guide.{part}.lines."
        lines = tuple(text for key, text in words.texts.items() if key.startswith(prefix))
        sections.append(Section(words.say(f"guide.{part}.title"), lines, Style.BULLETS))
    card = _card(Tone.INFO, words, "guide.title", sections)
    return replace(card, brief=(words.say("guide.intro"),))


def forget_question(words: Words, reports: int) -> Card:
    """Before everything is erased: whether the asker's reports are to go too."""
    buttons = [Action(words.say("button.forget_keep"), "forget", "keep", replaces=True)]
    lines = [words.say("forget.explained")]
    if reports:
        lines.append(words.say("forget.reports", count=reports))
        buttons.append(Action(words.say("button.forget_all"), "forget", "all", replaces=True))
    card = _card(Tone.INFO, words, "forget.title", [Section("", tuple(lines))], buttons)
    return replace(card, brief=(words.say("group.private"),))


def forgotten(words: Words) -> Card:
    """Everything personal is erased."""
    return _card(Tone.DONE, words, "forget.done")


def nothing_answered(words: Words) -> Card:
    """There is no answer of ours that could be wrong."""
    return _card(Tone.INFO, words, "wrong.nothing", [Section("", (words.say("wrong.nothing_is"),))])


def what_was_it(words: Words, data: Mapping[str, Any]) -> Card:
    """What the message really was, as buttons."""
    buttons = [
        _meant(words.say("button.harmless"), data, "harmless"),
        Action(words.say("button.other_routine"), "wrong", "which", data, replaces=True),
        _meant(words.say("button.unknown"), data, "unknown"),
    ]
    section = Section("", (words.say("wrong.explained"),))
    card = _card(Tone.INFO, words, "wrong.title", [section], buttons)
    return replace(card, brief=(words.say("group.private"),))


def which_routine(words: Words, some: Iterable[Routine], data: Mapping[str, Any]) -> Card:
    """Which routine it really was, as buttons."""
    buttons = [_meant(words.pick(one.title), data, one.slug) for one in some]
    return _card(Tone.INFO, words, "wrong.which", (), buttons)


def _meant(label: str, data: Mapping[str, Any], meant: str) -> Action:
    return Action(label, "wrong", "note", {**data, "meant": meant}, replaces=True)


def correction_noted(words: Words) -> Card:
    """Thanks; what becomes of it."""
    section = Section("", (words.say("wrong.noted.explained"),))
    return _card(Tone.DONE, words, "wrong.noted.title", [section])


def in_group(card: Card, request: Request) -> Card:
    """The card as a group sees it: in brief, with a button to the whole of it in the private chat.

    Whoever is a member may follow the button; the question is kept behind it for a day.
    """
    if not card.brief or request.case.press is not None:
        return card
    case = request.case
    asked = {
        TEXT: case.text,
        "quoted": case.quoted,
        "origins": [[one.kind, one.name, one.handle, one.id] for one in case.origins],
        "attachments": [[one.kind, one.name] for one in case.attachments],
    }
    rest = Action(
        request.words.say("button.rest"),
        "start",
        "rest",
        asked,
        audience=Audience.MEMBERS,
        elsewhere=True,
    )
    return replace(card, sections=(Section("", card.brief),), actions=(rest,))


def stale(words: Words) -> Card:
    """The button is somebody else's, or too old, or no button of ours: nothing was changed."""
    section = Section("", (words.say("stale.explained"),))
    return _card(Tone.PROBLEM, words, "stale.title", [section])


def unknown_command(words: Words, name: str) -> Card:
    """There is no such command."""
    section = Section("", (words.say("unknown_command.explained"),))
    title = words.say("unknown_command.title", name=quote(name, 40))
    return Card(Tone.PROBLEM, title, (section,), short=title, language=words.language)


def platform_silent(words: Words) -> Card:
    """The platform does not tell just now who belongs where: nothing was done."""
    section = Section("", (words.say("platform.explained"),))
    return _card(Tone.PROBLEM, words, "platform.title", [section])


def slow_down(words: Words) -> Card:
    """Too many messages within a minute."""
    section = Section("", (words.say("slow_down.explained"),))
    return _card(Tone.PROBLEM, words, "slow_down.title", [section])


def store_problem(words: Words, error: StoreError) -> Card:
    """Something could not be kept: honest about it, nothing counts as done."""
    if isinstance(error, StoreBusyError):
        key = "store.busy"
    elif isinstance(error, StoreReadOnlyError):
        key = "store.read_only"
    else:
        key = "store.failed"
    return _card(Tone.PROBLEM, words, "store.title", [Section("", (words.say(key),))])


def apology(words: Words, number: str) -> Card:
    """A mistake of ours; the number stands in the log."""
    section = Section("", (words.say("apology.explained", number=number),))
    return _card(Tone.PROBLEM, words, "apology.title", [section])


def _language_actions(
    languages: Mapping[str, Words],
    audience: Audience = Audience.ASKER,
    *,
    replaces: bool = False,
) -> tuple[Action, ...]:
    """A button for each language; `replaces` where the card is of no more use then."""
    return tuple(
        Action(
            one.say("language.name"),
            "language",
            "choose",
            {"language": code},
            audience=audience,
            replaces=replaces,
        )
        for code, one in languages.items()
    )


def _card(
    tone: Tone,
    words: Words,
    title_key: str,
    sections: Iterable[Section] = (),
    buttons: Iterable[Action] = (),
) -> Card:
    title = words.say(title_key)
    return Card(tone, title, tuple(sections), tuple(buttons), title, words.language)
