"""All routes, and the work of those about channels, guilds and commands.

Left out: everything that manages guilds, and commands one at a time.
"""

from __future__ import annotations

from tests.servers.discord import about, callback
from tests.servers.discord.channels import Channel
from tests.servers.discord.commands import command_complaints
from tests.servers.discord.form import ApiError, Complaint, Json, invalid_form
from tests.servers.discord.guilds import Guild
from tests.servers.discord.intents import Intent, redacted
from tests.servers.discord.limits import check_message, check_not_empty
from tests.servers.discord.messages import EPHEMERAL
from tests.servers.discord.paths import Pattern
from tests.servers.discord.permissions import Permission
from tests.servers.discord.requests import Answer
from tests.servers.discord.rest import Call, Handler, Route


def all_routes() -> list[Route]:
    """Every route."""
    told = "/webhooks/{id}/{token}"
    message = "/channels/{channel}/messages/{message}"
    table: list[tuple[str, str, Handler, bool]] = [
        ("GET", "/users/@me", about.me, False),
        ("GET", "/users/{user}", about.user, False),
        ("POST", "/users/@me/channels", about.open_direct, False),
        ("GET", "/users/@me/guilds", about.my_guilds, False),
        ("GET", "/oauth2/applications/@me", about.application, False),
        ("GET", "/applications/@me", about.application, False),
        ("GET", "/gateway", about.gateway, True),
        ("GET", "/gateway/bot", about.gateway_bot, False),
        ("GET", "/applications/{app}/commands", _commands, False),
        ("PUT", "/applications/{app}/commands", _sync, False),
        ("GET", "/applications/{app}/commands/{command}", _command, False),
        ("GET", "/applications/{app}/guilds/{guild}/commands", _commands, False),
        ("PUT", "/applications/{app}/guilds/{guild}/commands", _sync, False),
        ("GET", "/applications/{app}/guilds/{guild}/commands/{command}", _command, False),
        ("GET", "/channels/{channel}", _channel, False),
        ("POST", "/channels/{channel}/typing", _typing, False),
        ("GET", "/channels/{channel}/messages", _history, False),
        ("POST", "/channels/{channel}/messages", _post, False),
        ("GET", message, _message, False),
        ("PATCH", message, _edit, False),
        ("DELETE", message, _delete, False),
        ("GET", "/guilds/{guild}", _guild, False),
        ("GET", "/guilds/{guild}/channels", _guild_channels, False),
        ("GET", "/guilds/{guild}/roles", _guild_roles, False),
        ("GET", "/guilds/{guild}/members/{user}", _member, False),
        ("POST", "/interactions/{id}/{token}/callback", callback.respond, True),
        ("POST", told, callback.follow_up, True),
        ("GET", f"{told}/messages/{{message}}", callback.read, True),
        ("PATCH", f"{told}/messages/{{message}}", callback.change, True),
        ("DELETE", f"{told}/messages/{{message}}", callback.remove, True),
    ]
    return [Route(method, Pattern(path), handler, free) for method, path, handler, free in table]


async def _commands(call: Call) -> Answer:
    return Answer(200, call.server.commands.sets.get(_command_set(call), []))


async def _command(call: Call) -> Answer:
    found = call.server.commands.find(_command_set(call), call.args["command"])
    if found is None:
        raise ApiError(10063)
    return Answer(200, found)


async def _sync(call: Call) -> Answer:
    guild = _command_set(call)
    wanted = call.request.body or []
    complaints = list(command_complaints(wanted))
    to_people = any(1 in (one.get("integration_types") or ()) for one in wanted)
    if to_people and not call.server.for_people:
        complaints.append(Complaint((), "APPLICATION_COMMAND_INVALID", "Not for people"))
    if complaints:
        raise invalid_form(complaints)
    return Answer(200, call.server.commands.overwrite(guild, wanted))


async def _channel(call: Call) -> Answer:
    return Answer(200, _seen(call).payload(seen_by=call.server.bot))


async def _typing(call: Call) -> Answer:
    channel = _seen(call)
    _need(call, channel, Permission.SEND_MESSAGES)
    return Answer(204)


