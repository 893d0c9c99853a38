"""`python -m tests.servers.telegram --port N`: the load server as a process of its own."""

from __future__ import annotations

import argparse
import asyncio
import sys

from aiohttp import web

from tests.servers.telegram.load import LoadServer


async def serve(port: int) -> None:
    runner = web.AppRunner(LoadServer().application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", port).start()
        sys.stdout.write(f"http://127.0.0.1:{runner.addresses[0][1]}\n")
        sys.stdout.flush()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    try:
        asyncio.run(serve(parser.parse_args().port))
    except KeyboardInterrupt:
        sys.exit(0)
