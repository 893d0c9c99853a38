"""The pack: routines, harmless categories and the cues they read, loaded from YAML.

A `Frame` is what a message can be: who wants what from whom, by when, or else. A routine is a
frame with advice; a harmless category is a frame that speaks for silence. The form of the files
is described in `knowledge/README.md`. Loading checks the form and every name; whether the
examples behave is the business of `knowledge.lint`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from knowledge.errors import PackError, PhraseError, Problem
from knowledge.phrase import Phrase, Words, parse
from knowledge.source import Entry, Page, read

BUILT_IN = Path(__file__).parent
ROLES = ("who", "over", "wants", "when", "else")
STRENGTHS = MappingProxyType({"strong": 2.0, "normal": 1.2, "weak": 0.5})
STEPS = ("now", "never", "evidence", "report_to", "if_paid", "next_time")
LANGUAGES = ("en", "zh", "zh-Hant", "es", "de", "fr", "ja")


@dataclass(frozen=True, slots=True)
class Cue:
    """One recognisable sign. `strength` is its evidence when found alone in its role."""

    name: str
    title: Mapping[str, str]
    strength: float
    phrases: tuple[Phrase, ...]
    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class Example:
    """A message that is a test: `expect` is `match` or `quiet`; a `gap` is known not to yet."""

    language: str
    expect: str
    text: str
    gap: bool
    line: int


@dataclass(frozen=True, slots=True)
class Frame:
    """What a message can be read as; cues by name."""

    slug: str
    title: Mapping[str, str]
    reads: Mapping[str, tuple[str, ...]]
    need: tuple[tuple[str, ...], ...]
    against: tuple[str, ...]
    looks_like: tuple[str, ...]
    examples: tuple[Example, ...]
    path: Path
    description: bool = False
    """A text recognised as this tells of a scam instead of being one (community-chat)."""


@dataclass(frozen=True, slots=True)
class Routine:
    """A scam routine: its frame, and what the seller needs to know. Texts by language."""

    frame: Frame
    severity: str
    status: str
    summary: Mapping[str, str]
    stages: tuple[Mapping[str, str], ...]
    """How it goes, first contact to what usually comes next; one line each."""
    tell_apart: Mapping[str, str]
    sources: tuple[str, ...]
    advice: Mapping[str, tuple[Mapping[str, str], ...]]

    @property
    def slug(self) -> str:
        """The routine's fixed name."""
        return self.frame.slug

    @property
    def title(self) -> Mapping[str, str]:
        """The routine in plain words, by language."""
        return self.frame.title


@dataclass(frozen=True, slots=True)
class Pack:
    """Everything loaded, by slug or name. `problems` are those of files that were left out."""

    cues: Mapping[str, Cue]
    routines: Mapping[str, Routine]
    benign: Mapping[str, Frame]
    problems: tuple[Problem, ...] = ()


@dataclass(slots=True)
class _Draft:
    """A pack while its files are read one after another."""

    words: dict[str, tuple[str, ...]] = field(default_factory=dict)
    advice: dict[str, Mapping[str, str]] = field(default_factory=dict)
    cues: dict[str, Cue] = field(default_factory=dict)
    routines: dict[str, Routine] = field(default_factory=dict)
    benign: dict[str, Frame] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def load(folders: Iterable[Path] = ()) -> Pack:
    """The pack that comes with the package, and an operator's own routines on top.

    Args: `folders` of further routine files (`*.yaml`). A file of theirs that is wrong is left out
    and named in `Pack.problems`; the others are used.
    Raises: PackError, with every problem, where the pack of the package itself is wrong.
    """
    draft = _Draft()
    _each(draft, [BUILT_IN / "words.yaml"], _words)
    _each(draft, [BUILT_IN / "advice.yaml"], _advice_lines)
    _each(draft, sorted((BUILT_IN / "concepts").glob("*.yaml")), _concepts)
    routines = sorted((BUILT_IN / "routines").glob("*.yaml"))
    benign = sorted((BUILT_IN / "benign").glob("*.yaml"))
    # All cues first: what speaks for one routine may be named as speaking against another.
    _each(draft, [*routines, *benign], _own_cues)
    _each(draft, routines, _routine)
    _each(draft, benign, _benign)
    if draft.problems:
        raise PackError(tuple(draft.problems))
    for folder in folders:
        _operator_folder(draft, folder)
    return Pack(draft.cues, draft.routines, draft.benign, tuple(draft.problems))


def _operator_folder(draft: _Draft, folder: Path) -> None:
    if not folder.is_dir():
        draft.problems.append(
            Problem(folder, 1, "This folder of routines does not exist.", "Check REDFLAG_ROUTINES.")
        )
        return
    for path in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml")]):
        before, wrong = dict(draft.cues), len(draft.problems)
        _each(draft, [path], _own_cues)
        if len(draft.problems) == wrong:
            _each(draft, [path], _routine)
        if len(draft.problems) > wrong:
            draft.cues = before


def _each(draft: _Draft, paths: Iterable[Path], take: Callable[[_Draft, Page], None]) -> None:
    for path in paths:
        page = read(path)
        if not page.problems:
            take(draft, page)
        draft.problems.extend(page.problems)


def _words(draft: _Draft, page: Page) -> None:
    for name, entry in page.mapping(page.root).items():
        lists = page.fields(entry, known=LANGUAGES, needed=("en", "zh"))
        draft.words[name] = tuple(text for words in lists.values() for text, _ in page.texts(words))


