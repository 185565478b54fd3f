"""What a page tells of the nodes of a form."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.inputs.building import contained_shape, data_shape
from profiles.inputs.nodes import (
    LEAVE_OUT,
    Label,
    Node,
    Place,
    Rows,
    names_of,
    position_of,
)
from profiles.inputs.shapes import bound, shown
from profiles.reading import read_profile, read_properties
from profiles.templatetags.inputs import leaf
from tests.inputs.browsing import sent

PROPERTIES = {
    "name": {"type": "symbol", "description": "<b>Of it</b>"},
    "tags": {"type": "array", "items": {"type": "symbol"}},
    "kind": {"type": "code", "rules": [{"enum": ["a", "<i>"]}]},
    "note": {"type": "markdown"},
}


def data(value: Any) -> Node:
    shape = data_shape("x", read_properties(PROPERTIES), Label("Data"))
    return shown(shape, value, value, Place("data", "/data"))


def contained(*rows: Any) -> Node:
    catalogue = {"room": read_profile({"type": "CONTAINED", "properties": PROPERTIES})}
    root = read_profile({"contained": {"rooms": {"types": ["room"], "cardinality": "1:*"}}})
    value = {"rooms": list(rows)}
    place = Place("contained", "/contained")
    return shown(contained_shape(root, catalogue), value, value, place)


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/data/name", ["Data", "Name"]),
        ("/data/tags/1", ["Data", "Tags 2"]),
        ("/data/tags", ["Data", "Tags"]),
        ("/data/other", ["Data"]),
    ],
)
def test_a_way_is_told_in_words(path: str, names: list[str]) -> None:
    assert names_of(data({"tags": ["a", "b"]}).way_to(path)) == names


def test_a_row_is_told_by_its_place() -> None:
    way = contained({"type": "room"}, {"type": "room"}).way_to("/contained/rooms/1/data/name")
    assert names_of(way) == ["Contained", "Rooms", "Room 2", "Name"]


def test_places_follow_the_page() -> None:
    node = data({"tags": [str(n) for n in range(11)]})
    paths = ["/data/name", "/data/tags", "/data/tags/2", "/data/tags/10", "/data/kind"]
    assert sorted(paths, key=lambda path: position_of(node.way_to(path))) == paths


@pytest.mark.parametrize(
    ("row", "title"),
    [
        ({"id": "r/1/rooms/r7", "data": {"name": "Ward"}}, "Ward"),
        ({"id": "r/1/rooms/r7", "data": {}}, "r7"),
        ({"data": {}}, ""),
    ],
)
def test_a_row_is_titled_by_what_it_says_or_its_id(row: Any, title: str) -> None:
    rows = next(
        node for node in contained({"type": "room", **row}).walk() if isinstance(node, Rows)
    )
    assert rows.rows[0].title == title


def test_how_many_there_may_be_is_said_in_words() -> None:
    assert "At least one" in [node.label.hint for node in contained({"type": "room"}).walk()]


@pytest.mark.parametrize("key", ["name", "kind", "note", "<u>"])
def test_nothing_that_was_typed_or_described_is_markup(key: str) -> None:
    node = data({key: '"><script>\n'}).way_to(f"/data/{key}")[-1] if key != "<u>" else left_over()
    node.faults.append("<s>")
    html = leaf(node)  # type: ignore[arg-type]  # these four are leaves
    assert not any(tag in html for tag in ("<script>", "<b>", "<i>", "<s>", "<u>"))
    assert "&lt;s&gt;" in html


def left_over() -> Node:
    """Of a property that the profile has no more."""
    return data({"<u>": 1}).children[-1]


def test_a_text_keeps_the_line_that_it_begins_with() -> None:
    """A browser drops the first line end of a text area."""
    node = data({"note": "\nb"}).way_to("/data/note")[-1]
    assert ">\n\nb</textarea>" in leaf(node)  # type: ignore[arg-type]
    assert sent(node)["data/note"] == "\r\nb"


# What the profile has no property for


def sent_back(node: Node, base: Any, **typed: str) -> Any:
    shape = data_shape("x", read_properties(PROPERTIES), Label("Data"))
    return bound(shape, sent(node, **typed), base, Place("data", "/data"))


def test_what_is_left_over_stays_until_it_is_taken_away() -> None:
    was = {"name": "A", "old": 1, "older": {"a": []}}
    assert sent_back(data(was), was).value == was
    assert sent_back(data(was), was, **{"data/old~remove": "on"}).value == {
        "name": "A",
        "older": {"a": []},
    }
    assert sent_back(data(was), was, **{LEAVE_OUT: "on"}).value == {"name": "A"}


def test_what_was_taken_away_is_shown_so_and_does_not_come_back() -> None:
    was = {"name": "A", "old": 1}
    refused = sent_back(data(was), was, **{"data/old~remove": "on"})
    assert 'name="data/old~remove" checked' in leaf(refused.children[-1])
    shape = data_shape("x", read_properties(PROPERTIES), Label("Data"))
    merged = shown(shape, {"name": "B"}, was, Place("data", "/data"))
    assert 'name="data/old~remove" checked' in leaf(merged.children[-1])  # type: ignore[arg-type]
    assert sent_back(merged, was).value == {"name": "B"}
