"""The words of every reply, one folder per language, English being one of them.

A folder holds YAML files of `key: text`, where a text may contain `{placeholders}`. Keyed texts,
not translated sentences: each language is written natively, and English may change without the
others. A key ending in `.one` is used instead of `.other` when `count` is 1 and the language has
it. Loading fails where a language lacks a key or has another placeholder than English.
"""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from bot.errors import LocaleError
from knowledge.source import Entry, read

FOLDER = Path(__file__).parent
ENGLISH = "en"


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of one language."""

    language: str
    texts: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The text of a key with its placeholders filled; values are inserted as they are.

        Raises: KeyError for a key that no language has, which is a mistake in the program.
        """
        if key not in self.texts:
            one = values.get("count") == 1 and f"{key}.one" in self.texts
            key = f"{key}.one" if one else f"{key}.other"
        return self.texts[key].format_map({name: str(value) for name, value in values.items()})

    def pick(self, texts: Mapping[str, str]) -> str:
        """The text in this language of a text by language, or the English one."""
        return texts.get(self.language) or texts.get(ENGLISH, "")

    def list(self, items: tuple[str, ...]) -> str:
        """Items in one line, as this language separates them."""
        return self.texts["list.separator"].join(items)


def load(folder: Path = FOLDER) -> Mapping[str, Words]:
    """Every language there is, by its code.

    Raises: LocaleError naming each key that is missing, unknown, or has other placeholders.
    """
    languages = {
        path.name: Words(path.name, _texts(path))
        for path in sorted(folder.iterdir())
        if path.is_dir() and not path.name.startswith(("_", "."))
    }
    english = languages[ENGLISH].texts
    wrong = []
    for language, words in languages.items():
        for key in sorted(english.keys() ^ words.texts.keys()):
            if not key.endswith(".one"):
                where = "missing" if key in english else "unknown"
                wrong.append(f"{language}: {where} “{key}”")
        for key in english.keys() & words.texts.keys():
            if _placeholders(english[key]) != _placeholders(words.texts[key]):
                wrong.append(f"{language}: other placeholders than English in “{key}”")
    if wrong:
        raise LocaleError("; ".join(wrong))
    return languages


def _texts(folder: Path) -> Mapping[str, str]:
    texts: dict[str, str] = {}
    for path in sorted(folder.glob("*.yaml")):
        page = read(path)
        if page.problems:
            raise LocaleError("; ".join(map(str, page.problems)))
        texts.update(_flat("", page.root))
    return texts


def _flat(prefix: str, entry: Entry) -> Iterator[tuple[str, str]]:
    if isinstance(entry.value, str):
        yield prefix.rstrip("."), entry.value
    elif isinstance(entry.value, Mapping):
        for name, value in entry.value.items():
            yield from _flat(f"{prefix}{name}.", value)


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
