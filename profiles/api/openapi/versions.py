"""How the endpoints of the history of configuration are described."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from profiles.api.openapi.components import COUNT, POSITIVE, TEXT, path_parameter
from profiles.api.openapi.endpoints import (
    Components,
    Object,
    answer,
    page_schema,
    reading,
    schema,
    writing,
)
from profiles.api.openapi.refusals import missing, refusal
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.exact import Json
from profiles.faults import ErrorType, Refused
from profiles.reasons import MAX_REASON
from profiles.versions import VersionAction

RESTORING = """\
It is saved again as it was, as a PUT of its `payload` would: checked beside what there is now, with
a version of its own in history. Send that PUT with `mode=plan` to see before what it would leave
behind. What was deleted comes back, and goes on with its versions.
"""
TIME = "2025-03-01T12:00:00.000000Z"
REDESCRIPTION = "As the clinics see it."
REDESCRIBED: Json = [{"op": "replace", "path": "/description", "value": REDESCRIPTION}]
"""From the first version to the second."""
REASON = "Agreed with the clinics in March."
NOTHING_THERE = Refused(
    ErrorType.FAILED_PRECONDITION, "Version 4 is a deletion: there is nothing to restore."
)


def version_components() -> Components:
    steps: Schema = {
        "type": "array",
        "items": closed_object(
            {"op": {"enum": ["add", "remove", "replace"]}, "path": TEXT, "value": {}},
            ["op", "path"],
        ),
        "description": "RFC 6902. What was deleted is `null`.",
    }
    return {
        "schemas": {"VersionDifference": steps},
        "parameters": {
            "version": path_parameter("version", POSITIVE, 1, "As the list of versions tells it."),
            "otherVersion": path_parameter(
                "otherVersion", POSITIVE, 2, "The version to which the patch leads."
            ),
        },
    }


def version_schemas(name: str, *, with_contract: bool) -> dict[str, Schema]:
    """Of a version without and with what was saved, and of a page."""
    members: dict[str, Schema] = {
        "version": POSITIVE,
        "action": {"enum": [action.value for action in VersionAction]},
        "timestamp": {"type": "string", "format": "date-time"},
        "userInfo": closed_object({"actor": TEXT}, ["actor"]),
    }
    needed = list(members)
    members["reason"] = {"type": "string", "maxLength": MAX_REASON}
    if with_contract:
        about = "Of the source, which this version made."
        members["contractVersion"] = {**COUNT, "description": about}
        needed.append("contractVersion")
    payload: Schema = {
        "anyOf": [schema(f"{name}Body"), {"type": "null"}],
        "description": "What was saved, as a PUT takes it; null where it was deleted.",
    }
    whole = {**members, "payload": payload}
    return {
        f"{name}Version": closed_object(members, needed),
        f"{name}VersionWithPayload": closed_object(whole, [*needed, "payload"]),
        f"{name}VersionPage": page_schema(f"{name}Version", schema("PageMeta")),
    }


@dataclass(frozen=True, slots=True)
class DescribedVersions:
    """What differs between one kind and another."""

    name: str
    """In PascalCase."""
    what: str
    """In words."""
    tag: str
    parameters: Sequence[str]
    """Those of the path to it."""
    payload: Json
    """Its first version."""
    with_contract: bool
    common: Mapping[int, Object] = field(default_factory=dict)
    """Answers that any of them may give."""

    def endpoints(self) -> dict[str, Callable[[Any], Any]]:
        """By action of the viewset."""
        one = (*self.parameters, "version")
        whats = (self.what,) if self.what != "source" else ()
        shown = self._shown()
        return {
            "versions": reading(
                f"list{self.name}Versions",
                self.tag,
                f"List what became of a {self.what}, the newest first",
                {
                    200: answer(
                        "A page of versions.",
                        f"{self.name}VersionPage",
                        {"created": {"data": [shown], "meta": {"perPage": 100}}},
                        (),
                    ),
                    404: missing(*whats),
                    **self.common,
                },
                parameters=(*self.parameters, "cursor", "perPage"),
            ),
            "version": reading(
                f"get{self.name}Version",
                self.tag,
                f"Read an old version of a {self.what}",
                {
                    200: answer(
                        "The version, and what was saved.",
                        f"{self.name}VersionWithPayload",
                        {"created": {**shown, "payload": self.payload}},
                        (),
                    ),
                    404: missing(*whats, "version"),
                    **self.common,
                },
                parameters=one,
            ),
            "diff": reading(
                f"get{self.name}Difference",
                self.tag,
                f"Compare two versions of a {self.what}",
                {
                    200: answer(
                        "What leads from the one to the other.",
                        "VersionDifference",
                        {"changed": REDESCRIBED},
                        (),
                    ),
                    404: missing(*whats, "version"),
                    **self.common,
                },
                parameters=(*one, "otherVersion"),
                description="As a JSON Patch (RFC 6902).",
            ),
        }

    def restoring(self, key: str, refused: Refused) -> Callable[[Any], Any]:
        """Of definitions: the third version is the first one again, and so is the fifth."""
        changed, back = ({"key": key, "version": n, **self.payload} for n in (3, 5))
        return writing(
            f"restore{self.name}",
            self.tag,
            f"Make an old version of a {self.what} the newest one",
            {
                200: answer("Restored, or the same as before.", self.name, {"changed": changed}),
                201: answer("It was deleted, and is back.", self.name, {"back": back}),
                400: refusal(f"The {self.what} does not fit what there is now.", faulty=refused),
                404: missing(self.what, "version"),
                409: refusal(
                    "The version is a deletion, or what is there forbids the change.",
                    deletion=NOTHING_THERE,
                ),
            },
            parameters=(*self.parameters, "version", "IfMatch", "IfNew", "ChangeReason"),
            description=RESTORING,
        )

    def _shown(self) -> dict[str, Json]:
        return {
            "version": 1,
            "action": "CREATE",
            "timestamp": TIME,
            "userInfo": {"actor": "key:q7TzWkPm test"},
            "reason": REASON,
            **({"contractVersion": 1} if self.with_contract else {}),
        }
