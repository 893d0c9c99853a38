"""The documents say what exists, and what exists is documented."""

import re
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import yaml

from adapters.cli.main import parser
from bot.commands import commands
from bot.settings import PREFIX, Settings
from knowledge import Knowledge
from tests import phone, picture

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
DOCUMENTS = [
    path
    for path in ROOT.rglob("*.md")
    if ".venv" not in path.parts and not any(part.startswith(".") for part in path.parts)
]


def test_every_setting_has_help_and_stands_in_the_example() -> None:
    example = (ROOT / "deploy" / "env.example").read_text(encoding="utf-8")
    named = set(re.findall(rf"^#?({PREFIX}\w+)=", example, re.MULTILINE))
    assert named == {PREFIX + one.name.upper() for one in fields(Settings)}
    assert all(one.metadata["help"] for one in fields(Settings))


def test_readme_names_every_make_target_it_needs_and_only_real_ones() -> None:
    real = set(re.findall(r"^([a-z]+):.*##", MAKEFILE, re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z]+)", "\n".join(map(_text, DOCUMENTS)), re.MULTILINE))
    assert named <= real
    assert {"run", "test", "check", "eval", "bench"} <= named


def test_readme_names_every_command_of_the_bot_and_of_the_terminal() -> None:
    for name in commands():
        assert f"/{name}" in README, name
    (calls,) = (action for action in parser()._actions if action.dest == "==SUPPRESS==")
    for name in calls.choices or ():
        assert f"redflag {name}" in README, name


def test_readme_lists_every_routine_in_both_languages(knowledge: Knowledge) -> None:
    for routine in knowledge.routines.values():
        row = f"| `{routine.slug}` | {routine.title['en']} | {routine.title['zh']} |"
        assert row in README, f"write this row: {row}"


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_inside_the_project_lead_somewhere(document: Path) -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", _text(document)):
        assert (document.parent / target).exists(), target


def test_each_package_has_a_page_of_design_notes() -> None:
    for package in ("knowledge", "bot", "adapters"):
        assert "## Design notes" in _text(ROOT / package / "README.md")


@pytest.mark.parametrize("language", picture.MAILS)
async def test_the_picture_in_the_readme_shows_what_the_bot_says(language: str) -> None:
    drawn = picture.draw(await picture.lines(language))
    kept = (picture.FOLDER / f"card-{language}.svg").read_text(encoding="utf-8")
    assert drawn == kept, "run: make picture"
    assert f"docs/card-{language}.svg" in README


@pytest.mark.parametrize("theme", phone.THEMES)
@pytest.mark.parametrize("language", picture.MAILS)
async def test_the_phone_in_the_readme_shows_what_telegram_gets(language: str, theme: str) -> None:
    drawn = phone.draw(await phone.card(language), language, theme)
    name = f"telegram-{language}-{theme}.svg"
    kept = (picture.FOLDER / name).read_text(encoding="utf-8")
    assert drawn == kept, "run: make picture"
    assert f"docs/{name}" in README


def test_what_is_deployed_exists() -> None:
    compose = yaml.safe_load(_text(ROOT / "deploy" / "compose.yaml"))
    build = compose["services"]["redflag"]["build"]
    assert (ROOT / "deploy" / build["context"]).resolve() == ROOT
    dockerfile = _text(ROOT / build["dockerfile"])
    for line in re.findall(r"^COPY (?!--)(.+)$", dockerfile, re.MULTILINE):
        for source in line.split()[:-1]:
            assert (ROOT / source).exists(), source
    unit = _text(ROOT / "deploy" / "redflag.service")
    assert set(re.findall(r"redflag (run|doctor)$", unit, re.MULTILINE)) == {"run", "doctor"}
    project = tomllib.loads(_text(ROOT / "pyproject.toml"))
    assert project["project"]["scripts"]["redflag"] == "adapters.__main__:main"


def test_locked_versions_carry_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = _text(ROOT / name)
        pinned = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==\S+", lock, re.MULTILINE)
        assert len(pinned) > 10
        assert lock.count("--hash=sha256:") >= len(pinned)
        assert "://" not in lock


def _text(path: Path) -> str:
    return path.read_text(encoding="utf-8")
