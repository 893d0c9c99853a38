"""Chat with the bot in a terminal, or pipe one message through it.

A paste of many lines is one message (the terminal says where a paste ends); Enter sends, Alt+Enter
breaks the line. Typing the number of a button presses it. Piped input is answered and the program
ends.
"""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Sequence

from prompt_toolkit import PromptSession, print_formatted_text
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.styles import Style as Colours

from adapters.console import parse
from adapters.console.render import WIDEST, plain, render
from bot import cases
from bot.app import App
from bot.card import Action, Card
from bot.pipeline import handle

NAME = parse.PLATFORM
_COLOURS = Colours.from_dict(
    {
        "likely": "bold ansired",
        "possible": "bold ansiyellow",
        "none": "bold",
        "done": "bold ansigreen",
        "info": "bold ansicyan",
        "problem": "bold ansimagenta",
        "heading": "bold",
        "quote": "italic",
        "action": "ansicyan",
    }
)


async def connect(
    app: App, *, member: str = "me", community: str = parse.COMMUNITY, piped: bytes | None = None
) -> None:
    """Chat until the end of input, or answer what was piped and return.

    Args: `member` and `community` say for whom the terminal speaks; `piped`, the bytes of standard
    input.
    """
    chat = _Chat(app, member, community)
    if piped is not None:
        for text in parse.split(parse.decode(piped)):
            await chat.answer(text, styled=False)
        return
    await chat.answer("/start", styled=True)
    session: PromptSession[str] = PromptSession(
        "> ", multiline=True, key_bindings=_enter_sends(), prompt_continuation="  "
    )
    while True:
        try:
            text = await session.prompt_async()
        except (EOFError, KeyboardInterrupt):
            return
        if text.strip():
            await chat.answer(text, styled=True)


class _Chat:
    """One terminal: for whom it speaks, and the buttons of the last reply."""

    def __init__(self, app: App, member: str, community: str) -> None:
        self._app = app
        self._member = member
        self._community = community
        self._offered: Sequence[Action] = ()

    async def answer(self, text: str, *, styled: bool) -> None:
        message = parse.message(
            text,
            self._app.clock(),
            member=self._member,
            community=self._community,
            language=parse.language(os.environ),
            offered=self._offered,
        )
        for case in cases.join([message]):
            cards = await handle(case, self._app)
            self._offered = tuple(action for card in cards for action in card.actions)
            _show(cards, styled=styled)


def _show(cards: Sequence[Card], *, styled: bool) -> None:
    width = min(WIDEST, shutil.get_terminal_size((80, 24)).columns)
    number = 1
    for card in cards:
        lines = render(card, width, number)
        number += len(card.actions)
        if styled:
            text = [fragment for line in lines for fragment in (*line, ("", "\n"))]
            print_formatted_text(FormattedText([("", "\n"), *text]), style=_COLOURS)
        else:
            sys.stdout.write(plain(lines) + "\n")
    sys.stdout.flush()


def _enter_sends() -> KeyBindings:
    keys = KeyBindings()

    @keys.add("enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.validate_and_handle()

    @keys.add("escape", "enter")
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.insert_text("\n")

    return keys
