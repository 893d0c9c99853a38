"""How interactions are answered: the initial response, its message, and what comes after.

One initial response, within three seconds by the server's clock; then a quarter of an hour for
the rest. The first message after "is thinking" takes the place of that note, with its visibility.
"""

from __future__ import annotations

from tests.servers.discord.commands import choice_complaints
from tests.servers.discord.form import ApiError, Complaint, Json, invalid_form
from tests.servers.discord.interactions import (
    AUTOCOMPLETE,
    CHOICES,
    COMMAND,
    COMPONENT,
    DEFERRED,
    DEFERRED_UPDATE,
    MESSAGE,
    MODAL,
    UPDATE,
    Interaction,
    Response,
)
from tests.servers.discord.limits import check_message, check_not_empty
from tests.servers.discord.messages import EPHEMERAL, LOADING, MENU, SLASH
from tests.servers.discord.modals import modal_complaints
from tests.servers.discord.requests import Answer
from tests.servers.discord.rest import Call

_INITIAL, _LIFETIME = 3.0, 15 * 60.0


async def respond(call: Call) -> Answer:
    """The initial response."""
    server, request = call.server, call.request
    found = server.interactions.get(call.args["token"])
    if found is None or found.id != call.args["id"]:
        raise ApiError(10062)
    if found.answer is not None:
        raise ApiError(40060)
    if request.at - found.sent_at > _INITIAL:
        raise ApiError(10062)
    kind = request.json.get("type")
    if kind not in found.allowed_types:
        allowed = sorted(found.allowed_types)
        message = f"Response type {kind} is not for interaction type {found.kind}, only {allowed}"
        raise invalid_form([Complaint(("type",), "INTERACTION_RESPONSE_TYPE_INVALID", message)])
    data: Json = request.json.get("data") or {}
    resource = _take(call, found, kind, data)
    found.answer = Response(kind, data, request.at)
    if request.query.get("with_response", "").lower() not in ("1", "true"):
        return Answer(204)
    about: Json = {"id": found.id, "type": found.kind, "channel_id": found.channel.id}
    if found.channel.guild is not None:
        about["guild_id"] = found.channel.guild.id
    if found.original is not None:
        flags = found.original["flags"]
        about |= {
            "response_message_id": found.original["id"],
            "response_message_loading": found.waits,
            "response_message_ephemeral": bool(flags & EPHEMERAL),
        }
    return Answer(200, {"interaction": about, **({"resource": resource} if resource else {})})


async def follow_up(call: Call) -> Answer:
    """Another message after the initial response."""
    found = _alive(call)
    body, files = call.request.json, call.request.files
    if found.waits and found.original is not None and call.server.messages.now(found.original):
        kept = found.original["flags"] & ~LOADING
        check_message(body, len(files), flags=(body.get("flags") or 0) | kept)
        _fill(call, found, {**body, "flags": body.get("flags") or 0})
        return Answer(200, found.original)
    message = _new(call, found, body)
    found.later.append(message)
    return Answer(200, message)


async def read(call: Call) -> Answer:
    """One of the messages, or the first as @original."""
    return Answer(200, _named(call, _alive(call)))


async def change(call: Call) -> Answer:
    """Edit one of the messages."""
    found = _alive(call)
    message = _named(call, found)
    body, files = call.request.json, call.request.files
    check_message(body, len(files), flags=message["flags"] | (body.get("flags") or 0))
    if message is found.original and found.waits:
        _fill(call, found, body)
    else:
        _edit(call, message, body)
        if message is found.original:
            found.filled = True
    return Answer(200, message)


async def remove(call: Call) -> Answer:
    """Delete one of the messages."""
    call.server.messages.forget(_named(call, _alive(call)))
    return Answer(204)


