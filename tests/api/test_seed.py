"""The payloads that the first user sent, word for word, and the ways to get them wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.clients import Api

PROVIDER = """
{
   "data":{
      "name":"John Doe",
      "practiceNumber":1020993,
      "specialities":[
         "Pharmacist"
      ]
   }
}
"""

OFFICE = """
{
   "data":{
      "name":"South West Clinic",
      "note":"Offering the best services in Toronto"
   },
   "contained":{
      "primaryPaymentMethod":[
         {
            "id":"office/<rootResourceId>/primaryPaymentMethod/<containedResourceId>",
            "type":"paymentMethod",
            "data":{
               "value":"Visa"
            }
         }
      ],
      "alternativePaymentMethods":[
         {
            "id":"office/<rootResourceId>/alternativePaymentMethods/<containedResourceId>",
            "type":"paymentMethod",
            "data":{
               "value":"Mastercard"
            }
         },
         {
            "id":"office/<rootResourceId>/alternativePaymentMethods/<containedResourceId>",
            "type":"paymentMethod",
            "data":{
               "value":"Amex"
            }
         }
      ]
   }
}
"""

RELATIONSHIP = """
{
   "from":{
      "id":"<fromProviderResourceId>",
      "type":"provider"
   },
   "to":{
      "id":"<toOfficeResourceId>",
      "type":"office"
   },
   "data":{}
}
"""


def office(root: str = "south-west") -> str:
    """The office, its ids filled in as the seed asks for."""
    text = OFFICE.replace("<rootResourceId>", root)
    for id in ("visa", "mastercard", "amex"):
        text = text.replace("<containedResourceId>", id, 1)
    return text


def relationship() -> str:
    text = RELATIONSHIP.replace("<fromProviderResourceId>", "john-doe")
    return text.replace("<toOfficeResourceId>", "south-west")


@pytest.fixture
def both(api: Api) -> Api:
    """A system that sent the provider and the office of the seed."""
    assert api.put("resources/provider/john-doe", PROVIDER).status == 201
    assert api.put("resources/office/south-west", office()).status == 201
    return api


def test_the_provider_is_read_as_it_was_sent(both: Api) -> None:
    shown = both.get("resources/provider/john-doe").json
    sent = json.loads(PROVIDER)
    assert (shown["id"], shown["type"]) == ("john-doe", "provider")
    assert (shown["data"], shown["contained"]) == (sent["data"], {})


def test_the_office_is_read_as_it_was_sent(both: Api) -> None:
    shown = both.get("resources/office/south-west").json
    sent = json.loads(office())
    assert (shown["id"], shown["type"]) == ("south-west", "office")
    assert (shown["data"], shown["contained"]) == (sent["data"], sent["contained"])


def test_the_relationship_is_read_as_it_was_sent(both: Api) -> None:
    made = both.post("relationships/provider-office", relationship())
    assert made.status == 201
    id = "provider.john-doe,office.south-west"
    assert made.relationship["id"] == id
    shown = both.get(f"relationships/provider-office/{id}").json
    assert {part: shown[part] for part in ("from", "to", "data")} == json.loads(relationship())


def test_empty_data_and_contained_as_in_the_form_of_a_payload(api: Api) -> None:
    answer = api.put("resources/office/south-west", '{"data": {}, "contained":{}}')
    assert (answer.status, answer.resource["data"], answer.resource["contained"]) == (201, {}, {})


def test_an_office_without_contained_resources(api: Api) -> None:
    sent = json.loads(office())
    answer = api.put("resources/office/south-west", {"data": sent["data"]})
    assert answer.status == 201


def test_a_contained_resource_of_the_office_is_read_by_its_path(both: Api) -> None:
    shown = both.get("resources/office/south-west/alternativePaymentMethods/amex").json
    assert shown == json.loads(office())["contained"]["alternativePaymentMethods"][1]


def test_the_office_can_be_created_with_the_token_for_its_id(api: Api) -> None:
    made = api.post("resources/office", office("@rootId")).resource
    sent = json.loads(office(made["id"]))
    assert made["contained"] == sent["contained"]


def changed(text: str, *path: str | int, value: Any) -> dict[str, Any]:
    """The payload with another value at a place; `...` removes it."""
    body: dict[str, Any] = json.loads(text)
    place: Any = body
    for step in path[:-1]:
        place = place[step]
    if value is ...:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return body


CARD = json.loads(office())["contained"]["primaryPaymentMethod"][0]
ANY_CARD = {part: CARD[part] for part in ("type", "data")}
ALTERNATIVE = ("contained", "alternativePaymentMethods")
PRIMARY = ("contained", "primaryPaymentMethod")

WRONG: list[tuple[str, str, dict[str, Any], list[tuple[str, str]]]] = [
    ("provider", PROVIDER, changed(PROVIDER, "data", value=...), [("/data", "required")]),
    ("provider", PROVIDER, changed(PROVIDER, "data", value=[]), [("/data", "type")]),
    ("provider", PROVIDER, changed(PROVIDER, "data", "name", value=1), [("/data/name", "type")]),
    (
        "provider",
        PROVIDER,
        changed(PROVIDER, "data", "practiceNumber", value="1020993"),
        [("/data/practiceNumber", "type")],
    ),
    (
        "provider",
        PROVIDER,
        changed(PROVIDER, "data", "practiceNumber", value=10.5),
        [("/data/practiceNumber", "type")],
    ),
    (
        "provider",
        PROVIDER,
        changed(PROVIDER, "data", "specialities", value="Pharmacist"),
        [("/data/specialities", "type")],
    ),
    (
        "provider",
        PROVIDER,
        changed(PROVIDER, "data", "specialities", value=[1]),
        [("/data/specialities/0", "type")],
    ),
    (
        "provider",
        PROVIDER,
        changed(PROVIDER, "data", "speciality", value="Pharmacist"),
        [("/data/speciality", "unknown")],
    ),
    ("provider", PROVIDER, changed(PROVIDER, "name", value="John"), [("/name", "unknown")]),
    (
        "provider",
        PROVIDER,
        changed(PROVIDER, "contained", value={"primaryPaymentMethod": [ANY_CARD]}),
        [("/contained/primaryPaymentMethod", "unknown")],
    ),
    ("office", OFFICE, changed(office(), "contained", value=[]), [("/contained", "type")]),
    (
        "office",
        OFFICE,
        changed(office(), *PRIMARY, value=CARD),
        [("/contained/primaryPaymentMethod", "type")],
    ),
    (
        "office",
        OFFICE,
        changed(office(), *PRIMARY, value=[CARD, {**CARD, "id": "b"}]),
        [("/contained/primaryPaymentMethod", "cardinality")],
    ),
    (
        "office",
        OFFICE,
        changed(office(), *PRIMARY, 0, "type", value="office"),
        [("/contained/primaryPaymentMethod/0/type", "enum")],
    ),
    (
        "office",
        OFFICE,
        changed(office(), *PRIMARY, 0, "type", value=...),
        [("/contained/primaryPaymentMethod/0/type", "required")],
    ),
    (
        "office",
        OFFICE,
        changed(office(), *PRIMARY, 0, "data", value=...),
        [("/contained/primaryPaymentMethod/0/data", "required")],
    ),
    (
        "office",
        OFFICE,
        changed(office(), *ALTERNATIVE, 1, "data", "value", value=5),
        [("/contained/alternativePaymentMethods/1/data/value", "type")],
    ),
    (
        "office",
        OFFICE,
        changed(office(), *ALTERNATIVE, 1, "id", value=CARD["id"]),
        [("/contained/alternativePaymentMethods/1/id", "place")],
    ),
    (
        "office",
        OFFICE,
        changed(office(), *ALTERNATIVE, 1, "id", value="mastercard"),
        [("/contained/alternativePaymentMethods/1/id", "unique")],
    ),
    (
        "office",
        OFFICE,
        json.loads(office("north-east")),
        [
            ("/contained/alternativePaymentMethods/0/id", "place"),
            ("/contained/alternativePaymentMethods/1/id", "place"),
            ("/contained/primaryPaymentMethod/0/id", "place"),
        ],
    ),
    (
        "office",
        OFFICE,
        changed(office(), "contained", "secondaryPaymentMethod", value=[ANY_CARD]),
        [("/contained/secondaryPaymentMethod", "unknown")],
    ),
]


@pytest.mark.parametrize(("type", "sent", "body", "faults"), WRONG)
def test_a_wrong_payload_is_refused_with_the_right_fault(
    api: Api, type: str, sent: str, body: dict[str, Any], faults: list[tuple[str, str]]
) -> None:
    answer = api.put(f"resources/{type}/south-west", body)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert sorted(answer.faults) == faults
    assert api.get(f"resources/{type}/south-west").status == 404


WRONG_LINKS: list[tuple[dict[str, Any], int, list[tuple[str, str]]]] = [
    (changed(relationship(), "from", value=...), 400, [("/from", "required")]),
    (changed(relationship(), "to", "id", value=...), 400, [("/to/id", "id")]),
    (changed(relationship(), "to", "type", value=...), 400, [("/to/type", "type")]),
    (changed(relationship(), "to", "type", value="provider"), 400, [("/to/type", "type")]),
    (changed(relationship(), "from", "id", value="jane-doe"), 409, [("/from/id", "exists")]),
    (changed(relationship(), "data", value={"since": "2024"}), 400, [("/data/since", "unknown")]),
    (changed(relationship(), "data", value=[]), 400, [("/data", "type")]),
    (changed(relationship(), "note", value="x"), 400, [("/note", "unknown")]),
]


@pytest.mark.parametrize(("body", "status", "faults"), WRONG_LINKS)
def test_a_wrong_relationship_is_refused_with_the_right_fault(
    both: Api, body: dict[str, Any], status: int, faults: list[tuple[str, str]]
) -> None:
    answer = both.post("relationships/provider-office", body)
    assert answer.status == status
    assert answer.faults == faults


def test_the_seed_as_it_stands_with_its_placeholders_is_refused_at_each_of_them(api: Api) -> None:
    """Whoever forgets to fill them in is told where."""
    answer = api.put("resources/office/south-west", OFFICE)
    assert {path for path, _ in answer.faults} == {
        "/contained/primaryPaymentMethod/0/id",
        "/contained/alternativePaymentMethods/0/id",
        "/contained/alternativePaymentMethods/1/id",
    }
