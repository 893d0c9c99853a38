"""What is counted and remembered in memory only, for minutes: how often somebody asks, and roles.

The limit protects the others from one who floods; it is no defence against many accounts. Limits on
reports are counted in the store, because they must survive a restart.
"""

from __future__ import annotations

from collections import OrderedDict, deque

from bot.roster import Role

MINUTE_MS = 60_000
ROLE_MINUTES = 5
_REMEMBERED = 10_000
"""Askers, and roles, remembered; the one used longest ago is dropped first."""


class CheckLimit:
    """At most `per_minute` calls of `allows` a minute and asker succeed."""

    def __init__(self, per_minute: int) -> None:
        self._per_minute = per_minute
        self._times: OrderedDict[str, deque[int]] = OrderedDict()

    def allows(self, pseudonym: str, now: int) -> bool:
        """Count one call at `now` (epoch ms); False, and not counted, where it is one too many."""
        times = self._times.setdefault(pseudonym, deque())
        self._times.move_to_end(pseudonym)
        if len(self._times) > _REMEMBERED:
            self._times.popitem(last=False)
        while times and now - times[0] >= MINUTE_MS:
            times.popleft()
        if len(times) >= self._per_minute:
            return False
        times.append(now)
        return True


RoleKey = tuple[str, str, str]
"""Platform, person's id, chat's id."""


class RecentRoles:
    """The roles that platforms told within the last ROLE_MINUTES."""

    def __init__(self) -> None:
        self._roles: OrderedDict[RoleKey, tuple[Role, int]] = OrderedDict()

    def get(self, key: RoleKey, now: int) -> Role | None:
        """The role, or None where it was never told or too long ago (`now`, epoch ms)."""
        role, at = self._roles.get(key, (None, 0))
        return role if 0 <= now - at < ROLE_MINUTES * MINUTE_MS else None

    def put(self, key: RoleKey, role: Role, now: int) -> None:
        """Remember what the platform just told."""
        self._roles[key] = (role, now)
        self._roles.move_to_end(key)
        if len(self._roles) > _REMEMBERED:
            self._roles.popitem(last=False)
