"""Buttons, selects and layouts: what is wrong with them, and how Discord hands them back.

Images in layouts (galleries, thumbnails, files) are passed through as they came.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.servers.discord.form import Complaint, Json, entries, length, required

COMPONENTS_V2 = 1 << 15
ROW, BUTTON, SELECT, TEXT_INPUT = 1, 2, 3, 4
SECTION, TEXT, CONTAINER, LABEL = 9, 10, 17, 18
SELECTS = (3, 5, 6, 7, 8)
LINK, PREMIUM = 5, 6
_ROWS, _BUTTONS, _OPTIONS, _CUSTOM_ID, _LABEL = 5, 5, 25, 100, 80
_PLACEHOLDER, _URL = 150, 512
_LAYOUT_TOTAL, _LAYOUT_TEXT = 40, 4000

Path = tuple[str | int, ...]


def component_complaints(body: Json, flags: int) -> Iterator[Complaint]:
    """What is wrong with the components of a message."""
    top = entries(body.get("components"))
    if flags & COMPONENTS_V2:
        yield from _layout(body, top)
    else:
        yield from length(top, 0, _ROWS, "components")
        for index, one in enumerate(top):
            if one.get("type") != ROW:
                place: Path = ("components", index, "type")
                yield Complaint(place, "UNION_TYPE_CHOICES", "Needs the flag for components V2")
    seen: set[str] = set()
    for where, one in _walk(top, ("components",)):
        kind = one.get("type")
        if kind == ROW:
            yield from _row(one, where)
        elif kind == BUTTON:
            yield from _button(one, where)
        elif kind in SELECTS:
            yield from select_complaints(one, where)
        yield from unique(one, where, seen)


def unique(one: Json, where: Path, seen: set[str]) -> Iterator[Complaint]:
    """Whether the custom id of a component is there already."""
    name = one.get("custom_id")
    if not isinstance(name, str):
        return
    if name in seen:
        message = "Component custom id cannot be duplicated"
        yield Complaint((*where, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", message)
    seen.add(name)


def select_complaints(one: Json, where: Path) -> Iterator[Complaint]:
    """What is wrong with a select."""
    yield from length(one.get("custom_id"), 1, _CUSTOM_ID, *where, "custom_id")
    yield from length(one.get("placeholder"), 0, _PLACEHOLDER, *where, "placeholder")
    least, most = one.get("min_values", 1), one.get("max_values", 1)
    if not 0 <= least <= _OPTIONS or not 1 <= most <= _OPTIONS or least > most:
        message = "min_values 0 to 25, max_values 1 to 25 and not below"
        yield Complaint((*where, "max_values"), "NUMBER_TYPE_MAX", message)
    if one.get("type") != SELECT:
        return
    options = entries(one.get("options"))
    yield from length(options, 1, _OPTIONS, *where, "options")
    values: set[object] = set()
    for index, option in enumerate(options):
        place = (*where, "options", index)
        yield from length(option.get("label"), 1, 100, *place, "label")
        yield from length(option.get("value"), 1, 100, *place, "value")
        yield from length(option.get("description"), 0, 100, *place, "description")
        if option.get("value") in values:
            message = "The specified option value is already used"
            yield Complaint((*place, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", message)
        values.add(option.get("value"))


def with_ids(components: list[Json]) -> list[Json]:
    """Components as Discord hands them back: numbered, defaults filled in, nothing null."""
    numbers = iter(range(1, 1000))
    return [_with_ids(one, numbers) for one in components]


def find_all(components: list[Json]) -> list[Json]:
    """Every component, at any depth."""
    return [one for _, one in _walk(components, ())]


def _with_ids(one: Json, numbers: Iterator[int]) -> Json:
    given: Json = {"id": next(numbers)}
    if one["type"] in SELECTS:
        given |= {"min_values": 1, "max_values": 1}
    if one["type"] == CONTAINER:
        given |= {"accent_color": None, "spoiler": False}
    kept = {key: value for key, value in one.items() if value is not None}
    for key in ("components", "accessory"):
        if isinstance(kept.get(key), list):
            kept[key] = [_with_ids(child, numbers) for child in kept[key]]
        elif isinstance(kept.get(key), dict):
            kept[key] = _with_ids(kept[key], numbers)
    return given | kept


def _walk(components: list[Json], where: Path) -> Iterator[tuple[Path, Json]]:
    for index, one in enumerate(components):
        place = (*where, index)
        yield place, one
        yield from _walk(entries(one.get("components")), (*place, "components"))
        accessory = one.get("accessory")
        if isinstance(accessory, dict):
            yield (*place, "accessory"), accessory


def _row(one: Json, where: Path) -> Iterator[Complaint]:
    inside = entries(one.get("components"))
    yield from length(inside, 1, _BUTTONS, *where, "components")
    if len(inside) > 1 and any(child.get("type") != BUTTON for child in inside):
        message = "The number of components in this row is too high: a select stands alone"
        yield Complaint((*where, "components"), "COMPONENT_LAYOUT_WIDTH_EXCEEDED", message)


def _button(one: Json, where: Path) -> Iterator[Complaint]:
    yield from length(one.get("label"), 0, _LABEL, *where, "label")
    style = one.get("style")
    if style == PREMIUM:
        return
    if not one.get("label") and not one.get("emoji"):
        yield required(*where, "label")
    if style == LINK:
        yield from length(one.get("url"), 1, _URL, *where, "url")
        if one.get("custom_id"):
            message = "A link has no custom id"
            yield Complaint((*where, "custom_id"), "BUTTON_COMPONENT_CUSTOM_ID_URL", message)
        if not str(one.get("url")).startswith(("http://", "https://", "discord://")):
            yield Complaint((*where, "url"), "URL_TYPE_INVALID_SCHEME", "Not a web address")
    else:
        yield from length(one.get("custom_id"), 1, _CUSTOM_ID, *where, "custom_id")


def _layout(body: Json, top: list[Json]) -> Iterator[Complaint]:
    for name in ("content", "embeds"):
        if body.get(name):
            message = f"The '{name}' field cannot be used with components V2"
            yield Complaint((name,), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", message)
    everything = find_all(top)
    if len(everything) > _LAYOUT_TOTAL:
        yield Complaint(("components",), "BASE_TYPE_MAX_LENGTH", "At most 40 components")
    texts = [str(one.get("content") or "") for one in everything if one.get("type") == TEXT]
    if sum(map(len, texts)) > _LAYOUT_TEXT:
        message = "The text of all components together is at most 4000"
        yield Complaint(("components",), "COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED", message)
