"""`redflag`: reads the command line and the settings, opens the bot, calls what was asked for.

Exit codes: 0 done; 1 done, and something is wrong (lint, doctor, a refused report); 2 the call or
the set-up cannot be used; 130 interrupted.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Sequence
from importlib.metadata import version
from pathlib import Path

from adapters.cli import check, db, doctor, logs, moderation, pack, registry, run
from adapters.console import parse
from bot import settings as settings_module
from bot.app import App, open_app
from bot.errors import BotError
from bot.settings import Settings
from knowledge.errors import KnowledgeError

OK, WRONG, UNUSABLE, INTERRUPTED = 0, 1, 2, 130


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that lacks a character gets a mark, never a crash.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace")
    options = parser().parse_args(arguments)
    try:
        settings = settings_module.read(os.environ, Path(".env"))
        logs.set_up(settings)
        return int(options.call(options, settings))
    except (BotError, KnowledgeError) as error:
        sys.stderr.write(f"redflag: {error}\n")
        return UNUSABLE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read us has gone; keep Python from complaining while it closes the stream.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK


def parser() -> argparse.ArgumentParser:
    """The command line."""
    top = argparse.ArgumentParser(
        prog="redflag",
        description="Says what a message to an online seller really is, and warns others.",
    )
    top.add_argument("--version", action="version", version=f"redflag {version('redflag')}")
    top.set_defaults(call=_with_app(run.run), member="me", community=parse.COMMUNITY)
    calls = top.add_subparsers(title="commands", metavar="COMMAND")

    one = calls.add_parser("run", help="start the bot on every platform that has a token")
    _speaks_for(one)
    one.set_defaults(call=_with_app(run.run))

    one = calls.add_parser("check", help="judge a message")
    one.add_argument("text", nargs="?", help="the message; without it, standard input")
    one.add_argument("--file", action="append", default=[], help="a file that came with it")
    form = one.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object instead of a card")
    form.add_argument(
        "--jsonl", action="store_true", help='standard input: {"id", "text"} a line; one line each'
    )
    _speaks_for(one)
    one.set_defaults(call=_with_app(check.check))

    one = calls.add_parser("lookup", help="what the registry says of identifiers")
    one.add_argument("identifier", nargs="+")
    one.add_argument("--json", action="store_true", help="one JSON object a line")
    _speaks_for(one)
    one.set_defaults(call=_with_app(registry.lookup))

    one = calls.add_parser("report", help="report an identifier, or take a report back")
    one.add_argument("identifier")
    one.add_argument("routine", nargs="?", help="the routine's slug; see “redflag routines”")
    one.add_argument("--withdraw", action="store_true", help="take the report back")
    one.add_argument("--json", action="store_true", help="one JSON object instead of a card")
    _speaks_for(one)
    one.set_defaults(call=_with_app(registry.report))

    one = calls.add_parser("routines", help="every routine there is")
    one.add_argument("slug", nargs="?", help="one of them in full")
    one.add_argument("--json", action="store_true", help="one JSON object a line")
    one.add_argument("--language", choices=["en", "zh"], help="language of the texts")
    one.set_defaults(call=_with_app(pack.routines))

    one = calls.add_parser("community", help="the communities of this hub, and whom you admit")
    what = one.add_subparsers(title="commands", metavar="COMMAND", required=True)
    some = what.add_parser("list", help="every community")
    some.set_defaults(call=_with_app(registry.communities))
    for name, meaning in (
        ("admit", "as a founding one: its reports count for the others from now on"),
        ("dismiss", "its reports stay its own again"),
    ):
        some = what.add_parser(name, help=meaning)
        some.add_argument("name")
        some.set_defaults(call=_with_app(getattr(registry, name)))

    one = calls.add_parser("questions", help="what askers put to the moderators; answer one")
    one.add_argument("number", nargs="?", type=int, help="the question to answer")
    one.add_argument("answer", nargs="?", help="the answer, shown to the asker")
    one.set_defaults(call=_with_app(moderation.questions))

    one = calls.add_parser("doctor", help="what is wrong with the set-up, and what to do")
    one.add_argument(
        "--retry", action="store_true", help="let what could not be handled be tried again"
    )
    one.set_defaults(call=doctor.doctor)

    db.add(calls)

    one = calls.add_parser("knowledge", help="the pack of routines")
    what = one.add_subparsers(title="commands", metavar="COMMAND", required=True)
    some = what.add_parser("lint", help="check the pack and your own routines")
    some.add_argument("folder", nargs="*", type=Path, help="folders of your own routines")
    some.set_defaults(call=pack.lint)
    some = what.add_parser("eval", help="detection figures over labelled messages")
    some.add_argument("file", nargs="*", type=Path, help="JSON lines; default: our corpus")
    some.add_argument("--misses", action="store_true", help="print each message misjudged")
    some.set_defaults(call=pack.evaluate)
    return top


def _speaks_for(one: argparse.ArgumentParser) -> None:
    one.add_argument(
        "--community", default=parse.COMMUNITY, help="for which community the terminal speaks"
    )
    one.add_argument("--member", default="me", help="for which of its members")


def _with_app(
    call: Callable[[argparse.Namespace, App], Awaitable[int]],
) -> Callable[[argparse.Namespace, Settings], int]:
    """The call of a subcommand that needs the bot open."""

    async def opened(options: argparse.Namespace, settings: Settings) -> int:
        async with open_app(settings) as app:
            for problem in app.knowledge.pack.problems:
                sys.stderr.write(f"redflag: left out: {problem}\n")
            return await call(options, app)

    return lambda options, settings: asyncio.run(opened(options, settings))
