"""/language: in which language the bot answers this asker; in a group, everybody there.

In a group only its moderators choose, because all have to read it.
"""

from __future__ import annotations

from bot import replies
from bot.app import App
from bot.membership import role_in
from bot.request import Reply, Request
from bot.roster import Role
from bot.store.actions import KeptAction

NAME = "language"
ALIASES = ("语言", "中文", "英文")


async def run(request: Request, app: App) -> Reply:
    """Choose by code or by the language's own name; without one, offer the languages."""
    if request.in_group and not await _moderates(request, app):
        return (replies.moderators_choose(request.words),)
    wanted = request.argument.lower()
    for code, words in app.languages.items():
        if wanted in (code, words.say("language.name").lower()):
            return await _choose(request, code, app)
    return (replies.choose_language(request, app.languages),)


async def press(request: Request, action: KeptAction, app: App) -> Reply:
    """`choose`: the language of the button."""
    return await _choose(request, str(action.data["language"]), app)


async def _moderates(request: Request, app: App) -> bool:
    if request.community is None:
        return False
    return await role_in(request.community, request, app) >= Role.MODERATOR


async def _choose(request: Request, code: str, app: App) -> Reply:
    if code not in app.languages:
        return (replies.stale(request.words),)
    if request.in_group and request.community:
        await app.store.communities.choose_language(request.community.id, code)
    else:
        await app.store.askers.choose_language(request.asker, code)
    return (replies.language_chosen(app.languages[code]),)
