"""The chat in the terminal itself, driven through a real pseudo-terminal."""

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.bot.test_check import MESSAGES

ROOT = Path(__file__).parents[2]
PROMPT = "\x1b[?2004h"  # from here on the prompt takes pastes
PASTE = "\x1b[200~{}\x1b[201~\r"


class Screen:
    """What the program writes to its terminal; `until` consumes it piece by piece."""

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._seen = ""

    def until(self, text: str, seconds: float = 60) -> str:
        end = time.monotonic() + seconds
        while text not in self._seen:
            assert time.monotonic() < end, f"{text!r} did not appear in {self._seen!r}"
            ready, _, _ = select.select([self._handle], [], [], 0.2)
            if ready:
                self._seen += os.read(self._handle, 65_536).decode("utf-8", "replace")
        shown, _, self._seen = self._seen.partition(text)
        return shown + text


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
def test_a_paste_of_many_lines_is_one_message_and_a_number_presses(tmp_path: Path) -> None:
    master, slave = pty.openpty()
    environment = os.environ | {
        "REDFLAG_DATA_DIR": str(tmp_path),
        "PYTHONPATH": str(ROOT),
        "TERM": "xterm",
        "LANG": "C.UTF-8",
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "adapters"],
        stdin=slave, stdout=slave, stderr=slave, env=environment, cwd=tmp_path,
    )  # fmt: skip
    os.close(slave)
    try:
        screen = Screen(master)
        screen.until(PROMPT)
        mail = MESSAGES["insider-extortion"][0].replace(". ", ".\r\n")
        os.write(master, PASTE.format(mail).encode())
        shown = screen.until("This answer is wrong")
        assert shown.count("[!!]") == 1
        screen.until(PROMPT)
        os.write(master, b"1\r")
        screen.until("Nobody sees that it was you")
        screen.until(PROMPT)
        os.write(master, b"\x04")
        assert process.wait(20) == 0
    finally:
        process.kill()
        process.wait(10)
        os.close(master)
