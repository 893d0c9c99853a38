from pathlib import Path

import pytest

from bot import locales
from bot.commands import commands
from bot.errors import LocaleError
from bot.trust import State
from knowledge.identifiers import KINDS
from knowledge.levels import Level
from knowledge.pack import STEPS

LANGUAGES = locales.load()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_a_text_for_whatever_is_discovered(language: str) -> None:
    texts = LANGUAGES[language].texts
    wanted = {f"commands.{name}" for name in commands()}
    wanted |= {f"kind.{kind}" for kind in KINDS}
    wanted |= {f"standing.{state}" for state in State}
    wanted |= {f"advice.{step}" for step in STEPS}
    wanted |= {f"check.{level}.untitled" for level in Level}
    assert wanted <= texts.keys()
    assert {key for key in texts if key.startswith("commands.")} <= wanted
    assert {key for key in texts if key.startswith("kind.")} <= wanted


def write(folder: Path, language: str, text: str) -> None:
    (folder / language).mkdir()
    (folder / language / "replies.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("french", "says"),
    [
        ("a: Bonjour\n", "missing “b.c”"),
        ("a: Bonjour\nb: {c: '{n} ans'}\nd: plus\n", "unknown “d”"),
        ("a: Bonjour\nb: {c: '{m} ans'}\n", "other placeholders"),
        ("a: [\n", "not YAML"),
    ],
)
def test_an_incomplete_language_is_told_key_by_key(tmp_path: Path, french: str, says: str) -> None:
    write(tmp_path, "en", "a: Hello\nb: {c: '{n} years'}\n")
    write(tmp_path, "fr", french)
    with pytest.raises(LocaleError, match=says):
        locales.load(tmp_path)


def test_a_language_with_its_own_plural_is_complete(tmp_path: Path) -> None:
    write(tmp_path, "en", "n.one: '1 report'\nn.other: '{count} reports'\n")
    write(tmp_path, "zh", "n.other: '{count} 条'\n")
    languages = locales.load(tmp_path)
    assert languages["en"].say("n", count=1) == "1 report"
    assert languages["en"].say("n", count=2) == "2 reports"
    assert languages["zh"].say("n", count=1) == "1 条"


def test_a_value_is_never_read_as_a_template() -> None:
    said = LANGUAGES["en"].say("check.sign", title="{quote}", quote="{0.__class__}")
    assert "{0.__class__}" in said
