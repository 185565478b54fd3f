"""Resources found by what they are linked to, and relationships by what they link."""

from __future__ import annotations

import pytest

from tests.clients import Api


@pytest.fixture
def linked(api: Api) -> Api:
    for id, number in (("ada", 7), ("ben", 8), ("eve", 9)):
        api.put(f"resources/provider/{id}", {"data": {"name": id, "practiceNumber": number}})
    for id in ("west", "east", "north"):
        api.put(f"resources/office/{id}", {"data": {"name": id}})
    for ends in ("ada.west", "ada.east", "ben.west"):
        api.put(f"relationships/provider-office/{ends}", {"data": {}})
    return api


def ids(api: Api, path: str) -> list[str]:
    answer = api.get(f"{path}{'&' if '?' in path else '?'}sort=id")
    assert answer.status == 200, answer.text
    return [row["id"] for row in answer.json["data"]]


def test_resources_without_links_are_found(linked: Api) -> None:
    assert ids(linked, "resources/office?staff__isnull=true") == ["north"]
    assert ids(linked, "resources/office?staff__isnull=false") == ["east", "west"]
    assert ids(linked, "resources/provider?worksAt__isnull=true") == ["eve"]


def test_resources_are_found_by_what_they_are_linked_to(linked: Api) -> None:
    assert ids(linked, "resources/provider?worksAt.data.name=west") == ["ada", "ben"]
    assert ids(linked, "resources/office?staff.data.practiceNumber__in=8,9") == ["west"]
    both = "resources/provider?worksAt.data.name=west&data.practiceNumber=7"
    assert ids(linked, both) == ["ada"]


def test_relationships_are_found_by_their_ends(linked: Api) -> None:
    found = ids(linked, "relationships/provider-office?from.data.name=ada&to.data.name=east")
    assert found == ["provider.ada,office.east"]
    assert ids(linked, "relationships/provider-office?to.data.name=north") == []


@pytest.mark.parametrize(
    "query",
    [
        *("nobody__isnull=true", "nobody.data.name=x", "staff.name=x", "staff.data.nmae=x"),
        *("staff__isnull=yes", "staff.data.name__gte=1", "staff.data.name__startswith=a"),
        *(".data.name=x", "staff..data.name=x", "staff__in=a", "staff.staff.data.name=x"),
    ],
)
def test_a_link_that_there_is_not_is_a_400(linked: Api, query: str) -> None:
    answer = linked.get(f"resources/office?{query}")
    assert answer.error == (400, "INVALID_ARGUMENT"), answer.text
    assert [place for place, _ in answer.faults] == [f"?{query.partition('=')[0]}"]


def test_an_end_is_always_there(linked: Api) -> None:
    answer = linked.get("relationships/provider-office?from__isnull=true")
    assert answer.faults == [("?from__isnull", "parameter")]
