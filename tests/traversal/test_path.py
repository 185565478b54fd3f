"""The way from one resource to another."""

from __future__ import annotations

from collections.abc import Collection
from itertools import pairwise
from uuid import UUID

import pytest

from profiles.contract import Contract
from profiles.models import Source
from relationships import traversal
from relationships.wire import relationship_texts
from tests.clients import Api
from tests.traversal import graphs
from tests.traversal.graphs import Node, link

PATH = "resources/person/0/path"


def test_a_chain_is_shown_in_order_with_records_as_they_are_read(
    source: Source, reader: Api
) -> None:
    graphs.store_links(source, [link("lives", 0, 1), link("lives", 2, 1)])
    answer = reader.get(f"{PATH}?to=person/2")
    nodes = [reader.get(f"resources/{it}").text for it in ("person/0", "place/1", "person/2")]
    edges = [reader.get(f"relationships/lives/{id}").text for id in ("0.1", "2.1")]
    assert answer.text == (
        f'{{"nodes":[{",".join(nodes)}],"edges":[{",".join(edges)}],'
        '"meta":{"length":2,"isCut":false}}'
    )


def test_to_itself_the_way_has_no_length(source: Source, reader: Api) -> None:
    graphs.store_links(source, [link("knows", 0, 0)])
    answer = reader.get(f"{PATH}?to=person/0").json
    assert [row["id"] for row in answer["nodes"]] == ["0"]
    assert (answer["edges"], answer["meta"]) == ([], {"length": 0, "isCut": False})


def test_without_a_chain_the_answer_is_empty(source: Source, reader: Api) -> None:
    graphs.store_links(source, [link("knows", 0, 1), link("knows", 2, 3)])
    answer = reader.get(f"{PATH}?to=person/3&maxDepth=10").json
    assert answer == {"nodes": [], "edges": [], "meta": {"length": None, "isCut": False}}


def test_a_chain_is_no_longer_than_is_asked(source: Source, reader: Api) -> None:
    line = [Node("person", f"n{n}") for n in range(11)]
    graphs.store_nodes(source, line)
    steps = pairwise(line)
    graphs.store_links(source, [link("knows", one.id, other.id) for one, other in steps])
    lengths = [
        reader.get(f"resources/person/n0/path?to=person/n10{more}").json["meta"]["length"]
        for more in ("", "&maxDepth=9", "&maxDepth=10")
    ]
    assert lengths == [None, None, 10]
    assert reader.get("resources/person/n0/path?to=person/n5").json["meta"]["length"] == 5


def test_beside_a_hub_that_is_too_large_the_chain_is_found(
    source: Source, reader: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """From its other end."""
    monkeypatch.setattr(traversal, "MOST_VISITED", 20)
    crowd = [Node("person", f"p{n}") for n in range(30)]
    graphs.store_nodes(source, crowd)
    graphs.store_links(source, [link("lives", node.id, 0) for node in crowd])
    graphs.store_links(source, [link("knows", "p29", 3)])
    answer = reader.get("resources/place/0/path?to=person/3").json
    graphs.assert_chain(answer, Node("place", "0"), Node("person", "3"))
    assert answer["meta"] == {"length": 2, "isCut": False}


def test_between_hubs_that_are_too_large_it_is_left_open(
    source: Source, reader: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(traversal, "MOST_VISITED", 20)
    crowd = [Node("person", f"p{n}") for n in range(60)]
    graphs.store_nodes(source, crowd)
    for hub, own in ((0, crowd[:31]), (1, crowd[29:])):
        graphs.store_links(source, [link("lives", node.id, hub) for node in own])
    answer = reader.get("resources/place/0/path?to=place/1").json
    assert answer == {"nodes": [], "edges": [], "meta": {"length": None, "isCut": True}}


def test_a_chain_says_that_there_may_be_a_shorter_one(
    source: Source, reader: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The youngest of too many links is the direct one."""
    monkeypatch.setattr(traversal, "MOST_VISITED", 6)
    crowd = [Node("person", f"p{n}") for n in range(8)]
    graphs.store_nodes(source, crowd)
    others = [link("knows", n % 2, node.id) for n, node in enumerate(crowd)]
    for one in (link("knows", 0, 2), link("knows", 1, 2), *others, link("knows", 0, 1)):
        graphs.store_links(source, [one])
    answer = reader.get(f"{PATH}?to=person/1").json
    graphs.assert_chain(answer, Node("person", "0"), Node("person", "1"))
    assert answer["meta"] == {"length": 2, "isCut": True}


@pytest.mark.parametrize("to", ["", "?to=person", "?to=person/", "?to=person/a/b", "?to=person/é"])
def test_an_end_that_is_ill_formed_is_refused(reader: Api, to: str) -> None:
    answer = reader.get(PATH + to)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [("?to", "parameter")]
    assert "<type>/<id>" in answer.json["message"]


@pytest.mark.parametrize(
    ("to", "told"),
    [("person/none", "There is no such person."), ("city/1", "There are: person, place.")],
)
def test_an_end_that_is_not_there_is_named(reader: Api, to: str, told: str) -> None:
    answer = reader.get(f"{PATH}?to={to}")
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [("?to", "parameter")]
    assert told in answer.json["message"]


@pytest.mark.parametrize("query", ["maxDepth=0", "maxDepth=11", "maxDepth=x", "definitions=loves"])
def test_a_parameter_that_does_not_fit_is_refused(reader: Api, query: str) -> None:
    answer = reader.get(f"{PATH}?to=person/1&{query}")
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == [(f"?{query.partition('=')[0]}", "parameter")]


def test_what_is_deleted_meanwhile_is_no_part_of_a_chain(
    source: Source, reader: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is found, then deleted before it is read: the next best is answered."""
    direct = link("knows", 0, 1)
    graphs.store_links(source, [direct, link("likes", 0, 2), link("likes", 2, 1)])

    def late(contract: Contract, ids: Collection[UUID]) -> dict[UUID, str]:
        graphs.forget_link(direct)
        return relationship_texts(contract, ids)

    monkeypatch.setattr(traversal, "relationship_texts", late)
    answer = reader.get(f"{PATH}?to=person/1").json
    assert answer["meta"]["length"] == 2
    graphs.assert_chain(answer, Node("person", "0"), Node("person", "1"))
