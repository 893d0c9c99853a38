"""The official schema of the Bot API: checks calls, answers and updates, and makes random ones.

It is read from the folder that REDFLAG_TEST_SPECS names (`make specs` says how to get it); nothing
of it stands in this project. Lengths of texts with markup are not checked here, because Telegram
counts them after parsing: the loopback server does that.
"""

from __future__ import annotations

import json
import os
import random
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

FILE = "telegram-bot-api.json"
_BASE = "https://schema.invalid/"
_SCALARS: Mapping[str, Any] = {
    "String": {"type": "string"},
    "Integer": {"type": "integer"},
    "Float": {"type": "number"},
    "Boolean": {"type": "boolean"},
    "True": {"const": True},
}
_ALWAYS = re.compile(r"(?:always|must be) [“\"]?(\w+)[”\"]?")
_EITHER = re.compile(r"[“\"](\w+)[”\"]")
_CHARACTERS = re.compile(r"(\d+)-(\d+) (characters|bytes)")
_TIME = re.compile(r"date\b|Unix time|point in time", re.IGNORECASE)
_PARSED_LATER = "after entities parsing"
_DEEPEST = 5


class Schema:
    """The types and methods of one version of the Bot API."""

    def __init__(self, source: Mapping[str, Any]) -> None:
        self.types: Mapping[str, Any] = source["types"]
        self._methods: Mapping[str, Any] = source["methods"]
        resources = [
            (_BASE + name, Resource.from_contents(self._type(name), DRAFT202012))
            for name in self.types
        ]
        self._registry: Registry[Any] = Registry().with_resources(resources)
        self._validators: dict[str, Draft202012Validator] = {}

    def method_problem(self, name: str, parameters: Mapping[str, Any]) -> str | None:
        """What is wrong with a call, or None. Objects are decoded, numbers may be strings."""
        if name not in self._methods:
            return f"no method is called {name}"
        fields = {one["name"]: one for one in self._methods[name].get("fields", ())}
        values = {
            key: _decoded(value, fields[key]["types"]) if key in fields else value
            for key, value in parameters.items()
        }
        return self._problem(f"method {name}", lambda: _object(fields.values()), values)

    def type_problem(self, kind: str, value: object) -> str | None:
        """What is wrong with a value of a type such as `Message` or `Array of Update`, or None."""
        return self._problem(kind, lambda: _reference(kind), value)

    def returns(self, method: str) -> tuple[str, ...]:
        """The types that a method may answer with."""
        return tuple(self._methods[method]["returns"])

    def _problem(self, key: str, schema: Any, value: object) -> str | None:
        if key not in self._validators:
            self._validators[key] = Draft202012Validator(schema(), registry=self._registry)
        error = best_match(self._validators[key].iter_errors(value))
        return None if error is None else f"{error.json_path}: {error.message}"[:500]

    def _type(self, name: str) -> dict[str, Any]:
        kind = self.types[name]
        if "subtypes" in kind:
            # Some unions hold bare texts and lists besides the named objects.
            others = [{"type": "string"}, {"type": "array"}] if name.startswith("Rich") else []
            return {"anyOf": [*map(_reference, kind["subtypes"]), *others]}
        if name == "InputFile":
            return {}
        return _object(kind.get("fields", ()))


@cache
def load() -> Schema | None:
    """The schema, or None where it is not at hand."""
    folder = os.environ.get("REDFLAG_TEST_SPECS")
    path = Path(folder) / FILE if folder else None
    if path is None or not path.is_file():
        return None
    return Schema(json.loads(path.read_text(encoding="utf-8")))


def _object(fields: Any) -> dict[str, Any]:
    fields = tuple(fields)
    return {
        "type": "object",
        "properties": {one["name"]: _field(one) for one in fields},
        "required": [one["name"] for one in fields if one["required"]],
        "additionalProperties": False,
    }


def _field(field: Mapping[str, Any]) -> dict[str, Any]:
    constant = _constant(field)
    if constant is not None:
        return {"const": constant}
    schema: dict[str, Any] = {"anyOf": [_reference(kind) for kind in field["types"]]}
    bounds = _CHARACTERS.search(field["description"])
    if bounds and field["types"] == ["String"] and _PARSED_LATER not in field["description"]:
        schema |= {"minLength": int(bounds[1]), "maxLength": int(bounds[2])}
        if not field["required"]:
            schema["minLength"] = 0
    return schema


