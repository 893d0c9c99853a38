"""What Telegram shows of the bot before anybody writes: its commands and its description.

Set at every start, for each language there is; a platform that refuses costs nothing but the menu.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping

from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeDefault,
)
from telegram.error import TelegramError

from bot.locales import ENGLISH, Words

log = logging.getLogger(__name__)

PRIVATE = (
    "check", "report", "lookup", "routines", "routine", "guide", "wrong", "language", "privacy",
    "forget", "help",
)  # fmt: skip
GROUP = ("check", "report", "lookup", "routines", "routine", "language", "help")
"""The commands offered in a private chat and in a group, in the order of the menu."""


async def publish(bot: Bot, languages: Mapping[str, Words]) -> None:
    """Register commands and descriptions; English also for whoever speaks none of the languages."""
    scopes = (
        (BotCommandScopeDefault(), PRIVATE),
        (BotCommandScopeAllPrivateChats(), PRIVATE),
        (BotCommandScopeAllGroupChats(), GROUP),
    )
    try:
        for language, words in languages.items():
            code = None if language == ENGLISH else language
            for scope, names in scopes:
                menu = [BotCommand(name, words.say(f"commands.{name}")) for name in names]
                await bot.set_my_commands(menu, scope=scope, language_code=code)
            await bot.set_my_short_description(words.say("start.title"), language_code=code)
            await bot.set_my_description(words.say("start.ask"), language_code=code)
    except TelegramError as error:
        log.warning("telegram: the menu of commands is not up to date: %s", error)
