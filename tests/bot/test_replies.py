"""What may never be said, in any language, by any reply."""

import re
from pathlib import Path

import pytest

from bot import locales
from knowledge import Knowledge

LANGUAGES = locales.load()
ROOT = Path(__file__).parents[2]

PERSON = {
    "en": r"\b(scammers?|fraudsters?|criminals?|swindlers?|crooks?|safe)\b",
    "zh": "骗子|诈骗犯|罪犯|犯罪分子|安全的|绝对",
}
# Words that call a person something or promise too much. “Scam” names a thing and stays.
NEVER = {
    "en": r"\b(scammers?|fraudsters?|criminals?|swindlers?|safe|verified|trusted|genuine|proven)\b",
    "zh": "骗子|诈骗犯|罪犯|犯罪分子|安全的|放心|可信|已证实|绝对|官方认证",
}


@pytest.mark.parametrize("language", NEVER)
def test_no_reply_calls_anybody_anything_or_promises_anything(language: str) -> None:
    for key, text in LANGUAGES[language].texts.items():
        assert not re.search(NEVER[language], text, re.IGNORECASE), (key, text)


@pytest.mark.parametrize("language", NEVER)
def test_no_routine_calls_anybody_anything_or_promises_anything(
    language: str, knowledge: Knowledge
) -> None:
    texts = [
        text[language]
        for routine in knowledge.routines.values()
        for text in (
            routine.title,
            routine.summary,
            *(line for lines in routine.advice.values() for line in lines),
        )
    ]
    texts += [cue.title[language] for cue in knowledge.pack.cues.values()]
    for text in texts:
        assert not re.search(PERSON[language], text, re.IGNORECASE), text


def test_every_standing_says_whether_anybody_checked() -> None:
    for words in LANGUAGES.values():
        for key, text in words.texts.items():
            if key in ("standing.local", "standing.local.many", "standing.reported"):
                assert "not checked" in text or "未经核实" in text


def test_words_of_replies_live_in_the_locales_alone() -> None:
    """A Chinese sentence in the code would be one that no other language has."""
    allowed = {"quoting.py"}
    for path in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("adapters/**/*.py")]:
        if path.name in allowed or path.parent.name == "commands":
            continue
        text = re.sub(r'""".*?"""', "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search("[\u4e00-\u9fff]{3,}", text), path


def test_every_text_is_used_somewhere() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8")
        for floor in ("bot", "adapters")
        for path in ROOT.glob(f"{floor}/**/*.py")
    )
    # Families whose last part is computed: a state, a kind, a step, a command, a level.
    computed = tuple(
        f"{family}."
        for family in (
            "standing kind advice commands condition check report.weight "
            "report.choose start arrived guide discord"
        ).split()
    )
    for key in LANGUAGES["en"].texts:
        plain = re.sub(r"\.(one|other|few|exact)$", "", key)
        used = f'"{key}"' in code or f'"{plain}"' in code or key.startswith(computed)
        assert used, key
