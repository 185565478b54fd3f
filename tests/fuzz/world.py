"""The running example of the documentation, put back over HTTP while it is being torn down."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from typing import Any

from ingestion.openapi import examples as records
from profiles import examples as definitions
from relationships.openapi import examples as links

CLINIC = "/sources/clinic/v1"
SECOND_OFFICE = "north"
SPARE = "spare"
"""The key of a source, a profile and a definition that nothing uses: they can be deleted."""
SPARE_DEFINITION = {
    "from": {"profileKey": "provider", "includeKey": "visits", "includeCardinality": "0:*"},
    "to": {"profileKey": "office", "includeKey": "visitors", "includeCardinality": "0:*"},
}


def with_marks(profile: Any) -> Any:
    """The profile with its texts marked for an index."""
    properties = {
        key: {**prop, "indexed": True} if prop["type"] == "symbol" else prop
        for key, prop in profile["properties"].items()
    }
    return {**profile, "properties": properties}


def world() -> Iterator[tuple[str, str, Any]]:
    """Requests that make what the examples of the document speak of, and something to spare."""
    yield "PUT", "/catalog/v1/sources/clinic", definitions.SOURCE_BODY
    for key in ("paymentMethod", "provider", "office"):
        yield "PUT", f"{CLINIC}/profiles/{key}", with_marks(definitions.PROFILES[key])
    yield "PUT", f"{CLINIC}/relationship-definitions/provider-office", links.PROVIDER_OFFICE
    yield "PUT", f"{CLINIC}/resources/provider/john-doe", records.PROVIDER_WITH_ID
    yield "PUT", f"{CLINIC}/resources/office/{records.OFFICE_ID}", records.OFFICE_BODY
    yield "PUT", f"{CLINIC}/relationships/provider-office/{links.ID}", links.BODY
    yield "PUT", f"/catalog/v1/sources/{SPARE}", definitions.SOURCE_BODY
    for key in (*definitions.PROFILES, SPARE):
        yield "DELETE", f"/sources/{SPARE}/v1/profiles/{key}", None
    yield "PUT", f"{CLINIC}/profiles/{SPARE}", definitions.PAYMENT_METHOD
    yield "PUT", f"{CLINIC}/relationship-definitions/{SPARE}", SPARE_DEFINITION
    yield "PUT", f"{CLINIC}/resources/office/{SECOND_OFFICE}", {"data": {}}
    yield "DELETE", f"{CLINIC}/relationships/provider-office/john-doe.{SECOND_OFFICE}", None


@dataclass
class World:
    """Where it is, and whether it may have been changed since it was put in order."""

    port: int
    key: str
    changed: bool = True
    refused: list[str] = field(default_factory=list)
    """What could not be put back, for the report: with too much of it nothing is proved."""

    def restore(self) -> None:
        if self.changed:
            connection = HTTPConnection("127.0.0.1", self.port, timeout=30)
            for method, path, body in world():
                self._send(connection, method, path, body)
            connection.close()
            self.changed = False

    def _send(self, connection: HTTPConnection, method: str, path: str, body: Any) -> None:
        headers = {"X-API-Key": self.key, "Content-Type": "application/json"}
        connection.request(method, path, json.dumps(body), headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status >= 400 and answer.status != 404:
            self.refused.append(f"{path} {answer.status} {said.decode()}")
