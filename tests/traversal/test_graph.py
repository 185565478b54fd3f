"""What is around a resource."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.sql import run
from profiles.models import Source
from relationships import walk
from tests import factories
from tests.clients import Api
from tests.traversal import graphs
from tests.traversal.graphs import Node, link

KNOWN = ["knows", "likes", "lives", "near"]


def test_records_are_shown_as_they_are_read_one_by_one(source: Source, reader: Api) -> None:
    graphs.store_links(source, [link("lives", 0, 1)])
    answer = reader.get("resources/person/0/graph")
    person, place = (reader.get(f"resources/{it}").text for it in ("person/0", "place/1"))
    lives = reader.get("relationships/lives/0.1").text
    assert answer.text == (
        f'{{"nodes":[{{"resource":{person},"depth":0}},{{"resource":{place},"depth":1}}],'
        f'"edges":[{lives}],"meta":{{"depth":1,"limit":200,"isCut":false}}}}'
    )


def test_alone_a_resource_is_all_there_is(reader: Api) -> None:
    answer = reader.get("resources/person/0/graph?depth=5").json
    assert graphs.shown_nodes(answer) == {Node("person", "0"): 0}
    assert answer["edges"] == []


def test_a_cycle_is_walked_once(source: Source, reader: Api) -> None:
    circle = {link("knows", n, (n + 1) % 4) for n in range(4)}
    graphs.store_links(source, circle)
    answer = reader.get("resources/person/0/graph?depth=5").json
    assert sorted(graphs.shown_nodes(answer).values()) == [0, 1, 1, 2]
    assert graphs.shown_links(answer) == circle


def test_what_links_to_itself_is_shown_with_that_link(source: Source, reader: Api) -> None:
    graphs.store_links(source, [link("knows", 0, 0)])
    answer = reader.get("resources/person/0/graph").json
    assert graphs.shown_nodes(answer) == {Node("person", "0"): 0}
    assert graphs.shown_links(answer) == {link("knows", 0, 0)}


def test_a_link_of_the_two_outermost_is_further_away(source: Source, reader: Api) -> None:
    triangle = {link("knows", 0, 1), link("knows", 0, 2), link("knows", 1, 2)}
    graphs.store_links(source, triangle)
    near, wider = (reader.get(f"resources/person/0/graph?depth={n}").json for n in (1, 2))
    assert triangle - graphs.shown_links(near) == {link("knows", 1, 2)}
    assert graphs.shown_links(wider) == triangle
    assert not near["meta"]["isCut"]


def test_of_a_hop_the_oldest_relationships_come_first(source: Source, reader: Api) -> None:
    for end in (2, 1, 3):
        graphs.store_links(source, [link("knows", 0, end)])
    answer = reader.get("resources/person/0/graph").json
    assert [row["resource"]["id"] for row in answer["nodes"]] == ["0", "2", "1", "3"]
    assert [row["to"]["id"] for row in answer["edges"]] == ["2", "1", "3"]


def test_it_stops_at_the_limit_and_says_so(source: Source, reader: Api) -> None:
    graphs.store_links(source, [link("knows", 0, 1), link("knows", 0, 2)])
    for limit, is_cut in ((1, True), (2, True), (3, False)):
        answer = reader.get(f"resources/person/0/graph?depth=2&limit={limit}").json
        assert (len(answer["nodes"]), len(answer["edges"])) == (limit, limit - 1)
        assert answer["meta"] == {"depth": 2, "limit": limit, "isCut": is_cut}


def test_the_same_rows_in_another_source_are_not_come_by(source: Source, twin: Source) -> None:
    """Ids of rows are only unique within a source, so a statement that forgot it would be found."""
    graphs.store_links(source, [link("knows", 0, 1)])
    give_the_row_ids_of(source, twin)
    graphs.store_links(twin, [link("knows", 0, 1), link("lives", 1, 3)])
    give_the_link_id_of(source, twin)
    for own, ids in ((source, ["0", "1"]), (twin, ["0", "1", "3"])):
        api = Api(factories.make_key("reader"), own.key)
        for path in ("graph?depth=5", f"path?to={'place/3' if own == twin else 'person/1'}"):
            answer = api.get(f"resources/person/0/{path}").json
            shown = [row.get("resource", row) for row in answer["nodes"]]
            assert [row["id"] for row in shown] == ids
            assert {row["meta"]["source"] for row in [*shown, *answer["edges"]]} == {own.key}
            assert {row["data"]["name"] for row in shown} == {own.key}
            assert len(answer["edges"]) == len(ids) - 1
    reader = Api(factories.make_key("reader"), source.key)
    assert reader.get("resources/person/0/path?to=place/3").json["nodes"] == []


def give_the_row_ids_of(source: Source, twin: Source) -> None:
    run(
        """
        UPDATE ingestion_resource AS row SET id = other.id
        FROM profiles_profile AS own_type, ingestion_resource AS other
        JOIN profiles_profile AS other_type ON other_type.id = other.profile_id
        WHERE row.source_id = %s AND own_type.id = row.profile_id AND other.source_id = %s
          AND other_type.key = own_type.key AND other.public_id = row.public_id
        """,
        [twin.pk, source.pk],
    )


def give_the_link_id_of(source: Source, twin: Source) -> None:
    run(
        """
        UPDATE relationships_relationship AS row SET id = other.id
        FROM relationships_relationship AS other
        WHERE row.source_id = %s AND other.source_id = %s
          AND row.from_public_id = other.from_public_id AND row.to_public_id = other.to_public_id
        """,
        [twin.pk, source.pk],
    )


@pytest.fixture
def hub(source: Source) -> str:
    """What 3,000 live at, behind all that live elsewhere."""
    crowd = [Node("person", f"p{n}") for n in range(6_000)]
    graphs.store_nodes(source, crowd)
    graphs.store_links(
        source, [link("lives", node.id, n % 3) for n, node in enumerate(crowd[3000:])]
    )
    graphs.store_links(source, [link("lives", node.id, 3) for node in crowd[:3000]])
    return "resources/place/3"


@pytest.fixture
def hops(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The statements of a walk: SQL, parameters, and how many rows there were."""
    seen: list[Any] = []

    def run_and_tell(sql: str, parameters: Any) -> list[tuple[Any, ...]]:
        rows = run(sql, parameters)
        seen.append((sql, parameters, len(rows)))
        return rows

    monkeypatch.setattr(walk, "run", run_and_tell)
    return seen


