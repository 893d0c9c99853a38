"""What Discord's client makes of what a person does: the payload of an interaction.

It refuses, as an AssertionError, what the client would not let anybody do. Options that name
roles or other mentionables are left out.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tests.servers.discord.channels import Channel
from tests.servers.discord.commands import MESSAGE, SUBCOMMAND, USER
from tests.servers.discord.components import BUTTON, LINK, SELECT, find_all
from tests.servers.discord.form import Json
from tests.servers.discord.interactions import Interaction
from tests.servers.discord.modals import inputs
from tests.servers.discord.permissions import PRIVATE, Permission

if TYPE_CHECKING:
    from tests.servers.discord.people import Person

_FILE_SIZE = 10 * 1024 * 1024
_STRING, _INTEGER, _BOOLEAN, _USER, _CHANNEL, _NUMBER, _ATTACHMENT = 3, 4, 5, 6, 7, 10, 11
_VALUES: dict[int, type | tuple[type, ...]] = {
    _STRING: str,
    _INTEGER: int,
    _BOOLEAN: bool,
    _NUMBER: (int, float),
    _CHANNEL: Channel,
    _ATTACHMENT: tuple,
}


def interaction(
    person: Person, kind: int, channel: Channel, data: Json, source: Json | None
) -> Interaction:
    """Send an interaction off to the bot."""
    server = person.server
    guild = channel.guild
    assert channel.may(person, Permission.VIEW_CHANNEL), f"{person.name} cannot see that channel"
    owners = _owners(person, channel, server.commands.integration_types(data))
    elsewhere = guild is not None and not guild.installed
    app = PRIVATE if elsewhere or guild is None else channel.permissions(server.bot)
    payload: Json = {
        "id": server.clock.snowflake(),
        "application_id": server.application_id,
        "type": kind,
        "token": secrets.token_urlsafe(48),
        "version": 1,
        "channel_id": channel.id,
        "channel": channel.payload(seen_by=server.bot),
        "context": channel.context,
        "authorizing_integration_owners": owners,
        "app_permissions": str(int(app)),
        "locale": person.locale,
        "entitlements": [],
        "entitlement_sku_ids": [],
        "attachment_size_limit": _FILE_SIZE,
        "data": data,
    }
    if guild is None:
        payload["user"] = person.payload()
    else:
        rights = channel.permissions(person)
        payload["channel"]["permissions"] = str(int(rights))
        payload |= {
            "guild_id": guild.id,
            "guild": {"id": guild.id, "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": {**guild.member(person), "permissions": str(int(rights))},
        }
    if source is not None:
        payload["message"] = source
    hidden = elsewhere and not channel.may(person, Permission.USE_EXTERNAL_APPS)
    found = Interaction(
        server=server,
        id=payload["id"],
        token=payload["token"],
        kind=kind,
        person=person,
        channel=channel,
        payload=payload,
        sent_at=server.clock.now(),
        hidden=hidden,
        source=source,
    )
    server.interactions[found.token] = found
    server.gateway.dispatch("INTERACTION_CREATE", payload)
    return found


def slash(person: Person, name: str, values: Mapping[str, object], channel: Channel) -> Json:
    """Use a slash command."""
    command = person.server.commands.seen(name.split()[0], 1, person, channel)
    resolved: Json = {}
    wanted = _leaf(command, name)
    left = dict(values)
    options = []
    for option in wanted:
        if option["name"] in left:
            value = left.pop(option["name"])
            options.append(_option(option, value, person, channel, resolved))
        else:
            assert not option.get("required"), f"/{name} needs {option['name']!r}"
    assert not left, f"/{name} has no option {', '.join(left)}"
    return _command(command, name, options, resolved)


def typing(
    person: Person,
    name: str,
    option: str,
    typed: str,
    values: Mapping[str, object],
    channel: Channel,
) -> Json:
    """Type into an option that the bot completes."""
    command = person.server.commands.seen(name.split()[0], 1, person, channel)
    options: list[Json] = []
    resolved: Json = {}
    for one in _leaf(command, name):
        if one["name"] == option:
            assert one.get("autocomplete"), f"/{name} does not complete {option!r}"
            focused = {"type": one["type"], "name": option, "value": typed, "focused": True}
            options.append(focused)
        elif one["name"] in values:
            options.append(_option(one, values[one["name"]], person, channel, resolved))
    assert any(one.get("focused") for one in options), f"/{name} has no option {option!r}"
    return _command(command, name, options, resolved)


def menu(person: Person, name: str, target: Json | Person, channel: Channel) -> Json:
    """Use an entry of the menu of a message or a person."""
    kind = MESSAGE if isinstance(target, dict) else USER
    command = person.server.commands.seen(name, kind, person, channel)
    data = _command(command, name, [], {})
    resolved: Json
    if isinstance(target, dict):
        assert target["channel_id"] == channel.id, "The message is in another channel"
        # What a person points at is always readable, whatever the intents.
        resolved = {"messages": {target["id"]: person.server.messages.now(target) or target}}
    else:
        resolved = {}
        _resolve_person(target, channel, resolved)
    number = target["id"] if isinstance(target, dict) else target.id
    return data | {"target_id": number, "resolved": resolved}


def button(message: Json, label: str) -> Json:
    """Press a button."""
    buttons = [one for one in find_all(message["components"]) if one["type"] == BUTTON]
    found = [one for one in buttons if str(one.get("label", "")).startswith(label)]
    labels = [one.get("label") for one in buttons]
    assert len(found) == 1, f"Not one button begins with {label!r}; there are {labels}"
    assert found[0]["style"] != LINK, f"{label!r} is a link"
    assert not found[0].get("disabled"), f"{label!r} is disabled"
    return {"custom_id": found[0]["custom_id"], "component_type": BUTTON, "id": found[0]["id"]}


def select(message: Json, picked: Sequence[str], custom_id: str | None) -> Json:
    """Pick from a select."""
    selects = [
        one
        for one in find_all(message["components"])
        if one["type"] == SELECT and custom_id in (None, one["custom_id"])
    ]
    assert len(selects) == 1, f"Not one select but {len(selects)}"
    one = selects[0]
    assert not one.get("disabled"), "The select is disabled"
    assert one["min_values"] <= len(picked) <= one["max_values"], "Too few or too many are picked"
    values = []
    for pick in picked:
        found = [opt["value"] for opt in one["options"] if pick in (opt["value"], opt["label"])]
        assert found, f"No option {pick!r}; there are {[opt['label'] for opt in one['options']]}"
        values.append(found[0])
    return {
        "custom_id": one["custom_id"],
        "component_type": SELECT,
        "id": one["id"],
        "values": values,
    }


def filled_in(modal: Json, values: Mapping[str, str]) -> Json:
    """Fill in a modal: what is not named keeps the text that was there."""
    left = dict(values)
    components = []
    for number, one in enumerate(inputs(modal), start=1):
        given = one.component.get("value") or ""
        for key in (one.label, one.custom_id):
            given = left.pop(key, given)
        least = one.component.get("min_length") or 0
        most = one.component.get("max_length") or 4000
        needed = one.component.get("required", True)
        assert given or not needed, f"{one.label!r} has to be filled in"
        assert not given or least <= len(given) <= most, f"{one.label!r}: {least} to {most}"
        kind = one.component["type"]
        value: Json = {"values": [given] if given else []} if kind == SELECT else {"value": given}
        inner = {"type": kind, "id": number * 2, "custom_id": one.custom_id, **value}
        wrapper: Json = {"type": one.wrapped_in, "id": number * 2 - 1}
        key = "components" if one.wrapped_in == 1 else "component"
        components.append(wrapper | {key: [inner] if key == "components" else inner})
    assert not left, f"The modal has no {', '.join(left)}"
    return {"custom_id": modal["custom_id"], "components": components}


def _command(command: Json, name: str, options: list[Json], resolved: Json) -> Json:
    if command["type"] == 1:
        for word in reversed(name.split()[1:]):
            kind = SUBCOMMAND if not options or options[0]["type"] > SUBCOMMAND else 2
            options = [{"type": kind, "name": word, "options": options}]
    data: Json = {"id": command["id"], "name": command["name"], "type": command["type"]}
    if options:
        data["options"] = options
    if resolved:
        data["resolved"] = resolved
    if command.get("guild_id"):
        data["guild_id"] = command["guild_id"]
    return data


def _leaf(command: Json, name: str) -> list[Json]:
    options: list[Json] = command.get("options") or []
    for word in name.split()[1:]:
        found = [one for one in options if one["name"] == word and one["type"] <= 2]
        assert found, f"There is no /{name}"
        options = found[0].get("options") or []
    assert not any(one["type"] <= 2 for one in options), f"/{name} has sub-commands"
    return options


def _option(option: Json, value: object, person: Person, channel: Channel, resolved: Json) -> Json:
    kind, name = option["type"], option["name"]
    if kind == _USER:
        sent: object = _resolve_person(value, channel, resolved)
    else:
        assert isinstance(value, _VALUES[kind]), f"{name!r} takes no {type(value).__name__}"
        sent = value
    if isinstance(value, Channel):
        sent = value.id
        rights = {"permissions": str(int(value.permissions(person)))}
        resolved.setdefault("channels", {})[value.id] = value.payload() | rights
    elif kind == _ATTACHMENT:
        assert isinstance(value, tuple)
        file = person.server.messages.attachment(channel, *value) | {"ephemeral": True}
        resolved.setdefault("attachments", {})[file["id"]] = file
        sent = file["id"]
    choices = option.get("choices")
    if choices:
        named = [one["value"] for one in choices if sent in (one["name"], one["value"])]
        assert named, f"{name!r} is one of {[one['name'] for one in choices]}"
        sent = named[0]
    size = len(sent) if kind == _STRING and isinstance(sent, str) else sent
    for key, low in (("length", True), ("value", True), ("length", False), ("value", False)):
        edge = option.get(f"{'min' if low else 'max'}_{key}")
        if edge is not None and isinstance(size, int | float):
            assert size >= edge if low else size <= edge, f"{name!r}: {key} {size}, not {edge}"
    return {"type": kind, "name": name, "value": sent}


def _resolve_person(value: object, channel: Channel, resolved: Json) -> str:
    payload = getattr(value, "payload", None)
    assert payload is not None, f"{value!r} is nobody"
    user: Json = payload()
    number = str(user["id"])
    resolved.setdefault("users", {})[number] = user
    guild = channel.guild
    if guild is not None and number in guild.members:
        someone = guild.members[number]
        member = guild.member(someone, user=False)
        rights = {"permissions": str(int(channel.permissions(someone)))}
        resolved.setdefault("members", {})[number] = member | rights
    return number


def _owners(person: Person, channel: Channel, types: set[int]) -> dict[str, str]:
    owners = {}
    guild = channel.guild
    if 0 in types and guild is not None and (guild.installed or guild.commands_only):
        owners["0"] = guild.id
    elif 0 in types and channel.context == 1:
        owners["0"] = "0"
    if 1 in types and person.installed:
        owners["1"] = person.id
    return owners
