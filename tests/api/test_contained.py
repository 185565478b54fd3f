"""Contained resources: inside a body, and by path."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest

from ingestion.models import Change
from tests.clients import Answer, Api

ROOT = "office/west"
MANY = "alternativePaymentMethods"


def card(value: str, id: str | None = None, **more: Any) -> dict[str, Any]:
    return {**({"id": id} if id else {}), "type": "paymentMethod", "data": {"value": value}, **more}


def ids(answer: Answer, key: str = MANY) -> list[str]:
    return [row["id"] for row in answer.resource["contained"][key]]


def put(api: Api, contained: Any) -> Answer:
    return api.put("resources/office/west", {"data": {}, "contained": contained})


@pytest.fixture
def cards(api: Api) -> str:
    """The address of the contained resources of an office: visa, amex, in this order."""
    put(api, {MANY: [card("Visa", "visa"), card("Amex", "amex")]})
    return f"resources/{ROOT}/{MANY}"


@pytest.fixture
def tree(api: Api) -> str:
    """The address of an office whose rooms contain beds."""
    beds = {"beds": {"types": ["bed"], "cardinality": "0:*"}}
    rooms = {"rooms": {"types": ["room"], "cardinality": "0:*"}}
    name = {"name": {"type": "symbol"}}
    api.put("profiles/bed", {"type": "CONTAINED", "properties": name})
    api.put("profiles/room", {"type": "CONTAINED", "properties": name, "contained": beds})
    api.put("profiles/house", {"properties": name, "contained": rooms})
    bed = {"id": "b1", "type": "bed", "data": {}}
    room = {"id": "r1", "type": "room", "data": {}, "contained": {"beds": [bed]}}
    api.put("resources/house/h", {"data": {}, "contained": {"rooms": [room]}})
    return "resources/house/h"


def test_contained_ids_are_made_full(api: Api) -> None:
    answer = put(api, {MANY: [card("Visa", "visa"), card("Amex", f"{ROOT}/{MANY}/amex")]})
    assert ids(answer) == [f"{ROOT}/{MANY}/visa", f"{ROOT}/{MANY}/amex"]


@pytest.mark.parametrize("id", [None, "@rootId"])
def test_a_contained_id_is_made_where_there_is_none(api: Api, id: str | None) -> None:
    (made,) = ids(put(api, {MANY: [card("Visa", id)]}))
    prefix, _, last = made.rpartition("/")
    assert prefix == f"{ROOT}/{MANY}"
    assert UUID(last)


def test_the_root_of_a_full_id_may_be_the_token(api: Api) -> None:
    body = {"data": {}, "contained": {MANY: [card("Visa", f"office/@rootId/{MANY}/visa")]}}
    answer = api.post("resources/office", body)
    assert ids(answer) == [f"office/{answer.resource['id']}/{MANY}/visa"]


def test_nested_ids_begin_with_the_id_of_their_parent(api: Api, tree: str) -> None:
    (room,) = api.get(tree).json["contained"]["rooms"]
    assert room["id"] == "house/h/rooms/r1"
    assert room["contained"]["beds"][0]["id"] == "house/h/rooms/r1/beds/b1"


@pytest.mark.parametrize(
    "id",
    [
        f"office/east/{MANY}/visa",
        f"provider/west/{MANY}/visa",
        f"{ROOT}/primaryPaymentMethod/visa",
        f"{ROOT}/visa",
        f"west/{MANY}/visa",
        f"{ROOT}/{MANY}/x/{MANY}/visa",
    ],
)
def test_a_full_id_that_disagrees_with_its_place_is_a_fault(api: Api, id: str) -> None:
    answer = put(api, {MANY: [card("Visa", "ok"), card("Amex", id)]})
    assert answer.faults == [(f"/contained/{MANY}/1/id", "place")]


@pytest.mark.parametrize("id", ["_a", "a b", "x" * 94, "é", "a/", "a\n"])
def test_a_contained_id_is_an_id(api: Api, id: str) -> None:
    answer = put(api, {MANY: [card("Visa", id)]})
    assert {path for path, _ in answer.faults} == {f"/contained/{MANY}/0/id"}


def test_an_id_that_occurs_twice_under_its_key_is_a_fault(api: Api) -> None:
    answer = put(api, {MANY: [card("Visa", "a"), card("Amex", f"{ROOT}/{MANY}/a")]})
    assert answer.faults == [(f"/contained/{MANY}/1/id", "unique")]


def test_an_id_may_occur_again_under_another_key(api: Api) -> None:
    assert put(api, {MANY: [card("V", "a")], "primaryPaymentMethod": [card("A", "a")]}).status < 300


@pytest.mark.parametrize(
    ("contained", "faults"),
    [
        ({"primaryPaymentMethod": [card("a"), card("b")]}, [("", "cardinality")]),
        ({"primaryPaymentMethod": {}}, [("", "type")]),
        ({"primaryPaymentMethod": card("a")}, [("", "type")]),
        ({"primaryPaymentMethod": [1]}, [("/0", "type")]),
        ({"primaryPaymentMethod": [None]}, [("/0", "type")]),
        ({"primaryPaymentMethod": [{}]}, [("/0/data", "required"), ("/0/type", "required")]),
        ({"primaryPaymentMethod": [card("a", type="office")]}, [("/0/type", "enum")]),
        ({"primaryPaymentMethod": [card("a", data={"name": "x"})]}, [("/0/data/name", "unknown")]),
        ({"primaryPaymentMethod": [card("a", meta={})]}, [("/0/meta", "unknown")]),
        (
            {"primaryPaymentMethod": [card("a", contained={"x": []})]},
            [("/0/contained/x", "unknown")],
        ),
    ],
)
def test_a_faulty_contained_resource_is_refused_at_its_place(
    api: Api, contained: Any, faults: Iterable[tuple[str, str]]
) -> None:
    place = "/contained/primaryPaymentMethod"
    assert put(api, contained).faults == [(f"{place}{path}", rule) for path, rule in faults]


def test_a_cardinality_says_what_it_allows(api: Api) -> None:
    (fault,) = put(api, {"primaryPaymentMethod": [card("a"), card("b")]}).json["details"]
    assert (fault["expected"], fault["message"]) == ("0:1", "At most 1 allowed, 2 given.")


NONE_OF_THEM: list[Any] = [{}, {"cards": []}, None]


def test_a_required_contained_resource_is_required(api: Api) -> None:
    needed = {"cards": {"types": ["paymentMethod"], "cardinality": "1:*"}}
    api.put("profiles/shop", {"properties": {}, "contained": needed})
    for contained in NONE_OF_THEM:
        answer = api.put("resources/shop/a", {"data": {}, "contained": contained})
        assert answer.faults == [("/contained/cards", "cardinality")]


def test_an_empty_list_of_contained_resources_stays_one(api: Api) -> None:
    put(api, {MANY: []})
    assert api.get(f"resources/{ROOT}").json["contained"] == {MANY: []}


def test_contained_resources_keep_their_order(api: Api) -> None:
    names = ["c", "a", "b"]
    put(api, {MANY: [card(name, name) for name in names]})
    rows = api.get(f"resources/{ROOT}").json["contained"][MANY]
    assert [row["data"]["value"] for row in rows] == names


def test_a_contained_resource_is_read_by_path(api: Api, cards: str) -> None:
    answer = api.get(f"{cards}/amex")
    assert answer.json == card("Amex", f"{ROOT}/{MANY}/amex")
    assert answer.etag == api.get(f"resources/{ROOT}").etag


def test_post_adds_a_contained_resource_as_the_last_and_answers_the_root(
    api: Api, cards: str
) -> None:
    answer = api.post(cards, card("Debit", "debit"))
    assert answer.status == 201
    assert answer.resource == api.get(f"resources/{ROOT}").json
    assert ids(answer) == [f"{ROOT}/{MANY}/{id}" for id in ("visa", "amex", "debit")]
    assert answer.resource["meta"]["version"] == 2


def test_post_makes_an_id(api: Api, cards: str) -> None:
    assert UUID(ids(api.post(cards, card("Debit")))[-1].rpartition("/")[2])


@pytest.mark.parametrize("id", ["debit", f"{ROOT}/{MANY}/debit", "@rootId", None])
def test_what_was_added_is_at_the_address_that_is_told(
    api: Api, cards: str, id: str | None
) -> None:
    answer = api.post(cards, {**card("Debit"), "id": id})
    shown = answer.resource["contained"][MANY][-1]
    where = answer.headers["Location"]
    assert where == f"/sources/{api.source}/v1/{cards}/{shown['id'].rpartition('/')[2]}"
    assert api.get(where).json == shown


def test_put_tells_the_address_of_a_new_one_only(api: Api, cards: str) -> None:
    where = f"{cards}/debit"
    new = api.put(where, card("Debit"))
    assert new.headers["Location"] == f"/sources/{api.source}/v1/{where}"
    assert "Location" not in api.put(where, card("Credit")).headers


def test_post_adds_the_first_one_of_a_key(api: Api, office: str) -> None:
    answer = api.post(f"{office}/primaryPaymentMethod", card("Visa", "visa"))
    assert ids(answer, "primaryPaymentMethod") == [f"{ROOT}/primaryPaymentMethod/visa"]


@pytest.mark.parametrize("id", ["visa", f"{ROOT}/{MANY}/visa"])
def test_post_refuses_a_contained_id_that_exists(api: Api, cards: str, id: str) -> None:
    answer = api.post(cards, card("Debit", id))
    assert answer.error == (409, "ALREADY_EXISTS")
    assert answer.faults == [("/id", "unique")]


def test_put_replaces_a_contained_resource_in_its_position(api: Api, cards: str) -> None:
    answer = api.put(f"{cards}/visa", card("Visa 2"))
    assert answer.status == 200
    assert ids(answer) == [f"{ROOT}/{MANY}/visa", f"{ROOT}/{MANY}/amex"]
    assert answer.resource["contained"][MANY][0]["data"] == {"value": "Visa 2"}


def test_put_adds_a_new_contained_resource_as_the_last(api: Api, cards: str) -> None:
    answer = api.put(f"{cards}/debit", card("Debit"))
    assert answer.status == 201
    assert ids(answer)[-1] == f"{ROOT}/{MANY}/debit"


@pytest.mark.parametrize("id", ["debit", f"{ROOT}/{MANY}/debit", None])
def test_put_takes_an_id_that_agrees_with_the_path(api: Api, cards: str, id: str | None) -> None:
    answer = api.put(f"{cards}/debit", {**card("Debit"), "id": id})
    assert ids(answer)[-1] == f"{ROOT}/{MANY}/debit"


@pytest.mark.parametrize(
    "id", ["visa", "@rootId", f"office/east/{MANY}/debit", f"{ROOT}/primaryPaymentMethod/debit"]
)
def test_put_refuses_an_id_that_does_not(api: Api, cards: str, id: str) -> None:
    assert api.put(f"{cards}/debit", card("Debit", id)).faults == [("/id", "place")]


@pytest.mark.parametrize("id", ["_a", "a.b", "%C3%A9", "@rootId", "x" * 94])
def test_a_path_takes_ids_only(api: Api, cards: str, id: str) -> None:
    answer = api.put(f"{cards}/{id}", card("Debit"))
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert [path for path, _ in answer.faults] == ["/id"]
    assert api.get(f"{cards}/{id}").status == 404


def test_the_same_put_again_keeps_the_version_of_the_root(api: Api, cards: str) -> None:
    before = api.get(f"resources/{ROOT}")
    answer = api.put(f"{cards}/visa", card("Visa"))
    assert (answer.status, answer.etag) == (200, before.etag)
    assert Change.objects.count() == 1


def test_delete_removes_a_contained_resource_and_answers_the_root(api: Api, cards: str) -> None:
    answer = api.delete(f"{cards}/visa")
    assert answer.status == 200
    assert ids(answer) == [f"{ROOT}/{MANY}/amex"]
    assert api.get(f"{cards}/visa").status == 404


def test_what_is_not_there_is_a_404(api: Api, cards: str) -> None:
    assert api.get(f"{cards}/debit").error == (404, "NOT_FOUND")
    assert api.delete(f"{cards}/debit").error == (404, "NOT_FOUND")
    assert api.get(f"resources/{ROOT}/nothing/visa").error == (404, "NOT_FOUND")
    assert api.get(f"resources/office/east/{MANY}/visa").error == (404, "NOT_FOUND")
    assert api.post(f"resources/office/east/{MANY}", card("a")).error == (404, "NOT_FOUND")
    assert api.put(f"resources/office/east/{MANY}/a", card("a")).error == (404, "NOT_FOUND")
    assert api.post(f"{cards}/debit/parts", card("a")).error == (404, "NOT_FOUND")


def test_a_fault_of_the_contained_resource_leads_into_its_body(api: Api, cards: str) -> None:
    body = {"type": "paymentMethod", "data": {"value": 1, "x": 1}, "extra": 1}
    for answer in (api.put(f"{cards}/visa", body), api.post(cards, body)):
        assert answer.error == (400, "INVALID_ARGUMENT")
        assert answer.faults == [
            ("/data/value", "type"),
            ("/data/x", "unknown"),
            ("/extra", "unknown"),
        ]
        assert all("scope" not in fault for fault in answer.json["details"])


def test_a_fault_of_the_root_has_its_own_path_and_says_so(api: Api, office: str) -> None:
    api.post(f"{office}/primaryPaymentMethod", card("Visa"))
    answer = api.post(f"{office}/primaryPaymentMethod", card("Amex"))
    (fault,) = answer.json["details"]
    assert (fault["path"], fault["rule"]) == ("/contained/primaryPaymentMethod", "cardinality")
    assert fault["scope"] == "root"


def test_a_contain_key_that_the_profile_lacks_is_a_fault_of_the_root(api: Api, office: str) -> None:
    answer = api.post(f"{office}/rooms", card("Visa"))
    assert answer.faults == [("/contained/rooms", "unknown")]
    assert answer.json["details"][0]["scope"] == "root"


@pytest.mark.parametrize("body", ["[]", '"a"', "1", "null"])
def test_a_contained_body_is_an_object(api: Api, cards: str, body: str) -> None:
    assert api.post(cards, body).faults == [("", "type")]
    assert api.put(f"{cards}/visa", body).faults == [("", "type")]


def test_the_last_required_one_cannot_be_removed(api: Api) -> None:
    needed = {"cards": {"types": ["paymentMethod"], "cardinality": "1:1"}}
    api.put("profiles/shop", {"properties": {}, "contained": needed})
    api.put("resources/shop/a", {"data": {}, "contained": {"cards": [card("Visa", "visa")]}})
    answer = api.delete("resources/shop/a/cards/visa")
    assert answer.faults == [("/contained/cards", "cardinality")]
    assert answer.json["details"][0]["scope"] == "root"


def test_nested_contained_resources_have_paths_too(api: Api, tree: str) -> None:
    assert api.get(f"{tree}/rooms/r1/beds/b1").json["id"] == "house/h/rooms/r1/beds/b1"
    body = {"type": "bed", "data": {"name": "B"}}
    assert api.put(f"{tree}/rooms/r1/beds/b2", body).status == 201
    assert api.post(f"{tree}/rooms/r1/beds", {**body, "id": "b3"}).status == 201
    assert api.delete(f"{tree}/rooms/r1/beds/b1").status == 200
    (room,) = api.get(tree).json["contained"]["rooms"]
    assert [bed["id"] for bed in room["contained"]["beds"]] == [
        "house/h/rooms/r1/beds/b2",
        "house/h/rooms/r1/beds/b3",
    ]


def test_a_contained_resource_brings_its_own_along(api: Api, tree: str) -> None:
    bed = {"id": "b9", "type": "bed", "data": {}}
    room = {"type": "room", "data": {}, "contained": {"beds": [bed]}}
    api.put(f"{tree}/rooms/r2", room)
    assert api.get(f"{tree}/rooms/r2/beds/b9").json["id"] == "house/h/rooms/r2/beds/b9"


def test_put_without_contained_removes_what_was_nested(api: Api, tree: str) -> None:
    api.put(f"{tree}/rooms/r1", {"type": "room", "data": {}})
    assert api.get(f"{tree}/rooms/r1/beds/b1").status == 404


def test_a_fault_that_is_nested_is_at_its_place(api: Api, tree: str) -> None:
    bed = {"type": "bed", "data": {"name": 1}, "id": "house/h/rooms/r9/beds/b1"}
    room = {"type": "room", "data": {}, "contained": {"beds": [bed]}}
    answer = api.put(f"{tree}/rooms/r1", room)
    assert sorted(answer.faults) == [
        ("/contained/beds/0/data/name", "type"),
        ("/contained/beds/0/id", "place"),
    ]
    answer = api.put("resources/house/h", {"data": {}, "contained": {"rooms": [room]}})
    place = "/contained/rooms/0/contained/beds/0"
    assert (f"{place}/data/name", "type") in answer.faults


@pytest.mark.parametrize("depth", [5, 6])
def test_contained_resources_nest_five_deep(api: Api, depth: int) -> None:
    inner = {"in": {"types": ["box"], "cardinality": "0:*"}}
    api.put("profiles/box", {"properties": {}, "contained": inner})
    body: dict[str, Any] = {"data": {}}
    for _ in range(depth):
        body = {"data": {}, "contained": {"in": [{"id": "b", "type": "box", **body}]}}
    answer = api.put("resources/box/root", body)
    assert answer.status == (201 if depth == 5 else 400)
    path = "resources/box/root" + "/in/b" * depth
    assert api.get(path).status == (200 if depth == 5 else 404)


def test_nesting_by_path_ends_at_five_too(api: Api) -> None:
    inner = {"in": {"types": ["box"], "cardinality": "0:*"}}
    api.put("profiles/box", {"properties": {}, "contained": inner})
    api.put("resources/box/root", {"data": {}})
    box = {"id": "b", "type": "box", "data": {}}
    statuses = [api.post("resources/box/root" + "/in/b" * n + "/in", box).status for n in range(6)]
    assert statuses == [201] * 5 + [400]


def test_a_contained_body_that_makes_the_root_too_deep_is_refused(api: Api) -> None:
    """What is stored has to be read again, by a parser that goes 200 levels down."""
    value: dict[str, Any] = {"type": "symbol"}
    for _ in range(190):
        value = {"type": "array", "items": value}
    inner = {"in": {"types": ["box"], "cardinality": "0:*"}}
    api.put("profiles/box", {"properties": {"list": value}, "contained": inner})
    api.put("resources/box/root", {"data": {}})
    for n in range(3):
        api.post("resources/box/root" + "/in/b" * n + "/in", {"id": "b", "type": "box", "data": {}})
    deep = f'{{"type":"box","data":{{"list":{"[" * 190}{"]" * 190}}}}}'
    assert api.post("resources/box/root/in/b/in/b/in/b/in", deep).faults == [("", "depth")]
    assert api.patch("resources/box/root", {}).status == 200


def test_a_list_of_contained_resources_has_no_get(api: Api, cards: str) -> None:
    answer = api.get(cards)
    assert answer.error == (405, "METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "POST"
