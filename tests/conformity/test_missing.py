"""Resources that lack the one partner that they should have."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.models import Source
from tests import examples, factories
from tests.clients import Api
from tests.conformity.conftest import listed

LIST = "relationship-definitions/provider-office/missing"


def define(api: Api, from_: str, to: str) -> None:
    body = {
        **examples.PROVIDER_OFFICE,
        "from": {**examples.PROVIDER_OFFICE["from"], "includeCardinality": from_},
        "to": {**examples.PROVIDER_OFFICE["to"], "includeCardinality": to},
    }
    assert api.put("relationship-definitions/provider-office", body).status == 200


@pytest.fixture
def records(api: Api, providers: list[str]) -> None:
    """Of ada, bob and cyd only ada works somewhere, at east; nobody at north and west."""
    for office in ("east", "north", "west"):
        api.put(f"resources/office/{office}", {"data": {}})
    api.put("relationships/provider-office/ada.east", {"data": {}})


def sides(rows: list[Any]) -> list[tuple[str, str]]:
    return [(row["side"], row["id"]) for row in rows]


BOTH = [("from", "bob"), ("from", "cyd"), ("to", "north"), ("to", "west")]


@pytest.mark.parametrize("cardinality", ["1:1", "1:*"])
def test_both_sides_are_listed_in_one_order(api: Api, records: None, cardinality: str) -> None:
    define(api, cardinality, cardinality)
    page = api.get(LIST).json
    assert sides(page["data"]) == BOTH
    assert page["data"][0] == {
        "side": "from",
        "type": "provider",
        "id": "bob",
        "includeKey": "worksAt",
        "expected": cardinality,
    }
    assert page["meta"] == {"perPage": 100}


@pytest.mark.parametrize("per_page", [1, 2, 3, 4])
def test_they_come_in_pages(api: Api, records: None, per_page: int) -> None:
    define(api, "1:1", "1:*")
    assert sides(listed(api, LIST, per_page)) == BOTH


@pytest.mark.parametrize("side", ["from", "to"])
def test_one_side_alone_may_be_asked_for(api: Api, records: None, side: str) -> None:
    define(api, "1:*", "1:*")
    expected = [row for row in BOTH if row[0] == side]
    assert sides(listed(api, f"{LIST}?side={side}", per_page=1)) == expected


@pytest.mark.parametrize("looked_at", [1, 2, 3])
def test_a_page_looks_at_so_many_resources_only(
    api: Api, records: None, monkeypatch: pytest.MonkeyPatch, looked_at: int
) -> None:
    define(api, "1:*", "1:1")
    monkeypatch.setattr("relationships.missing.LOOKED_AT", looked_at)
    assert len(api.get(LIST).json["data"]) < len(BOTH)
    assert sides(listed(api, LIST)) == BOTH


def test_a_side_that_may_be_alone_lacks_nothing(api: Api, records: None) -> None:
    assert api.get(LIST).json["data"] == []
    define(api, "0:1", "1:*")
    assert sides(api.get(LIST).json["data"]) == BOTH[2:]
    assert api.get(f"{LIST}?side=from").json["data"] == []


def test_it_is_told_as_of_now(api: Api, records: None) -> None:
    define(api, "1:*", "0:*")
    api.put("relationships/provider-office/bob.east", {"data": {}})
    api.delete("relationships/provider-office/provider.ada,office.east")
    assert sides(api.get(LIST).json["data"]) == [("from", "ada"), ("from", "cyd")]


def test_relationships_of_another_definition_do_not_count(api: Api, records: None) -> None:
    define(api, "1:*", "1:*")
    other = {
        side: {**examples.PROVIDER_OFFICE[side], "includeKey": "other"} for side in ("from", "to")
    }
    api.put("relationship-definitions/other", other)
    api.put("relationships/other/bob.west", {"data": {}})
    assert sides(api.get(LIST).json["data"]) == BOTH


@pytest.mark.parametrize("query", ["side=both", "side=", "sort=id", "cursor=x", "perPage=0"])
def test_another_parameter_is_refused(api: Api, query: str) -> None:
    assert api.get(f"{LIST}?{query}").error == (400, "INVALID_ARGUMENT")


def test_a_cursor_leads_on_in_its_own_list(api: Api, records: None) -> None:
    define(api, "1:*", "1:*")
    cursor = api.get(f"{LIST}?perPage=1").json["meta"]["cursor"]
    assert api.get(f"{LIST}?side=to&cursor={cursor}").faults == [("?cursor", "parameter")]


def test_who_may_read_the_source_sees_it(source: Source, api: Api) -> None:
    assert Api(factories.make_key("reader"), source.key).get(LIST).status == 200
    assert Api(factories.make_key("admin", sources=[]), source.key).get(LIST).status == 404
    assert api.get("relationship-definitions/unknown/missing").status == 404
