"""`redflag routines`, `redflag knowledge lint | eval`: the pack, shown, checked and measured."""

from __future__ import annotations

import argparse
import os
import shutil
import sys

from adapters.cli.check import dump
from adapters.console import parse
from adapters.console.render import WIDEST, plain, render
from bot import replies
from bot.app import App
from bot.settings import Settings
from knowledge.evaluate import outcomes
from knowledge.evaluate import report as figures
from knowledge.examine import load
from knowledge.labelled import CORPUS, rows
from knowledge.lint import lint as check_pack


async def routines(options: argparse.Namespace, app: App) -> int:
    """Every routine, or one in full; 1 where there is none of that slug."""
    words = app.words(options.language, parse.language(os.environ), app.settings.language)
    if options.slug and options.slug not in app.knowledge.routines:
        known = ", ".join(app.knowledge.routines)
        sys.stderr.write(f"redflag: no routine is called so. There are: {known}.\n")
        return 1
    wanted = [one for slug, one in app.knowledge.routines.items() if options.slug in (None, slug)]
    if options.json:
        for one in wanted:
            sys.stdout.write(
                dump({"slug": one.slug, "title": dict(one.title), "summary": dict(one.summary)})
                + "\n"
            )
        return 0
    width = min(WIDEST, shutil.get_terminal_size((80, 24)).columns)
    card = replies.routine(words, wanted[0]) if options.slug else replies.routines(words, wanted)
    # Nobody can press a button of a command that has ended.
    lines = render(card, width)[: -len(card.actions) - 1] if card.actions else render(card, width)
    sys.stdout.write(plain(lines))
    return 0


def lint(options: argparse.Namespace, settings: Settings) -> int:
    """Check the folders named, or else our pack and those of REDFLAG_ROUTINES; 1 with problems."""
    folders = options.folder or settings.routine_folders
    problems = check_pack(folders) if folders else ()
    if not options.folder:
        problems = (*check_pack(), *problems)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    pack = load(folders).pack if not problems else None
    if pack:
        sys.stdout.write(
            f"All is well: {len(pack.routines)} routines, {len(pack.benign)} harmless categories, "
            f"{len(pack.cues)} cues.\n"
        )
    else:
        sys.stdout.write(f"{len(problems)} to mend.\n")
    return 1 if problems else 0


def evaluate(options: argparse.Namespace, _: Settings) -> int:
    """Print the detection figures over files of labelled messages."""
    knowledge = load()
    try:
        results = tuple(outcomes(knowledge, rows(options.file or sorted(CORPUS.glob("*.jsonl")))))
    except (OSError, ValueError) as error:
        sys.stderr.write(f"redflag: {error}\n")
        return 2
    sys.stdout.write(figures(results, misses=options.misses) + "\n")
    return 0
