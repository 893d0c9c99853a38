"""What goes over the wire, and how Discord says no: JSON objects, complaints, errors.

A complaint is one thing wrong with a request, at one place of its body. An error is an answer;
the numbers are the documented ones. Nothing here decides what is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

_KNOWN = {
    0: (401, "401: Unauthorized"),
    10003: (404, "Unknown Channel"),
    10004: (404, "Unknown Guild"),
    10007: (404, "Unknown Member"),
    10008: (404, "Unknown Message"),
    10013: (404, "Unknown User"),
    10015: (404, "Unknown Webhook"),
    10062: (404, "Unknown interaction"),
    10063: (404, "Unknown application command"),
    40060: (400, "Interaction has already been acknowledged."),
    50001: (403, "Missing Access"),
    50005: (403, "Cannot edit a message authored by another user"),
    50006: (400, "Cannot send an empty message"),
    50007: (403, "Cannot send messages to this user"),
    50013: (403, "Missing Permissions"),
    50027: (401, "Invalid Webhook Token"),
    160002: (400, "Cannot reply without permission to read message history"),
    50109: (400, "The request body contains invalid JSON."),
}


@dataclass(frozen=True)
class Complaint:
    """One thing that is wrong with a request: where, which of Discord's codes, in words."""

    path: tuple[str | int, ...]
    code: str
    message: str

    def __str__(self) -> str:
        return f"{'.'.join(map(str, self.path)) or 'body'}: {self.message} ({self.code})"


class ApiError(Exception):
    """An answer that is an error. `violation` says that a correct bot never provokes it."""

    def __init__(
        self,
        code: int,
        *,
        status: int | None = None,
        message: str | None = None,
        complaints: Iterable[Complaint] = (),
        violation: bool = False,
    ) -> None:
        known = _KNOWN.get(code, (400, "Invalid Form Body"))
        self.status = known[0] if status is None else status
        self.code = code
        self.message = known[1] if message is None else message
        self.complaints = tuple(complaints)
        self.violation = violation
        super().__init__(self.message)

    @property
    def body(self) -> Json:
        """The answer in Discord's form: `errors` is nested like the body it is about."""
        body: Json = {"message": self.message, "code": self.code}
        if not self.complaints:
            return body
        errors: Json = {}
        # Discord says either something of an object or something of its fields, never both.
        for complaint in sorted(self.complaints, key=lambda one: len(one.path)):
            place = errors
            for step in complaint.path:
                if "_errors" in place:
                    break
                place = place.setdefault(str(step), {})
            place.setdefault("_errors", []).append(
                {"code": complaint.code, "message": complaint.message}
            )
        return {**body, "errors": errors}


def invalid_form(complaints: Iterable[Complaint], *, violation: bool = True) -> ApiError:
    """The answer to a body that breaks the rules."""
    return ApiError(50035, complaints=complaints, violation=violation)


def required(*path: str | int) -> Complaint:
    """The complaint about something that has to be there."""
    return Complaint(path, "BASE_TYPE_REQUIRED", "This field is required")


def length(value: object, least: int, most: int, *path: str | int) -> list[Complaint]:
    """What is wrong with the length of a text or list; nothing at all counts as empty.

    Texts are measured in code points, as Discord's own back end does.
    """
    size = len(value) if isinstance(value, str | list) else 0
    if size < least:
        if size == 0:
            return [required(*path)]
        return [Complaint(path, "BASE_TYPE_MIN_LENGTH", f"Must be {least} or more in length.")]
    if size > most:
        return [Complaint(path, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")]
    return []


def entries(value: object) -> list[Json]:
    """The objects of a list that may be missing, null, or no list at all."""
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []
