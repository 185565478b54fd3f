"""What needs an index that there is not is refused, with what to do about it."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.models import DataIndex, IndexState
from profiles.models import Source
from tests import examples, factories
from tests.clients import Api

PROPERTIES: dict[str, Any] = {
    "name": {"type": "symbol"},
    "valid": {"type": "period"},
    "rows": {
        "type": "array",
        "items": {"type": "object", "properties": {"n": {"type": "integer"}}},
    },
    "at": {"type": "geopoint"},
}
REMEDIES = {
    "name": 'Needs an index. Mark data.name "indexed": true in {}.',
    "valid.start": 'Needs an index. Mark data.valid "indexed": ["start"] in {}.',
    "rows.n": 'Needs an index. Mark data.rows.n "indexed": true in {}.',
    "at": 'Needs an index. Mark data.at "indexed": true in {}.',
}
PARAMETERS = {
    "name": [
        *("data.name__startswith=a", "data.name__istartswith=a", "data.name__iexact=a"),
        "sort=data.name",
    ],
    "valid.start": ["data.valid.start__gte=2024", "sort=-data.valid.start"],
    "rows.n": ["data.rows.n__lte=1", "sort=data.rows.n"],
    "at": ["data.at__near=1,2,3"],
}
CIRCLE = {"radius": 1, "coordinates": {"longitude": 1, "latitude": 2}}
BODIES: dict[str, list[dict[str, Any]]] = {
    "name": [
        {"filter": {"match": {"name": {"value": "a"}}}},
        {"filter": {"not": {"match": {"name": {"value": "a"}}}}},
        {"sort": {"path": "name"}},
    ],
    "valid.start": [{"filter": {"gt": {"valid.start": "2024"}}}, {"sort": {"path": "valid.start"}}],
    "rows.n": [{"filter": {"lt": {"rows.n": 1}}}],
    "at": [{"filter": {"geoDistance": {"at": CIRCLE}}}],
}


@pytest.fixture
def profile(source: Source) -> str:
    body = {"properties": PROPERTIES}
    return str(factories.ProfileFactory.create(source=source, body=body).key)


@pytest.mark.parametrize("path", PARAMETERS)
def test_a_parameter_that_needs_an_index_is_told_the_mark(
    api: Api, profile: str, path: str
) -> None:
    for query in PARAMETERS[path]:
        answer = api.get(f"resources/{profile}?{query}")
        assert answer.status == 400
        (fault,) = answer.json["details"]
        assert fault["message"] == REMEDIES[path].format(profile), query
        assert fault["path"] == f"?{query.partition('=')[0]}"


@pytest.mark.parametrize("path", BODIES)
def test_an_operator_that_needs_an_index_is_told_the_mark(
    api: Api, profile: str, path: str
) -> None:
    for members in BODIES[path]:
        answer = api.post("query", {"collectionKey": profile, **members})
        assert answer.status == 400
        (fault,) = answer.json["details"]
        assert (fault["rule"], fault["message"]) == ("index", REMEDIES[path].format(profile))


def test_text_without_regard_to_case_has_a_way_without_an_index(api: Api, profile: str) -> None:
    body = {"collectionKey": profile, "filter": {"eq": {"name": "Ada"}}}
    (fault,) = api.post("query", body).json["details"]
    told = "For exact equality, which needs none, use any."
    assert fault["message"] == f"{REMEDIES['name'].format(profile)} {told}"
    api.put(f"resources/{profile}/a", {"data": {"name": "Ada"}})
    answer = api.post("query", {**body, "filter": {"any": {"name": ["Ada"]}}})
    assert len(answer.json["hits"]) == 1


def test_words_need_an_indexed_text(api: Api, profile: str) -> None:
    answer = api.get(f"resources/{profile}?q=ada")
    assert answer.faults == [("?q", "index")]
    answer = api.post("query", {"collectionKey": profile, "query": "ada"})
    assert answer.faults == [("/query", "index")]


@pytest.mark.parametrize(
    ("state", "told"),
    [
        (IndexState.BUILDING, "The index of data.name is being built: ask again later."),
        (IndexState.FAILED, "The index of data.name could not be built."),
    ],
)
def test_an_index_that_is_not_ready_is_told_of(
    api: Api, source: Source, state: IndexState, told: str
) -> None:
    body = {"properties": {"name": {"type": "symbol", "indexed": True}}}
    profile = factories.ProfileFactory.create(source=source, body=body).key
    DataIndex.objects.update(state=state)
    for query in ("data.name__startswith=a", "sort=-data.name"):
        (fault,) = api.get(f"resources/{profile}?{query}").json["details"]
        assert fault["message"] == told
    assert api.get(f"resources/{profile}?q=a").faults == [("?q", "index")]
    for members in ({"sort": {"path": "name"}}, {"filter": {"eq": {"name": "a"}}}):
        answer = api.post("query", {"collectionKey": profile, **members})
        assert answer.json["details"][0]["message"].startswith(told)
    assert api.get(f"resources/{profile}?data.name=a").status == 200


def test_an_end_is_told_the_mark_of_its_own_profile(api: Api) -> None:
    answer = api.get("relationships/provider-office?from.data.name__iexact=a")
    (fault,) = answer.json["details"]
    assert fault["message"] == 'Needs an index. Mark data.name "indexed": true in provider.'
    answer = api.get("relationships/provider-office?data.effective.start__gte=2024")
    (fault,) = answer.json["details"]
    mark = 'Mark data.effective "indexed": ["start"] in provider-office.'
    assert fault["message"] == f"Needs an index. {mark}"


def test_the_mark_that_is_named_is_taken(api: Api) -> None:
    office = examples.PROVIDER_OFFICE
    marked = {"effective": {"type": "period", "indexed": ["start"]}}
    body = {**office, "properties": marked}
    assert api.put("relationship-definitions/provider-office", body).status == 200
    answer = api.get("relationships/provider-office?data.effective.start__gte=2024")
    assert "is being built" in answer.json["message"]
