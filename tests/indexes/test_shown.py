"""How far indexes are: in the API and on the pages of definitions."""

from __future__ import annotations

import pytest
from django.test import Client

from ingestion.models import DataIndex, IndexState
from profiles.models import Profile, Source
from relationships.definitions import relationship_definitions
from tests import examples, factories
from tests.admin.pages import change_page
from tests.clients import Api
from tests.indexes.worker import marked, save

pytestmark = pytest.mark.django_db
PROPERTIES = {"name": marked("symbol"), "age": marked("integer"), "note": {"type": "symbol"}}


@pytest.fixture
def source(db: None) -> Source:
    return factories.clinic()


@pytest.fixture
def profile(source: Source) -> Profile:
    return save(source, PROPERTIES)


def told(api: Api, path: str = "profiles/provider/indexes") -> list[tuple[str, str]]:
    return [(row["path"], row["state"]) for row in api.send("GET", path).json["data"]]


def test_each_marked_property_is_shown_once(api: Api, profile: Profile) -> None:
    assert told(api) == [("age", "building"), ("name", "building")]
    DataIndex.objects.update(state=IndexState.READY)
    assert told(api) == [("age", "ready"), ("name", "ready")]


def test_a_property_is_as_far_as_the_worst_of_its_indexes(api: Api, profile: Profile) -> None:
    DataIndex.objects.update(state=IndexState.READY)
    DataIndex.objects.filter(kind="words").update(state=IndexState.BUILDING)
    assert told(api) == [("age", "ready"), ("name", "building")]
    DataIndex.objects.filter(kind="least").update(state=IndexState.FAILED, problem="Why.")
    assert told(api) == [("age", "failed"), ("name", "failed")]
    row = api.send("GET", "profiles/provider/indexes").json["data"][0]
    assert row["problem"] == "Why."
    assert len(row["changedAt"]) == len("2026-11-25T18:00:00.000000Z")


def test_what_is_dropped_is_not_shown(api: Api, profile: Profile) -> None:
    save(profile.source, {"age": marked("integer")})
    assert told(api) == [("age", "building")]


def test_those_of_relationships_are_shown_too(api: Api, source: Source) -> None:
    path = "relationship-definitions/provider-office/indexes"
    assert told(api, path) == []
    body = {**examples.PROVIDER_OFFICE, "properties": {"hours": marked("integer")}}
    relationship_definitions.save(source.key, "provider-office", body, actor="test")
    assert told(api, path) == [("hours", "building")]


@pytest.mark.parametrize("kind", ["profiles", "relationship-definitions"])
def test_what_is_not_there_has_none(api: Api, kind: str) -> None:
    assert api.send("GET", f"{kind}/nothing/indexes").error == (404, "NOT_FOUND")
    assert api.send("GET", f"{kind}/nothing/indexes?x=1").status == 400


def test_too_many_are_refused_by_the_api(api: Api) -> None:
    body = {"properties": {f"p{n}": marked("symbol") for n in range(17)}}
    answer = api.send("PUT", "profiles/thing", body)
    assert answer.error == (409, "FAILED_PRECONDITION")
    assert answer.faults == [("/properties", "indexed")]


def test_a_part_is_indexed_once(api: Api) -> None:
    body = {"properties": {"home": {"type": "address", "indexed": ["city", "city"]}}}
    answer = api.send("PUT", "profiles/thing", body)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [("/properties/home/indexed", "unique")]


@pytest.mark.parametrize("tab", ["", "?tab=json"])
def test_they_stand_on_the_page_of_the_definition(
    admin_client: Client, profile: Profile, tab: str
) -> None:
    DataIndex.objects.filter(path="age").update(state=IndexState.FAILED, problem="Why not.")
    page = admin_client.get(change_page(profile) + tab).content.decode()
    assert ('<h2 id="indexes">' in page) is (not tab)
    assert ("age: Why not." in page) is (not tab)


def test_a_page_without_a_mark_tells_nothing_of_indexes(
    admin_client: Client, source: Source
) -> None:
    office = Profile.objects.get(source=source, key="office")
    assert 'id="indexes"' not in admin_client.get(change_page(office)).content.decode()
