"""Asks Telegram for updates, again and again, until cancelled.

The batch is taken as it comes, not as objects of the library: one update that it cannot read would
make it ask for the same batch for ever.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from telegram import Bot
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError
from telegram.request import BaseRequest

from adapters.errors import FaceRefusedError
from adapters.telegram.intake import Intake, Raw
from adapters.telegram.request import seconds

log = logging.getLogger(__name__)

KINDS = ("message", "edited_message", "callback_query", "inline_query", "my_chat_member")
"""The kinds of updates that the bot asks Telegram for."""
_LONG_POLL = 25
"""Seconds for which Telegram keeps a question open while nothing happens."""
_WAIT, _LONGEST_WAIT, _CONFLICT_WAIT = 1.0, 30.0, 15.0
REFUSED = "Telegram refuses the token: copy it anew from BotFather into REDFLAG_TELEGRAM_TOKEN."
CONFLICT = (
    "another program asks Telegram for the updates of this bot, and only one may: stop it, or give "
    "this one a token of its own. Trying again."
)


async def poll(bot: Bot, request: BaseRequest, intake: Intake) -> None:
    """Hand every batch to the intake; ask for the next when it was kept.

    Outages are waited out. Raises: FaceRefusedError where the token is refused.
    """
    offset, wait = 0, _WAIT
    while True:
        await intake.room()
        try:
            batch = await _ask(bot, request, offset)
        except Conflict:
            log.error("telegram: %s", CONFLICT)
            await asyncio.sleep(_CONFLICT_WAIT)
        except InvalidToken:
            raise FaceRefusedError(REFUSED) from None
        except RetryAfter as error:
            await asyncio.sleep(seconds(error.retry_after))
        except TelegramError as error:
            log.warning("telegram: no updates (%s); trying again in %.0f s", error, wait)
            await asyncio.sleep(wait)
            wait = min(2 * wait, _LONGEST_WAIT)
        else:
            wait = _WAIT
            if batch:
                await intake.accept(batch)
                offset = max(raw["update_id"] for raw in batch) + 1


async def _ask(bot: Bot, request: BaseRequest, offset: int) -> Sequence[Raw]:
    question: dict[str, Any] = {
        "offset": offset,
        "timeout": _LONG_POLL,
        "allowed_updates": json.dumps(KINDS),
    }
    batch = await request.post(
        f"{bot.base_url}/getUpdates?{urlencode(question)}", read_timeout=_LONG_POLL + 10
    )
    return batch if isinstance(batch, list) else ()
