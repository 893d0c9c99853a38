"""Requests to Discord: the library's own for the bot, ours for what interactions are answered by.

The library knows the limits of each route; what it gives up at (a 429 that comes from in front of
Discord, a 503, a cut line) is waited out here. Answers to interactions stand under no limit that
all share, but must arrive within three seconds: they have a session of their own that tries again
at once, where the library would wait a second and then three. No error made here names an address,
because some addresses hold a token.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Mapping
from typing import Any

import aiohttp
import discord
from discord.http import Route

log = logging.getLogger(__name__)

Json = Any
PATIENCE = 900.0
"""Seconds after which an answer comes too late to be of use and is given up."""
_CALL = 60.0
_ATTEMPT = 1.2
"""Seconds for one request: of the library, with its own repetitions; and of ours."""
_WAIT, _LONGEST_WAIT = 0.5, 30.0
_SHORT_WAIT = 0.15
_AGENT = "DiscordBot (https://github.com/Rapptz/discord.py, 2.7)"


class RefusedError(Exception):
    """Discord says no. `code` is its number for why; `again`: an earlier try may have passed."""

    def __init__(self, status: int, code: int, *, again: bool = False) -> None:
        super().__init__(f"Discord refuses a request ({status}, code {code}).")
        self.status = status
        self.code = code
        self.again = again


class OutageError(Exception):
    """Discord did not take a request in the time there was for it."""


class Rest:
    """Both ways to ask Discord; `open` before use, `close` after."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        self._session: aiohttp.ClientSession | None = None
        self._not_before = 0.0

    def open(self) -> None:
        """Open the session for answers to interactions."""
        self._session = aiohttp.ClientSession(headers={"User-Agent": _AGENT})

    async def close(self) -> None:
        """Close it."""
        if self._session is not None:
            await self._session.close()

    async def bot(
        self,
        method: str,
        path: str,
        *,
        body: Json = None,
        query: Mapping[str, Any] | None = None,
        patience: float = PATIENCE,
        **parameters: str,
    ) -> Json:
        """A request as the bot, within the limits of its route.

        Raises: RefusedError, OutageError after `patience` seconds.
        """
        clock = asyncio.get_running_loop().time
        until, wait, again = clock() + patience, _WAIT, False
        options: dict[str, Any] = {} if body is None else {"json": body}
        if query is not None:
            options["params"] = query
        while True:
            await asyncio.sleep(max(0.0, self._not_before - clock()))
            pause, wait = wait, min(2 * wait, _LONGEST_WAIT)
            try:
                async with asyncio.timeout(min(_CALL, max(1.0, until - clock()))):
                    route = Route(method, path, **parameters)
                    return await self._client.http.request(route, **options)
            except discord.HTTPException as error:
                if error.status == 429:
                    # Not from Discord but from in front of it: everything of ours has to wait.
                    pause = _seconds(error.response.headers.get("Retry-After"), pause)
                    self._not_before = clock() + pause
                elif error.status < 500:
                    raise RefusedError(error.status, error.code, again=again) from None
            except (aiohttp.ClientError, OSError, TimeoutError):
                again = True
            if clock() + pause > until:
                raise OutageError("Discord does not take requests.") from None
            await asyncio.sleep(pause)

    async def hook(
        self, method: str, path: str, *, within: float, body: Json, query: str = ""
    ) -> Json:
        """A request that needs no token but the one in its path.

        Raises: RefusedError, OutageError after `within` seconds.
        """
        assert self._session is not None  # noqa: S101 - opened with the face
        clock = asyncio.get_running_loop().time
        until, wait, again = clock() + within, _SHORT_WAIT, False
        while True:
            timeout = aiohttp.ClientTimeout(total=max(0.05, min(_ATTEMPT, until - clock())))
            pause, wait = wait, min(2 * wait, _LONGEST_WAIT)
            try:
                async with self._session.request(
                    method, f"{Route.BASE}{path}{query}", json=body, timeout=timeout
                ) as answer:
                    told = _told(await answer.text(), answer.headers.get("Content-Type", ""))
                    if answer.status < 300:
                        return told
                    if answer.status == 429:
                        asked = told.get("retry_after") or answer.headers.get("Retry-After")
                        pause = _seconds(asked, pause)
                    elif answer.status < 500:
                        code = int(told.get("code") or 0)
                        raise RefusedError(answer.status, code, again=again)
                    else:
                        again = True
            except (aiohttp.ClientError, OSError, TimeoutError):
                again = True
            if clock() + pause > until:
                raise OutageError("Discord does not take answers.") from None
            await asyncio.sleep(pause)


def _told(text: str, kind: str) -> dict[str, Any]:
    if not text or not kind.startswith("application/json"):
        return {}
    try:
        told = json.loads(text)
    except ValueError:
        return {}
    return told if isinstance(told, dict) else {}


def _seconds(asked: Any, otherwise: float) -> float:
    try:
        return max(0.0, float(asked))
    except (TypeError, ValueError):
        return otherwise
