"""Resources: found, listed, written one by one, and what they contain."""

from __future__ import annotations

from typing import Any

from ingestion.models import DataIndex, IndexState
from tests import examples
from tests.sql_counts.cases import Cases, Measured, asks
from tests.sql_counts.desk import Desk

PROVIDERS = "resources/provider"
FIRST = "resources/provider/{lot}-0"
NEW: dict[str, Any] = {"data": {}}
CARD = {"type": "paymentMethod", "data": {}}


def marked(desk: Desk, count: int) -> None:
    """Providers, and marks of their profile. What has no index yet is as right, and slower."""
    properties = {
        key: {**prop, "indexed": True} if key != "specialities" else prop
        for key, prop in examples.PROVIDER["properties"].items()
    }
    desk.put("profiles/provider", {**examples.PROVIDER, "properties": properties})
    DataIndex.objects.update(state=IndexState.READY)
    desk.providers(count)
    desk.warm()


def of_both(desk: Desk, count: int) -> None:
    desk.providers(count)
    desk.offices(count)


def second_page(desk: Desk, count: int) -> Measured:
    desk.providers(count + 2)
    path = f"{PROVIDERS}?sort=id&perPage={count}"
    cursor = desk.api.get(path).json["meta"]["cursor"]
    return asks(f"GET {path}&cursor={cursor}")(desk, count)


def send_again(desk: Desk, count: int) -> Measured:
    again = CASES["POST resource, with an Idempotency-Key"](desk, count)
    again()
    return again


def change_many_values(desk: Desk, count: int) -> Measured:
    body = {"data": {"specialities": ["a"] * count}}
    return asks(f"PUT {FIRST}", body, after=Desk.providers)(desk, count)


def refuse_many_values(desk: Desk, count: int) -> Measured:
    body = {"data": {"specialities": [0] * count}}

    def refused() -> None:
        assert len(desk.api.put(f"{PROVIDERS}/{desk.lot}", body).faults) == count

    return refused


CASES: Cases = {
    "GET resources": asks(f"GET {PROVIDERS}?perPage=1000", after=Desk.providers),
    "GET resources, second page": second_page,
    "GET resources, as NDJSON": asks(f"GET {PROVIDERS}?format=ndjson", after=Desk.providers),
    "GET resources, as CSV": asks(f"GET {PROVIDERS}?format=csv&after=0", after=Desk.providers),
    "GET resources, by identifier": asks(f"GET {PROVIDERS}?identifier=a:b", after=Desk.providers),
    "GET resources, filtered by data": asks(
        f"GET {PROVIDERS}?data.name__in=a,b&data.practiceNumber__isnull=true", after=Desk.providers
    ),
    "GET resources, sorted by data": asks(
        f"GET {PROVIDERS}?sort=data.name&perPage=1000", after=marked
    ),
    "GET resources, with words": asks(f"GET {PROVIDERS}?q=john", after=marked),
    "GET resources, filtered, counted and explained": asks(
        f"GET {PROVIDERS}?data.practiceNumber__gte=1&total=estimated&explain=true", after=marked
    ),
    "POST query, with aggregations": asks(
        "POST query",
        {
            "collectionKey": "provider",
            "filter": {"not": {"eq": {"name": "j*"}}},
            "aggregations": [{"path": "name"}, {"path": "specialities"}],
        },
        after=marked,
    ),
    "POST browse": asks(
        "POST browse",
        {"collectionKeys": ["provider", "office"], "params": {"perPage": 1000}},
        after=of_both,
    ),
    "GET resource": asks(f"GET {FIRST}", after=Desk.providers),
    "POST resource": asks(f"POST {PROVIDERS}", NEW, after=Desk.providers),
    "POST resource, with an id": asks(
        f"POST {PROVIDERS}", {"id": "{lot}", "data": {}}, after=Desk.providers
    ),
    "POST resource, with an Idempotency-Key": asks(
        f"POST {PROVIDERS}", NEW, after=Desk.providers, idempotency_key="{lot}"
    ),
    "POST resource, sent again": send_again,
    "PUT resource, new": asks(f"PUT {PROVIDERS}/{{lot}}", NEW, after=Desk.providers),
    "PUT resource, changed": change_many_values,
    "PUT resource, unchanged": asks(f"PUT {FIRST}", NEW, after=Desk.providers),
    "PUT resource, refused": refuse_many_values,
    "PATCH resource": asks(f"PATCH {FIRST}", {"data": {"name": "B"}}, after=Desk.providers),
    "DELETE resource": asks(f"DELETE {FIRST}", after=Desk.providers),
    "DELETE resource, with relationships": asks(f"DELETE {FIRST}", after=Desk.links),
    "GET contained": asks("GET {made}/c0", after=Desk.cards),
    "POST contained": asks("POST {made}", CARD, after=Desk.cards),
    "PUT contained": asks("PUT {made}/c0", {**CARD, "data": {"value": "Visa"}}, after=Desk.cards),
    "DELETE contained": asks("DELETE {made}/c0", after=Desk.cards),
}
