"""Random events of talk: messages, reactions, votes, typing, interactions."""

from __future__ import annotations

from tests.servers.discord.dice import Dice
from tests.servers.discord.form import Json


def message(dice: Dice, depth: int = 0) -> Json:
    """A message of any type, with a guild or without."""
    rng = dice.rng
    found: Json = {
        "id": dice.id(),
        "channel_id": dice.channel_id(),
        "author": dice.account(),
        "content": dice.text(),
        "timestamp": dice.stamp(),
        "edited_timestamp": dice.null(dice.stamp()),
        "tts": dice.flag(),
        "mention_everyone": dice.flag(),
        "mentions": dice.many(dice.account),
        "mention_roles": dice.many(dice.id),
        "attachments": dice.many(lambda: attachment(dice)),
        "embeds": dice.many(lambda: embed(dice)),
        "pinned": dice.flag(),
        "type": rng.choice((0, 0, 0, 7, 19, 20, 23, 24, 46, 99)),
    }
    if dice.chance(0.7):
        found["guild_id"] = dice.guild_id()
        if dice.chance(0.9):
            found["member"] = dice.member(account=False)
    found |= dice.some(
        flags=dice.flags(),
        components=dice.many(lambda: row(dice)),
        nonce=rng.choice((dice.id(), 7)),
        webhook_id=dice.id(),
        application_id=dice.id(),
        position=rng.randint(0, 99),
        sticker_items=dice.many(lambda: {"id": dice.id(), "name": "s", "format_type": 1}),
        reactions=dice.many(lambda: reaction(dice)),
        poll=poll(dice),
        interaction_metadata=metadata(dice),
    )
    if dice.chance(0.3):
        snapshot = {
            key: found[key]
            for key in "type content embeds attachments timestamp edited_timestamp".split()
        }
        forwarded = {"message": snapshot | dice.some(flags=0, mentions=[], components=[])}
        found["message_snapshots"] = [forwarded]
        found["message_reference"] = {"type": 1, "channel_id": dice.id(), "message_id": dice.id()}
    elif depth == 0 and dice.chance(0.3):
        reference = {"channel_id": found["channel_id"]}
        found["message_reference"] = reference | dice.some(
            type=0, message_id=dice.id(), guild_id=dice.guild_id(), fail_if_not_exists=True
        )
        if dice.chance():
            found["referenced_message"] = dice.null(message(dice, depth + 1))
    return found


def attachment(dice: Dice) -> Json:
    """A file that hangs on a message."""
    return {
        "id": dice.id(),
        "filename": dice.name(),
        "size": dice.rng.randint(0, 1 << 24),
        "url": "http://127.0.0.1:1/cdn/attachments/1/2/a.png?ex=1&is=1&hm=1",
        "proxy_url": "http://127.0.0.1:1/cdn/attachments/1/2/a.png",
    } | dice.some(
        content_type=dice.rng.choice(("image/png", "text/plain; charset=utf-8")),
        width=dice.null(1),
        height=dice.null(1),
        description=dice.text(100),
        ephemeral=dice.flag(),
        duration_secs=1.5,
        waveform="AAAA",
        flags=dice.flags(),
        title=dice.name(),
    )


def embed(dice: Dice) -> Json:
    """A preview, or what a bot has drawn."""
    return {"type": dice.rng.choice(("rich", "link", "article", "image", "gifv"))} | dice.some(
        title=dice.text(256),
        description=dice.text(),
        url="https://evil-parcels.com",
        color=dice.rng.randint(0, 0xFFFFFF),
        timestamp=dice.stamp(),
        footer={"text": dice.text()},
        image={"url": "https://evil-parcels.com/a.png"} | dice.some(width=1, height=1),
        thumbnail={"url": "https://evil-parcels.com/a.png"},
        video=dice.some(url="https://evil-parcels.com/a.mp4"),
        provider=dice.some(name=dice.name()),
        author={"name": dice.name()},
        fields=dice.many(lambda: {"name": "a", "value": dice.name(), "inline": dice.flag()}),
    )


def row(dice: Dice) -> Json:
    """A row of buttons, a select, or something that is not known yet."""
    option = {"label": dice.name(), "value": "v"}
    button = {"type": 2, "id": 2, "style": 1, "custom_id": "c"} | dice.some(label=dice.name())
    select = {"type": 3, "id": 2, "custom_id": "c", "options": [option]}
    one = dice.rng.choice((button, select))
    if dice.chance(0.1):
        return {"type": 99, "id": 1}
    return {"type": 1, "id": 1, "components": [one]}


def reaction(dice: Dice) -> Json:
    """How many reacted with what."""
    return {
        "count": dice.rng.randint(1, 99),
        "count_details": {"burst": 0, "normal": 1},
        "me": dice.flag(),
        "me_burst": dice.flag(),
        "burst_colors": [],
        "emoji": dice.small_emoji(),
    }


