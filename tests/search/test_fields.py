"""Thinned answers are what Python leaves of the whole; lists that have not changed are a 304."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.paths import all_paths
from tests.clients import Api
from tests.search.desks import Desk, bounded
from tests.search.rich import GROUPED, RICH, properties_of, records

definitions = pytest.mark.parametrize("definition", [RICH, GROUPED], ids=["rich", "grouped"])


def thinned(value: Any, paths: list[list[str]]) -> Any:
    """What is left of a value: whole where a path ends, in each element of an array."""
    if [] in paths:
        return value
    if isinstance(value, list):
        return [thinned(element, paths) for element in value]
    if not isinstance(value, dict):
        return value
    return {
        key: thinned(value[key], [path[1:] for path in paths if path[0] == key])
        for key in value
        if any(path[0] == key for path in paths)
    }


@definitions
@bounded
@given(data=st.data())
def test_thinned_records_are_what_python_leaves_of_them(
    desk: Desk, definition: Any, data: st.DataObject
) -> None:
    rows = data.draw(st.lists(records(definition), min_size=4, max_size=6))
    desk.keep(rows)
    every = [path.text for path in all_paths(properties_of(definition))]
    names = data.draw(st.lists(st.sampled_from(every), min_size=1, max_size=4))
    paths = [name.split(".") for name in names]
    whole = desk.api.get(f"resources/{desk.profile}?sort=id").json["data"]
    right = [
        {"id": row["id"], "type": row["type"], "data": thinned(row["data"], paths)} for row in whole
    ]
    asked = ",".join(f"data.{name}" for name in names)
    answer = desk.api.get(f"resources/{desk.profile}?sort=id&fields={asked}")
    assert answer.json["data"] == right
    body = {"collectionKey": desk.profile, "sort": {"path": "id"}, "properties": {"include": names}}
    hits = [hit["resource"] for hit in desk.api.post("query", body).json["hits"]]
    assert [hit["data"] for hit in hits] == [row["data"] for row in right]


@pytest.mark.parametrize(
    ("fields", "members"),
    [
        ("id", {"id", "type"}),
        ("type,id", {"id", "type"}),
        ("data", {"id", "type", "data"}),
        ("data,data.name", {"id", "type", "data"}),
        ("contained", {"id", "type", "contained"}),
        ("meta,data.name", {"id", "type", "data", "meta"}),
        ("data,contained,meta", {"id", "type", "data", "contained", "meta"}),
    ],
)
def test_only_the_members_that_are_named_are_shown(
    api: Api, fields: str, members: set[str]
) -> None:
    api.put("resources/provider/a", {"data": {"name": "Ada", "practiceNumber": 7}})
    (row,) = api.get(f"resources/provider?fields={fields}").json["data"]
    whole = api.get("resources/provider/a").json
    assert row.keys() == members
    for name in members - {"data"}:
        assert row[name] == whole[name]
    if "data" in members:
        everything = "data" in fields.split(",")
        assert row["data"] == (whole["data"] if everything else {"name": "Ada"})


def test_ends_of_relationships_are_always_shown(api: Api) -> None:
    api.put("resources/provider/a", {"data": {}})
    api.put("resources/office/x", {"data": {}})
    data = {"effective": {"start": "2024", "end": "2025"}}
    api.put("relationships/provider-office/a.x", {"data": data})
    path = "relationships/provider-office?fields=data.effective.end"
    (row,) = api.get(path).json["data"]
    assert row == {
        "id": "provider.a,office.x",
        "type": "provider-office",
        "from": {"id": "a", "type": "provider"},
        "to": {"id": "x", "type": "office"},
        "data": {"effective": {"end": "2025"}},
    }


LISTS = ["", "?sort=id&perPage=1", "?data.name=Ada&fields=data.name,meta", "?total=exact"]


@pytest.mark.parametrize("query", LISTS)
def test_a_list_that_has_not_changed_is_not_sent_again(api: Api, query: str) -> None:
    path = f"resources/provider{query}"
    api.put("resources/provider/a", {"data": {"name": "Ada"}})
    first = api.get(path)
    assert api.get(path, If_None_Match=first.etag).status == 304
    assert api.get(path, If_None_Match=f'"other", W/{first.etag}').status == 304
    assert api.get(path, If_None_Match='"other"').text == first.text
    api.put("resources/provider/a", {"data": {"name": "Ada", "practiceNumber": 1}})
    again = api.get(path, If_None_Match=first.etag)
    assert (again.status, again.etag != first.etag) == (200, True)
    assert again.json["data"] != first.json["data"]


def test_lists_that_differ_have_other_etags(api: Api) -> None:
    api.put("resources/provider/a", {"data": {"name": "Ada"}})
    etags = {api.get(f"resources/provider{query}").etag for query in LISTS}
    assert len(etags) == len(LISTS)