async def _history(call: Call) -> Answer:
    channel, query = _seen(call), call.request.query
    limit = int(query.get("limit", 50))
    if not 1 <= limit <= 100:
        raise invalid_form([Complaint(("limit",), "NUMBER_TYPE_MAX", "1 to 100")])
    if not channel.may(call.server.bot, Permission.READ_MESSAGE_HISTORY):
        return Answer(200, [])
    everything = list(channel.messages.values())
    if "around" in query:
        middle = int(query["around"])
        before = [one for one in everything if int(one["id"]) < middle][-(limit // 2) :]
        later = [one for one in everything if int(one["id"]) >= middle][: limit // 2 + 1]
        found = before + later
    elif "after" in query:
        found = [one for one in everything if int(one["id"]) > int(query["after"])][:limit]
    else:
        edge = int(query.get("before", 1 << 63))
        found = [one for one in everything if int(one["id"]) < edge][-limit:]
    return Answer(200, [_readable(call, channel, one) for one in reversed(found)])


async def _post(call: Call) -> Answer:
    server, body, files = call.server, call.request.json, call.request.files
    channel = _seen(call)
    _need(call, channel, Permission.SEND_MESSAGES)
    if body.get("embeds"):
        _need(call, channel, Permission.EMBED_LINKS)
    if files:
        _need(call, channel, Permission.ATTACH_FILES)
    if channel.guild is None and not server.reaches(channel.people[0]):
        raise ApiError(50007)
    flags = body.get("flags") or 0
    check_message(body, len(files), flags=flags)
    reads = channel.guild is None or channel.may(server.bot, Permission.READ_MESSAGE_HISTORY)
    if body.get("message_reference") and not reads:
        raise ApiError(160002)
    if body.get("enforce_nonce") and body.get("nonce") is not None:
        # The same again, because the first answer was lost: it is not said twice.
        for message in reversed(channel.messages.values()):
            mine = message["author"]["id"] == server.bot.id
            if mine and message.get("nonce") == body["nonce"]:
                return Answer(200, message)
    message = server.messages.new(channel, server.bot, {**body, "flags": flags & ~EPHEMERAL}, files)
    check_not_empty(message)
    channel.messages[message["id"]] = message
    server.posted(channel, message)
    server.messages.tell("MESSAGE_CREATE", channel, server.messages.event(message))
    return Answer(200, message)


async def _message(call: Call) -> Answer:
    channel = _seen(call)
    _need(call, channel, Permission.READ_MESSAGE_HISTORY)
    message = call.server.messages.find(channel.id, call.args["message"])
    return Answer(200, _readable(call, channel, message))


async def _edit(call: Call) -> Answer:
    server, body, files = call.server, call.request.json, call.request.files
    channel = _seen(call)
    message = server.messages.find(channel.id, call.args["message"])
    if message["author"]["id"] != server.bot.id:
        raise ApiError(50005)
    check_message(body, len(files), flags=message["flags"] | (body.get("flags") or 0))
    trial = dict(message)
    server.messages.change(trial, body, files)
    check_not_empty(trial)
    message.update(trial)
    server.messages.tell("MESSAGE_UPDATE", channel, server.messages.event(message))
    return Answer(200, message)


async def _delete(call: Call) -> Answer:
    channel = _seen(call)
    message = call.server.messages.find(channel.id, call.args["message"])
    if message["author"]["id"] != call.server.bot.id:
        if channel.guild is None:
            raise ApiError(50003, status=403, message="Cannot execute action on a DM channel")
        _need(call, channel, Permission.MANAGE_MESSAGES)
    call.server.messages.forget(message)
    return Answer(204)


async def _guild(call: Call) -> Answer:
    guild = _entered(call)
    counts: Json = {}
    if call.request.query.get("with_counts", "").lower() in ("1", "true"):
        size = len(guild.members)
        counts = {"approximate_member_count": size, "approximate_presence_count": size}
    return Answer(200, guild.payload() | counts)


async def _guild_channels(call: Call) -> Answer:
    guild = _entered(call)
    return Answer(200, [channel.payload() for channel in guild.channels])


async def _guild_roles(call: Call) -> Answer:
    return Answer(200, [role.payload() for role in _entered(call).roles])


async def _member(call: Call) -> Answer:
    guild, person = _entered(call), call.server.people.get(call.args["user"])
    if person is None:
        raise ApiError(10013)
    if person.id not in guild.members:
        raise ApiError(10007)
    return Answer(200, guild.member(person))


def _command_set(call: Call) -> str | None:
    if call.args["app"] != call.server.application_id:
        raise ApiError(50001)
    guild = call.args.get("guild")
    if guild is not None and not (guild in call.server.guilds and _entered(call).installed):
        raise ApiError(50001)
    return guild


def _entered(call: Call) -> Guild:
    guild = call.server.guilds.get(call.args["guild"])
    if guild is None:
        raise ApiError(10004)
    if not guild.installed:
        raise ApiError(50001)
    return guild


def _seen(call: Call) -> Channel:
    channel = call.server.channels.get(call.args["channel"])
    if channel is None:
        raise ApiError(10003)
    if not channel.may(call.server.bot, Permission.VIEW_CHANNEL):
        raise ApiError(50001)
    return channel


def _need(call: Call, channel: Channel, permission: Permission) -> None:
    if not channel.may(call.server.bot, permission):
        raise ApiError(50013)


def _readable(call: Call, channel: Channel, message: Json) -> Json:
    if Intent.MESSAGE_CONTENT & call.server.granted:
        return message
    return redacted(message, call.server.bot.id, private=channel.guild is None)
