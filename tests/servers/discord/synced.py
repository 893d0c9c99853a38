"""The commands the bot has synced, and who sees which of them where."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.servers.discord.clock import Clock
from tests.servers.discord.commands import CHAT_INPUT
from tests.servers.discord.form import Json
from tests.servers.discord.permissions import Permission

if TYPE_CHECKING:
    from tests.servers.discord.channels import Channel
    from tests.servers.discord.people import Person

_EVERYWHERE = [0, 1, 2]


@dataclass
class Commands:
    """The global commands (under None) and those of single guilds."""

    clock: Clock
    application_id: str
    sets: dict[str | None, list[Json]] = field(default_factory=dict)

    def overwrite(self, guild: str | None, wanted: list[Json]) -> list[Json]:
        """Replace a whole set. A command that was there under its name keeps its id."""
        before = {(one["type"], one["name"]): one["id"] for one in self.sets.get(guild, [])}
        made = []
        for one in wanted:
            kind = one.get("type") or CHAT_INPUT
            number = before.get((kind, one["name"])) or self.clock.snowflake()
            made.append(self._made(one, kind, number, guild))
        self.sets[guild] = made
        return made

    def find(self, guild: str | None, number: str) -> Json | None:
        """One command of a set."""
        return next((one for one in self.sets.get(guild, []) if one["id"] == number), None)

    def seen(self, name: str, kind: int, person: Person, channel: Channel) -> Json:
        """The command that somebody picks by its name."""
        guild = channel.guild
        sets = ([] if guild is None else self.sets.get(guild.id, [])) + self.sets.get(None, [])
        names = [one["name"] for one in sets if one["type"] == kind]
        found = [one for one in sets if (one["type"], one["name"]) == (kind, name)]
        assert found, f"The bot has synced no {name!r} (type {kind}), only {names}"
        command = found[0]
        assert channel.context in (command.get("contexts") or _EVERYWHERE), (
            f"{name!r} is not for this kind of place: contexts {command['contexts']}"
        )
        assert self._reaches(command, person, channel), (
            f"{person.name} has no {name!r} here: the app is neither in the server nor theirs"
        )
        if guild is not None:
            rights = channel.permissions(person)
            assert Permission.USE_APPLICATION_COMMANDS in rights, (
                f"{person.name} may use no commands"
            )
            needed = command["default_member_permissions"]
            enough = needed is None or (
                Permission.ADMINISTRATOR in rights if needed == "0" else not int(needed) & ~rights
            )
            assert enough, f"{person.name} lacks the permissions for {name!r}"
        return command

    def integration_types(self, data: Json) -> set[int]:
        """How the app of an interaction can be installed; components can come from either."""
        for commands in self.sets.values():
            for one in commands:
                if one["id"] == data.get("id") and "name" in data:
                    return set(one["integration_types"])
        return {0, 1}

    def _reaches(self, command: Json, person: Person, channel: Channel) -> bool:
        types = command["integration_types"]
        if 1 in types and person.installed:
            return True
        if 0 not in types:
            return False
        if channel.guild is not None:
            return channel.guild.installed or channel.guild.commands_only
        return channel.context == 1

    def _made(self, one: Json, kind: int, number: str, guild: str | None) -> Json:
        needed = one.get("default_member_permissions")
        kept = {key: value for key, value in one.items() if value is not None and value != []}
        kept |= {
            "id": number,
            "application_id": self.application_id,
            "version": self.clock.snowflake(),
            "type": kind,
            "description": one.get("description") or "",
            "default_member_permissions": None if needed is None else str(needed),
            "integration_types": one.get("integration_types") or [0],
            "nsfw": bool(one.get("nsfw")),
        }
        if guild is None:
            kept["contexts"] = one.get("contexts")
        else:
            kept["guild_id"] = guild
            kept.pop("contexts", None)
        if kind == CHAT_INPUT:
            kept["options"] = [_option(option) for option in one.get("options") or []]
        return kept


def _option(one: Json) -> Json:
    kept = {key: value for key, value in one.items() if value is not None}
    if "options" in kept:
        kept["options"] = [_option(child) for child in kept["options"]]
    for key in ("required", "autocomplete"):
        if kept.get(key) is False:
            del kept[key]
    return kept
