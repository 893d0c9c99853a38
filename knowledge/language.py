"""Which language a message is in: enough to choose the words of an answer.

Scripts decide first (Chinese, Japanese), then the small words of each language. It does not try
languages that Redflag has no answer for: those are `other`.
"""

from __future__ import annotations

import re
from types import MappingProxyType

from knowledge.text import is_traditional

_CHINESE = re.compile("[\u3400-\u9fff]")
_KANA = re.compile("[\u3041-\u30ff]")
_WORD = re.compile(r"[^\W\d_]+")
_SAMPLE = 4_000

# The most frequent small words that the languages do not share.
_SMALL_WORDS = MappingProxyType(
    {
        "en": frozenset(
            "the and you your is are to of we i it this that have has with for on will not be our "
            "my me please if can from do was but what who they he she at in or by as how a an "
            "pay now us hi hello yes no thanks any".split()
        ),
        "es": frozenset(
            "el los las una que de y en por para con su usted es son si no se lo del al como más "
            "pero tu nuestro está hola gracias le o".split()
        ),
        "de": frozenset(
            "der die das und ist sind ich sie wir nicht ein eine zu mit auf für von dem den des "
            "ihr ihre ihren bitte wenn oder wird haben uns auch es im hallo".split()
        ),
        "fr": frozenset(
            "le les des une est et vous nous votre vos pour dans avec que qui ne pas sur du au "
            "je il ce cette si ou sont bonjour merci notre la".split()
        ),
    }
)


def detect(text: str) -> str:
    """`en`, `zh`, `zh-Hant`, `es`, `de`, `fr`, `ja` or `other`, from the first 4,000 characters."""
    sample = text[:_SAMPLE]
    chinese = _CHINESE.findall(sample)
    words = _WORD.findall(_CHINESE.sub(" ", sample).lower())
    if len(_KANA.findall(sample)) > max(1, len(chinese) // 10):
        return "ja"
    # One Chinese character carries about as much as a Latin word and a half.
    if len(chinese) * 1.5 > len(words):
        traditional = sum(map(is_traditional, chinese))
        return "zh-Hant" if traditional * 12 > len(chinese) else "zh"
    counts = {
        language: sum(word in small for word in words) for language, small in _SMALL_WORDS.items()
    }
    best = max(counts, key=lambda language: counts[language])
    if counts[best]:
        return best
    return "en" if words and sample.isascii() else "other"
