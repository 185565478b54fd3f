"""Two changes of one document: together where they can be, mine where they cannot."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.exact import Json
from profiles.inputs.merging import Merge, same
from profiles.inputs.nodes import ABSENT

OLD = {"a": 1, "b": {"c": "x", "d": "y"}, "list": ["p", "q"]}


def merged(base: Json, theirs: Json, mine: Json, *take_theirs: str) -> tuple[Json, dict[str, bool]]:
    """The document, and the places that were changed; True where somebody has to decide."""
    merge = Merge(take_theirs)
    value = merge.of(base, theirs, mine)
    return value, {found.path: found.is_conflict for found in merge.differences}


def test_changes_of_different_places_come_together() -> None:
    theirs = {**OLD, "a": 2}
    mine = {**OLD, "b": {"c": "new", "d": "y"}}
    assert merged(OLD, theirs, mine) == (
        {"a": 2, "b": {"c": "new", "d": "y"}, "list": ["p", "q"]},
        {"/a": False, "/b/c": False},
    )


def test_the_same_change_of_both_is_no_conflict() -> None:
    assert merged(OLD, {**OLD, "a": 2}, {**OLD, "a": 2}) == ({**OLD, "a": 2}, {"/a": False})


def test_in_a_conflict_mine_stands_unless_theirs_is_chosen() -> None:
    theirs, mine = {**OLD, "a": 2}, {**OLD, "a": 3}
    assert merged(OLD, theirs, mine) == (mine, {"/a": True})
    assert merged(OLD, theirs, mine, "/a") == (theirs, {"/a": True})


@pytest.mark.parametrize(("theirs", "mine"), [({}, {"a": 2}), ({"a": 2}, {})])
def test_a_removal_beside_a_change_is_a_conflict(theirs: Json, mine: Json) -> None:
    assert merged({"a": 1}, theirs, mine) == (mine, {"/a": True})
    assert merged({"a": 1}, theirs, mine, "/a") == (theirs, {"/a": True})


def test_what_either_removed_or_added_is_removed_or_there() -> None:
    assert merged({"a": 1, "b": 1}, {"b": 1, "c": 1}, {"a": 1, "d": 1})[0] == {"c": 1, "d": 1}


def test_a_list_of_plain_values_is_one_value() -> None:
    theirs, mine = {**OLD, "list": ["p"]}, {**OLD, "list": ["p", "q", "r"]}
    assert merged(OLD, theirs, mine) == (mine, {"/list": True})


def test_elements_with_ids_are_known_by_them() -> None:
    base = [{"id": "k/a", "v": 1}, {"id": "k/b", "v": 1}]
    theirs = [{"id": "k/a", "v": 2}, {"id": "k/b", "v": 1}, {"id": "k/c", "v": 9}]
    mine = [{"id": "k/b", "v": 3}, {"id": "k/a", "v": 1}]
    assert merged(base, theirs, mine) == (
        [{"id": "k/b", "v": 3}, {"id": "k/a", "v": 2}, {"id": "k/c", "v": 9}],
        {"/k~1b/v": False, "/k~1a/v": False, "/k~1c": False},
    )


def test_a_decimal_is_changed_by_its_last_digit() -> None:
    old, new = {"x": Decimal("1.1")}, {"x": Decimal("1.10")}
    value, places = merged(old, old, new)
    assert str(value["x"]) == "1.10"
    assert places == {"/x": False}


def test_a_member_that_is_nothing_is_not_absent() -> None:
    assert merged({}, {"x": ""}, {}) == ({"x": ""}, {"/x": False})


documents = st.recursive(
    st.none() | st.booleans() | st.integers(0, 3) | st.sampled_from(["", "a"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    ),
    max_leaves=8,
)


@given(documents, documents)
def test_who_changes_alone_gets_what_they_want(base: Json, other: Json) -> None:
    assert same(Merge().of(base, base, other), other)
    assert same(Merge().of(base, other, base), other)


@given(documents, documents, documents)
def test_whoever_takes_theirs_everywhere_loses_no_change_of_theirs(
    base: Json, theirs: Json, mine: Json
) -> None:
    conflicts = Merge()
    conflicts.of(base, theirs, mine)
    merge = Merge([found.path for found in conflicts.differences])
    result = merge.of(base, theirs, mine)
    again = Merge()
    again.of(theirs, result, theirs)
    own = {found.path for found in merge.differences if found.is_mine}
    assert {found.path for found in again.differences} <= own


@given(documents, documents)
def test_nothing_is_brought_together_with_itself(base: Json, other: Json) -> None:
    merge = Merge()
    assert same(merge.of(base, other, other), other)
    assert not any(found.is_conflict for found in merge.differences)


def test_absent_is_only_the_same_as_absent() -> None:
    assert same(ABSENT, ABSENT)
    assert not same(ABSENT, None)
    assert not same("", ABSENT)


def test_an_element_without_an_id_is_new_where_the_others_have_one() -> None:
    base = [{"id": "k/a", "v": 1}]
    theirs = [{"id": "k/a", "v": 2}]
    mine = [{"id": "k/a", "v": 1}, {"v": 9}]
    assert merged(base, theirs, mine)[0] == [{"id": "k/a", "v": 2}, {"v": 9}]


def test_elements_none_of_which_has_an_id_are_one_value() -> None:
    base, theirs, mine = [{"v": 1}], [{"v": 2}], [{"v": 1}, {"v": 9}]
    assert merged(base, theirs, mine) == (mine, {"": True})
