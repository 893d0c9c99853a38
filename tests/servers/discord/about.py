"""The routes that say who the bot is, where the gateway is, and with whom it can talk."""

from __future__ import annotations

from tests.servers.discord.form import ApiError, Complaint
from tests.servers.discord.intents import Intent
from tests.servers.discord.permissions import BOT
from tests.servers.discord.requests import Answer
from tests.servers.discord.rest import Call

_LIMITED_FLAGS = {
    Intent.GUILD_PRESENCES: 1 << 13,
    Intent.GUILD_MEMBERS: 1 << 15,
    Intent.MESSAGE_CONTENT: 1 << 19,
}


async def me(call: Call) -> Answer:
    """The bot's own account."""
    private = {
        "mfa_enabled": True,
        "locale": "en-US",
        "premium_type": 0,
        "email": None,
        "verified": True,
    }
    return Answer(200, call.server.bot.payload() | private)


async def user(call: Call) -> Answer:
    """Any account."""
    person = call.server.people.get(call.args["user"])
    if person is None:
        raise ApiError(10013)
    return Answer(200, person.payload())


async def my_guilds(call: Call) -> Answer:
    """The guilds the bot is in."""
    bot = call.server.bot
    mine = [guild for guild in call.server.guilds.values() if guild.installed]
    return Answer(
        200,
        [
            {
                "id": guild.id,
                "name": guild.name,
                "icon": None,
                "banner": None,
                "owner": False,
                "permissions": str(int(guild.permissions(bot))),
                "features": [],
            }
            for guild in mine
        ],
    )


async def open_direct(call: Call) -> Answer:
    """The private chat with somebody."""
    person = call.server.people.get(str(call.request.json.get("recipient_id")))
    if person is None or person.bot:
        wrong = Complaint(("recipient_id",), "INVALID_RECIPIENT", "Invalid Recipient(s)")
        raise ApiError(50033, message="Invalid Recipient(s)", complaints=[wrong])
    return Answer(200, call.server.direct(person).payload(seen_by=call.server.bot))


async def application(call: Call) -> Answer:
    """The app the bot belongs to."""
    server = call.server
    nothing = "icon interactions_endpoint_url role_connections_verification_url team".split()
    install = {"scopes": ["applications.commands", "bot"], "permissions": str(int(BOT))}
    personal = {"scopes": ["applications.commands"], "permissions": "0"}
    users = sum(person.installed for person in server.people.values())
    flags = sum(bit for intent, bit in _LIMITED_FLAGS.items() if intent & server.granted)
    return Answer(
        200,
        {
            "id": server.application_id,
            "name": server.bot.name,
            "description": "",
            "type": None,
            "verify_key": "0" * 64,
            "flags": flags,
            "flags_new": str(flags),
            "redirect_uris": [],
            "owner": server.owner.payload(),
            "bot": server.bot.payload(),
            "bot_public": True,
            "bot_require_code_grant": False,
            "approximate_guild_count": sum(one.installed for one in server.guilds.values()),
            "approximate_user_install_count": users,
            "approximate_user_authorization_count": users,
            "explicit_content_filter": 0,
            "eligible_oauth2_scopes": ["bot", "applications.commands"],
            "integration_types_config": {
                "0": {"oauth2_install_params": install},
                **({"1": {"oauth2_install_params": personal}} if server.for_people else {}),
            },
            **dict.fromkeys(nothing),
        },
    )


async def gateway(call: Call) -> Answer:
    """Where the gateway is."""
    return Answer(200, {"url": call.server.gateway_url})


async def gateway_bot(call: Call) -> Answer:
    """Where it is, and how often one may still begin there."""
    left = 1000 - len(call.server.identifies)
    start = {"total": 1000, "remaining": left, "reset_after": 14_400_000, "max_concurrency": 1}
    body = {"url": call.server.gateway_url, "shards": 1, "session_start_limit": start}
    return Answer(200, body)
