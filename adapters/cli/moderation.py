"""`redflag questions`: what askers put to the moderators, and the answers.

The operator speaks for the moderators here; the queue in the chats themselves comes with them.
"""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime

from bot.app import App
from bot.quoting import clean, defang


async def questions(options: argparse.Namespace, app: App) -> int:
    """List the open questions, or answer one; 1 where there is no such open question."""
    if options.number is None:
        return await _list(app)
    if not (options.answer or "").strip():
        sys.stderr.write("redflag: write the answer behind the number, in quotes.\n")
        return 1
    if not await app.store.questions.answer(options.number, options.answer, app.clock()):
        sys.stderr.write(f"redflag: there is no open question {options.number}.\n")
        return 1
    sys.stdout.write("Answered; the asker sees it with the next message.\n")
    return 0


async def _list(app: App) -> int:
    for one in await app.store.questions.open():
        day = datetime.fromtimestamp(one.at / 1000, UTC).date().isoformat()
        said = f"{one.level}, {one.routine}" if one.routine else one.level
        sys.stdout.write(
            f"{one.id}. {day}, {one.community}, in {one.language}; the bot said: {said}\n"
            f"{defang(clean(one.text))}\n\n"
        )
    return 0
