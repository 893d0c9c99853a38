"""Words of others, made fit to be shown: nothing in them is a link, a mention or a command.

The one place that does so, for every platform. Control characters, bidirectional overrides and
invisible characters are removed (a terminal obeys them, a reader is misled by them); links and
addresses are defanged, so that no chat and no terminal turns them back into live ones.
"""

from __future__ import annotations

import re

_UNSEEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u061c\u115f\u1160\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_WEB = re.compile(r"http(s?)(?=:)", re.IGNORECASE)
_SCHEME = re.compile(
    r"(?<!hxxp)(?<!hxxps):(?=//)|(?<=tg):|(?<=mailto):|(?<=tel):|(?<=javascript):|(?<=data):",
    re.IGNORECASE,
)
_DOT = re.compile(
    r"(?<=[^\s.])\.(?=[^\W\d_]{2,})|(?<=[A-Za-z0-9])[\u3002\uff0e\uff61](?=[A-Za-z]{2,})"
)
_AT = re.compile(r"@(?=[\w.-])")
_SLASH = re.compile(r"(?<![\w/<>])/(?=\w)")
_NUMBERED = re.compile(r"(?<![\d.])(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})(?![\d.]*\d)")


def clean(text: str) -> str:
    """One line of others' words without anything unseen; every white space is one space."""
    return " ".join(_UNSEEN.sub("", text).split())


def quote(text: str, limit: int = 160) -> str:
    """Others' words as one defanged line of at most `limit` characters, cut visibly."""
    shown = defang(clean(text))
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"


def defang(text: str) -> str:
    """The text with links, addresses, mentions and commands in it broken but readable.

    >>> defang("pay bob@evil.example or https://evil.example/x, then /start")
    'pay bob[@]evil[.]example or hxxps://evil[.]example/x, then / start'
    """
    text = _SCHEME.sub("[:]", _WEB.sub(lambda found: "hxxp" + found[1].lower(), text))
    text = _NUMBERED.sub(r"\1[.]\2[.]\3[.]\4", _DOT.sub("[.]", text))
    return _SLASH.sub("/ ", _AT.sub("[@]", text))
