"""Differences as people read them."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.shown_differences import lines, places


@pytest.mark.parametrize(
    ("one", "other", "shown"),
    [
        ({"a": 1}, {"a": 2}, [("a", "changed", "1", "2")]),
        ({}, {"a": {"b": "x"}}, [("a", "added", None, '{"b":"x"}')]),
        ({"a/b": True}, {}, [("a/b", "removed", "yes", None)]),
        ({"a": ["x"]}, {"a": ["x", "y"]}, [("a › 1", "added", None, "y")]),
        (
            {"a": ["x", "y"]},
            {"a": []},
            [("a › 1", "removed", "y", None), ("a › 0", "removed", "x", None)],
        ),
        (None, {"a": ""}, [("a", "added", None, "")]),
        ({"a": None}, {"a": 0}, [("a", "changed", "null", "0")]),
        ({"a": []}, {"a": {}}, [("a", "changed", "none", "{}")]),
        ({"a": "1"}, {"a": 1}, [("a", "changed", '"1"', "1")]),
        ({"a": ["none"]}, {"a": "none"}, [("a", "changed", '["none"]', '"none"')]),
    ],
)
def test_a_place_tells_both_sides(one: Any, other: Any, shown: list[Any]) -> None:
    assert [tuple(place) for place in places(one, other)] == shown


def test_lines_have_signs_and_what_is_near() -> None:
    one = {f"k{n}": n for n in range(20)}
    found = lines(one, {**one, "k10": "new"})
    assert [(line.sign, line.text.strip()) for line in found] == [
        ("", "…"),
        *(("", f'"k{n}": {n},') for n in (7, 8, 9)),
        ("−", '"k10": 10,'),
        ("+", '"k10": "new",'),
        *(("", f'"k{n}": {n},') for n in (11, 12, 13)),
    ]


def test_very_many_lines_are_told_at_once() -> None:
    """To match these takes minutes, as almost all of their lines are the same."""
    rules = {"rules": [{"required": True}]}
    one, other = ([[n * way, rules] for n in range(1, 1_000)] for way in (1, -1))
    shown = lines({"a": 1, "b": 1, "long": one, "z": 1}, {"a": 1, "b": 2, "long": other, "z": 1})
    assert [(line.sign, line.text) for line in shown[:4]] == [
        *[("", "{"), ("", '  "a": 1,'), ("−", '  "b": 1,'), ("−", '  "long": [')]
    ]
    sorts = [line.sort for line in shown]
    assert sorts[-4:] == ["added", *["same"] * 3]
    assert sorts.count("added") == sorts.count("removed") > 1_000


def test_what_is_gone_has_no_lines() -> None:
    assert [line.sort for line in lines({"a": 1}, None)] == ["removed"] * 3
    assert lines({"a": 1}, {"a": 1}) == []
