"""Words what is neither verdict nor registry: help, language, privacy, problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from bot.card import Action, Card, Section, Style, Tone
from bot.errors import StoreBusyError, StoreError, StoreReadOnlyError
from bot.locales import Words
from bot.quoting import quote
from bot.store import actions, asked, corrections, questions
from bot.trust import REPORT_LIVES_DAYS
from knowledge.pack import Routine

_COMMANDS = "commands."


def welcome(words: Words, languages: Mapping[str, Words]) -> Card:
    """What a newcomer needs to know to ask the first question."""
    lines = tuple(words.say(f"start.{part}") for part in ("ask", "report", "trust"))
    return _card(
        Tone.INFO, words, "start.title", [Section("", lines)], _language_actions(languages)
    )


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
    return _card(Tone.INFO, words, "help.title", sections)


def routines(words: Words, some: Iterable[Routine]) -> Card:
    """Every routine, one line each, and a button for each."""
    some = tuple(some)
    lines = tuple(f"{words.pick(one.title)} ({one.slug})" for one in some)
    buttons = [
        Action(words.pick(one.title), "routine", "show", {"routine": one.slug}) for one in some
    ]
    return _card(Tone.INFO, words, "routines.title", [Section("", lines, Style.BULLETS)], buttons)


def routine(words: Words, one: Routine) -> Card:
    """One routine: how it goes, how to tell it apart, what to do, where we know it from."""
    sections = [Section("", (words.pick(one.summary),))]
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
    return Card(Tone.INFO, title, tuple(sections), (more,), title, words.language)


def choose_language(words: Words, languages: Mapping[str, Words]) -> Card:
    """Which language to answer in."""
    lines = tuple(
        f"/language {code}: {one.say('language.name')}" for code, one in languages.items()
    )
    return _card(
        Tone.INFO,
        words,
        "language.title",
        [Section("", lines, Style.FACTS)],
        _language_actions(languages),
    )


def language_chosen(words: Words) -> Card:
    """The language is chosen; said in it."""
    return _card(Tone.DONE, words, "language.chosen")


def privacy(words: Words) -> Card:
    """What is kept and for how long; the numbers are those the code applies."""
    lines = (
        words.say("privacy.message"),
        words.say("privacy.fingerprint", days=asked.KEPT_DAYS),
        words.say("privacy.report", days=REPORT_LIVES_DAYS),
        words.say("privacy.pseudonym"),
        words.say("privacy.buttons", days=actions.KEPT_DAYS, text_days=actions.KEPT_DAYS_WITH_TEXT),
        words.say("privacy.question", days=questions.KEPT_DAYS),
        words.say("privacy.correction", days=corrections.KEPT_DAYS),
        words.say("privacy.sharing"),
        words.say("privacy.forget"),
    )
    return _card(Tone.INFO, words, "privacy.title", [Section("", lines, Style.BULLETS)])


def forget_question(words: Words, reports: int) -> Card:
    """Before everything is erased: whether the asker's reports are to go too."""
    buttons = [Action(words.say("button.forget_keep"), "forget", "keep")]
    lines = [words.say("forget.explained")]
    if reports:
        lines.append(words.say("forget.reports", count=reports))
        buttons.append(Action(words.say("button.forget_all"), "forget", "all"))
    return _card(Tone.INFO, words, "forget.title", [Section("", tuple(lines))], buttons)


def forgotten(words: Words) -> Card:
    """Everything personal is erased."""
    return _card(Tone.DONE, words, "forget.done")


def nothing_answered(words: Words) -> Card:
    """There is no answer of ours that could be wrong."""
    return _card(Tone.INFO, words, "wrong.nothing", [Section("", (words.say("wrong.nothing_is"),))])


def what_was_it(words: Words, data: Mapping[str, Any]) -> Card:
    """What the message really was, as buttons."""
    buttons = [
        Action(words.say("button.harmless"), "wrong", "note", {**data, "meant": "harmless"}),
        Action(words.say("button.other_routine"), "wrong", "which", data),
        Action(words.say("button.unknown"), "wrong", "note", {**data, "meant": "unknown"}),
    ]
    section = Section("", (words.say("wrong.explained"),))
    return _card(Tone.INFO, words, "wrong.title", [section], buttons)


def which_routine(words: Words, some: Iterable[Routine], data: Mapping[str, Any]) -> Card:
    """Which routine it really was, as buttons."""
    buttons = [
        Action(words.pick(one.title), "wrong", "note", {**data, "meant": one.slug}) for one in some
    ]
    return _card(Tone.INFO, words, "wrong.which", (), buttons)


def correction_noted(words: Words) -> Card:
    """Thanks; what becomes of it."""
    section = Section("", (words.say("wrong.noted.explained"),))
    return _card(Tone.DONE, words, "wrong.noted.title", [section])


def stale(words: Words) -> Card:
    """The button is somebody else's, or too old, or no button of ours: nothing was changed."""
    section = Section("", (words.say("stale.explained"),))
    return _card(Tone.PROBLEM, words, "stale.title", [section])


def unknown_command(words: Words, name: str) -> Card:
    """There is no such command."""
    section = Section("", (words.say("unknown_command.explained"),))
    title = words.say("unknown_command.title", name=quote(name, 40))
    return Card(Tone.PROBLEM, title, (section,), short=title, language=words.language)


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


def _language_actions(languages: Mapping[str, Words]) -> list[Action]:
    return [
        Action(one.say("language.name"), "language", "choose", {"language": code})
        for code, one in languages.items()
    ]


def _card(
    tone: Tone,
    words: Words,
    title_key: str,
    sections: Iterable[Section] = (),
    buttons: Iterable[Action] = (),
) -> Card:
    title = words.say(title_key)
    return Card(tone, title, tuple(sections), tuple(buttons), title, words.language)
