"""Relationships in the admin, sorted and filtered by their properties and those of their ends."""

from __future__ import annotations

import pytest

from ingestion.models import DataIndex, IndexState, Resource
from profiles.models import Profile, Source
from relationships.models import Relationship
from tests.admin.pages import Pages, address
from tests.factories import RelationshipDefinitionFactory, RelationshipFactory

SIDE = {"includeCardinality": "0:*"}


@pytest.fixture
def near(source: Source, clinic: Profile) -> str:
    """The name of a definition by which clinics lie near each other."""
    definition = RelationshipDefinitionFactory.create(
        source=source,
        key="near",
        body={
            "from": {"profileKey": "clinic", "includeKey": "nextTo", **SIDE},
            "to": {"profileKey": "clinic", "includeKey": "besides", **SIDE},
            "properties": {"walk": {"type": "integer", "indexed": True}},
        },
    )
    DataIndex.objects.update(state=IndexState.READY)  # Those of relationships are not built.
    rows = {row.public_id: row for row in Resource.objects.filter(profile=clinic)}
    for ends, data in ((("north", "south"), {"walk": 9}), (("south", "west"), {"walk": 30})):
        from_resource, to_resource = (rows[end] for end in ends)
        RelationshipFactory.create(
            definition=definition, from_resource=from_resource, to_resource=to_resource, data=data
        )
    RelationshipFactory.create(
        definition=definition, from_resource=rows["west"], to_resource=rows["north"]
    )
    return f"{source.key}/near"


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"sort": "data.walk"}, ["north → south", "south → west", "west → north"]),
        ({"sort": "-data.walk"}, ["south → west", "north → south", "west → north"]),
        ({"sort": "-id"}, ["west → north", "south → west", "north → south"]),
        ({"data.walk__lte": "10"}, ["north → south"]),
        ({"from.data.beds__gte": "4"}, ["south → west"]),
        ({"to.data.name": "North Star"}, ["west → north"]),
        ({"from.data.home.city__istartswith": "tor", "sort": "data.walk"}, ["west → north"]),
        ({"q": "star"}, ["west → north", "north → south"]),
    ],
)
def test_relationships_are_found_by_their_properties_and_those_of_their_ends(
    steward: Pages, near: str, asked: dict[str, str], rows: list[str]
) -> None:
    page = steward.list(Relationship, definition=near, **asked)
    assert page.rows == rows
    for name, text in asked.items():
        if "data." in name:
            assert f'name="{name}" value="{text}"' in page.text


def test_relationships_go_on_under_a_sort(
    steward: Pages, near: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("relationships.admin.relationships.RelationshipAdmin.list_per_page", 2)
    first = steward.list(Relationship, definition=near, sort="data.walk")
    path = address(Relationship, "changelist")
    second = steward.open(path + first.context["cl"].next_page)
    assert second.rows == ["west → north"]
    assert steward.open(path + second.context["cl"].previous_page).rows == first.rows


def test_an_end_is_not_asked_for_what_would_scan(steward: Pages, near: str) -> None:
    page = steward.list(Relationship, definition=near, **{"from.data.floors__gte": "1"})
    assert page.rows == []
    assert 'Needs an index. Mark data.floors "indexed": true in clinic.' in page.text


def test_relationships_are_sorted_once_a_definition_is_chosen(steward: Pages, near: str) -> None:
    page = steward.list(Relationship, sort="data.walk")
    assert page.messages == ["Not sorted: choose a definition first."]
    assert len(page.rows) == 3


@pytest.mark.parametrize(
    ("asked", "rows"),
    [
        ({"nextTo.data.beds__gte": "4"}, ["north"]),
        ({"besides.data.name": "North Star"}, ["south"]),
        ({"nextTo__isnull": "true"}, []),
    ],
)
def test_resources_are_filtered_by_what_they_are_linked_to(
    steward: Pages, clinic: Profile, near: str, asked: dict[str, str], rows: list[str]
) -> None:
    page = steward.list(Resource, profile=f"{clinic.source.key}/clinic", **asked)
    assert page.rows == rows
    for name, text in asked.items():
        assert f'name="{name}" value="{text}"' in page.text
