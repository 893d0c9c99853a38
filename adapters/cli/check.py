"""`redflag check`: one message as a card or JSON, or thousands as JSON lines.

Output of `--jsonl` is a contract (README, “For programs”): one line each, in order; a malformed
line gives `{"id": null, "error": ...}` and the rest goes on. Spans are code point offsets into the
text.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, BinaryIO

from adapters.console import parse
from adapters.console.render import WIDEST, plain, render
from bot.app import App
from bot.cases import Case
from bot.message import Attachment
from bot.pipeline import handle
from bot.trust import PROTECTED, Viewer
from bot.verdict import Verdict, judge
from knowledge.levels import Setting

LONGEST_LINE = 8_000_000
"""Bytes of one line of JSON that are read."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of input. `id` is given back as it came: any JSON value."""

    id: Any
    text: str
    setting: Setting
    attachments: tuple[Attachment, ...]


class RowError(ValueError):
    """A line that is no row; the message says what is wrong with it."""


async def check(options: argparse.Namespace, app: App) -> int:
    """Judge what the options or standard input hold."""
    community = await app.store.communities.named(options.community)
    viewer = community.viewer if community else Viewer()
    if options.jsonl:
        return await _stream(sys.stdin.buffer, app, viewer)
    text = options.text
    if text is None:
        text = parse.decode(await asyncio.to_thread(sys.stdin.buffer.read))
    files = tuple(map(parse.attachment, options.file))
    if options.json:
        row = Row(None, text, Setting.PRIVATE, files)
        sys.stdout.write(dump(await judged(row, app, viewer)) + "\n")
        return 0
    message = parse.message(
        f"/check {text}",
        app.clock(),
        member=options.member,
        community=options.community,
        language=parse.language(os.environ),
    )
    case = Case((replace(message, attachments=files),))
    width = min(WIDEST, shutil.get_terminal_size((80, 24)).columns)
    for card in await handle(case, app):
        # Nobody can press a button of a command that has ended.
        sys.stdout.write(plain(render(replace(card, actions=()), width)))
    return 0


async def _stream(source: BinaryIO, app: App, viewer: Viewer) -> int:
    """Answer each line as it comes; nothing is noted of them, because nobody asked."""
    for line in lines(source):
        try:
            answer = await judged(read_row(line), app, viewer)
        except RowError as error:
            answer = {"id": None, "error": str(error)}
        sys.stdout.write(dump(answer) + "\n")
        sys.stdout.flush()
    return 0


def lines(source: BinaryIO) -> Iterator[bytes]:
    """The lines of a stream without their line feeds; of one that is too long, its beginning."""
    while line := source.readline(LONGEST_LINE + 1):
        yield line.removesuffix(b"\n")
        while len(line) > LONGEST_LINE and not line.endswith(b"\n"):
            line = source.readline(LONGEST_LINE + 1)


def read_row(line: bytes) -> Row:
    """One line of input.

    Raises: RowError in words for whoever wrote the line.
    """
    if len(line) > LONGEST_LINE:
        raise RowError(f"The line is longer than {LONGEST_LINE} bytes.")
    try:
        data = json.loads(line)
    except UnicodeDecodeError as error:
        raise RowError("The line is not UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise RowError(f"The line is not JSON: {error}.") from error
    if not isinstance(data, Mapping):
        raise RowError('The line must be an object such as {"id": 1, "text": "..."}.')
    text, setting = data.get("text"), data.get("setting", Setting.PRIVATE.value)
    attachments = data.get("attachments", [])
    if not isinstance(text, str):
        raise RowError("“text” must be a string.")
    if setting not in list(Setting):
        raise RowError(f"“setting” must be one of: {', '.join(Setting)}.")
    if not isinstance(attachments, list) or not all(isinstance(one, str) for one in attachments):
        raise RowError("“attachments” must be a list of paths.")
    files = tuple(map(parse.attachment, attachments))
    return Row(data.get("id"), text, Setting(setting), files)


async def judged(row: Row, app: App, viewer: Viewer) -> dict[str, Any]:
    """The answer to one row, as the contract has it."""
    findings = app.knowledge.examine(row.text)
    identifiers = [found.identifier for found in findings.identifiers if not found.protected]
    standings = (
        await app.store.registry.standings(identifiers, viewer, app.clock()) if identifiers else {}
    )
    return answer(row, judge(findings, standings, setting=row.setting))


def answer(row: Row, verdict: Verdict) -> dict[str, Any]:
    """A verdict as plain JSON values."""
    reasons: list[dict[str, Any]] = [
        {
            "weight": reason.weight.value,
            "kind": reason.kind,
            "name": reason.name,
            **({"quote": reason.quote} if reason.quote else {}),
        }
        for reason in verdict.reasons
    ]
    reasons += [
        {"weight": "against", "kind": "unread", "name": f"{one.kind}: cannot be read yet"}
        for one in row.attachments
    ]
    if verdict.unread:
        name = f"the last {verdict.unread} characters were not read"
        reasons.append({"weight": "against", "kind": "unread", "name": name})
    match = verdict.match
    return {
        "id": row.id,
        "verdict": verdict.level.value,
        "routine": match.routine.slug if match else None,
        "confidence": round(verdict.confidence, 4),
        "mode": verdict.mode,
        "language": verdict.language,
        "cues": [
            {"cue": sign.cue, "quote": sign.quote, "start": sign.start, "end": sign.end}
            for sign in (match.signs if match else ())
        ],
        "identifiers": [
            {
                "kind": one.found.identifier.kind,
                "value": one.found.identifier.value,
                "raw": one.found.raw,
                "start": one.found.start,
                "end": one.found.end,
                "standing": (PROTECTED if one.found.protected else one.standing).state.value,
            }
            for one in verdict.identifiers
        ],
        "reasons": reasons,
    }


def dump(value: Mapping[str, Any]) -> str:
    """One line of JSON in readable UTF-8; escaped where the text holds lone surrogates."""
    line = json.dumps(value, ensure_ascii=False)
    try:
        line.encode()
    except UnicodeEncodeError:
        return json.dumps(value)
    return line
