"""Messages out that answer no interaction: in a channel, or to a person's private chat.

Each carries a nonce made of what it answers, so that a message whose receipt was lost, or that is
sent again after a crash, is not said twice. Where embeds may not be sent, the same is said as text.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from typing import Any

from adapters.discord.parse import Place
from adapters.discord.render import Page, body, render
from adapters.discord.rest import OutageError, RefusedError, Rest
from bot.card import Card

log = logging.getLogger(__name__)

_NO_PERMISSION = 50013
_NO_HISTORY = 160002
"""A message cannot be replied to where the bot may not read what was written before."""


class Sender:
    """Sends cards and pages as the bot."""

    def __init__(self, rest: Rest) -> None:
        self._rest = rest

    async def send(self, place: Place, cards: Sequence[Card], key: str) -> bool:
        """Say cards in a place, the first as an answer to its message; False where it cannot be.

        Args: `key`, at most 20 characters, of what is answered. Why not stands in the log.
        """
        plain, number = False, 0
        for card in cards:
            pages = render(card)
            refused = await self._pages(place, pages, key, number)
            if refused == _NO_HISTORY:
                place = Place(place.channel)
                refused = await self._pages(place, pages, key, number)
            if refused == _NO_PERMISSION and not plain:
                plain, pages = True, render(card, plain=True)
                refused = await self._pages(place, pages, key, number)
            if refused is not None:
                log.warning("a channel does not take a message (code %s)", refused)
                return False
            number += len(pages)
            place = Place(place.channel)
        return True

    async def direct(self, person: str, page: Page, key: str) -> None:
        """Say a page to a person, where an interaction cannot be answered any more."""
        try:
            channel = await self._rest.bot(
                "POST", "/users/@me/channels", body={"recipient_id": person}
            )
            refused = await self._pages(Place(str(channel["id"])), [page], key, 0)
        except RefusedError as error:
            refused = error.code
        except OutageError:
            refused = 0
        if refused is not None:
            log.warning("an answer that came too late reaches nobody (code %s)", refused)

    async def edit(self, channel: str, message: str, page: Page) -> bool:
        """Put a page in the place of a message of ours; False where that cannot be."""
        changed = body(page)
        changed.pop("flags")
        try:
            await self._rest.bot(
                "PATCH",
                "/channels/{channel_id}/messages/{message_id}",
                body=changed,
                channel_id=channel,
                message_id=message,
            )
        except (RefusedError, OutageError):
            return False
        return True

    async def _pages(self, place: Place, pages: Sequence[Page], key: str, first: int) -> int | None:
        """Send pages; None, or Discord's number for why one of them was not taken."""
        for number, page in enumerate(pages, first):
            said: dict[str, Any] = {
                **body(page),
                "nonce": f"{key}.{number}"[-25:],
                "enforce_nonce": True,
            }
            if place.message and number == first:
                said["message_reference"] = {
                    "message_id": place.message,
                    "fail_if_not_exists": False,
                }
            try:
                await self._rest.bot(
                    "POST", "/channels/{channel_id}/messages", body=said, channel_id=place.channel
                )
            except RefusedError as error:
                return error.code
            except OutageError as error:
                log.warning("a message is given up: %s", error)
                return 0
        return None
