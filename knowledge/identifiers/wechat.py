"""WeChat ids (微信号): named beside 微信, VX, 加V, V信, 薇, 威信 or WeChat.

Form: 6-20 Latin letters, digits, - and _, beginning with a letter (WeChat's own rule); a Chinese
mobile number or QQ number is used as one too. Canonical: lower case, a mobile number in E.164. An
id is never read without such a word in front of it: alone it could be anything.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from knowledge.identifiers import phone
from knowledge.identifiers.errors import FormatError

NAME = "wechat"
RANK = 70
NEEDS_NAME = True
EXAMPLES = ("review_helper88", "138 0013 8000")

_WORD = (
    r"(?:微信|威信|薇信|徽信|v信|薇|加\s?(?:我\s?)?(?:微|v|薇|卫星|威)"
    r"|(?<![A-Za-z0-9])(?:we\s?-?chat|weixin|vx|wx|v|wei)(?![A-Za-z0-9.]))"
)
_BETWEEN = (
    r"\s?(?:联系方式|联系|号码|账号|号|id|me|on|是|为|contact|加|我|找)?"
    r"\s?[:=(【]?\s?(?:id\s?[:=]?\s?)?"
)
_ID = r"(?P<id>[A-Za-z][-\w]{5,19}|1[3-9]\d[ -]?\d{4}[ -]?\d{4}|\d{6,11})"
_CANDIDATE = re.compile(rf"{_WORD}{_BETWEEN}{_ID}(?![-\w@]|\.\w)", re.IGNORECASE | re.ASCII)
_SAME = re.compile(
    r"(1[3-9]\d[ -]?\d{4}[ -]?\d{4})[^\n\d]{0,4}(?:微信|v|vx|wx|薇)\s?同号", re.IGNORECASE
)
_FORM = re.compile(r"[A-Za-z][-\w]{5,19}", re.ASCII)
# What follows a word for WeChat in ordinary sentences.
_NOBODY = frozenset(
    "account accounts contact group groups number please payment payments public official transfer "
    "official wallet support message messages moments wechat weixin qrcode company".split()
)


def find(text: str) -> Iterator[tuple[int, int]]:
    """Ids behind a word for WeChat, and phones that are said to be the WeChat id too."""
    for found in _CANDIDATE.finditer(text):
        yield found.span("id")
    for found in _SAME.finditer(text):
        yield found.span(1)


def compact(raw: str) -> str:
    """Without spaces, lower case."""
    return re.sub(r"\s+", "", raw).lower()


def validate(raw: str) -> str:
    """The id in lower case; a mobile number in E.164.

    >>> validate("Review_Helper88")
    'review_helper88'

    Raises: FormatError.
    """
    text = compact(raw)
    digits = text.replace("-", "").removeprefix("+86")
    if re.fullmatch(r"1[3-9]\d{9}", digits):
        return phone.validate(digits)
    if re.fullmatch(r"[1-9]\d{5,10}", text):
        return text
    if not _FORM.fullmatch(text) or text in _NOBODY:
        raise FormatError(NAME)
    return text


def show(value: str, *, masked: bool = False) -> str:
    """As it is; a number masked like a phone."""
    if value.startswith("+"):
        return phone.show(value, masked=masked)
    return value
