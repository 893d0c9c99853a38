"""/forget: erase what is known of the asker, after one question."""

from __future__ import annotations

from bot import replies
from bot.app import App
from bot.request import Reply, Request
from bot.store.actions import KeptAction
from bot.store.registry import Statement

NAME = "forget"
ALIASES = ("忘记我", "删除我的数据")


async def run(request: Request, app: App) -> Reply:
    """Ask whether the asker's reports are to be withdrawn too."""
    mine = await app.store.registry.standing_reports(request.asker.pseudonym)
    return (replies.forget_question(request.words, len(mine)),)


async def press(request: Request, action: KeptAction, app: App) -> Reply:
    """`keep`: erase the asker, reports stay without a link; `all`: withdraw them first."""
    if action.step == "all":
        communities = {one.id: one for one in await app.store.communities.all()}
        pseudonym = request.asker.pseudonym
        for identifier, community in await app.store.registry.standing_reports(pseudonym):
            await app.store.registry.withdraw(
                Statement(
                    identifier,
                    communities[community],
                    pseudonym,
                    None,
                    request.now,
                    request.case.key,
                )
            )
    await app.store.askers.forget(request.asker)
    return (replies.forgotten(request.words),)
