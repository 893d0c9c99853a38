"""`make bench`, on Discord: how soon the first word comes while every check takes ten seconds.

The checks compute without a pause, in as many threads as the bot gives them, so that this measures
how the machine shares its cores as well; server and bot live in one process. Nothing is asserted.
"""

from __future__ import annotations

import asyncio
import sys
import tempfile
from pathlib import Path

import pytest

from bot.app import now_ms, open_app
from knowledge import load
from tests.adapters.discord.fixture import EXTORTION, connected, met, settings_for
from tests.adapters.discord.test_answers import Brake
from tests.servers.discord.server import DiscordServer

PEOPLE, ROUNDS = 50, 3
PAUSE = 0.04


async def _measured() -> list[float]:
    """Seconds until the first word of each interaction."""
    with pytest.MonkeyPatch.context() as patch, tempfile.TemporaryDirectory() as folder:
        brake = Brake(patch)
        async with (
            DiscordServer() as server,
            open_app(settings_for(server, Path(folder)), now_ms, load()) as app,
            connected(app),
        ):
            await server.gateway.connected()
            people = [server.person(f"p{number}") for number in range(PEOPLE)]
            guild = await met(server, "Alpha", members=people)
            asked = []
            for person in people * ROUNDS:
                options = {"text": EXTORTION}
                asked.append(await person.uses_slash("check", options, in_=guild.channel))
                await asyncio.sleep(PAUSE)
            took = [(await one.response(30)).at - one.sent_at for one in asked]
            brake.release()
            return sorted(took)


def main() -> None:
    """Print the figures."""
    took = asyncio.run(_measured())
    p50, p99 = took[len(took) // 2], took[int(len(took) * 0.99)]
    sys.stdout.write(
        f"discord, first word to {len(took)} interactions within {len(took) * PAUSE:.0f} s while "
        f"checks compute for 10 s: p50 {p50:.2f} s, p99 {p99:.2f} s, longest {took[-1]:.2f} s "
        "(3 s are allowed)\n"
    )


if __name__ == "__main__":
    main()
