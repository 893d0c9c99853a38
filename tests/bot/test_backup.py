"""Copies of the database: sound or refused, kept by age, brought back beneath a running bot."""

import asyncio
import sqlite3
from pathlib import Path

import pytest

from adapters.cli import upkeep
from bot.app import App
from bot.errors import StoreReadOnlyError, StoreUnusableError
from bot.settings import Settings
from bot.store import backup, database
from bot.store.schema import Migration, migrations
from bot.trust import State
from tests.bot.stored import MAIL, NOW, events, opened, statement
from tests.conftest import Clock, Talk, everything


def damage(path: Path) -> None:
    """Overwrite the middle of every page but the first."""
    size = path.stat().st_size
    with path.open("rb+") as file:
        for page in range(4096, size, 4096):
            file.seek(page)
            file.write(b"\xff" * 200)


async def filled(path: Path) -> None:
    store = await opened(path)
    alpha = await store.communities.get_or_make("Alpha", NOW)
    await store.registry.report([statement(alpha, "p1", "e1")])
    await store.close()


async def test_a_copy_is_whole_private_and_brought_back(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite3"
    await filled(path)
    copy = await backup.back_up(path)
    assert copy.parent == tmp_path / "backups"
    assert copy.stat().st_mode & 0o077 == 0
    assert [one.name for one in copy.parent.iterdir()] == [copy.name]
    damage(path)
    with pytest.raises(StoreUnusableError, match=r"damaged|cannot be used"):
        await backup.back_up(path)
    assert backup.hourly(path) == (copy,)
    kept = await backup.restore(path, copy)
    assert kept is not None
    assert "damaged" in kept.name
    store = await opened(path)
    assert await events(store) == [("reported", "p1")]
    await store.close()


async def test_a_day_of_hourly_copies_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.sqlite3"
    await filled(path)
    folder = backup.folder_of(path)
    folder.mkdir()
    for hour in range(30):
        (folder / f"redflag-20260101T{hour % 24:02}{hour // 24:02}00Z.sqlite3").touch()
    (folder / "before-restore-20250101T000000Z.sqlite3").touch()
    copy = await backup.back_up(path)
    assert len(backup.hourly(path)) == backup.KEPT
    assert backup.hourly(path)[-1] == copy
    assert (folder / "before-restore-20250101T000000Z.sqlite3").exists()


@pytest.mark.parametrize("content", [b"", b"no database", b"\x00" * 9000])
async def test_what_is_no_copy_of_ours_is_refused_and_changes_nothing(
    tmp_path: Path, content: bytes
) -> None:
    path = tmp_path / "r.sqlite3"
    await filled(path)
    before = path.read_bytes()
    (tmp_path / "other").write_bytes(content)
    with pytest.raises(StoreUnusableError):
        await backup.restore(path, tmp_path / "other")
    with pytest.raises(StoreUnusableError, match="no file"):
        await backup.restore(path, tmp_path / "nowhere")
    assert path.read_bytes() == before


async def test_a_database_beyond_reading_is_restored_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite3"
    await filled(path)
    copy = await backup.back_up(path)
    path.write_bytes(b"not a database any more" * 300)
    await backup.restore(path, copy)
    store = await opened(path)
    assert await events(store) == [("reported", "p1")]
    await store.close()


async def test_damage_is_found_at_the_start_and_mended_beneath_the_running_bot(
    app: App, talk: Talk, settings: Settings, clock: Clock
) -> None:
    assert isinstance(settings.database, Path)
    await talk.send("/report x@evil-parcels.com")
    copy = await backup.back_up(settings.database)
    await upkeep.watch_for_damage(app)
    assert app.store.writable
    damage(settings.database)
    task = asyncio.create_task(upkeep.watch_for_damage(app, again=0.01))
    async with asyncio.timeout(10):
        while app.store.writable:  # noqa: ASYNC110 - found within moments of a start
            await asyncio.sleep(0.01)
    card = await talk.send("/report y@evil-parcels.com")
    assert card.title == "That did not work"
    with pytest.raises(StoreReadOnlyError, match="redflag db restore"):
        await app.store.registry.report([])
    await backup.restore(settings.database, copy)
    await asyncio.wait_for(task, 10)
    assert app.store.writable
    await talk.send("/report z@evil-parcels.com")
    card = await talk.send("/lookup x@evil-parcels.com z@evil-parcels.com")
    assert everything(card).count("in this community") >= 2


async def test_a_copy_is_made_when_an_hour_has_passed(app: App, settings: Settings) -> None:
    assert isinstance(settings.database, Path)
    task = asyncio.create_task(upkeep.keep_copies(app, look=0.01))
    async with asyncio.timeout(10):
        while not backup.hourly(settings.database):  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    (first,) = backup.hourly(settings.database)
    await asyncio.sleep(0.1)
    assert backup.hourly(settings.database) == (first,)
    first.rename(first.with_name("redflag-20260101T000000Z.sqlite3"))
    async with asyncio.timeout(10):
        while len(backup.hourly(settings.database)) < 2:  # noqa: ASYNC110
            await asyncio.sleep(0.01)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_before_the_schema_changes_the_file_is_copied(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "r.sqlite3"
    await filled(path)
    later = (*migrations(), Migration("DROP TABLE log;"))
    monkeypatch.setattr(database, "migrations", lambda: later)
    await (await opened(path)).close()
    (copy,) = backup.folder_of(path).glob("before-schema-*")
    with sqlite3.connect(copy) as raw:
        assert raw.execute("PRAGMA user_version").fetchone() == (len(later) - 1,)
        assert raw.execute("SELECT count(*) FROM log").fetchone() == (1,)


async def test_the_state_named_by_a_copy_is_the_state_that_was(tmp_path: Path) -> None:
    path = tmp_path / "r.sqlite3"
    await filled(path)
    copy = await backup.back_up(path)
    store = await opened(copy)
    alpha = await store.communities.get_or_make("Alpha", NOW)
    found = await store.registry.standings([MAIL], alpha.viewer, NOW)
    assert found[MAIL].state is State.LOCAL
    await store.close()
