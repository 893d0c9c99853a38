"""What the bot may do in a chat, as the platform says, and what it misses."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Rights:
    """`speak`: it may send messages. `see_members`: the platform tells it who is a member.

    `read`: it may read what others write; only a platform where that is granted apart withholds it.
    """

    speak: bool = True
    see_members: bool = True
    read: bool = True

    @property
    def missing(self) -> tuple[str, ...]:
        """The names of the rights it misses, the gravest first."""
        wanted = {"speak": self.speak, "see_members": self.see_members, "read": self.read}
        return tuple(name for name, has in wanted.items() if not has)