def _take(call: Call, found: Interaction, kind: int, data: Json) -> Json | None:
    if kind == CHOICES:
        complaints = list(choice_complaints(data.get("choices") or []))
    elif kind == MODAL:
        complaints = list(modal_complaints(data))
    else:
        complaints = []
    if complaints:
        raise invalid_form(complaints)
    if kind == MESSAGE:
        found.original = _new(call, found, data)
        found.filled = True
        return {"type": MESSAGE, "message": found.original}
    if kind == DEFERRED:
        found.original = _thinking(call, found, data)
        found.waits = True
    elif kind in (DEFERRED_UPDATE, UPDATE):
        assert found.source is not None
        found.original = call.server.messages.now(found.source) or found.source
        if kind == UPDATE:
            flags = found.original["flags"] | (data.get("flags") or 0)
            check_message(data, len(call.request.files), flags=flags)
            _edit(call, found.original, data)
            found.filled = True
            return {"type": UPDATE, "message": found.original}
    return None


def _new(call: Call, found: Interaction, body: Json) -> Json:
    files = call.request.files
    flags = (body.get("flags") or 0) | (EPHEMERAL if found.hidden else 0)
    check_message(body, len(files), flags=flags)
    message = _message(call, found, {**body, "flags": flags})
    check_not_empty(message)
    _place(call, found, message)
    return message


def _thinking(call: Call, found: Interaction, data: Json) -> Json:
    flags = (data.get("flags") or 0) & EPHEMERAL | (EPHEMERAL if found.hidden else 0)
    message = _message(call, found, {"flags": flags})
    message["flags"] |= LOADING
    _place(call, found, message)
    return message


def _fill(call: Call, found: Interaction, body: Json) -> None:
    message = found.original
    assert message is not None
    _edit(call, message, body, extra=-LOADING)
    # Nobody sees a note of an edit where there was nothing to read before.
    message["edited_timestamp"] = None
    found.waits, found.filled = False, True


def _edit(call: Call, message: Json, body: Json, extra: int = 0) -> None:
    messages = call.server.messages
    trial = dict(message)
    messages.change(trial, body, call.request.files)
    check_not_empty(trial)
    message.update(trial)
    message["flags"] += extra
    if message["id"] not in messages.hidden:
        channel = call.server.channels[message["channel_id"]]
        messages.tell("MESSAGE_UPDATE", channel, messages.event(message))


def _message(call: Call, found: Interaction, body: Json) -> Json:
    server = call.server
    message = server.messages.new(found.channel, server.bot, body, call.request.files)
    if found.kind == COMMAND and not found.later and found.answer is None:
        message["type"] = SLASH if found.payload["data"]["type"] == 1 else MENU
    return message | {
        "application_id": server.application_id,
        "webhook_id": server.application_id,
        "interaction_metadata": _metadata(found),
    }


def _metadata(found: Interaction) -> Json:
    about: Json = {
        "id": found.id,
        "type": found.kind,
        "user": found.person.payload(),
        "authorizing_integration_owners": found.payload["authorizing_integration_owners"],
    }
    data = found.payload["data"]
    if found.kind == COMPONENT and found.source is not None:
        about["interacted_message_id"] = found.source["id"]
    elif found.kind == COMMAND and data["type"] == 3:
        about["target_message_id"] = data["target_id"]
    elif found.after is not None:
        about["triggering_interaction_metadata"] = _metadata(found.after)
    return about


def _place(call: Call, found: Interaction, message: Json) -> None:
    server, channel = call.server, found.channel
    if message["flags"] & EPHEMERAL:
        server.messages.hidden[message["id"]] = (message, found.person)
        return
    channel.messages[message["id"]] = message
    server.messages.tell("MESSAGE_CREATE", channel, server.messages.event(message))


def _alive(call: Call) -> Interaction:
    found = call.server.interactions.get(call.args["token"])
    if found is None or call.args["id"] != call.server.application_id:
        raise ApiError(10015)
    if call.request.at - found.sent_at > _LIFETIME:
        raise ApiError(50027)
    if found.answer is None or found.kind == AUTOCOMPLETE:
        raise ApiError(10015)
    return found


def _named(call: Call, found: Interaction) -> Json:
    number = call.args.get("message", "@original")
    candidates = found.later if found.original is None else [found.original, *found.later]
    if number == "@original":
        candidates = candidates[:1] if found.original is not None else []
    else:
        candidates = [one for one in candidates if one["id"] == number]
    if not candidates or call.server.messages.now(candidates[0]) is None:
        raise ApiError(10008)
    return candidates[0]
