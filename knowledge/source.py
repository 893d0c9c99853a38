"""Reads the pack's YAML so that every value still knows its file and line.

Every scalar is a string (so `no` and `1.10` stay what was typed), a key may stand once, and
anchors are refused: a file of knowledge is a page to read, not a program. Mistakes are collected
as `Problem`s and the reading goes on, so that a contributor sees all of them at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import yaml

from knowledge.errors import Problem

_Loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
MAX_BYTES = 1_000_000
_WIDE = "[\u2026\u201c\u201d\u3000-\u303f\u3400-\u9fff\uff00-\uffef]"
_BETWEEN_CHINESE = re.compile(rf"(?<={_WIDE})\s+(?={_WIDE})")
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][A-Za-z]{1,3})?")

Value = str | tuple["Entry", ...] | Mapping[str, "Entry"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A value and the line it starts on."""

    value: Value
    line: int


@dataclass(slots=True)
class Page:
    """One file while it is read; `problems` grows with every mistake met."""

    path: Path
    root: Entry
    problems: list[Problem] = field(default_factory=list)

    def complain(self, line: int, what: str, way_out: str = "") -> None:
        """Note a mistake."""
        self.problems.append(Problem(self.path, line, what, way_out))

    def fields(
        self, entry: Entry, *, known: Iterable[str], needed: Iterable[str] = ()
    ) -> Mapping[str, Entry]:
        """The keys of a mapping; complains of unknown and of missing ones."""
        if not isinstance(entry.value, Mapping):
            self.complain(entry.line, "Here “key: value” lines are expected.", _list(known))
            return {}
        names = tuple(known)
        for key, value in entry.value.items():
            if key not in names:
                self.complain(value.line, f"“{key}” is not a key I know.", _list(names))
        for key in needed:
            if key not in entry.value:
                self.complain(entry.line, f"“{key}:” is missing.", "Add it.")
        return {key: value for key, value in entry.value.items() if key in names}

    def mapping(self, entry: Entry | None) -> Mapping[str, Entry]:
        """The keys of a mapping whose keys are free names; nothing where there is none."""
        if entry is None:
            return {}
        if not isinstance(entry.value, Mapping):
            self.complain(entry.line, "Here “name: ...” lines are expected.")
            return {}
        return entry.value

    def text(self, entry: Entry | None, *, one_of: Iterable[str] | None = None) -> str:
        """A string; complains where it is empty or not one of those allowed."""
        if entry is None:
            return ""
        if not isinstance(entry.value, str):
            self.complain(
                entry.line,
                "A text is expected here.",
                'One that begins with “[” or “{”, or holds “: ”, must stand in "quotes".',
            )
            return ""
        if not entry.value.strip():
            self.complain(entry.line, "The text is empty.", "Write one, or remove the line.")
            return ""
        text = entry.value.strip()
        if one_of is not None and text not in one_of:
            self.complain(entry.line, f"“{text}” is not allowed here.", _list(one_of))
        return text

    def items(self, entry: Entry | None) -> tuple[Entry, ...]:
        """The entries of a list; nothing where there is none."""
        if entry is None:
            return ()
        if not isinstance(entry.value, tuple):
            self.complain(entry.line, "A list is expected here.", "Put “- ” before each line.")
            return ()
        return entry.value

    def texts(self, entry: Entry | None) -> tuple[tuple[str, int], ...]:
        """The strings of a list, each with its line."""
        return tuple((self.text(item), item.line) for item in self.items(entry))

    def bilingual(self, entry: Entry | None) -> Mapping[str, str]:
        """A text by language: English and Chinese are required, others welcome."""
        if entry is None:
            return {}
        texts = {}
        for key, value in self.mapping(entry).items():
            if _LANGUAGE.fullmatch(key):
                # YAML joins folded lines by a space, which Chinese does not want.
                texts[key] = _BETWEEN_CHINESE.sub("", self.text(value))
            else:
                self.complain(
                    value.line,
                    f"“{key}” is no language.",
                    'Inside {...} a text with a comma must stand in "quotes".',
                )
        for language in ("en", "zh"):
            if not texts.get(language):
                self.complain(entry.line, f"The text in “{language}” is missing.", "Add it.")
        return texts


def read(path: Path) -> Page:
    """Read one YAML file; never raises for its content.

    Returns a page whose root is an empty mapping, with the problem noted, where the file cannot
    be read at all.
    """
    page = Page(path, Entry({}, 1))
    try:
        if path.stat().st_size > MAX_BYTES:
            page.complain(1, "The file is larger than 1 MB.", "Split it.")
            return page
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_Loader)
    except UnicodeDecodeError:
        page.complain(1, "The file is not in UTF-8.", "Save it as UTF-8.")
        return page
    except OSError as error:
        page.complain(1, f"The file cannot be opened: {error.strerror}.", "Check its permissions.")
        return page
    except RecursionError:
        page.complain(1, "The file nests too deep.", "Write it flat, like the other files.")
        return page
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        page.complain(
            mark.line + 1 if mark else 1,
            f"This is not YAML: {getattr(error, 'problem', None) or 'a character is not allowed'}.",
            'Often a “:” or “#” inside a text: put the text in "quotes"; or a wrong indentation.',
        )
        return page
    if node is None:
        page.complain(1, "The file is empty.", "See CONTRIBUTING for what belongs into it.")
        return page
    page.root = _entry(node, page, seen=set())
    return page


def _entry(node: yaml.Node, page: Page, *, seen: set[int]) -> Entry:
    line = node.start_mark.line + 1
    if id(node) in seen:
        page.complain(line, "Anchors (&, *) are not used here.", "Write the text out.")
        return Entry("", line)
    seen.add(id(node))
    if isinstance(node, yaml.MappingNode):
        values: dict[str, Entry] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            if not name or name in values:
                page.complain(
                    key.start_mark.line + 1,
                    f"The key “{name}” stands twice or is none.",
                    "Keep one.",
                )
                continue
            values[name] = _entry(value, page, seen=seen)
        return Entry(values, line)
    if isinstance(node, yaml.SequenceNode):
        return Entry(tuple(_entry(item, page, seen=seen) for item in node.value), line)
    return Entry(str(node.value), line)


def _list(names: Iterable[str]) -> str:
    return "Possible: " + ", ".join(names) + "."
