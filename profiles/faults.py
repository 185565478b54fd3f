"""What was wrong with what was sent: faults, and the refusal that carries them.

How they look on the wire is decided in `profiles.api.errors`; nothing here knows of HTTP but the
status number that goes with each type (design.md, section 4).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Literal

from profiles.names import KEY_RULE


class ErrorType(StrEnum):
    INVALID_ARGUMENT = "INVALID_ARGUMENT"
    UNAUTHENTICATED = "UNAUTHENTICATED"
    PERMISSION_DENIED = "PERMISSION_DENIED"
    NOT_FOUND = "NOT_FOUND"
    METHOD_NOT_ALLOWED = "METHOD_NOT_ALLOWED"
    NOT_ACCEPTABLE = "NOT_ACCEPTABLE"
    ALREADY_EXISTS = "ALREADY_EXISTS"
    FAILED_PRECONDITION = "FAILED_PRECONDITION"
    CONTENT_TOO_LARGE = "CONTENT_TOO_LARGE"
    UNSUPPORTED_MEDIA_TYPE = "UNSUPPORTED_MEDIA_TYPE"
    RESOURCE_EXHAUSTED = "RESOURCE_EXHAUSTED"
    INTERNAL = "INTERNAL"
    UNAVAILABLE = "UNAVAILABLE"

    @property
    def status(self) -> int:
        return _STATUS[self]


_STATUS = {
    ErrorType.INVALID_ARGUMENT: 400,
    ErrorType.UNAUTHENTICATED: 401,
    ErrorType.PERMISSION_DENIED: 403,
    ErrorType.NOT_FOUND: 404,
    ErrorType.METHOD_NOT_ALLOWED: 405,
    ErrorType.NOT_ACCEPTABLE: 406,
    ErrorType.ALREADY_EXISTS: 409,
    ErrorType.FAILED_PRECONDITION: 409,
    ErrorType.CONTENT_TOO_LARGE: 413,
    ErrorType.UNSUPPORTED_MEDIA_TYPE: 415,
    ErrorType.RESOURCE_EXHAUSTED: 429,
    ErrorType.INTERNAL: 500,
    ErrorType.UNAVAILABLE: 503,
}


FaultScope = Literal["root", "result"]

MOST_FAULTS = 100
"""That one refusal tells: a body of a few kilobytes may have as many faults as bytes."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong: where (a JSON Pointer into what was sent), which rule, what fits."""

    path: str
    rule: str
    message: str
    expected: Any = None
    type: ErrorType = ErrorType.INVALID_ARGUMENT
    scope: FaultScope | None = None
    index: int | None = None
    """Of the operation, where several were sent."""
    operations: str | None = None
    """The list that the index is of, where there are two."""

    def under(self, prefix: str) -> "Fault":
        return replace(self, path=prefix + self.path)

    def as_json(self) -> dict[str, Any]:
        shown: dict[str, Any] = {"type": self.type.value, "path": self.path, "rule": self.rule}
        if self.expected is not None:
            shown["expected"] = self.expected
        if self.scope is not None:
            shown["scope"] = self.scope
        if self.index is not None:
            shown["index"] = self.index
        if self.operations is not None:
            shown["operations"] = self.operations
        return {**shown, "message": self.message}


class Refused(Exception):
    """A request, or one operation of it, that is not carried out."""

    def __init__(
        self,
        type: ErrorType,
        message: str,
        faults: Sequence[Fault] = (),
        *,
        status: int | None = None,
    ) -> None:
        super().__init__(message)
        self.type = type
        self.message = message
        self.faults = tuple(faults[: MOST_FAULTS + 1])  # One more tells that there are more.
        self.status = status or type.status

    def as_json(self) -> dict[str, Any]:
        return {
            "code": self.status,
            "type": self.type.value,
            "message": self.message,
            "details": [fault.as_json() for fault in self.faults[:MOST_FAULTS]],
        }

    def lines(self) -> list[str]:
        """For people at a terminal: one line for each fault, its place first."""
        told = self.faults[:MOST_FAULTS]
        return [f"{fault.path} {fault.message}".lstrip() for fault in told] or [self.message]


def pointer(*steps: str | int) -> str:
    """A JSON Pointer (RFC 6901) to the place that `steps` lead to."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)


def faulty(what: str, faults: Iterable[Fault]) -> Refused:
    """The refusal of `what` ("resource", "profile", …) for its faults, the first of them.

    One fault of INVALID_ARGUMENT makes all of it that, since the caller can only mend it by
    sending something else; otherwise the first fault decides.
    """
    found = list(faults)
    if len(found) > MOST_FAULTS:  # What decides is among those that are told.
        found.sort(key=lambda fault: fault.type is not ErrorType.INVALID_ARGUMENT)
    is_invalid = any(fault.type is ErrorType.INVALID_ARGUMENT for fault in found)
    type = ErrorType.INVALID_ARGUMENT if is_invalid else found[0].type
    return Refused(type, _counted(len(found), what), found)


def _counted(count: int, what: str) -> str:
    if count > MOST_FAULTS:  # Who found them has not looked for all of them.
        return f"More than {MOST_FAULTS} faults in the {what}. These are the first."
    return f"{count} fault{'' if count == 1 else 's'} in the {what}."


def missing_member(path: str) -> Fault:
    return Fault(path, "required", "Is required.", expected=True)


def unlike_path(path: str, expected: object) -> Fault:
    """Of a member of a body that names something else than the address does."""
    return Fault(path, "place", "Must agree with the path.", expected)


def bad_key(what: str) -> Fault:
    """Of an address in which something is called by what is no key (`names.is_key`)."""
    return Fault("", "name", f"The path does not name a key that a {what} may have: {KEY_RULE}.")


def not_found(what: str) -> Refused:
    return Refused(ErrorType.NOT_FOUND, f"There is no such {what}.")