def poll(dice: Dice) -> Json:
    """A poll."""
    answer = {"answer_id": 1, "poll_media": {"text": dice.name()}}
    return {
        "question": {"text": dice.name()},
        "answers": [answer],
        "expiry": dice.stamp(),
        "allow_multiselect": dice.flag(),
        "layout_type": 1,
    } | dice.some(results={"is_finalized": dice.flag(), "answer_counts": []})


def metadata(dice: Dice) -> Json:
    """Which interaction a message answers."""
    return {
        "id": dice.id(),
        "type": dice.rng.choice((2, 3)),
        "user": dice.account(),
        "authorizing_integration_owners": {"0": dice.id()},
    } | dice.some(original_response_message_id=dice.id(), interacted_message_id=dice.id())


def reacted(dice: Dice) -> Json:
    """Somebody reacted."""
    return {
        "user_id": dice.user_id(),
        "channel_id": dice.channel_id(),
        "message_id": dice.id(),
        "emoji": dice.small_emoji(),
        "burst": dice.flag(),
        "type": dice.rng.randint(0, 1),
    } | dice.some(
        guild_id=dice.guild_id(), member=dice.member(), message_author_id=dice.id(), burst_colors=[]
    )


def cleared(dice: Dice) -> Json:
    """Reactions were taken off."""
    where = {"channel_id": dice.channel_id(), "message_id": dice.id()}
    return where | {"emoji": dice.small_emoji()} | dice.some(guild_id=dice.guild_id())


def deleted(dice: Dice) -> Json:
    """A message is gone."""
    return {"id": dice.id(), "channel_id": dice.channel_id()} | dice.some(guild_id=dice.guild_id())


def deleted_many(dice: Dice) -> Json:
    """Many are."""
    ids = dice.many(dice.id, 9)
    return {"ids": ids, "channel_id": dice.channel_id()} | dice.some(guild_id=dice.guild_id())


def voted(dice: Dice) -> Json:
    """Somebody voted."""
    return {
        "user_id": dice.user_id(),
        "channel_id": dice.channel_id(),
        "message_id": dice.id(),
        "answer_id": dice.rng.randint(1, 10),
    } | dice.some(guild_id=dice.guild_id())


def typing(dice: Dice) -> Json:
    """Somebody types."""
    return {
        "channel_id": dice.channel_id(),
        "user_id": dice.user_id(),
        "timestamp": dice.rng.randint(0, 1 << 31),
    } | dice.some(guild_id=dice.guild_id(), member=dice.member())


def interaction(dice: Dice) -> Json:
    """A command, a button, a select, typing or a modal, most of them of no known name."""
    rng = dice.rng
    kind = rng.choice((1, 2, 2, 3, 4, 5))
    option = {"type": 3, "name": "text", "value": dice.text(), "focused": kind == 4}
    data: Json = {"id": dice.id(), "name": rng.choice(("check", "report", "unknown"))}
    if kind in (2, 4):
        data |= {"type": 1, "options": [option]}
        if kind == 2 and dice.chance(0.3):
            target = message(dice)
            data = data | {"type": 3, "target_id": target["id"]}
            data["resolved"] = {"messages": {target["id"]: target}}
            del data["options"]
    elif kind == 3:
        data = {"custom_id": dice.name(), "component_type": rng.choice((2, 3)), "values": ["v"]}
    elif kind == 5:
        text = {"type": 4, "id": 2, "custom_id": "account", "value": dice.text()}
        data = {"custom_id": dice.name(), "components": [{"type": 1, "components": [text]}]}
    found: Json = {
        "id": dice.id(),
        "application_id": dice.id(),
        "type": kind,
        "token": "t" * 40,
        "version": 1,
        "data": data,
        "channel_id": dice.channel_id(),
        "app_permissions": dice.permissions(),
        "entitlements": [],
        "authorizing_integration_owners": dice.some(**{"0": dice.guild_id(), "1": dice.user_id()}),
        "attachment_size_limit": 1 << 20,
        "locale": dice.locale(),
    } | dice.some(context=rng.randint(0, 2), guild_locale=dice.locale())
    if dice.chance():
        guild = dice.guild_id()
        found |= {"guild_id": guild, "member": dice.member() | {"permissions": "8"}}
        found["guild"] = {"id": guild, "locale": dice.locale(), "features": []}
        found["channel"] = dice.guild_channel()
    else:
        found["user"] = dice.account()
        found["channel"] = {"id": dice.channel_id(), "type": 1, "recipients": [], "flags": 0}
    if kind == 3:
        found["message"] = message(dice)
    return found