def test_a_hub_is_read_no_further_than_is_shown(reader: Api, hub: str, hops: list[Any]) -> None:
    first, second = (reader.get(f"{hub}/graph?depth=2&limit=100") for _ in range(2))
    assert first.json["meta"]["isCut"]
    assert (len(first.json["nodes"]), len(first.json["edges"])) == (100, 99)
    assert max(count for *_, count in hops) <= 2 * (2 * 100 + 1)
    assert second.text == first.text


@pytest.mark.parametrize("is_known", [False, True])
def test_a_hub_is_found_by_an_index_whatever_statistics_say(
    reader: Api, hub: str, hops: list[Any], is_known: bool
) -> None:
    run("REINDEX TABLE relationships_relationship", [])  # Tests before left dead entries.
    if is_known:
        run("ANALYZE relationships_relationship", [])
    for query in ("?depth=2", "?definitions=near", "?definitions=lives,near"):
        assert reader.get(f"{hub}/graph{query}").status == 200
    for sql, parameters, _ in hops:
        plan = "\n".join(line for (line,) in run(f"EXPLAIN {sql}", parameters))
        assert "Scan using relationship_from" in plan
        assert "Scan using relationship_to" in plan
        assert "Seq Scan" not in plan


@pytest.mark.parametrize(
    "place", ["resources/person/none", "resources/nothing/0", "/sources/none/v1/resources/person/0"]
)
@pytest.mark.parametrize("what", ["graph", "path"])
def test_what_is_not_there_has_no_neighbours(reader: Api, place: str, what: str) -> None:
    assert reader.get(f"{place}/{what}").error == (404, "NOT_FOUND")


def test_a_key_for_another_source_sees_nothing(source: Source, twin: Source) -> None:
    stranger = Api(factories.make_key("reader", sources=[twin]), source.key)
    assert stranger.get("resources/person/0/graph").status == 404


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("depth=0", "depth"),
        ("depth=6", "depth"),
        ("depth=1.5", "depth"),
        ("depth=", "depth"),
        ("depth=1&depth=2", "depth"),
        ("limit=0", "limit"),
        ("limit=1001", "limit"),
        ("definitions=", "definitions"),
        ("definitions=knows,", "definitions"),
        ("definitions=knows'--", "definitions"),
        ("to=person/1", "to"),
    ],
)
def test_a_parameter_that_does_not_fit_is_refused(reader: Api, query: str, name: str) -> None:
    answer = reader.get(f"resources/person/0/graph?{query}")
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [(f"?{name}", "parameter")]


def test_an_unknown_definition_is_refused_with_those_that_there_are(reader: Api) -> None:
    (fault,) = reader.get("resources/person/0/graph?definitions=knows,loves").json["details"]
    assert fault["expected"] == KNOWN
    assert "There are: knows, likes, lives, near." in fault["message"]


def test_nothing_is_written_there(api: Api) -> None:
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert api.send(method, "resources/person/0/graph", {}).status == 405


def test_an_identifier_may_end_like_the_address_of_a_graph(api: Api) -> None:
    for word in ("graph", "path"):
        identifier = {"system": "http://a", "value": f"b/{word}"}
        body = {"id": word, "data": {}, "meta": {"identifier": [identifier]}}
        assert api.post("resources/person", body).status == 201
        assert api.get(f"resources/person/http://a:b/{word}").json["id"] == word
