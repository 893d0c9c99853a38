import pytest

from bot.cases import WINDOW_MS, join
from bot.message import Attachment, Chat, Message, Person

CHAT = Chat("test", "1", True)


def message(text: str = "", *, at: int = 0, author: str = "ann", **more: object) -> Message:
    return Message(f"{at}{text}", Person("test", author), CHAT, at, text, **more)  # type: ignore[arg-type]


def sizes(*messages: Message) -> list[int]:
    return [len(case.messages) for case in join(messages)]


def forward(text: str, *, at: int = 0, author: str = "ann") -> Message:
    from bot.message import Origin

    return message(text, at=at, author=author, origin=Origin("hidden"))


PICTURE = (Attachment("picture"),)


@pytest.mark.parametrize(
    ("messages", "cases"),
    [
        pytest.param([message("is this real?"), forward("pay", at=9)], [2], id="comment, forward"),
        pytest.param([message("one"), message("two", at=9)], [1, 1], id="two pastes are two"),
        pytest.param([message("x"), forward("y", at=WINDOW_MS + 1)], [1, 1], id="too late"),
        pytest.param([message("x"), forward("y", author="bob")], [1, 1], id="another author"),
        pytest.param([message("/help"), forward("y", at=1)], [1, 1], id="a command stands alone"),
        pytest.param(
            [message("look", attachments=PICTURE), message(attachments=PICTURE, at=5)],
            [2],
            id="an album",
        ),
        pytest.param(
            [message(attachments=PICTURE), message("see", attachments=PICTURE, at=5)],
            [2],
            id="an album whose words stand under a later picture",
        ),
        pytest.param(
            [message("a", attachments=PICTURE), message("b", attachments=PICTURE, at=5)],
            [1, 1],
            id="two pictures with words of their own",
        ),
        pytest.param([], [], id="nothing"),
    ],
)
def test_case_joins_what_belongs_together(messages: list[Message], cases: list[int]) -> None:
    assert sizes(*messages) == cases


def test_case_keeps_the_texts_in_order() -> None:
    (case,) = join([message("is this real?"), forward("pay now", at=9)])
    assert case.text == "is this real?\npay now"
    assert case.asker.id == "ann"
