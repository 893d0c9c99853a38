"""The schema's history: ordered migrations, run one by one, each whole or not at all.

Each version is a SQL file, `v001_first.sql` and so on, written in SQLite's types; where rows have
to be moved that SQL cannot move, a Python module of the same name beside it has `run(transaction)`.
A migration is one transaction on either engine: whoever is killed in it finds the old schema again.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

from bot.store.transaction import Transaction

FOLDER = Path(__file__).parent / "migrations"


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: its SQL, and what moves rows afterwards."""

    script: str
    run: Callable[[Transaction], Awaitable[None]] | None = None


def migrations(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """Every step, in order; the first makes version 1."""
    return tuple(
        Migration(path.read_text(encoding="utf-8"), _beside(path))
        for path in sorted(folder.glob("v*.sql"))
    )


def _beside(path: Path) -> Callable[[Transaction], Awaitable[None]] | None:
    if path.parent != FOLDER or not path.with_suffix(".py").exists():
        return None
    module = import_module(f"bot.store.migrations.{path.stem}")
    run: Callable[[Transaction], Awaitable[None]] = module.run
    return run