def _constant(field: Mapping[str, Any]) -> str | None:
    if field["types"] != ["String"] or field["name"] not in ("type", "status", "source"):
        return None
    always = _ALWAYS.search(field["description"])
    return always[1] if always else None


def _reference(kind: str) -> dict[str, Any]:
    if kind.startswith("Array of "):
        return {"type": "array", "items": _reference(kind.removeprefix("Array of "))}
    return dict(_SCALARS[kind]) if kind in _SCALARS else {"$ref": _BASE + kind}


def _decoded(value: Any, kinds: list[str]) -> Any:
    """A parameter as the Bot API reads it: forms carry everything as text."""
    if not isinstance(value, str) or "String" in kinds:
        return value
    try:
        return json.loads(value)
    except ValueError:
        return value


def update_kinds(schema: Schema) -> tuple[str, ...]:
    """The kinds of updates there are."""
    names = (field["name"] for field in schema.types["Update"]["fields"])
    return tuple(name for name in names if name != "update_id")


def random_update(schema: Schema, kind: str, rng: random.Random) -> dict[str, Any]:
    """A random valid update of one kind."""
    (field,) = (one for one in schema.types["Update"]["fields"] if one["name"] == kind)
    value = random_instance(schema, rng.choice(field["types"]), rng)
    return {"update_id": rng.randrange(1, 1 << 31), kind: value}


def random_instance(schema: Schema, kind: str, rng: random.Random, depth: int = 0) -> Any:
    """A random valid value of a type; what is optional is rarer the deeper it lies."""
    if kind.startswith("Array of "):
        inner = kind.removeprefix("Array of ")
        count = rng.randrange(0, 3) if depth < _DEEPEST else 0
        return [random_instance(schema, inner, rng, depth + 1) for _ in range(count)]
    if kind in _SCALARS:
        return _scalar(kind, rng)
    described = schema.types[kind]
    if "subtypes" in described:
        if depth >= _DEEPEST and kind.startswith("Rich"):
            return _text(rng)
        return random_instance(schema, rng.choice(described["subtypes"]), rng, depth + 1)
    return dict(_random_fields(schema, described.get("fields", ()), rng, depth))


def _random_fields(
    schema: Schema, fields: Any, rng: random.Random, depth: int
) -> Iterator[tuple[str, Any]]:
    likely = 0.25 if depth < 2 else 0.06
    for field in fields:
        if not field["required"] and (depth >= _DEEPEST or rng.random() > likely):
            continue
        yield field["name"], _random_field(schema, field, rng, depth)


def _random_field(schema: Schema, field: Mapping[str, Any], rng: random.Random, depth: int) -> Any:
    constant = _constant(field)
    if constant is not None:
        return constant
    if field["types"] == ["String"]:
        choices = _EITHER.findall(field["description"])
        if field["name"] in ("type", "status", "currency") and choices:
            return rng.choice(choices)
        bounds = _CHARACTERS.search(field["description"])
        text = _text(rng)
        if bounds and _PARSED_LATER not in field["description"]:
            text = (text or "x")[: int(bounds[2])] or "x"
        return text
    if field["types"] == ["Integer"] and _TIME.search(field["name"] + field["description"]):
        return rng.randrange(1_577_836_800, 1_893_456_000)
    return random_instance(schema, rng.choice(field["types"]), rng, depth + 1)


def _scalar(kind: str, rng: random.Random) -> Any:
    if kind == "Integer":
        return rng.choice(
            [0, 1, rng.randrange(1, 200), rng.randrange(1, 1 << 40), -rng.randrange(1, 1 << 40)]
        )
    if kind == "Float":
        return rng.uniform(-90, 90)
    if kind == "String":
        return _text(rng)
    return True if kind == "True" else rng.random() < 0.5


def _text(rng: random.Random) -> str:
    pieces = ["", "a", "/check", "/report@redflag_test_bot x@y.com", "@redflag_test_bot ", "你好",
              "😀", "\u202e", "\x00", "https://evil.example/x", " ", "\n", "x" * 300]  # fmt: skip
    return "".join(rng.choice(pieces) for _ in range(rng.randrange(0, 4)))
