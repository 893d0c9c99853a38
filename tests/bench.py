"""`make bench`: how fast a message is examined, how long a start takes, how much memory it holds.

Figures, not tests: machines differ, so nothing is asserted. As a peer in the same run stands the
standard library's `re`, looking for every phrase one by one without the multi-pattern pass: the
ratio says what the pass is worth. The messages are of the harmless and the fraudulent kind in
equal parts.
"""

from __future__ import annotations

import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from knowledge import Knowledge, load
from knowledge.text import fold
from tests import bench_discord, bench_store, bench_telegram

Argument = TypeVar("Argument")

_ROUNDS = 300
_STARTS = 7
_LENGTHS = (100, 300, 1_500)
_SAMPLES = {
    "en": (
        "Hello, I work in the review investigation department. I have the evidence that your "
        "store bought fake reviews. Pay 200 USD by PayPal to desk@evil-parcels.com within 24 "
        "hours and I delete it, otherwise your account will be closed. ",
        "Hi, my order 113-1234567-1234567 came today, but the lamp has a crack in the glass and "
        "one screw is missing. Could you send a new glass, or tell me how to return it? Thanks. ",
    ),
    "zh": (
        "您好，我是亚马逊内部审核部门的员工。我手里有你店铺刷单刷评的证据，24小时内付200美元到"
        "desk@evil-parcels.com，我就帮你删掉；不付的话我就提交上去，你的店铺会被封。",
        "你好，我的订单今天到了，但是灯罩有一道裂纹，还少了一颗螺丝。能不能补发一个灯罩，"
        "或者告诉我怎么退货？谢谢，麻烦尽快回复一下。",
    ),
}
_COLD = """
import resource, sys, time
before = time.perf_counter()
from knowledge import load
imported = time.perf_counter()
knowledge = load()
loaded = time.perf_counter()
knowledge.examine(sys.argv[1])
done = time.perf_counter()
unit = 1024 if sys.platform != "darwin" else 1024 * 1024
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit
print(imported - before, loaded - imported, done - loaded, peak)
"""


def main() -> None:
    """Print the figures."""
    knowledge = load()
    _examine(knowledge)
    _peer(knowledge)
    _starts()
    bench_telegram.main()
    bench_discord.main()
    bench_store.main()


def _examine(knowledge: Knowledge) -> None:
    _say(f"examine, {_ROUNDS} messages each, ms{'p50':>12}{'p99':>9}{'messages/s':>13}")
    for language in _SAMPLES:
        for length in _LENGTHS:
            texts = [_message(language, length, number) for number in range(_ROUNDS)]
            for text in texts[:10]:
                knowledge.examine(text)  # phrases are compiled when first needed
            times = sorted(_timed(knowledge.examine, text) for text in texts)
            _say(
                f"  {language} {length:>5} chars{'':>10}{statistics.median(times) * 1e3:>12.2f}"
                f"{times[int(len(times) * 0.99)] * 1e3:>9.2f}{len(times) / sum(times):>13.0f}"
            )


def _peer(knowledge: Knowledge) -> None:
    patterns = [
        re.compile(phrase.pattern) for cue in knowledge.pack.cues.values() for phrase in cue.phrases
    ]
    rounds = 20
    for language in _SAMPLES:
        texts = [_message(language, 300, number) for number in range(rounds)]
        ours = sum(_timed(knowledge.cues, text) for text in texts)
        theirs = sum(_timed(_one_by_one(patterns), text) for text in texts)
        _say(
            f"cues against `re` one by one, {len(patterns)} phrases, {language} 300 characters: "
            f"{theirs / ours:.0f} times as fast"
        )


def _one_by_one(patterns: list[re.Pattern[str]]) -> Callable[[str], object]:
    def search(text: str) -> object:
        folded = fold(text)
        return [one.search(folded) for one in patterns]

    return search


def _starts() -> None:
    runs = [_figures([sys.executable, "-c", _COLD, _SAMPLES["zh"][0]]) for _ in range(_STARTS)]
    importing, loading, first, peak = (
        statistics.median(column) for column in zip(*runs, strict=True)
    )
    _say(f"knowledge alone, median of {_STARTS} fresh processes:")
    _say(f"  import {importing * 1e3:.0f} ms, load {loading * 1e3:.0f} ms")
    _say(f"  first message {first * 1e3:.0f} ms, peak memory {peak:.0f} MB")
    command = [str(Path(sys.executable).with_name("redflag")), "check", "--json", "hello"]
    whole = statistics.median(_timed(_run, command) for _ in range(_STARTS))
    python = statistics.median(_timed(_run, [sys.executable, "-c", ""]) for _ in range(_STARTS))
    _say(
        f"redflag check, the whole process: {whole * 1e3:.0f} ms, "
        f"{whole / python:.0f} times an empty Python"
    )


def _figures(command: list[str]) -> list[float]:
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return [float(one) for one in done.stdout.split()]


def _run(command: list[str]) -> object:
    return subprocess.run(command, capture_output=True, check=True)


def _message(language: str, length: int, number: int) -> str:
    """A message of this length, different for each number so that nothing is remembered."""
    text = f"{number} " + _SAMPLES[language][number % 2] * (length // 50 + 1)
    return text[:length]


def _timed(call: Callable[[Argument], object], argument: Argument) -> float:
    before = time.perf_counter()
    call(argument)
    return time.perf_counter() - before


def _say(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
