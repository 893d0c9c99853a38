"""Which platforms are started, and what an outage of one does."""

import asyncio
import importlib
from pathlib import Path

import pytest

import adapters
from adapters.cli import run, upkeep
from bot.app import App
from bot.settings import Secret, Settings
from bot.store.inbox import Arrival
from tests.conftest import Clock

PAPER = """
NAME = "paper"
calls = []

def is_configured(settings):
    return bool(settings.data_dir)

async def connect(app):
    calls.append(app)
    if len(calls) < 3:
        raise ConnectionError("no paper")
"""


@pytest.fixture
def paper(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "paper"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "connect.py").write_text(PAPER)
    monkeypatch.setattr(adapters, "__path__", [*adapters.__path__, str(tmp_path)])


def test_the_platforms_there_is_a_folder_for_are_found_and_the_terminal_is_none() -> None:
    names = {platform.NAME for platform in run.platforms()}
    assert "telegram" in names
    assert "console" not in names


def test_a_platform_whose_library_is_missing_is_named_where_its_token_is_set(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def missing(name: str) -> object:
        raise ModuleNotFoundError(f"No module named {name!r}", name="telegram")

    monkeypatch.setattr(importlib, "import_module", missing)
    assert run.platforms() == ()
    assert run.unserved(Settings(telegram_token=Secret("x"))) == ("telegram",)
    assert run.unserved(Settings()) == ()


async def test_what_is_out_of_date_is_erased_while_the_bot_runs(app: App, clock: Clock) -> None:
    await app.store.inbox.keep("telegram", [Arrival("1", "{}")], clock.now)
    clock.pass_days(15)
    keeping = asyncio.create_task(upkeep.keep_retention(app, every=0.01))
    async with asyncio.timeout(10):
        while await app.store.inbox.unhandled("telegram"):  # noqa: ASYNC110 - the store tells nobody
            await asyncio.sleep(0.01)
    keeping.cancel()
    await asyncio.gather(keeping, return_exceptions=True)
    assert keeping.cancelled()


@pytest.mark.usefixtures("paper")
async def test_a_platforms_folder_is_discovered_and_served_again_after_a_failure(
    app: App, caplog: pytest.LogCaptureFixture
) -> None:
    (platform,) = [one for one in run.platforms() if one.NAME == "paper"]
    assert platform.NAME == "paper"
    assert platform.is_configured(app.settings)
    assert not platform.is_configured(Settings())
    await run.serve(platform, app, first_wait=0)
    assert platform.calls == [app, app, app]  # type: ignore[attr-defined]
    assert caplog.text.count("paper failed") == 2
