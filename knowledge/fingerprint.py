"""A fingerprint of what a message says, apart from whom it was sent to.

The same mail goes to many shops with another name, sum or address in it. Blanking identifiers,
numbers and the greeting leaves the template; its hash tells whether somebody else has asked about
the same text without keeping the text. Near-copies with other wording are not the same template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from hashlib import sha256

from knowledge.text import read

_GREETING = re.compile(
    r"^(?:\W*(?:dear|hi|hello|hey|good (?:morning|afternoon|evening)|尊敬的|亲爱的|你好|您好)"
    r"[^,.!:;\n]{0,40}[,.!:;])"
)
_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_NOISE = re.compile(r"[\W_]+")
_LEAST = 36
"""Letters that must remain (a Chinese one counts three): shorter texts would link strangers."""


def fingerprint(original: str, spans: Iterable[tuple[int, int]]) -> str | None:
    """The fingerprint of a text, 32 hexadecimal digits, or None where it says too little.

    Args: `spans`, the offsets in `original` of the identifiers, which are blanked.
    """
    template = original
    for start, end in sorted(spans, reverse=True):
        template = template[:start] + " " + template[end:]
    template = _NUMBER.sub(" ", _GREETING.sub(" ", read(template).folded.text))
    letters = _NOISE.sub("", template)
    if sum(3 if char > "\u2fff" else 1 for char in letters) < _LEAST:
        return None
    return sha256(letters.encode("utf-8", "replace")).hexdigest()[:32]
