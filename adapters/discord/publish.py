"""Brings the commands to Discord, only where it has others: it counts how often they change.

An application that is not set up to be installed by people gets them for servers alone.
"""

from __future__ import annotations

import logging
from typing import Any

from adapters.discord.commands import Json
from adapters.discord.rest import OutageError, RefusedError, Rest

log = logging.getLogger(__name__)

_PATH = "/applications/{application_id}/commands"
_PATIENCE = 20.0
_SERVERS_ONLY = {"integration_types": [0], "contexts": [0, 1]}
_KNOWN = (
    "type name name_localizations description description_localizations options choices value "
    "required autocomplete min_length max_length integration_types contexts"
).split()
"""What a command of ours consists of; whatever else Discord tells of one is its own."""


async def publish(rest: Rest, application: str, commands: list[Json], *, people: bool) -> None:
    """Register the commands; where Discord refuses, those it has stay, and the log says so.

    Args: `people`, whether the application may be installed by people too.
    """
    if not people:
        log.warning("discord: the commands are for servers alone (portal: Installation, User)")
        commands = [one | _SERVERS_ONLY for one in commands]
    try:
        there = await rest.bot(
            "GET",
            _PATH,
            query={"with_localizations": "true"},
            patience=_PATIENCE,
            application_id=application,
        )
        if _comparable(there) == _comparable(commands):
            return
        await rest.bot("PUT", _PATH, body=commands, patience=_PATIENCE, application_id=application)
        log.info("discord: the commands are up to date")
    except (RefusedError, OutageError) as error:
        log.warning("discord: the commands are not up to date: %s", error)


def _comparable(commands: Any) -> Any:
    """Commands without what Discord adds or leaves out, in an order that says nothing."""
    if isinstance(commands, list):
        some = [_comparable(one) for one in commands]
        # Options stand in the order in which they are filled in; commands in any.
        ordered = all(isinstance(one, dict) and "integration_types" in one for one in some)
        return sorted(some, key=lambda one: (one["type"], one["name"])) if ordered else some
    if not isinstance(commands, dict):
        return commands
    if "name" not in commands:
        return commands
    kept = {key: _comparable(commands[key]) for key in _KNOWN if commands.get(key)}
    for key in ("integration_types", "contexts"):
        if key in kept:
            kept[key] = sorted(kept[key])
    return kept
