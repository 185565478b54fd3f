from typing import Any

import pytest

from profiles.exact import Json
from profiles.properties import ProfileDefinition
from profiles.schema import MAX_DEPTH
from tests.profiles.judging import Found, contains, profile, validator

NAME = {"name": {"type": "symbol", "rules": [{"required": True}]}}
LIMITS = {"0:1": range(2), "1:1": range(1, 2), "0:*": range(9), "1:*": range(1, 9)}


def catalogue() -> dict[str, ProfileDefinition]:
    """`leaf` and `twig` contain nothing, `node` may contain itself and needs a `leaf`."""
    found = {"leaf": profile(NAME, key="leaf"), "twig": profile({}, key="twig")}
    rows = contains(nodes=(["node"], "0:*"), need=(["leaf"], "1:1"))
    return {**found, "node": profile({}, rows, found, key="node")}


def judge(rows: dict[str, Any], contained: Json) -> Found:
    """The faults of a resource with `contained`, of a profile that contains `rows`."""
    body = {"data": {}} if contained is None else {"data": {}, "contained": contained}
    compiled = validator(profile({}, rows, catalogue()), catalogue())
    return [(fault.path, fault.rule) for fault in compiled.faults(body)]


def leaf(id: str = "a", **more: Json) -> dict[str, Json]:
    return {"id": id, "type": "leaf", "data": {"name": ""}, **more}


@pytest.mark.parametrize("limit", LIMITS)
@pytest.mark.parametrize("count", range(4))
def test_a_cardinality_bounds_the_number_of_contained_resources(limit: str, count: int) -> None:
    found = judge(contains(key=(["leaf"], limit)), {"key": [leaf(str(n)) for n in range(count)]})
    assert found == ([] if count in LIMITS[limit] else [("/contained/key", "cardinality")])


@pytest.mark.parametrize("limit", LIMITS)
def test_only_a_key_that_needs_one_has_to_be_there(limit: str) -> None:
    found = judge(contains(key=(["leaf"], limit)), {})
    assert found == ([("/contained/key", "cardinality")] if 0 not in LIMITS[limit] else [])


@pytest.mark.parametrize("limit", LIMITS)
def test_contained_has_to_be_there_only_if_a_key_needs_one(limit: str) -> None:
    found = judge(contains(key=(["leaf"], limit)), None)
    assert found == ([("/contained", "required")] if 0 not in LIMITS[limit] else [])


@pytest.mark.parametrize(
    ("count", "limit", "message"),
    [
        (2, "0:1", "At most 1 allowed, 2 given."),
        (3, "1:1", "At most 1 allowed, 3 given."),
        (0, "1:*", "At least 1 required, 0 given."),
    ],
)
def test_a_broken_cardinality_says_how_many_were_given(
    count: int, limit: str, message: str
) -> None:
    compiled = validator(profile({}, contains(key=(["leaf"], limit)), catalogue()), catalogue())
    rows = [leaf(str(n)) for n in range(count)]
    (fault,) = compiled.faults({"data": {}, "contained": {"key": rows}})
    assert (fault.expected, fault.message) == (limit, message)


def test_a_missing_row_is_told_as_a_cardinality_too() -> None:
    compiled = validator(profile({}, contains(key=(["leaf"], "1:1")), catalogue()), catalogue())
    (fault,) = compiled.faults({"data": {}, "contained": {}})
    assert (fault.expected, fault.message) == ("1:1", "At least 1 required, 0 given.")


def test_under_a_contain_key_stands_an_array_always() -> None:
    assert judge(contains(key=(["leaf"], "0:1")), {"key": leaf()}) == [("/contained/key", "type")]


def test_an_unknown_contain_key_is_refused() -> None:
    assert judge({}, {"key": []}) == [("/contained/key", "unknown")]


@pytest.mark.parametrize("contained", [[], "a", 1, None])
def test_contained_is_an_object(contained: Json) -> None:
    compiled = validator(profile({}))
    found = compiled.faults({"data": {}, "contained": contained})
    assert [(fault.path, fault.rule) for fault in found] == [("/contained", "type")]


def test_a_contained_resource_has_a_type_data_and_nothing_unknown() -> None:
    found = judge(contains(key=(["leaf"], "0:*")), {"key": [{}, leaf(meta={}), "a"]})
    assert found == [
        ("/contained/key/0/data", "required"),
        ("/contained/key/0/type", "required"),
        ("/contained/key/1/meta", "unknown"),
        ("/contained/key/2", "type"),
    ]


