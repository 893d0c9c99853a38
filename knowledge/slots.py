"""The built-in slots of a phrase: {money}, {time}, {number}.

They are regular expressions on folded text (lower case, half-width, simplified Chinese); word
lists such as {platform} are data and live in `words.yaml`. Sums and times are read generously:
a slot never stands alone in a phrase, the words beside it decide.
"""

from __future__ import annotations

_NUMBER = r"\d{1,9}(?:[.,]\d{1,3}){0,3}"
_WORD_NUMBER = (
    r"(?:an?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fifteen|twenty|thirty|"
    r"forty|fifty|sixty|eighty|a few|few|several|(?:a |one |two |three |four |five )?"
    r"(?:couple of )?(?:hundred|thousand))"
)
_ZH_NUMBER = r"[一二两三四五六七八九十百千万几0-9]{1,7}"
_CURRENCY_BEFORE = r"(?:us|hk|s|a|c|nt|r)?[$€£¥₩₽฿]|(?:usd|eur|gbp|rmb|cny|usdt|rm|aud|cad)"
_CURRENCY_AFTER = (
    r"(?:us dollars?|u\.?s\.?d\.?t?|dollars?|bucks|quid|euros?|eur|pounds?|gbp|rmb|cny|yuan|"
    r"yen|jpy|aud|cad|hkd|sgd|myr|php|thb|vnd|idr|btc|eth|trx|[$€£¥])(?![a-z])"
)
_ZH_CURRENCY = (
    r"(?:(?:多|来)?(?:块钱|块|元|美元|美金|美刀|刀|欧元|欧|英镑|镑|人民币|港币|马币|米|万|千|百|"
    r"rmb|usdt))"
)
_UNIT = r"(?:minutes?|mins?|hours?|hrs?|days?|weeks?|business days?|working days?|months?)"
_DAY = (
    r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|tonight|tomorrow|"
    r"midnight|noon|this evening|the weekend|end of (?:the )?(?:day|week|month)|eod|cob)"
)
_ZH_UNIT = r"个?(?:分钟|小时|钟头|工作日|自然日|天|日|周|星期|礼拜|月)"
_ZH_DAY = (
    r"(?:今天|今日|今晚|今夜|明天|明日|明早|明晚|后天|周[一二三四五六日末天]|星期[一二三四五六日天]|"
    r"礼拜[一二三四五六日天]|下班|月底|天黑|零点|半夜|晚上)"
)

SLOTS = {
    "number": rf"(?:{_NUMBER}|{_WORD_NUMBER}|{_ZH_NUMBER})",
    "money": (
        rf"(?:(?:{_CURRENCY_BEFORE}) ?{_NUMBER} ?k?(?: ?{_CURRENCY_AFTER})?"
        rf"|{_NUMBER} ?k? ?(?:{_CURRENCY_AFTER}|{_ZH_CURRENCY})|{_NUMBER} ?u(?![a-z])"
        rf"|{_WORD_NUMBER} {_CURRENCY_AFTER}|{_ZH_NUMBER}{_ZH_CURRENCY})"
    ),
    "time": (
        rf"(?:(?:{_NUMBER}|{_WORD_NUMBER})[ -]?{_UNIT}(?![a-z])|{_NUMBER} ?[hd](?![a-z])"
        rf"|(?:by |before |until |till |on )?(?:the )?{_DAY}"
        rf"(?:[ ,]{{1,2}}\d{{1,2}}[:.]?\d{{0,2}} ?(?:am|pm)?)?"
        rf"|\d{{1,2}}(?:[:.]\d{{2}})? ?(?:am|pm)(?![a-z])"
        rf"|(?:{_ZH_NUMBER}|半) ?{_ZH_UNIT}|{_ZH_DAY}(?:[早晚中上下]?[上午]?{_ZH_NUMBER}点半?)?"
        rf"|\d{{1,2}}月\d{{1,2}}[日号]|\d{{1,2}}[日号点])"
    ),
}
"""Slot name -> regular expression source without capturing groups."""

_DIGITS = "0123456789"


def _after_digit(*letters: str) -> tuple[str, ...]:
    return tuple(
        f"{digit}{gap}{one}" for digit in _DIGITS for gap in ("", " ", "-") for one in letters
    )


SLOT_WORDS = {
    "number": (),
    "money": (
        *"$€£¥₩₽฿块元刀欧镑币米万千百",
        *"usd eur gbp rmb cny usdt rm aud cad u.s.d us.d u.sd dollar bucks quid euro pound".split(),
        *"yuan yen jpy hkd sgd myr php thb vnd idr btc eth trx 美金".split(),
        *_after_digit("u"),
    ),
    "time": (
        *"天日周月今明号点",
        *"minute min hour hr day week month tonight tomorrow midnight noon evening eod cob".split(),
        *"am pm end 分钟 小时 钟头 星期 礼拜 下班 半夜 晚上".split(),
        *_after_digit("h", "d"),
    ),
}
"""Slot name -> literals of which every match contains one; none where there is no such list."""
