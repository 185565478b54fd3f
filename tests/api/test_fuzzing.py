"""Whatever is sent, the answer is never a 500, and what was accepted can be read again.

Examples are rolled back one by one, since all of a test share its database. Hypothesis draws the
same ones in CI every time, and others at home.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from profiles.faults import ErrorType
from tests import examples
from tests.clients import Answer, Api

bounded = settings(max_examples=250, deadline=None, derandomize="CI" in os.environ, print_blob=True)

CARD = {"id": "visa", "type": "paymentMethod", "data": {"value": "Visa"}}
META = {"createdAt": "2001-01-01T00:00:00Z", "identifier": [{"system": "a", "value": "1"}]}
EVERYTHING: dict[str, Any] = {
    "symbol": "a",
    "integer": 1,
    "decimal": 1.5,
    "boolean": True,
    "datetime": "2024-05-31T13:30:00Z",
    "period": {"start": "2024", "end": "2025"},
    "address": {"line": ["1 Main Street"], "use": "home"},
    "geopoint": {"longitude": 1, "latitude": 2},
    "attachment": {"size": 1, "data": "SGVsbG8="},
    "reference": {"type": "office", "id": "@rootId"},
}
ENDS = {"from": {"id": "ada", "type": "provider"}, "to": {"id": "west", "type": "office"}}

Door = tuple[str, str, Any]
"""Method, path, and a body that is valid there."""

DOORS: list[Door] = [
    ("POST", "resources/provider", {"id": "b", "data": {"name": "B"}, "meta": META}),
    ("PUT", "resources/provider/ada", {"data": {"name": "A", "specialities": ["a", "b"]}}),
    ("PUT", "resources/everything/one", {"data": EVERYTHING, "meta": META}),
    ("PATCH", "resources/everything/all", {"data": EVERYTHING, "meta": {"identifier": []}}),
    ("PUT", "resources/office/west", {"data": {}, "contained": {"primaryPaymentMethod": [CARD]}}),
    ("POST", "resources/office/west/alternativePaymentMethods", {**CARD, "id": "amex"}),
    ("PUT", "resources/office/west/alternativePaymentMethods/visa", CARD),
    ("POST", "relationships/provider-office", {**ENDS, "data": {"effective": {"start": "2024"}}}),
    ("PUT", "relationships/provider-office/ada.west", {**ENDS, "data": {}, "meta": META}),
    ("PATCH", "relationships/provider-office/ada.west", {"data": {"effective": {}}}),
    ("PUT", "profiles/provider", examples.PROVIDER),
    ("PUT", "profiles/office", {**examples.OFFICE, "description": "x"}),
    (
        "PUT",
        "profiles/clinic",
        {
            "properties": {
                "a": {
                    "type": "array",
                    "items": {"type": "object", "properties": {"b": {"type": "decimal"}}},
                    "rules": [{"min": 1, "max": 3, "when": {"gt": {"a.b": 1}}}],
                },
                "c": {"type": "symbol", "rules": [{"required": True, "pattern": "^a", "min": 1}]},
            }
        },
    ),
    ("PUT", "relationship-definitions/provider-office", examples.PROVIDER_OFFICE),
    ("PUT", "/catalog/v1/sources/new", {"type": "registry", "name": "New"}),
]

words = st.sampled_from(
    [
        *("", " ", "-", "_", "a", "id", "type", "data", "contained", "meta", "name", "from", "to"),
        *("@rootId", "office/@rootId/primaryPaymentMethod/a", "office/west/x/y", "a.b", "*", "["),
        *("2024-02-30", "9999-12-31T23:59:59-14:00", "2016-12-31T23:59:60Z", "(", "a{1,9999}", "%"),
        *("null", "\x7f", "\ufffe", "é", "😀", "x" * 3_000, "required", "[current]", "a.b.c"),
    ]
)
texts = words | st.text(st.characters(codec="utf-8"), max_size=8)
escapes = st.sampled_from(
    [r'"\u0000"', r'"\ud800"', r'"\\u0000"', r'"\u0040rootId"', r'"\udc00\ud800"', r'"\/"']
)
numbers = st.sampled_from(
    [
        *("0", "-0", "1", "-1", "1.0", "1e3", "1E+2", "0e9", "1e-7", "1e101", "-1e400", "1e1001"),
        *("1e999999999", "-1e-999999999", "1e99999999999999999999", "9223372036854775808", "1.10"),
        *("9" * 101, "0." + "9" * 101, "9" * 5_000, "01", "1.", ".5", "-", "NaN", "Infinity"),
    ]
) | st.integers().map(str)
scalars = st.sampled_from(["null", "true", "false"]) | numbers | escapes | texts.map(json.dumps)
deep = st.sampled_from(["[" * n + "]" * n for n in (150, 199, 200, 1_000)])


def arrays(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.lists(inner, max_size=3).map(lambda parts: f"[{','.join(parts)}]")


def objects(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    members = st.tuples(texts.map(json.dumps), inner).map(":".join)
    return st.lists(members, max_size=3).map(lambda parts: f"{{{','.join(parts)}}}")


json_texts = st.recursive(
    scalars | deep, lambda inner: arrays(inner) | objects(inner), max_leaves=8
)
"""Texts of JSON values, and of what only looks like one."""

MARK = "\x00mark"


@st.composite
def mutated(draw: st.DrawFn, body: Any) -> str:
    """The text of a valid body in which some members were replaced, removed or renamed."""
    changed = json.loads(json.dumps(body))
    replacements: list[str] = []
    for _ in range(draw(st.integers(1, 3))):
        place = changed
        while True:
            steps = list(place) if isinstance(place, dict) else list(range(len(place)))
            if not steps:
                break
            step = draw(st.sampled_from(steps))
            inner = place[step]
            if isinstance(inner, dict | list) and inner and draw(st.booleans()):
                place = inner
                continue
            change = draw(st.sampled_from(["replace", "remove", "add"]))
            if change == "remove":
                del place[step]
            elif change == "replace" or isinstance(place, list):
                place[step] = f"{MARK}{len(replacements)}"
                replacements.append(draw(json_texts))
            else:
                place[draw(texts)] = f"{MARK}{len(replacements)}"
                replacements.append(draw(json_texts))
            break
    text = json.dumps(changed, ensure_ascii=draw(st.booleans()))
    for number, replacement in enumerate(replacements):
        text = text.replace(json.dumps(f"{MARK}{number}"), replacement)
    return text


@st.composite
def mangled(draw: st.DrawFn, body: Any) -> bytes:
    """The bytes of a valid body of which a piece was replaced by others."""
    raw = json.dumps(body).encode()
    start = draw(st.integers(0, len(raw)))
    return raw[:start] + draw(st.binary(max_size=5)) + raw[start + draw(st.integers(0, 5)) :]


segments = st.sampled_from(
    [
        *("data", "contained", "meta", "identifier", "symbol", "address", "line", "use", "period"),
        *("alternativePaymentMethods", "0", "1", "-", "01", "-1", "9" * 5_000, "", "~", "~0", "~2"),
        *("value", "id", "type", "start", "é", "\x7f", " ", "٣", "0x"),
    ]
)
pointers = (
    st.lists(segments, max_size=5).map(lambda steps: "".join(f"/{step}" for step in steps))
    | st.lists(segments, max_size=3).map(lambda steps: "/data" + "".join(f"/{s}" for s in steps))
    | texts
)


def as_object(parts: Mapping[str, str]) -> str:
    return "{" + ",".join(f'"{key}":{part}' for key, part in parts.items()) + "}"


names = st.sampled_from(["add", "remove", "replace", "move", "copy", "test"]).map(json.dumps)
places = st.sampled_from(
    [
        *("/data", "/data/symbol", "/data/period", "/data/period/start", "/data/geopoint/latitude"),
        *("/data/address", "/data/address/line", "/data/address/line/-", "/data/address/line/0"),
        *(
            "/contained",
            "/contained/alternativePaymentMethods",
            "/meta/identifier",
            "/data/effective",
        ),
        *("/contained/alternativePaymentMethods/0", "/contained/alternativePaymentMethods/-"),
        *("/contained/alternativePaymentMethods/1/id", "/meta/identifier/-", "/meta/identifier/0"),
    ]
).map(json.dumps)
values = st.sampled_from(
    [*map(json.dumps, ("a", 1, None, [], {}, ["a"], {"start": "2024"}, CARD)), "1.10", "-0.0"]
)
likely = st.fixed_dictionaries({"op": names, "path": places, "from": places, "value": values})
unlikely_paths = pointers.map(json.dumps) | places | json_texts
unlikely = st.fixed_dictionaries(
    {"op": names | st.sampled_from(['"ADD"', "1", "[]", "{}"]), "path": unlikely_paths},
    optional={"from": unlikely_paths, "value": json_texts},
)
patches = (
    st.lists(likely.map(as_object), min_size=1, max_size=5)
    | st.lists(unlikely.map(as_object) | json_texts, min_size=1, max_size=4)
).map(lambda parts: f"[{','.join(parts)}]")


@pytest.fixture
def stored(api: Api) -> Api:
    """A system, and something stored behind every door."""
    properties = {name: {"type": name} for name in EVERYTHING}
    api.put("profiles/everything", {"properties": properties})
    api.put("resources/everything/all", {"data": {**EVERYTHING, "reference": None}})
    api.put("resources/provider/ada", {"data": {"name": "Ada"}})
    cards = {"alternativePaymentMethods": [CARD, {**CARD, "id": "amex"}]}
    api.put("resources/office/west", {"data": {}, "contained": cards})
    assert api.put("relationships/provider-office/ada.west", {}).status == 201
    return api


def rolled_back(send: Callable[[], None]) -> None:
    with transaction.atomic():
        send()
        transaction.set_rollback(True)


def check(api: Api, answer: Answer) -> None:
    """A refusal has the shape of all errors; what was accepted can be read and written again."""
    if answer.status >= 400:
        assert answer.status < 500
        error = answer.json
        assert (error["code"], list(error)) == (
            answer.status,
            ["code", "type", "message", "details"],
        )
        assert {fault["type"] for fault in error["details"]} <= set(ErrorType)
    elif "taskId" in answer.text:
        kind = "resource" if "resource" in answer.json else "relationship"
        shown = answer.json[kind]
        address = f"{kind}s/{shown['type']}/{shown['id']}"
        assert api.get(address).json == shown
        assert api.patch(address, {}).etag == answer.etag


def test_random_bytes(stored: Api) -> None:
    @bounded
    @given(st.sampled_from(DOORS), st.binary(max_size=60))
    def send(door: Door, body: bytes) -> None:
        method, path, _ = door
        rolled_back(lambda: check(stored, stored.send(method, path, body)))

    send()


def test_random_json(stored: Api) -> None:
    @bounded
    @given(st.sampled_from(DOORS), json_texts)
    def send(door: Door, body: str) -> None:
        method, path, _ = door
        rolled_back(lambda: check(stored, stored.send(method, path, body.encode())))

    send()


@pytest.mark.parametrize("door", DOORS, ids=lambda door: f"{door[0]} {door[1]}")
def test_mutated_bodies(stored: Api, door: Door) -> None:
    method, path, valid = door

    @settings(bounded, max_examples=60)
    @given(mutated(valid) | mangled(valid))
    def send(body: str | bytes) -> None:
        raw = body.encode() if isinstance(body, str) else body
        rolled_back(lambda: check(stored, stored.send(method, path, raw)))

    send()


@pytest.mark.parametrize(
    "path",
    [
        "resources/everything/all",
        "resources/office/west",
        "relationships/provider-office/ada.west",
    ],
)
def test_random_patches(stored: Api, path: str) -> None:
    @bounded
    @given(patches)
    def send(body: str) -> None:
        rolled_back(lambda: check(stored, stored.patch(path, body.encode())))

    send()


WAYS = ["resources", "relationships", "profiles", "relationship-definitions", "catalog"]
steps_of_paths = texts.map(lambda text: quote(text, safe="@:.,~")) | st.sampled_from(
    ["%00", "%0A", "%2F", "%FF", "%ED%A0%80", "provider", "ada", "a:b", "..", "schema", "@rootId"]
)
parameters = st.sampled_from(["cursor", "perPage", "sort", "page", "from", "to", "identifier", "x"])
queries = st.lists(st.tuples(parameters, steps_of_paths).map("=".join), max_size=2).map("&".join)


def test_random_addresses(stored: Api) -> None:
    @bounded
    @given(
        st.sampled_from(["GET", "PUT", "PATCH", "DELETE", "POST"]),
        st.sampled_from(WAYS),
        st.lists(steps_of_paths, max_size=5).map("/".join),
        queries,
    )
    def send(method: str, way: str, steps: str, query: str) -> None:
        address = f"{way}/{steps}?{query}"
        rolled_back(lambda: check(stored, stored.send(method, address, {"data": {}})))

    send()
