"""Relationships, and what is done with them and resources together: bundle and purge."""

from __future__ import annotations

from typing import Any

from tests.sql_counts.cases import Cases, Measured, asks
from tests.sql_counts.desk import Desk
from tests.writing.asking import create

LINKS = "relationships/provider-office"
FIRST = "relationships/provider-office/{lot}-0.{lot}-0"
EFFECTIVE: dict[str, Any] = {"data": {"effective": {}}}
ENDS = {
    "from": {"id": "{lot}-0", "type": "provider"},
    "to": {"id": "{lot}", "type": "office"},
}
OFFICES = {"collectionType": "resources", "collectionKey": "office"}


def both_ends(desk: Desk, count: int) -> str:
    """The short id of a relationship that there is not, beside those that there are."""
    desk.links(count)
    desk.write([create("office", desk.lot)])
    return f"{desk.lot}-0.{desk.lot}"


def send_bundle(desk: Desk, count: int) -> Measured:
    made = [{"id": f"@rootId{n + 1}", "type": "office", "data": {}} for n in range(count)]
    links = [
        {**ENDS, "type": "provider-office", "to": {"id": office["id"], "type": "office"}}
        for office in made
    ]
    body = {
        "resourceOperations": [{"action": "CREATE", "create": office} for office in made],
        "relationshipOperations": [{"action": "CREATE", "create": link} for link in links],
    }
    desk.providers(1)
    return asks("POST bundle", body)(desk, count)


CASES: Cases = {
    "GET relationships": asks(f"GET {LINKS}?perPage=1000", after=Desk.links),
    # Which columns it has is told by a first look.
    "GET relationships, as CSV": asks(f"GET {LINKS}?format=csv", after=Desk.links),
    "GET relationships, of one resource": asks(
        f"GET {LINKS}?from={{lot}}-0&perPage=1000", after=Desk.links
    ),
    "GET relationships, filtered by an end": asks(
        f"GET {LINKS}?from.data.name=John", after=Desk.links
    ),
    "GET relationship": asks(f"GET {FIRST}", after=Desk.links),
    "POST relationship": asks(f"POST {LINKS}", ENDS, after=both_ends),
    "PUT relationship, new": asks(f"PUT {LINKS}/{{made}}", {}, after=both_ends),
    "PUT relationship, changed": asks(f"PUT {FIRST}", EFFECTIVE, after=Desk.links),
    "PATCH relationship": asks(f"PATCH {FIRST}", EFFECTIVE, after=Desk.links),
    "DELETE relationship": asks(f"DELETE {FIRST}", after=Desk.links),
    "POST bundle": send_bundle,
    "POST purge, planned": asks("POST purge?mode=plan", OFFICES, after=Desk.links),
    "POST purge": asks("POST purge", OFFICES, after=Desk.links),
}
