"""The forms to fill in: a text to check, and a report. Pure.

A report's form has what the message names filled in already. What belongs to a well-known service
is left out, and so is its author: a Discord id leads to a person.
"""

from __future__ import annotations

from collections.abc import Iterable

from adapters.discord.commands import Json
from adapters.discord.parse import CHECK_FORM, REPORT_FORM
from adapters.discord.render import shortened
from bot.locales import Words
from bot.reports import LONGEST_NOTE, identifiers_in
from knowledge import identifiers
from knowledge.pack import Routine

_TITLE, _LABEL, _HINT, _OPTION = 45, 45, 100, 100
_MOST_TEXT, _MOST_IDENTIFIERS = 4_000, 1_000
_MOST_ROUTINES = 25
_ONE_LINE, _LINES = 1, 2
_SELECT, _INPUT, _LABELLED = 3, 4, 18


def check_form(words: Words) -> Json:
    """A form for a text that is to be checked."""
    text = _input("text", _LINES, _MOST_TEXT, required=True)
    return _form(words, CHECK_FORM, [_labelled(words, "text", text)])


def report_form(words: Words, named: str, routines: Iterable[Routine]) -> Json:
    """A form for a report; `named`, the identifiers that are filled in already."""
    identifier = _input("identifier", _LINES, _MOST_IDENTIFIERS, required=True)
    if named:
        identifier["value"] = named[:_MOST_IDENTIFIERS]
    options = [
        {"label": shortened(words.pick(one.title), _OPTION), "value": one.slug}
        for one in list(routines)[:_MOST_ROUTINES]
    ]
    routine = {
        "type": _SELECT,
        "custom_id": "routine",
        "options": options,
        "required": False,
        "placeholder": shortened(words.say("discord.form.unknown"), _HINT),
    }
    note = _input("note", _ONE_LINE, LONGEST_NOTE, required=False)
    return _form(
        words,
        REPORT_FORM,
        [
            _labelled(words, "identifier", identifier),
            *([_labelled(words, "routine", routine)] if options else []),
            _labelled(words, "note", note),
        ],
    )


def identifiers_of(text: str) -> str:
    """What of a message can be reported, one a line."""
    found = [one for one in identifiers_in(text) if not identifiers.is_protected(one)]
    # What is read back as something else is written as its kind and name.
    lines = [
        one.value if identifiers_in(one.value) == (one,) else f"{one.kind}:{one.value}"
        for one in found
    ]
    while lines and len("\n".join(lines)) > _MOST_IDENTIFIERS:
        lines.pop()
    return "\n".join(lines)


def _form(words: Words, name: str, parts: list[Json]) -> Json:
    title = shortened(words.say(f"discord.form.{name}"), _TITLE)
    return {"custom_id": name, "title": title, "components": parts}


def _labelled(words: Words, name: str, component: Json) -> Json:
    label = shortened(words.say(f"discord.form.label.{name}"), _LABEL)
    hint = shortened(words.say(f"discord.form.hint.{name}"), _HINT)
    return {"type": _LABELLED, "label": label, "description": hint, "component": component}


def _input(name: str, style: int, most: int, *, required: bool) -> Json:
    return {
        "type": _INPUT,
        "custom_id": name,
        "style": style,
        "max_length": most,
        "required": required,
    }
