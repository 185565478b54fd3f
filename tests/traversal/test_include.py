"""What is linked to the records of an answer, brought along with them."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.sql import run
from profiles.models import Source
from relationships import including
from tests import factories
from tests.clients import Api
from tests.traversal import graphs
from tests.traversal.graphs import Node, link
from tests.traversal.inclusions import Shown, shown_included
from tests.traversal.test_graph import give_the_link_id_of, give_the_row_ids_of

PERSON, PLACE = Node("person", "0"), Node("place", "1")
NOTHING = Shown(set(), set())


@pytest.fixture
def home(source: Source) -> Source:
    graphs.store_links(source, [link("lives", 0, 1)])
    return source


def test_in_a_list_records_are_shown_as_they_are_read_one_by_one(home: Source, reader: Api) -> None:
    answer = reader.get("resources/person?perPage=1&sort=id&include=lives-from")
    person, place = (reader.get(f"resources/{it}").text for it in (PERSON, PLACE))
    lives = reader.get("relationships/lives/0.1").text
    cursor = answer.json["meta"]["cursor"]
    assert answer.text == (
        f'{{"data":[{person}],"included":{{"relationships":[{lives}],"resources":[{place}]}},'
        f'"meta":{{"cursor":"{cursor}","perPage":1}}}}'
    )


def test_beside_a_resource_records_are_shown_as_they_are_read_one_by_one(
    home: Source, reader: Api
) -> None:
    person, place = (reader.get(f"resources/{it}").text for it in (PERSON, PLACE))
    lives = reader.get("relationships/lives/0.1").text
    assert reader.get("resources/person/0?include=lives-from").text == (
        f'{person[:-1]},"included":{{"relationships":[{lives}],"resources":[{place}]}}}}'
    )


def test_beside_a_relationship_its_ends_are_shown(home: Source, reader: Api) -> None:
    person, place = (reader.get(f"resources/{it}").text for it in (PERSON, PLACE))
    lives = reader.get("relationships/lives/0.1").text
    assert reader.get("relationships/lives/0.1?include=from,to").text == (
        f'{lives[:-1]},"included":{{"relationships":[],"resources":[{person},{place}]}}}}'
    )


def test_what_is_linked_to_nothing_brings_nothing(reader: Api) -> None:
    for path in ("resources/person", "resources/person/0", "relationships/knows"):
        first = "from" if path.startswith("relationships") else "knows-to.lives-from"
        assert shown_included(reader.get(f"{path}?include={first}").json) == NOTHING


def test_without_the_parameter_nothing_is_brought(home: Source, reader: Api) -> None:
    for path in ("resources/person", "resources/person/0", "relationships/lives"):
        assert "included" not in reader.get(path).json


def test_a_link_to_itself_is_brought_alone(source: Source, reader: Api) -> None:
    graphs.store_links(source, [link("knows", 0, 0)])
    for path in ("knows-from", "knows-to", "knows-from,knows-to", "knows-from.knows-from"):
        answer = reader.get(f"resources/person/0?include={path}").json
        assert shown_included(answer) == Shown(set(), {link("knows", 0, 0)})


def test_a_cycle_is_brought_once(source: Source, reader: Api) -> None:
    circle = {link("knows", 0, 1), link("knows", 1, 0)}
    graphs.store_links(source, circle)
    answer = reader.get("resources/person/0?include=knows-from.knows-from.knows-from").json
    assert shown_included(answer) == Shown({Node("person", "1")}, circle)


def test_what_is_on_the_page_is_not_brought_again(source: Source, reader: Api) -> None:
    graphs.store_links(source, [link("knows", 0, 1), link("lives", 1, 2)])
    answer = reader.get("resources/person?include=knows-from.lives-from").json
    lives_at = Node("place", "2")
    assert shown_included(answer) == Shown({lives_at}, {link("knows", 0, 1), link("lives", 1, 2)})
    there_and_back = reader.get("relationships/lives?include=to.lives-to").json
    assert shown_included(there_and_back) == Shown({lives_at, Node("person", "1")}, set())


def test_with_filters_sort_cursor_and_fields_together(source: Source, reader: Api) -> None:
    graphs.store_links(source, [link("lives", n, n) for n in range(4)])
    asked = f"resources/person?data.name={source.key}&sort=-id&perPage=2&fields=data.name"
    asked += "&include=lives-from&total=exact"
    first = reader.get(asked).json
    second = reader.get(f"{asked}&cursor={first['meta']['cursor']}").json
    for answer, numbers in ((first, ("3", "2")), (second, ("1", "0"))):
        assert answer["data"] == [
            {"id": n, "type": "person", "data": {"name": source.key}} for n in numbers
        ]
        included = answer["included"]
        assert [row["from"]["id"] for row in included["relationships"]] == list(numbers)
        for row in included["resources"]:
            assert row == reader.get(f"resources/place/{row['id']}").json
        assert answer["meta"]["total"] == 4
    assert "cursor" not in second["meta"]


def test_a_resource_named_by_an_identifier_brings_along_too(home: Source, reader: Api) -> None:
    identifier = [{"system": "a", "value": "b", "use": "official"}]
    writer = Api(factories.make_key("writer"), home.key)
    writer.put("resources/person/0", {"data": {}, "meta": {"identifier": identifier}})
    answer = reader.get("resources/person/a:b?include=lives-from").json
    assert shown_included(answer) == Shown({PLACE}, {link("lives", 0, 1)})


# ETags


@pytest.mark.parametrize(
    ("path", "include"),
    [("resources/person/0", "lives-from"), ("relationships/lives/0.1", "to")],
)
def test_the_etag_is_that_of_the_answer_and_not_of_the_record(
    home: Source, path: str, include: str
) -> None:
    writer = Api(factories.make_key("writer"), home.key)
    whole = f"{path}?include={include}"
    etag = writer.get(whole).etag
    assert etag != writer.get(path).etag
    assert writer.get(whole, if_none_match=etag).status == 304
    assert writer.put(path, {"data": {}}, if_match=etag).error == (412, "FAILED_PRECONDITION")
    writer.put(f"resources/{PLACE}", {"data": {"name": "changed"}})
    assert writer.get(whole, if_none_match=etag).status == 200


# In bodies


def test_a_query_brings_along(home: Source, reader: Api) -> None:
    body = {"collectionKey": "person", "include": ["lives-from", "lives-from.lives-to"]}
    answer = reader.post("query", body).json
    assert shown_included(answer) == Shown({PLACE}, {link("lives", 0, 1)})
    body = {"collectionKey": "lives", "collectionType": "relationships", "include": ["to"]}
    assert shown_included(reader.post("query", body).json) == Shown({PLACE}, set())


def test_a_later_page_of_a_query_brings_along_its_own(source: Source, reader: Api) -> None:
    graphs.store_links(source, [link("lives", n, n) for n in range(4)])
    sort = {"path": "id", "direction": "asc"}
    body = {"collectionKey": "person", "sort": sort, "include": ["lives-from"], "perPage": 2}
    shown = [shown_included(reader.post("query", {**body, "page": n}).json) for n in (1, 2)]
    assert [{node.id for node in one.resources} for one in shown] == [{"0", "1"}, {"2", "3"}]


def test_browsing_brings_along_what_any_of_the_collections_has(home: Source, reader: Api) -> None:
    graphs.store_links(home, [link("near", 1, 3)])
    params = {"include": ["lives-from", "near-from"]}
    both = reader.post("browse", {"collectionKeys": ["person", "place"], "params": params})
    assert shown_included(both.json) == Shown(set(), {link("lives", 0, 1), link("near", 1, 3)})
    few = {"include": ["lives-from"], "perPage": 1}
    one = reader.post("browse", {"collectionKeys": ["person", "place"], "params": few})
    assert shown_included(one.json) == Shown({PLACE}, {link("lives", 0, 1)})


def test_an_empty_list_of_paths_brings_nothing(home: Source, reader: Api) -> None:
    answer = reader.post("query", {"collectionKey": "person", "include": []}).json
    assert shown_included(answer) == NOTHING


# Limits


def crowd(source: Source, count: int) -> None:
    """So many who live at place 1."""
    people = [Node("person", f"p{n}") for n in range(count)]
    graphs.store_nodes(source, people)
    graphs.store_links(source, [link("lives", node.id, 1) for node in people])


@pytest.mark.parametrize(("count", "is_cut"), [(100, False), (101, True)])
def test_of_a_resource_a_hundred_links_are_brought(
    source: Source, reader: Api, count: int, is_cut: bool
) -> None:
    crowd(source, count)
    listed = reader.get("resources/place?include=lives-to").json
    alone = reader.get("resources/place/1?include=lives-to").json
    found = reader.post("query", {"collectionKey": "place", "include": ["lives-to"]}).json
    params = {"include": ["lives-to"]}
    browsed = reader.post("browse", {"collectionKeys": ["place"], "params": params}).json
    for answer in (listed, alone, found, browsed):
        assert len(shown_included(answer).resources) == 100
        assert len(shown_included(answer).relationships) == 100
    told = [answer["meta"].get("includeIsCut", False) for answer in (listed, found, browsed)]
    assert [*told, alone.get("includeIsCut", False)] == [is_cut] * 4


@pytest.mark.parametrize("is_known", [False, True])
def test_a_hub_is_read_by_its_index_and_no_further_than_is_shown(
    source: Source, reader: Api, monkeypatch: pytest.MonkeyPatch, is_known: bool
) -> None:
    crowd(source, 3_000)
    run("REINDEX TABLE relationships_relationship", [])  # Tests before left dead entries.
    if is_known:
        run("ANALYZE relationships_relationship", [])
    hops: list[Any] = []

    def run_and_tell(sql: str, parameters: Any) -> list[tuple[Any, ...]]:
        hops.append((sql, parameters))
        return run(sql, parameters)

    monkeypatch.setattr(including, "run", run_and_tell)
    asked = "resources/place?include=lives-to,near-from,near-to"
    assert reader.get(asked).text == reader.get(asked).text
    for sql, parameters in hops:
        plan = [line for (line,) in run(f"EXPLAIN ANALYZE {sql}", parameters)]
        read = [line for line in plan if "Scan using relationship_" in line]
        assert {line.split(" using ")[1].split()[0] for line in read} == {
            "relationship_from",
            "relationship_to",
        }
        assert not any("Seq Scan" in line or "Sort" in line for line in plan)
        assert all(float(line.split("rows=")[2].split()[0]) <= 101 for line in read)


def test_there_is_room_for_so_many_records(
    source: Source, reader: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each with the link to it; and where there is no room more steps are not asked for."""
    graphs.store_links(source, [link("lives", n, n) for n in range(3)])
    asked = "resources/person?sort=id&include=lives-from"
    for most, shown, is_cut in ((6, 3, False), (5, 2, True), (4, 2, True), (0, 0, True)):
        monkeypatch.setattr(including, "MOST_RECORDS", most)
        answer = reader.get(asked).json
        assert len(shown_included(answer).resources) == shown
        assert answer["meta"].get("includeIsCut", False) is is_cut


# Another source


def test_the_same_rows_in_another_source_are_not_brought(source: Source, twin: Source) -> None:
    """Ids of rows are only unique within a source, so a statement that forgot it would be found."""
    graphs.store_links(source, [link("lives", 0, 1)])
    give_the_row_ids_of(source, twin)
    graphs.store_links(twin, [link("lives", 0, 1), link("lives", 2, 1)])
    give_the_link_id_of(source, twin)
    for own, count in ((source, 1), (twin, 2)):
        api = Api(factories.make_key("reader"), own.key)
        for path in (
            "resources/person/0?include=lives-from.lives-to",
            "resources/place?include=lives-to",
            "relationships/lives/0.1?include=from,to.lives-to",
        ):
            included = api.get(path).json["included"]
            rows = [*included["relationships"], *included["resources"]]
            assert {row["meta"]["source"] for row in rows} == {own.key}
            assert {row["data"].get("name", own.key) for row in rows} == {own.key}
            people = [row for row in rows if row["type"] == "person"]
            assert len(people) == count - path.startswith("resources/person")
