"""What people find under / and in the menu of a message, in their languages, as Discord wants it.

Data only, made from the locales; `publish` brings it to Discord. Simplified Chinese is written by
hand, traditional is made from it. Everything works on servers, in private and in any other chat.
Who may do what is decided when it is done, never here: these defaults are the servers' to change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import opencc

from adapters.discord.parse import CHECK_MENU, REPORT_MENU
from adapters.discord.render import shortened
from bot.locales import ENGLISH, Words
from knowledge.pack import Routine

Json = dict[str, Any]

_CHINESE = "zh"
_ENGLISHES = ("en-US", "en-GB")
_TEXT, _BOOLEAN = 3, 5
_DESCRIPTION_LIMIT = 100
_TEXT_LIMIT, _IDENTIFIER_LIMIT, _NOTE_LIMIT = 6_000, 1_000, 300
_MOST_CHOICES = 25
_TAIWAN = {"賬號": "帳號", "舉報": "檢舉", "郵箱": "信箱", "幫助": "說明"}

NAMES = (
    "check", "report", "lookup", "routines", "routine", "guide", "language", "help", "privacy",
    "forget",
)  # fmt: skip
"""The commands, in the order in which they matter."""


def commands(languages: Mapping[str, Words]) -> list[Json]:
    """Every command and menu entry."""
    options: dict[str, list[Json]] = {
        "check": [_option(languages, "text", max_length=_TEXT_LIMIT)],
        "report": [
            _option(languages, "identifier", max_length=_IDENTIFIER_LIMIT),
            _option(languages, "routine", autocomplete=True),
            _option(languages, "note", max_length=_NOTE_LIMIT),
        ],
        "lookup": [_option(languages, "identifier", required=True, max_length=_IDENTIFIER_LIMIT)],
        "routine": [_option(languages, "routine", autocomplete=True)],
        "language": [
            _option(languages, "language", choices=_language_choices(languages)),
            _option(languages, "server", type=_BOOLEAN),
        ],
    }
    slash = [
        _everywhere(
            {
                "type": 1,
                **_named(languages, f"discord.name.{name}", name),
                **_described(languages, f"commands.{name}"),
                "options": options.get(name, []),
            }
        )
        for name in NAMES
    ]
    menus = [
        _everywhere({"type": 3, **_named(languages, f"discord.menu.{key}", name)})
        for key, name in (("check", CHECK_MENU), ("report", REPORT_MENU))
    ]
    return slash + menus


def completions(words: Words, routines: Iterable[Routine], typed: str) -> list[Json]:
    """The routines that may be meant by what is typed, by title or slug."""
    wanted = typed.strip().lower()
    found = [
        {"name": shortened(words.pick(one.title), 100), "value": one.slug[:100]}
        for one in routines
        if wanted in one.slug or any(wanted in title.lower() for title in one.title.values())
    ]
    return found[:_MOST_CHOICES]


def _everywhere(command: Json) -> Json:
    return {**command, "integration_types": [0, 1], "contexts": [0, 1, 2]}


def _option(languages: Mapping[str, Words], name: str, **rules: Any) -> Json:
    return {
        "type": _TEXT,
        **_named(languages, f"discord.option_name.{name}", name),
        **_described(languages, f"discord.option.{name}"),
        **rules,
    }


def _language_choices(languages: Mapping[str, Words]) -> list[Json]:
    """Each by its own name, whoever reads it."""
    names = {code: words.say("language.name") for code, words in languages.items()}
    return [
        {
            "name": name,
            "name_localizations": dict.fromkeys((*_ENGLISHES, "zh-CN"), name)
            | {"zh-TW": traditional(name)},
            "value": code,
        }
        for code, name in names.items()
    ]


def _named(languages: Mapping[str, Words], key: str, name: str) -> Json:
    """The name is the same for all who program, and everybody's own for all who use it."""
    return {"name": name, "name_localizations": _localised(languages, key)}


def _described(languages: Mapping[str, Words], key: str) -> Json:
    text = languages[ENGLISH].say(key)
    return {
        "description": shortened(text, _DESCRIPTION_LIMIT),
        "description_localizations": _localised(languages, key),
    }


def _localised(languages: Mapping[str, Words], key: str) -> dict[str, str]:
    english = shortened(languages[ENGLISH].say(key), _DESCRIPTION_LIMIT)
    texts = dict.fromkeys(_ENGLISHES, english)
    if _CHINESE in languages:
        simplified = languages[_CHINESE].say(key)
        texts["zh-CN"] = shortened(simplified, _DESCRIPTION_LIMIT)
        texts["zh-TW"] = shortened(traditional(simplified), _DESCRIPTION_LIMIT)
    return texts


def traditional(text: str) -> str:
    """Simplified Chinese as it is written, and said, in Taiwan."""
    text = _converter().convert(text)
    for word, own in _TAIWAN.items():
        text = text.replace(word, own)
    return text


@cache
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2twp")
