"""Modals: what is wrong with one, and its inputs as a person sees them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.servers.discord.components import LABEL, ROW, TEXT_INPUT, select_complaints, unique
from tests.servers.discord.form import Complaint, Json, entries, length

_TITLE, _INPUTS, _CUSTOM_ID, _LABEL, _VALUE = 45, 5, 100, 45, 4000


@dataclass(frozen=True)
class Input:
    """One thing to fill in, and what it is wrapped in: an action row (1) or a label (18)."""

    label: str
    component: Json
    wrapped_in: int

    @property
    def custom_id(self) -> str:
        """The name the bot gave it."""
        return str(self.component["custom_id"])


def inputs(modal: Json) -> list[Input]:
    """The inputs of a modal, from top to bottom."""
    found = []
    for one in entries(modal.get("components")):
        if one.get("type") == ROW:
            for child in entries(one.get("components")):
                found.append(Input(str(child.get("label") or ""), child, ROW))
        elif one.get("type") == LABEL:
            found.append(Input(str(one.get("label") or ""), one["component"], LABEL))
    return found


def modal_complaints(modal: Json) -> Iterator[Complaint]:
    """What is wrong with a modal."""
    yield from length(modal.get("custom_id"), 1, _CUSTOM_ID, "data", "custom_id")
    yield from length(modal.get("title"), 1, _TITLE, "data", "title")
    top = entries(modal.get("components"))
    yield from length(top, 1, _INPUTS, "data", "components")
    seen: set[str] = set()
    for index, one in enumerate(top):
        where: tuple[str | int, ...] = ("data", "components", index)
        if one.get("type") == LABEL:
            yield from length(one.get("label"), 1, _LABEL, *where, "label")
            yield from length(one.get("description"), 0, 100, *where, "description")
            children = [one.get("component") or {}]
        else:
            children = entries(one.get("components"))
            yield from length(children, 1, 1, *where, "components")
        for child in children:
            yield from unique(child, where, seen)
            if child.get("type") == TEXT_INPUT:
                yield from _text_input(child, where, labelled=one.get("type") == LABEL)
            elif child.get("type") == 3:
                yield from select_complaints(child, where)


def _text_input(one: Json, where: tuple[str | int, ...], *, labelled: bool) -> Iterator[Complaint]:
    yield from length(one.get("custom_id"), 1, _CUSTOM_ID, *where, "custom_id")
    if not labelled:
        yield from length(one.get("label"), 1, _LABEL, *where, "label")
    yield from length(one.get("placeholder"), 0, 100, *where, "placeholder")
    yield from length(one.get("value"), 0, _VALUE, *where, "value")
    least, most = one.get("min_length") or 0, one.get("max_length") or _VALUE
    if not 0 <= least <= most <= _VALUE or most < 1:
        message = "min_length 0 to 4000, max_length 1 to 4000 and not below"
        yield Complaint((*where, "max_length"), "NUMBER_TYPE_MAX", message)
