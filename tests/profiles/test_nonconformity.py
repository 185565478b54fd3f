"""Faults of many records, counted by rule and place."""

from __future__ import annotations

import pytest

from profiles.faults import Fault
from profiles.nonconformity import Tally, findings, place_of


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("", ""),
        ("/data/rows/0/x", "/data/rows/*/x"),
        ("/data/rows/10", "/data/rows/*"),
        ("/data/keys/0", "/data/keys/0"),
        ("/data/keys/0/1", "/data/keys/0/*"),
        ("/data/a~1b/0", "/data/a~1b/*"),
        ("/data/missing/0/x", "/data/missing/0/x"),
        ("/data/rows/0/missing", "/data/rows/*/missing"),
    ],
)
def test_indexes_of_arrays_become_stars(path: str, place: str) -> None:
    value = {"data": {"rows": [{"x": 1}] * 11, "keys": {"0": [1, 2]}, "a/b": [1]}}
    assert place_of(path, value) == place


def fault(path: str, expected: object = None, rule: str = "max") -> Fault:
    return Fault(path, rule, "Is wrong.", expected)


def test_a_record_counts_once_for_a_place() -> None:
    tally = Tally("office")
    tally.add("a", {"rows": [1, 2]}, [fault("/rows/0"), fault("/rows/1")])
    tally.add("b", {"rows": [1, 2]}, [fault("/rows/1"), fault("/rows", rule="min")])
    tally.add("c", None, [])
    assert (tally.checked, tally.nonconforming) == (3, 2)
    counted = [(each.path, each.rule, each.count, each.examples) for each in tally.faults]
    assert counted == [("/rows/*", "max", 2, ["a", "b"]), ("/rows", "min", 1, ["b"])]


def test_what_is_expected_is_told_where_it_is_the_same() -> None:
    tally = Tally("office")
    tally.add("a", {}, [fault("/x", 1), fault("/y", 1)])
    tally.add("b", {}, [fault("/x", 1), fault("/y", 2)])
    shown = {each["path"]: each.get("expected") for each in findings([tally])["faults"]}
    assert shown == {"/x": 1, "/y": None}


def test_tallies_are_added_up() -> None:
    one, other = Tally("one"), Tally("other")
    one.add("a", {}, [fault("/x")])
    other.add("a", {}, [])
    found = findings([one, other])
    assert (found["checked"], found["nonconforming"]) == (2, 1)
    assert found["types"] == [
        {"type": "one", "checked": 1, "nonconforming": 1},
        {"type": "other", "checked": 1, "nonconforming": 0},
    ]
