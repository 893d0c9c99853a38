"""Requests to Telegram over aiohttp, as python-telegram-bot's own extension point has them.

Three times as many a second as over its default, httpx, which moreover logs every address, and with
it the token, at INFO. No error made here names an address. It deliberately knows no method.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import aiohttp
from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

Timeout = Any
"""Seconds, None for no limit, or python-telegram-bot's mark for the default."""
_CONNECT, _READ, _WRITE = 5.0, 10.0, 10.0
_AWAY = (502, 503, 504)
"""What stands in front of the Bot API says that it did not get through."""


class UnsentError(NetworkError):
    """The request did not reach Telegram: sending it again does nothing twice."""


class AiohttpRequest(BaseRequest):
    """One session with at most `connections` connections at a time."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds an answer may take where a call names no other limit."""
        return _READ

    async def initialize(self) -> None:
        """Open the session; a second call changes nothing."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=aiohttp.TCPConnector(limit=self._connections),
                headers={"User-Agent": self.USER_AGENT},
                trust_env=True,  # where Telegram is reached through a proxy only
            )

    async def shutdown(self) -> None:
        """Close the session; a second call changes nothing."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        write_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        connect_timeout: Timeout = BaseRequest.DEFAULT_NONE,
        pool_timeout: Timeout = BaseRequest.DEFAULT_NONE,  # noqa: ARG002 - waiting in the pool is no failure
    ) -> tuple[int, bytes]:
        """One request: the status of the answer and its body.

        Raises: UnsentError where nothing was sent, TimedOut, NetworkError.
        """
        if self._session is None:
            raise UnsentError("The session to Telegram is closed.")
        reading, writing = _seconds(read_timeout, _READ), _seconds(write_timeout, _WRITE)
        connecting = _seconds(connect_timeout, _CONNECT)
        timeout = aiohttp.ClientTimeout(
            total=None, sock_connect=connecting, sock_read=(reading or 0) + (writing or 0) or None
        )
        try:
            async with self._session.request(
                method, url, data=_body(request_data), timeout=timeout
            ) as answer:
                if answer.status in _AWAY:
                    raise UnsentError(f"Telegram is away ({answer.status}).")
                return answer.status, await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise UnsentError(f"Telegram cannot be reached ({type(error).__name__}).") from None
        except TimeoutError:
            raise TimedOut("Telegram did not answer in time.") from None
        except (aiohttp.ClientError, OSError) as error:
            raise NetworkError(f"Telegram broke off ({type(error).__name__}).") from None


def seconds(retry_after: int | timedelta) -> float:
    """How long a 429 asks to wait, in whichever form the library is set to tell it."""
    if isinstance(retry_after, timedelta):
        return retry_after.total_seconds()
    return float(retry_after)


def _seconds(timeout: Timeout, default: float) -> float | None:
    return default if timeout is BaseRequest.DEFAULT_NONE else timeout


def _body(data: RequestData | None) -> aiohttp.FormData | dict[str, str] | None:
    if data is None:
        return None
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData(data.json_parameters)
    for name, (filename, content, mime) in (data.multipart_data or {}).items():
        form.add_field(name, content, filename=filename, content_type=mime)
    return form
