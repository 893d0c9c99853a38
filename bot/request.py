"""What one case asks for, and what a command answers: the values between pipeline and commands."""

from __future__ import annotations

from dataclasses import dataclass

from bot.card import Card
from bot.cases import Case
from bot.locales import Words
from bot.roster import Nobody, Roster
from bot.store.askers import Asker
from bot.store.communities import Community


@dataclass(frozen=True, slots=True)
class Request:
    """A case with its asker recognised.

    `community` is the chat's own, or one of the asker's that the platform confirmed; `argument`,
    the text behind a command's name; `roster`, the platform's word on who is what.
    """

    case: Case
    asker: Asker
    words: Words
    community: Community | None
    roster: Roster
    argument: str = ""

    @property
    def may_belong(self) -> bool:
        """Whether the asker is in a community, or may turn out to be when the platform is asked."""
        return self.community is not None or not isinstance(self.roster, Nobody)

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
    """A command's answer that is no card: this text is to be examined, as this request asks."""

    text: str
    request: Request | None = None


Reply = tuple[Card, ...] | Examine
