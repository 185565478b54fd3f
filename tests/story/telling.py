"""Tells examples of the OpenAPI document through the API, and keeps which were told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.clients import Answer, Api
from tests.describing import JSON, KEYED, OPERATIONS, same_each_time

SHARED = {"401", "403", "404", "406", "412", "413", "415", "429", "default"}
"""Statuses whose examples are proved by test_openapi_refusals, for every operation."""


PATCHES = (
    (JSON, "jsonPatch"),
    ("application/json-patch+json", "jsonPatch"),
    (JSON, "mergePatch"),
    ("application/merge-patch+json", "mergePatch"),
)


@dataclass
class Story:
    """Tells examples through the API, and keeps which were told."""

    api: Api
    sent: set[tuple[str, str, str]] = field(default_factory=set)
    """Operation, media type and name of the examples of bodies."""
    shown: set[tuple[str, str, str]] = field(default_factory=set)
    """Operation, status and name of the examples of answers."""

    def tell(
        self,
        id: str,
        status: int,
        *,
        sends: str = "",
        body: Any = None,
        shows: str = "",
        media_type: str = JSON,
        at: dict[str, str] | None = None,
        query: str = "",
        **headers: str,
    ) -> Answer:
        """Send an example (`sends`, or another `body`); the answer is the example `shows`."""
        operation = OPERATIONS[id]
        if sends:
            self.sent.add((id, media_type, sends))
            body = operation.bodies[media_type][sends]
        address = operation.address(**(at or {})) + query
        answer = operation.send(self.api, body, address, content_type=media_type, **headers)
        assert answer.status == status, (id, answer.text)
        if shows:
            self.shown.add((id, str(status), shows))
            example = operation.examples(str(status))[shows]
            assert same_each_time(answer.json) == same_each_time(example), id
        return answer


def all_bodies() -> set[tuple[str, str, str]]:
    return {
        (operation.id, media_type, name)
        for operation in KEYED
        for media_type, bodies in operation.bodies.items()
        for name in bodies
    }


def all_answers() -> set[tuple[str, str, str]]:
    """All but those that are the same for many operations."""
    return {
        (operation.id, status, name)
        for operation in KEYED
        for status, response in operation.described["responses"].items()
        if status not in SHARED and "$ref" not in response
        for name in operation.examples(status)
    }
