"""What is wrong with the commands a bot wants to have.

Discord's documented limits: 100 slash commands, 15 user and 15 message commands (5 of each until
2025; discord.py 2.7 itself still stops at 5), 8000 characters in one command.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator

from tests.servers.discord.form import Complaint, Json, entries, length

CHAT_INPUT, USER, MESSAGE = 1, 2, 3
SUBCOMMAND, SUBCOMMAND_GROUP = 1, 2
STRING, INTEGER, NUMBER = 3, 4, 10
MOST = {CHAT_INPUT: 100, USER: 15, MESSAGE: 15}
_CHARACTERS = 8000
_OPTIONS, _CHOICES, _NAME, _DESCRIPTION, _CHOICE = 25, 25, 32, 100, 100

LOCALES = frozenset(
    "id da de en-GB en-US es-ES es-419 fr hr it lt hu nl no pl pt-BR ro fi sv-SE vi tr cs el bg "
    "ru uk hi th zh-CN ja zh-TW ko".split()
)
"""The languages Discord is shown in."""

Path = tuple[str | int, ...]


def command_complaints(commands: list[Json]) -> Iterator[Complaint]:
    """What is wrong with a whole set of commands."""
    kinds = Counter(one.get("type") or CHAT_INPUT for one in commands)
    for kind, most in MOST.items():
        if kinds[kind] > most:
            message = f"Maximum number of application commands reached ({most})"
            yield Complaint((), "APPLICATION_COMMANDS_LIMIT", message)
    seen: set[tuple[object, object]] = set()
    for index, one in enumerate(commands):
        key = (one.get("type") or CHAT_INPUT, one.get("name"))
        if key in seen:
            message = "Application command names must be unique"
            yield Complaint((index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", message)
        seen.add(key)
        yield from one_command(one, (index,))


def one_command(one: Json, where: Path) -> Iterator[Complaint]:
    """What is wrong with one command."""
    if (one.get("type") or CHAT_INPUT) == CHAT_INPUT:
        yield from _named(one, where)
        yield from _options(entries(one.get("options")), where, depth=0)
    else:
        yield from _languages(one, where)
        for place, name in _texts(one, where, "name"):
            yield from length(name, 1, _NAME, *place)
        for key in ("description", "options"):
            if one.get(key):
                message = "Context menu commands have no description and no options"
                yield Complaint((*where, key), "CONTEXT_MENU_COMMAND_FIELD", message)
    if sum(_sizes(one)) > _CHARACTERS:
        message = f"Command exceeds maximum size ({_CHARACTERS})"
        yield Complaint(where, "APPLICATION_COMMAND_TOO_LARGE", message)


def _named(one: Json, where: Path) -> Iterator[Complaint]:
    yield from _languages(one, where)
    for place, name in _texts(one, where, "name"):
        if not is_name(name):
            message = f"Command name {name!r} is invalid"
            yield Complaint(place, "APPLICATION_COMMAND_INVALID_NAME", message)
    for place, text in _texts(one, where, "description"):
        yield from length(text, 1, _DESCRIPTION, *place)


def is_name(name: object) -> bool:
    """Whether a slash command or an option may be called so."""
    if not isinstance(name, str) or not 1 <= len(name) <= _NAME or name != name.lower():
        return False
    return all(letter in "-_" or _is_letter(letter) for letter in name)


def _is_letter(letter: str) -> bool:
    # Devanagari and Thai are allowed whole: their vowels are marks, not letters.
    script = unicodedata.name(letter, "").split(" ")[0]
    return unicodedata.category(letter)[0] in "LN" or script in ("DEVANAGARI", "THAI")


def _texts(one: Json, where: Path, key: str) -> Iterator[tuple[Path, object]]:
    yield (*where, key), one.get(key)
    for locale, text in (one.get(f"{key}_localizations") or {}).items():
        place = (*where, f"{key}_localizations", locale)
        yield place, text


def _languages(one: Json, where: Path) -> Iterator[Complaint]:
    for key in ("name_localizations", "description_localizations"):
        for locale in sorted(set(one.get(key) or {}) - LOCALES):
            message = f"Discord has no language {locale!r}"
            yield Complaint((*where, key, locale), "ENUM_TYPE_COERCE", message)


def _options(options: list[Json], where: Path, *, depth: int) -> Iterator[Complaint]:
    yield from length(options, 0, _OPTIONS, *where, "options")
    nested = [one.get("type") in (SUBCOMMAND, SUBCOMMAND_GROUP) for one in options]
    if any(nested) and not all(nested):
        message = "Sub-command and sub-command group option types are mutually exclusive"
        yield Complaint((*where, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message)
    optional = False
    seen: set[object] = set()
    for index, one in enumerate(options):
        place = (*where, "options", index)
        yield from _named(one, place)
        if one.get("name") in seen:
            message = "Option names must be unique"
            yield Complaint((*place, "name"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", message)
        seen.add(one.get("name"))
        kind = one.get("type")
        if kind in (SUBCOMMAND, SUBCOMMAND_GROUP):
            if depth > (kind == SUBCOMMAND):
                message = "Sub-commands are nested too deep"
                yield Complaint(
                    (*place, "type"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", message
                )
            yield from _options(
                entries(one.get("options")), place, depth=2 - (kind == SUBCOMMAND_GROUP)
            )
            continue
        if one.get("required") and optional:
            message = "Required options must be placed before non-required options"
            yield Complaint(
                (*place, "required"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", message
            )
        optional = optional or not one.get("required")
        yield from _values(one, place)


def _values(one: Json, where: Path) -> Iterator[Complaint]:
    choices = entries(one.get("choices"))
    yield from length(choices, 0, _CHOICES, *where, "choices")
    if one.get("autocomplete") and choices:
        message = "Choices and autocomplete exclude each other"
        yield Complaint((*where, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE", message)
    if one.get("autocomplete") and one.get("type") not in (STRING, INTEGER, NUMBER):
        message = "Only text and numbers can be completed"
        yield Complaint((*where, "autocomplete"), "APPLICATION_COMMAND_AUTOCOMPLETE", message)
    for index, choice in enumerate(choices):
        place = (*where, "choices", index)
        yield from _languages(choice, place)
        for spot, name in _texts(choice, place, "name"):
            yield from length(name, 1, _CHOICE, *spot)
        if isinstance(choice.get("value"), str):
            yield from length(choice["value"], 0, _CHOICE, *place, "value")
    for low, high in (("min_length", "max_length"), ("min_value", "max_value")):
        least, most = one.get(low), one.get(high)
        if least is not None and most is not None and least > most:
            yield Complaint((*where, low), "NUMBER_TYPE_MAX", f"{low} is greater than {high}")


def choice_complaints(choices: list[Json]) -> Iterator[Complaint]:
    """What is wrong with what is offered while a person types."""
    yield from length(choices, 0, _CHOICES, "data", "choices")
    for index, choice in enumerate(choices):
        place = ("data", "choices", index)
        yield from length(choice.get("name"), 1, _CHOICE, *place, "name")
        if isinstance(choice.get("value"), str):
            yield from length(choice["value"], 1, _CHOICE, *place, "value")


def _sizes(one: Json) -> Iterator[int]:
    # Of every text the longest translation counts.
    for key in ("name", "description"):
        texts = [one.get(key), *(one.get(f"{key}_localizations") or {}).values()]
        yield max((len(text) for text in texts if isinstance(text, str)), default=0)
    if isinstance(one.get("value"), str):
        yield len(one["value"])
    for key in ("options", "choices"):
        for child in entries(one.get(key)):
            yield from _sizes(child)
