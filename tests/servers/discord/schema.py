"""The official description of the REST API: every request and every answer is held against it.

It is looked for in the folder that `REDFLAG_TEST_SPECS` names and is never part of this project.
Looser than Discord itself in places (lengths, what belongs together), so `limits`, `components`
and `commands` are checked besides. It knows nothing of the gateway.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from tests.servers.discord.form import Complaint, Json
from tests.servers.discord.paths import Pattern

FILE = "discord-openapi.json"


class Schema:
    """The description, with each part compiled when it is first needed."""

    def __init__(self, document: Json) -> None:
        self._paths = sorted(
            ((Pattern(path), path) for path in document["paths"]),
            key=lambda pair: -pair[0].weight,
        )
        self._document = document
        # Ids are strings, but Discord takes integers too, and the library sends some.
        loose = json.loads(json.dumps(document))
        loose["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
        # The description calls the code of a single complaint a number; Discord documents names.
        details = json.loads(json.dumps(document))
        details["components"]["schemas"]["Error"]["properties"]["code"]["type"] = [
            "integer",
            "string",
        ]
        # Nor does it know that a message may refer to one that it forwards.
        references = details["components"]["schemas"]["MessageReferenceType"]
        references["oneOf"] = [*references["oneOf"], {"const": 1}]
        self._asked: Registry[Any] = _registry(loose)
        self._answered: Registry[Any] = _registry(details)
        self._validators: dict[tuple[bool, str], Draft202012Validator] = {}

    @classmethod
    def load(cls, folder: Path) -> Schema | None:
        """The description in a folder, if it is there."""
        file = folder / FILE
        return cls(json.loads(file.read_text("utf-8"))) if file.is_file() else None

    def request(
        self, method: str, path: str, query: dict[str, str], body: object, *, multipart: bool
    ) -> Iterator[Complaint]:
        """What is wrong with a request."""
        found = self._operation(method, path)
        if found is None:
            yield Complaint((), "UNKNOWN_ROUTE", f"The API has no {method} {path}")
            return
        template, operation = found
        known = {one["name"] for one in operation.get("parameters", []) if one["in"] == "query"}
        for name in sorted(set(query) - known):
            yield Complaint((name,), "UNKNOWN_QUERY", f"{method} {template} has no ?{name}=")
        described = operation.get("requestBody")
        if described is None:
            if body is not None:
                yield Complaint((), "UNEXPECTED_BODY", f"{method} {template} takes no body")
            return
        if body is None:
            if described.get("required"):
                yield Complaint((), "BASE_TYPE_REQUIRED", "A body is required")
            return
        kinds = described["content"]
        kind = "application/json"
        if multipart and "multipart/form-data" in kinds:
            kind = "multipart/form-data"
        where = ("paths", template, method.lower(), "requestBody", "content", kind, "schema")
        yield from self._check(body, where, asked=True)

    def answer(self, method: str, path: str, status: int, body: object) -> Iterator[Complaint]:
        """What is wrong with an answer of ours; nothing is said of failures of the server."""
        found = self._operation(method, path)
        if found is None or status >= 500:
            return
        template, operation = found
        responses = operation["responses"]
        key = str(status) if str(status) in responses else f"{status // 100}XX"
        if key not in responses:
            yield Complaint((), "UNKNOWN_STATUS", f"{method} {template} never answers {status}")
            return
        where: tuple[str, ...] = ("paths", template, method.lower(), "responses", key)
        response = responses[key]
        if "$ref" in response:
            where = tuple(response["$ref"].removeprefix("#/").split("/"))
            response = self._document[where[0]][where[1]][where[2]]
        if body is None:
            if response.get("content"):
                yield Complaint((), "MISSING_BODY", f"{method} {template} {status} has a body")
        elif "application/json" not in response.get("content", {}):
            yield Complaint((), "UNEXPECTED_BODY", f"{method} {template} {status} has no body")
        else:
            yield from self._check(
                body, (*where, "content", "application/json", "schema"), asked=False
            )

    def _operation(self, method: str, path: str) -> tuple[str, Json] | None:
        for pattern, template in self._paths:
            if pattern.match(path) is not None:
                operation = self._document["paths"][template].get(method.lower())
                if operation is not None:
                    return template, operation
        return None

    def _check(self, body: object, where: tuple[str, ...], *, asked: bool) -> Iterator[Complaint]:
        pointer = "/".join(part.replace("~", "~0").replace("/", "~1") for part in where)
        validator = self._validators.get((asked, pointer))
        if validator is None:
            validator = Draft202012Validator(
                {"$ref": f"urn:discord#/{pointer}"},
                registry=self._asked if asked else self._answered,
            )
            self._validators[asked, pointer] = validator
        error = best_match(validator.iter_errors(body))
        if error is not None:
            path = tuple(error.absolute_path)
            yield Complaint(path, f"SCHEMA_{str(error.validator).upper()}", error.message[:300])


def _registry(document: Json) -> Registry[Any]:
    empty: Registry[Any] = Registry()
    filled: Registry[Any] = empty.with_resource(
        "urn:discord", DRAFT202012.create_resource(document)
    )
    return filled