def test_a_contained_resource_is_judged_by_its_own_profile() -> None:
    rows = [leaf(data={"name": 1}), {"id": "b", "type": "twig", "data": {"name": ""}}]
    assert judge(contains(key=(["leaf", "twig"], "0:*")), {"key": rows}) == [
        ("/contained/key/0/data/name", "type"),
        ("/contained/key/1/data/name", "unknown"),
    ]


@pytest.mark.parametrize("type", ["twig", "nope", 1])
def test_only_the_named_types_may_be_contained(type: Json) -> None:
    found = judge(contains(key=(["leaf"], "0:*")), {"key": [leaf(type=type)]})
    assert found == [("/contained/key/0/type", "enum")]


@pytest.mark.parametrize("id", ["a", "-", "a" * 93, "office/south-west/key/a", "a/b/c/d/e/f"])
def test_a_contained_id_may_be_bare_or_full(id: str) -> None:
    assert judge(contains(key=(["leaf"], "0:*")), {"key": [leaf(id)]}) == []


@pytest.mark.parametrize("id", ["", "_a", "a b", "/a", "a/", "a//b", "a\n", "é", "a" * 94])
def test_an_ill_formed_contained_id_is_refused(id: str) -> None:
    found = judge(contains(key=(["leaf"], "0:*")), {"key": [leaf(id)]})
    assert found == [("/contained/key/0/id", "pattern")]


def test_a_contained_resource_may_come_without_id() -> None:
    rows = [{"type": "twig", "data": {}}, {"type": "twig", "data": {}}]
    assert judge(contains(key=(["twig"], "0:*")), {"key": rows}) == []


def test_an_id_that_occurs_twice_under_its_key_is_a_fault_at_each_repetition() -> None:
    rows = [leaf("a"), leaf("b"), leaf("a"), leaf("A"), leaf("a")]
    assert judge(contains(key=(["leaf"], "0:*")), {"key": rows}) == [
        ("/contained/key/2/id", "unique"),
        ("/contained/key/4/id", "unique"),
    ]


def test_the_same_id_may_occur_under_several_keys() -> None:
    rows = contains(one=(["leaf"], "0:*"), two=(["leaf"], "0:*"))
    assert judge(rows, {"one": [leaf()], "two": [leaf()]}) == []


def nested(depth: int, innermost: dict[str, Json]) -> dict[str, Json]:
    """Nodes in each other, the last of which stands at `depth` and contains `innermost`."""
    contained = innermost
    for _ in range(depth - 1):
        contained = {"nodes": [{"type": "node", "data": {}, "contained": contained}]}
        contained["need"] = [leaf()]
    return {"nodes": [{"type": "node", "data": {}, "contained": contained}]}


@pytest.mark.parametrize("depth", range(1, MAX_DEPTH))
def test_contained_resources_are_judged_at_every_depth(depth: int) -> None:
    rows = contains(nodes=(["node"], "0:*"))
    assert judge(rows, nested(depth, {"need": [leaf()]})) == []
    place = "/contained" + "/nodes/0/contained" * depth
    assert judge(rows, nested(depth, {})) == [(f"{place}/need", "cardinality")]
    assert judge(rows, nested(depth, {"need": [leaf(data={})]})) == [
        (f"{place}/need/0/data/name", "required")
    ]


def test_nothing_is_contained_deeper_than_5() -> None:
    rows = contains(nodes=(["node"], "0:*"))
    place = "/contained" + "/nodes/0/contained" * MAX_DEPTH
    found = judge(rows, nested(MAX_DEPTH, {"nodes": [], "need": [leaf()]}))
    assert (f"{place}/nodes", "unknown") in found
    assert (f"{place}/need", "unknown") in found


@pytest.mark.parametrize("contained", [{}, {"need": [leaf()]}])
def test_what_needs_more_below_does_not_stand_at_the_last_depth(contained: Json) -> None:
    assert judge(contains(nodes=(["node"], "0:*")), nested(MAX_DEPTH, contained)) != []


def test_a_contained_resource_that_needs_one_has_to_have_contained() -> None:
    node = {"type": "node", "data": {}}
    assert judge(contains(nodes=(["node"], "0:*")), {"nodes": [node]}) == [
        ("/contained/nodes/0/contained", "required")
    ]
