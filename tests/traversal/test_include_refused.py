"""What cannot be included, and what there is in its place."""

from __future__ import annotations

from typing import Any

import pytest

from tests.clients import Api

OF_PERSONS = ["knows-from", "knows-to", "likes-from", "likes-to", "lives-from"]
OF_PLACES = ["lives-to", "near-from", "near-to"]
LISTS = ("resources/person", "resources/person/0")


def told(keys: list[str]) -> str:
    return f"There are: {', '.join(keys)}."


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("include", "there"),
    [
        ("loves", OF_PERSONS),
        ("lives-to", OF_PERSONS),
        ("from", OF_PERSONS),
        ("lives", OF_PERSONS),
        ("lives-from.lives-from", OF_PLACES),
        ("lives-from.lives-to.near-to", OF_PERSONS),
        ("knows-from,lives-from.home", OF_PLACES),
        (",", OF_PERSONS),
        ("knows-from,", OF_PERSONS),
        (".knows-from", OF_PERSONS),
        ("knows-from.", OF_PERSONS),
        ("lives-from..lives-to", OF_PLACES),
        ("lives-from'--", OF_PERSONS),
        (" knows-from", OF_PERSONS),
    ],
)
def test_an_unknown_step_is_refused_with_those_that_there_are_at_that_point(
    reader: Api, path: str, include: str, there: list[str]
) -> None:
    answer = reader.get(f"{path}?include={include}")
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert set(answer.faults) == {("?include", "parameter")}
    fault = answer.json["details"][0]
    assert fault["expected"] == there
    assert told(there) in fault["message"]


@pytest.mark.parametrize("include", ["knows-from", "lives-from", "source", "id"])
def test_from_a_relationship_the_first_step_is_one_of_its_ends(reader: Api, include: str) -> None:
    answer = reader.get(f"relationships/lives?include={include}")
    assert answer.error == (400, "INVALID_ARGUMENT")
    (fault,) = answer.json["details"]
    assert fault["expected"] == ["from", "to"]


def test_from_an_end_go_the_steps_of_its_profile(reader: Api) -> None:
    for end, there in (("from", OF_PERSONS), ("to", OF_PLACES)):
        (fault,) = reader.get(f"relationships/lives?include={end}.x").json["details"]
        assert fault["expected"] == there
        assert f"after {end}." in fault["message"]


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize(
    ("include", "message"),
    [
        ("", "Must not be empty."),
        ("knows-from&include=knows-to", "Must be given once."),
        ("knows-from,knows-to,knows-from", "Holds a path twice."),
        (
            "knows-from.knows-from.knows-from.knows-from",
            "Holds a path of more than 3 steps.",
        ),
        (
            ",".join(f"{one}.{other}" for one in OF_PERSONS[:3] for other in OF_PERSONS[:4]),
            "Must hold at most 10 paths.",
        ),
    ],
)
def test_what_is_too_much_or_nothing_is_refused(
    reader: Api, path: str, include: str, message: str
) -> None:
    answer = reader.get(f"{path}?include={include}")
    assert answer.error == (400, "INVALID_ARGUMENT")
    (fault,) = answer.json["details"]
    assert (fault["path"], fault["message"]) == ("?include", message)


def test_every_bad_path_is_a_fault(reader: Api) -> None:
    answer = reader.get("resources/person?include=a,knows-from,b,knows-from")
    assert len(answer.json["details"]) == 3


@pytest.mark.parametrize(
    ("sent", "place", "rule"),
    [
        ("knows-from", "/include", "type"),
        (None, "/include", "type"),
        ({"knows-from": 1}, "/include", "type"),
        ([1], "/include", "type"),
        ([["knows-from"]], "/include", "type"),
        ([""], "/include/0", "exists"),
        (["knows-from", "loves"], "/include/1", "exists"),
        (["knows-from", "knows-from"], "/include/1", "exists"),
        (["knows-from,knows-to"], "/include/0", "exists"),
        ([f"x{n}" for n in range(11)], "/include", "range"),
    ],
)
def test_in_a_body_it_is_refused_at_its_place(
    reader: Api, sent: Any, place: str, rule: str
) -> None:
    answer = reader.post("query", {"collectionKey": "person", "include": sent})
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [(place, rule)]
    params = {"collectionKeys": ["person"], "params": {"include": sent}}
    assert reader.post("browse", params).faults == [(f"/params{place}", rule)]


def test_all_faults_of_a_body_are_told_at_once(reader: Api) -> None:
    body = {"collectionKey": "person", "include": ["loves"], "perPage": 0, "cursor": "x"}
    places = {place for place, _ in reader.post("query", body).faults}
    assert places == {"/include/0", "/perPage", "/cursor"}


def test_a_step_that_none_of_several_collections_has_is_told_with_what_each_has(
    reader: Api,
) -> None:
    body = {"collectionKeys": ["person", "place"], "params": {"include": ["lives-from", "loves"]}}
    faults = reader.post("browse", body).json["details"]
    assert [fault["path"] for fault in faults] == ["/params/include/1"] * 2
    assert [fault["expected"] for fault in faults] == [OF_PERSONS, OF_PLACES]


@pytest.mark.parametrize("path", ["resources/none?include=x", "relationships/none?include=from"])
def test_where_nothing_is_there_it_is_not_found(reader: Api, path: str) -> None:
    assert reader.get(path).error == (404, "NOT_FOUND")


def test_a_resource_that_is_not_there_is_not_found(reader: Api) -> None:
    for path in ("resources/person/none?include=knows-from", "relationships/knows/0.0?include=to"):
        assert reader.get(path).error == (404, "NOT_FOUND")


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_write_brings_nothing_along(api: Api, method: str) -> None:
    path = "resources/provider" + ("" if method == "POST" else "/ada")
    answer = api.send(method, f"{path}?include=worksAt", {"data": {}})
    assert answer.faults == [("?include", "parameter")]
