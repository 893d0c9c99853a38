"""The bot's words as they are said on Discord, where they differ from elsewhere.

A text under `discord.say` in a language's folder stands in for the one of the same key: how to ask
is another thing here than where one types commands into a chat. Everything else is said as ever.
Commands that Discord has no use for are not told of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from bot.app import App
from bot.locales import Words

_OWN = "discord.say."
_UNSPOKEN = ("commands.start", "commands.wrong")
"""Elsewhere typed; here a button, or nothing that needs to be begun."""


def on_discord(app: App) -> App:
    """The same bot, speaking as one does on Discord."""
    return replace(app, languages=spoken(app.languages))


def spoken(languages: Mapping[str, Words]) -> Mapping[str, Words]:
    """Each language with its own texts for Discord in the place of the common ones."""
    return {code: Words(code, _texts(words.texts)) for code, words in languages.items()}


def _texts(texts: Mapping[str, str]) -> Mapping[str, str]:
    own = {key.removeprefix(_OWN): text for key, text in texts.items() if key.startswith(_OWN)}
    kept = {key: text for key, text in texts.items() if key not in _UNSPOKEN}
    return kept | own
