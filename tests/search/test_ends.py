"""Relationships are found by what the resources at their ends are."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.models import Profile, Source
from tests import examples, factories
from tests.clients import Api
from tests.search.conftest import make_indexes

PEOPLE: dict[str, Any] = {
    "ada": {"name": "Ada Byron", "practiceNumber": 1, "specialities": ["Nurse"]},
    "bob": {"name": "bob", "practiceNumber": 2, "specialities": ["Nurse", "Pharmacist"]},
    "eve": {},
}
PLACES: dict[str, Any] = {"x": {"name": "West"}, "y": {"name": "east"}, "z": {"note": "none"}}


def indexed(body: Any, *keys: str) -> Any:
    properties = {
        key: {**prop, "indexed": True} if key in keys else prop
        for key, prop in body["properties"].items()
    }
    return {**body, "properties": properties}


@pytest.fixture
def linked(api: Api, source: Source) -> Api:
    """Each person works at each place."""
    for key, body in (
        ("provider", indexed(examples.PROVIDER, "name", "practiceNumber")),
        ("office", indexed(examples.OFFICE, "name")),
    ):
        assert api.put(f"profiles/{key}", body).status == 200
        make_indexes(Profile.objects.get(source=source, key=key).pk)
    for id, data in PEOPLE.items():
        api.put(f"resources/provider/{id}", {"data": data})
    for id, data in PLACES.items():
        api.put(f"resources/office/{id}", {"data": data})
    for person in PEOPLE:
        for place in PLACES:
            api.put(f"relationships/provider-office/{person}.{place}", {"data": {}})
    return api


@pytest.mark.parametrize(
    ("query", "people", "places"),
    [
        ("from.data.name=Ada Byron", ["ada"], PLACES),
        ("from.data.name__iexact=ADA BYRON", ["ada"], PLACES),
        ("from.data.name__startswith=b", ["bob"], PLACES),
        ("from.data.practiceNumber__gte=2", ["bob"], PLACES),
        ("from.data.practiceNumber__in=1,2,3", ["ada", "bob"], PLACES),
        ("from.data.specialities=Nurse", ["ada", "bob"], PLACES),
        ("from.data.name__isnull=true", ["eve"], PLACES),
        ("to.data.name__isnull=false", PEOPLE, ["x", "y"]),
        ("to.data.name__istartswith=E", PEOPLE, ["y"]),
        ("from.data.practiceNumber__lte=1&to.data.name=West", ["ada"], ["x"]),
        ("from=bob&to.data.note=none", ["bob"], ["z"]),
        ("to.data.name=nobody", [], []),
    ],
)
def test_both_ends_filter_together(
    linked: Api, query: str, people: list[str], places: list[str]
) -> None:
    for total in ("none", "exact"):
        path = f"relationships/provider-office?sort=id&total={total}&{query.replace(' ', '%20')}"
        answer = linked.get(path)
        assert answer.status == 200, answer.text
        right = [(person, place) for person in people for place in places]
        assert [(r["from"]["id"], r["to"]["id"]) for r in answer.json["data"]] == right
        assert total == "none" or answer.json["meta"]["total"] == len(right)


def test_ends_of_another_source_are_not_looked_at(linked: Api) -> None:
    other = factories.clinic()
    elsewhere = Api(factories.make_key("admin"), other.key)
    elsewhere.put("resources/provider/ada", {"data": {"name": "Other"}})
    assert linked.get("relationships/provider-office?from.data.name=Other").json["data"] == []


def test_what_an_end_does_not_have_is_told(linked: Api) -> None:
    answer = linked.get("relationships/provider-office?to.data.specialities=Nurse")
    assert answer.status == 400
    assert "to.data.name" in answer.json["message"]
    answer = linked.get("relationships/provider-office?to.data.name__gte=a")
    assert "to.data.name__startswith" in answer.json["message"]