def _advice_lines(draft: _Draft, page: Page) -> None:
    for name, entry in page.mapping(page.root).items():
        draft.advice[name] = page.bilingual(entry)


def _concepts(draft: _Draft, page: Page) -> None:
    draft.cues.update({cue.name: cue for cue in _cues(page, page.root, draft.words, draft.cues)})


def _own_cues(draft: _Draft, page: Page) -> None:
    cues = page.mapping(page.root).get("cues")
    draft.cues.update({cue.name: cue for cue in _cues(page, cues, draft.words, draft.cues)})


def _cues(page: Page, entry: Entry | None, words: Words, taken: Mapping[str, Cue]) -> list[Cue]:
    cues = []
    for name, body in page.mapping(entry).items():
        if name in taken:
            page.complain(body.line, f"A cue “{name}” exists already.", "Choose another name.")
        keys = page.fields(
            body, known=("title", "strength", *LANGUAGES), needed=("title", "en", "zh")
        )
        strength = page.text(keys.get("strength"), one_of=STRENGTHS) or "normal"
        phrases = []
        for language in LANGUAGES:
            for text, line in page.texts(keys.get(language)):
                try:
                    phrases.append(parse(text, words))
                except PhraseError as error:
                    page.complain(line, str(error))
        title = page.bilingual(keys.get("title"))
        value = STRENGTHS.get(strength, 1.0)
        cues.append(Cue(name, title, value, tuple(phrases), page.path, body.line))
    return cues


_FRAME_KEYS = (
    "id",
    "status",
    "title",
    "looks_like",
    "cues",
    "reads",
    "need",
    "against",
    "examples",
)
_ROUTINE_KEYS = (
    *_FRAME_KEYS,
    "severity",
    "summary",
    "stages",
    "sources",
    "tell_apart",
    "advice",
)


def _routine(draft: _Draft, page: Page) -> None:
    keys = page.fields(
        page.root,
        known=_ROUTINE_KEYS,
        needed=("id", "title", "summary", "reads", "need", "advice", "examples"),
    )
    frame = _frame(draft, page, keys)
    if frame.slug in draft.routines:
        page.complain(1, f"A routine “{frame.slug}” exists already.", "Choose another id.")
    advice_keys = page.fields(keys["advice"], known=STEPS) if "advice" in keys else {}
    routine = Routine(
        frame=frame,
        severity=page.text(keys.get("severity"), one_of=("low", "medium", "high")) or "medium",
        status=page.text(keys.get("status"), one_of=("draft", "test", "stable")) or "test",
        summary=page.bilingual(keys.get("summary")),
        stages=tuple(page.bilingual(item) for item in page.items(keys.get("stages"))),
        tell_apart=page.bilingual(keys.get("tell_apart")),
        sources=tuple(text for text, _ in page.texts(keys.get("sources"))),
        advice={step: _advice(draft, page, advice_keys.get(step)) for step in STEPS},
    )
    if not page.problems:
        draft.routines[frame.slug] = routine


def _benign(draft: _Draft, page: Page) -> None:
    keys = page.fields(
        page.root, known=(*_FRAME_KEYS, "mode"), needed=("id", "title", "reads", "examples")
    )
    frame = _frame(draft, page, keys)
    if not page.problems:
        draft.benign[frame.slug] = frame


def _frame(draft: _Draft, page: Page, keys: Mapping[str, Entry]) -> Frame:
    def names(entry: Entry | None) -> tuple[str, ...]:
        for name, line in page.texts(entry):
            if name and name not in draft.cues:
                page.complain(
                    line, f"There is no cue “{name}”.", "Define it under “cues:”, or correct it."
                )
        return tuple(name for name, _ in page.texts(entry))

    reads = page.fields(keys["reads"], known=ROLES) if "reads" in keys else {}
    slug = page.text(keys.get("id"))
    if slug and slug != page.path.stem:
        page.complain(
            keys["id"].line,
            f"The id “{slug}” is not the file's name.",
            f"Write “{page.path.stem}”.",
        )
    return Frame(
        slug=slug,
        title=page.bilingual(keys.get("title")),
        reads={role: names(entry) for role, entry in reads.items()},
        need=tuple(names(line) for line in page.items(keys.get("need"))),
        against=names(keys.get("against")),
        looks_like=tuple(text for text, _ in page.texts(keys.get("looks_like"))),
        examples=tuple(_example(page, item) for item in page.items(keys.get("examples"))),
        path=page.path,
        description="mode" in keys and page.text(keys["mode"], one_of=("description",)) != "",
    )


def _advice(draft: _Draft, page: Page, entry: Entry | None) -> tuple[Mapping[str, str], ...]:
    lines = []
    for item in page.items(entry):
        if not isinstance(item.value, str):
            lines.append(page.bilingual(item))
        elif item.value in draft.advice:
            lines.append(draft.advice[item.value])
        else:
            page.complain(
                item.line,
                f"There is no shared advice “{item.value}”.",
                "Write {en: ..., zh: ...} here, or a name of knowledge/advice.yaml.",
            )
    return tuple(lines)


def _example(page: Page, entry: Entry) -> Example:
    keys = page.fields(
        entry,
        known=("lang", "expect", "text", "why", "gap", "shows"),
        needed=("lang", "expect", "text"),
    )
    return Example(
        language=page.text(keys.get("lang"), one_of=LANGUAGES),
        expect=page.text(keys.get("expect"), one_of=("match", "quiet")),
        text=page.text(keys.get("text")),
        gap="gap" in keys and page.text(keys["gap"], one_of=("true", "false")) == "true",
        line=entry.line,
    )
