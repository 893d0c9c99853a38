"""Commands, one file each, shared by all platforms and discovered by folder.

A command's module has a NAME (what follows the slash), ALIASES in other languages, and

    async def run(request: Request, app: App) -> Reply

and, where one of its buttons may be pressed,

    async def press(request: Request, action: KeptAction, app: App) -> Reply

Its line of help is the text `commands.<name>` of each language.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from functools import cache
from types import ModuleType
from typing import Protocol, cast

from bot import membership, replies
from bot.app import App
from bot.card import Card
from bot.cases import Case
from bot.request import Examine, Reply, Request
from bot.store.actions import KeptAction

_COMMAND = re.compile(r"\s*[/／]([^\s@/／]{1,32})(?:@\w+)?(?:\s+|$)")


class Command(Protocol):
    """What the module of a command offers."""

    NAME: str
    ALIASES: tuple[str, ...]

    def run(self, request: Request, app: App) -> Awaitable[Reply]:
        """Answer the command."""


@cache
def commands() -> Mapping[str, Command]:
    """Every command by its name, in the order of the names."""
    found = {}
    for info in pkgutil.iter_modules(__path__):
        module = importlib.import_module(f"{__name__}.{info.name}")
        found[module.NAME] = cast(Command, module)
    return found


@cache
def _by_word() -> Mapping[str, Command]:
    words = {}
    for command in commands().values():
        for word in (command.NAME, *command.ALIASES):
            words[word] = command
    return words


def is_command(text: str) -> bool:
    """Whether a text names a command there is."""
    named = _COMMAND.match(text)
    return named is not None and named[1].lower() in _by_word()


def text_to_check(case: Case) -> str:
    """The text that a case wants examined: its own, or what /check is asked about; else empty."""
    if case.press is not None:
        return ""
    named = _COMMAND.match(case.text)
    command = _by_word().get(named[1].lower()) if named else None
    if named is None or command is None:
        return case.text
    if command.NAME != "check":
        return ""
    return "\n".join(part for part in (case.text[named.end() :].strip(), case.quoted) if part)


async def dispatch(request: Request, app: App) -> Reply:
    """A press or a command is answered; any other text is to be examined."""
    if request.case.press is not None:
        return await _press(request, request.case.press, app)
    text = request.case.text
    named = _COMMAND.match(text)
    if named is None:
        return Examine(text)
    command = _by_word().get(named[1].lower())
    if command is None:
        # A path or a date at the start of a pasted text is no command.
        is_text = len(text.split()) > 3 or not named[1].isalpha()
        return Examine(text) if is_text else (replies.unknown_command(request.words, named[1]),)
    return await command.run(replace(request, argument=text[named.end() :].strip()), app)


async def _press(request: Request, action_id: str, app: App) -> Reply:
    """Whoever presses must be entitled to it now; it is done for the community of the button."""
    action = await app.store.actions.find(action_id, request.now)
    entitled = await membership.entitled(action, request, app) if action else None
    if action is None or entitled is None:
        return (replies.stale(request.words),)
    press = _press_of(cast(ModuleType, commands()[action.command]))
    reply = await press(entitled, action, app)
    if isinstance(reply, Examine):
        return replace(reply, request=reply.request or entitled)
    cards = for_community(reply, entitled)
    return (replace(cards[0], replaces=action.replaces), *cards[1:]) if cards else cards


def for_community(cards: tuple[Card, ...], request: Request) -> tuple[Card, ...]:
    """The cards with buttons that speak for the community of this request."""
    community = request.community.id if request.community else None
    return tuple(
        replace(
            card,
            actions=tuple(
                replace(one, community=one.community or community) for one in card.actions
            ),
        )
        for card in cards
    )


def _press_of(module: ModuleType) -> Callable[[Request, KeptAction, App], Awaitable[Reply]]:
    return cast(Callable[[Request, KeptAction, App], Awaitable[Reply]], module.press)
