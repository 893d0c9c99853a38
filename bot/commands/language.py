"""/language: in which language the bot answers this asker."""

from __future__ import annotations

from bot import replies
from bot.app import App
from bot.request import Reply, Request
from bot.store.actions import KeptAction

NAME = "language"
ALIASES = ("语言", "中文", "英文")


async def run(request: Request, app: App) -> Reply:
    """Choose by code or by the language's own name; without one, offer the languages."""
    wanted = request.argument.lower()
    for code, words in app.languages.items():
        if wanted in (code, words.say("language.name").lower()):
            return await _choose(request, code, app)
    return (replies.choose_language(request.words, app.languages),)


async def press(request: Request, action: KeptAction, app: App) -> Reply:
    """`choose`: the language of the button."""
    return await _choose(request, str(action.data["language"]), app)


async def _choose(request: Request, code: str, app: App) -> Reply:
    if code not in app.languages:
        return (replies.stale(request.words),)
    await app.store.askers.choose_language(request.asker, code)
    return (replies.language_chosen(app.languages[code]),)
