"""The documented limits of a message, which the official description states only in part.

Discord measures in code points. Components have a file of their own.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.servers.discord.components import component_complaints
from tests.servers.discord.form import ApiError, Complaint, Json, entries, invalid_form, length

CONTENT = 2000
EMBEDS = 10
EMBED_TOTAL = 6000
FILES = 10
_TITLE, _DESCRIPTION, _FOOTER, _AUTHOR = 256, 4096, 2048, 256
_FIELDS, _FIELD_NAME, _FIELD_VALUE = 25, 256, 1024
_SCHEMES = ("http://", "https://")


def check_message(body: Json, files: int, *, flags: int) -> None:
    """Refuse a message that breaks a limit; `flags` are those it has or will have."""
    complaints = [*_content(body), *_embeds(body), *component_complaints(body, flags)]
    if files > FILES:
        complaints.append(Complaint(("attachments",), "BASE_TYPE_MAX_LENGTH", "At most 10 files"))
    if complaints:
        raise invalid_form(complaints)


def check_not_empty(message: Json) -> None:
    """Refuse a message that shows nothing."""
    shown = (
        message["content"].strip()
        or message["attachments"]
        or message["components"]
        or message.get("sticker_items")
        or message.get("poll")
        or any(_shows(embed) for embed in message["embeds"])
    )
    if not shown:
        raise ApiError(50006, violation=True)


def _content(body: Json) -> Iterator[Complaint]:
    content = body.get("content")
    if content is not None:
        yield from length(content, 0, CONTENT, "content")


def _embeds(body: Json) -> Iterator[Complaint]:
    embeds = entries(body.get("embeds"))
    yield from length(embeds, 0, EMBEDS, "embeds")
    total = 0
    for index, embed in enumerate(embeds):
        where = ("embeds", index)
        footer = (embed.get("footer") or {}).get("text")
        author = (embed.get("author") or {}).get("name")
        texts = [embed.get("title"), embed.get("description"), footer, author]
        yield from length(embed.get("title"), 0, _TITLE, *where, "title")
        yield from length(embed.get("description"), 0, _DESCRIPTION, *where, "description")
        yield from length(footer, 0, _FOOTER, *where, "footer", "text")
        yield from length(author, 0, _AUTHOR, *where, "author", "name")
        fields = entries(embed.get("fields"))
        yield from length(fields, 0, _FIELDS, *where, "fields")
        for number, field in enumerate(fields):
            place = (*where, "fields", number)
            yield from length(field.get("name"), 1, _FIELD_NAME, *place, "name")
            yield from length(field.get("value"), 1, _FIELD_VALUE, *place, "value")
            texts += [field.get("name"), field.get("value")]
        yield from _addresses(embed, where)
        total += sum(len(text) for text in texts if isinstance(text, str))
    if total > EMBED_TOTAL:
        yield Complaint(
            ("embeds",),
            "MAX_EMBED_SIZE_EXCEEDED",
            f"Embed size exceeds maximum size of {EMBED_TOTAL}",
        )


def _addresses(embed: Json, where: tuple[str | int, ...]) -> Iterator[Complaint]:
    for path in (
        ("url",),
        ("image", "url"),
        ("thumbnail", "url"),
        ("author", "url"),
        ("author", "icon_url"),
        ("footer", "icon_url"),
    ):
        value: object = embed
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if value is None:
            continue
        allowed = _SCHEMES if path[-1] == "url" and len(path) == 1 else (*_SCHEMES, "attachment://")
        if not str(value).startswith(allowed):
            message = f"Scheme must be one of {allowed}."
            yield Complaint((*where, *path), "URL_TYPE_INVALID_SCHEME", message)


def _shows(embed: Json) -> bool:
    return any(
        embed.get(part)
        for part in ("title", "description", "fields", "image", "thumbnail", "footer", "author")
    )
