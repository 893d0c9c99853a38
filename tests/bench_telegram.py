"""`make bench`, on Telegram: messages answered a second, beside a bare echo bot.

Both run as processes of their own against the same load server, in turn: the echo bot is the
library's own Application with the same request class, and does nothing but send the text back;
Redflag does everything it does. The ratio is what counts. Nothing is asserted.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
TOKEN = "123456789:AAFictional-token-of-the-loopback-server1"
MESSAGES, CHATS, ROUNDS = 1_500, 100, 3
TEXTS = {
    "ordinary": "Hi, my order 113-1234567-1234567 came today, but the lamp has a crack in the "
    "glass and one screw is missing. Could you send a new glass, or tell me how to return it? I "
    "am at home until Friday and would be glad to hear from you soon. Thanks and kind regards, "
    "Maria.",
    "extortion": "Hello, I work in the review investigation department. I have the evidence that "
    "your store bought fake reviews. Pay 200 USD by PayPal to desk@evil-parcels.com within 24 "
    "hours and I delete it, otherwise I submit the report and your account will be closed.",
}
ECHO = """
import asyncio, sys, warnings
warnings.simplefilter("ignore")
from telegram import Update
from telegram.ext import Application, MessageHandler, filters
from adapters.telegram.request import AiohttpRequest
async def echo(update, context):
    await update.message.reply_text(update.message.text)
async def main(url, token):
    app = (Application.builder().token(token).base_url(url + "/bot")
           .base_file_url(url + "/file/bot").concurrent_updates(16)
           .request(AiohttpRequest(32)).get_updates_request(AiohttpRequest(1)).build())
    app.add_handler(MessageHandler(filters.TEXT, echo))
    async with app:
        await app.start()
        await app.updater.start_polling()
        await asyncio.Event().wait()
asyncio.run(main(*sys.argv[1:]))
"""


def main() -> None:
    """Print the figures."""
    for name, text in TEXTS.items():
        rates: dict[str, list[float]] = {"echo": [], "redflag": []}
        for _ in range(ROUNDS):
            for who in rates:
                rates[who].append(_rate(who, text))
        ratios = [ours / echo for ours, echo in zip(rates["redflag"], rates["echo"], strict=True)]
        _say(
            f"telegram, {name} of {len(text)} characters from {CHATS} chats, messages/s, median of "
            f"{ROUNDS}: redflag {statistics.median(rates['redflag']):.0f}, bare echo bot "
            f"{statistics.median(rates['echo']):.0f}, ratio {statistics.median(ratios):.2f}"
        )
    stream()


STREAM_RATE, STREAM_SECONDS, STREAM_CHATS = 100, 30, 200


def stream() -> None:
    """Print how a steady stream is taken in while one chat has to wait."""
    with (
        _load_server() as url,
        tempfile.TemporaryDirectory() as folder,
        _bot("redflag", url, folder) as process,
    ):
        _run(url, TEXTS["ordinary"], 50)
        order = {"rate": STREAM_RATE, "seconds": STREAM_SECONDS, "chats": STREAM_CHATS}
        _ask(f"{url}/control/stream", order | {"text": TEXTS["ordinary"]}, 120)
        end = time.monotonic() + 60
        while (state := _ask(f"{url}/control/state"))["received"] < state["expected"]:
            if time.monotonic() > end:
                break
            time.sleep(0.1)
        memory = Path(f"/proc/{process.pid}/status")
        peak = "unknown"
        if memory.exists():
            (line,) = [one for one in memory.read_text().splitlines() if one.startswith("VmHWM")]
            peak = f"{int(line.split()[1]) / 1024:.0f} MB"
    accepted, answered = state["accepted"], state["answered"]
    _say(
        f"telegram, {STREAM_RATE} updates/s for {STREAM_SECONDS} s from {STREAM_CHATS} chats, one "
        f"of them at 429: accepted p95 {accepted[int(len(accepted) * 0.95)]:.2f} s, answered p95 "
        f"{answered[int(len(answered) * 0.95)]:.2f} s ({state['received']} of {state['expected']} "
        f"to the others), {state['early']} too early to the one, memory {peak} at most"
    )


def _rate(who: str, text: str) -> float:
    with _load_server() as url, tempfile.TemporaryDirectory() as folder, _bot(who, url, folder):
        # A few first, so that start-up is not counted.
        _run(url, text, 50)
        return _run(url, text, MESSAGES)


def _run(url: str, text: str, messages: int) -> float:
    _ask(f"{url}/control/load", {"messages": messages, "chats": CHATS, "text": text})
    end = time.monotonic() + 120
    while time.monotonic() < end:
        state = _ask(f"{url}/control/state")
        if state["received"] >= messages:
            return float(state["per_second"])
        time.sleep(0.05)
    raise RuntimeError(f"only {state['received']} of {messages} were answered in time")


@contextmanager
def _load_server() -> Iterator[str]:
    command = [sys.executable, "-m", "tests.servers.telegram"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.kill()


@contextmanager
def _bot(who: str, url: str, folder: str) -> Iterator[subprocess.Popen[bytes]]:
    environment = os.environ | {
        "REDFLAG_TELEGRAM_TOKEN": TOKEN,
        "REDFLAG_TELEGRAM_API_URL": url,
        "REDFLAG_DATA_DIR": folder,
        "REDFLAG_CHECKS_PER_MINUTE": "100000",
        "PYTHONPATH": str(ROOT),
    }
    redflag = [sys.executable, "-m", "adapters", "run"]
    command = redflag if who == "redflag" else [sys.executable, "-c", ECHO, url, TOKEN]
    log = subprocess.DEVNULL
    with subprocess.Popen(command, env=environment, stdin=log, stdout=log, stderr=log) as process:
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()


def _ask(url: str, order: dict[str, Any] | None = None, within: float = 30) -> dict[str, Any]:
    body = None if order is None else json.dumps(order).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=within) as answer:
        return dict(json.load(answer))


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
