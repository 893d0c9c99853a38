"""`redflag db`, as an operator types it, on both engines."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import ENGINES
from tests.servers.postgres import fresh

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(params=ENGINES)
def redflag(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """The command, with a database of its own; what does not end within a minute hangs."""
    environment = {"REDFLAG_DATA_DIR": str(tmp_path / "data"), "PATH": "/usr/bin:/bin"}
    if request.param == "postgresql":
        address = asyncio.run(fresh(request.getfixturevalue("postgres")))
        environment["REDFLAG_DATABASE_URL"] = address

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "adapters", *arguments],
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=Path(__file__).parents[2],
        )

    return run


MAIL = "x@evil-parcels.com"


def test_a_copy_is_made_and_brought_back_after_a_loss(redflag: Run, tmp_path: Path) -> None:
    assert "eported" in redflag("report", MAIL, "insider-extortion").stdout
    copy = str(tmp_path / "copy.sqlite3")
    made = redflag("db", "backup", copy)
    assert (made.returncode, copy in made.stdout) == (0, True), made
    assert "secret.key" in made.stdout
    assert redflag("report", MAIL, "--withdraw").returncode == 0
    back = redflag("db", "restore", copy)
    assert back.returncode == 0, back
    assert "in this community" in redflag("lookup", MAIL).stdout
    assert redflag("db", "verify").returncode == 0
    assert redflag("db", "upgrade").returncode == 0


def test_what_does_not_follow_from_the_log_is_found_and_rebuilt(
    redflag: Run, tmp_path: Path
) -> None:
    redflag("report", MAIL, "insider-extortion")
    path = tmp_path / "data" / "redflag.sqlite3"
    if not path.exists():  # on the other engine: nothing was lost, and it says so
        done = redflag("db", "rebuild")
        assert (done.returncode, "Nothing was different" in done.stdout) == (0, True)
        return
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("DELETE FROM reports")
    checked = redflag("db", "verify")
    assert (checked.returncode, "db rebuild" in checked.stdout) == (1, True)
    assert "Something had been different" in redflag("db", "rebuild").stdout
    assert "in this community" in redflag("lookup", MAIL).stdout
    with closing(sqlite3.connect(path)) as raw, raw:
        raw.execute("UPDATE log SET actor = 'somebody else'")
    broken = redflag("db", "verify")
    assert (broken.returncode, "broken at entry 1" in broken.stdout) == (1, True)
    assert redflag("db", "rebuild").returncode == 1


def test_a_database_is_copied_into_another_and_only_an_empty_one(
    redflag: Run, tmp_path: Path
) -> None:
    redflag("report", MAIL, "insider-extortion")
    other = f"sqlite:///{tmp_path / 'other.sqlite3'}"
    done = redflag("db", "copy", other)
    assert (done.returncode, "the same on both sides" in done.stdout) == (0, True), done
    again = redflag("db", "copy", other)
    assert (again.returncode, "not empty" in again.stderr) == (2, True)
    wrong = redflag("db", "copy", "mysql://x")
    assert (wrong.returncode, "postgresql://" in wrong.stderr) == (2, True)
    missing = redflag("db", "restore", str(tmp_path / "nowhere"))
    assert (missing.returncode, "no file" in missing.stderr) == (2, True)


def test_doctor_tells_of_database_and_copies(redflag: Run) -> None:
    told = redflag("doctor").stdout
    assert "Database:" in told
    assert "Copies:" in told
    assert "All is well" in told
