"""What one case asks for, and what a command answers: the values between pipeline and commands."""

from __future__ import annotations

from dataclasses import dataclass

from bot.card import Card
from bot.cases import Case
from bot.locales import Words
from bot.store.askers import Asker
from bot.store.communities import Community
from bot.trust import Viewer


@dataclass(frozen=True, slots=True)
class Request:
    """A case with its asker recognised. `argument` is the text behind the command's name."""

    case: Case
    asker: Asker
    words: Words
    community: Community | None
    argument: str = ""

    @property
    def viewer(self) -> Viewer:
        """From where the asker looks at the registry."""
        return self.community.viewer if self.community else Viewer()

    @property
    def in_group(self) -> bool:
        """Whether others read along."""
        return not self.case.chat.private

    @property
    def now(self) -> int:
        """When the case came, epoch milliseconds, UTC."""
        return self.case.at


@dataclass(frozen=True, slots=True)
class Examine:
    """A command's answer that is no card: this text is to be examined."""

    text: str


Reply = tuple[Card, ...] | Examine
