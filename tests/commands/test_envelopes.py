"""One operation as text: what is read of it, and what is refused before the write path sees it."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ingestion.bodies.envelopes import read_operation
from ingestion.operations import Action, Operation, Payload, Target
from profiles.exact import encode


def read(envelope: Any, target: Target = Target.RESOURCE) -> Operation:
    text = envelope if isinstance(envelope, bytes) else encode(envelope)
    return read_operation(text, lambda payload: target)


def faults(envelope: Any, target: Target = Target.RESOURCE) -> list[tuple[str, str]]:
    refused = read(envelope, target).refused
    return [(fault.path, fault.rule) for fault in refused.faults] if refused else []


OFFICE = {"id": "a", "type": "office", "data": {}}


def test_an_upsert_is_addressed_by_its_id() -> None:
    operation = read({"action": "UPSERT", "upsert": OFFICE})
    assert (operation.action, operation.collection, operation.id) == (Action.UPSERT, "office", "a")
    assert operation.refused is None


def test_a_create_leaves_its_id_to_the_write_path() -> None:
    operation = read({"action": "CREATE", "create": OFFICE})
    assert (operation.action, operation.id) == (Action.CREATE, None)
    assert operation.payload["id"].value == "a"


def test_a_delete_has_an_id_and_a_type_only() -> None:
    operation = read({"action": "DELETE", "delete": {"id": "a", "type": "office"}})
    assert (operation.action, operation.id, operation.refused) == (Action.DELETE, "a", None)
    assert faults({"action": "DELETE", "delete": OFFICE}) == [("/data", "unknown")]


def test_the_text_of_every_member_stays_as_it_was_sent() -> None:
    data = b'{ "price" : 1.10,\t"x":"\\u00e9" }'
    text = b' {"upsert" : {"type":"office","id":"a","data": %s },"action":"UPSERT"}\r\n' % data
    assert read(text).payload["data"].text == data


def test_who_decides_the_target_sees_the_payload() -> None:
    seen: list[Payload] = []

    def target_of(payload: Payload) -> Target:
        seen.append(payload)
        return Target.RELATIONSHIP

    text = json.dumps({"action": "CREATE", "create": {"type": "link", "from": {}}}).encode()
    assert read_operation(text, target_of).target is Target.RELATIONSHIP
    assert seen[0].keys() == {"type", "from"}


@pytest.mark.parametrize(
    ("envelope", "expected"),
    [
        (b"nonsense", [("", "json")]),
        (b"[1]", [("", "type")]),
        (b'{"action": "CREATE", "action": "CREATE"}', [("", "json")]),
        ({}, [("/action", "required")]),
        ({"action": None, "create": OFFICE}, [("/action", "required")]),
        ({"action": "UPDATE", "update": {}}, [("/action", "enum"), ("/update", "unknown")]),
        ({"action": "create", "create": OFFICE}, [("/action", "enum")]),
        ({"action": ["CREATE"], "create": OFFICE}, [("/action", "enum")]),
        ({"action": "CREATE"}, [("/create", "required")]),
        ({"action": "CREATE", "create": []}, [("/create", "type")]),
        ({"action": "CREATE", "upsert": OFFICE}, [("/upsert", "unknown"), ("/create", "required")]),
        ({"action": "CREATE", "create": OFFICE, "note": "x"}, [("/note", "unknown")]),
        ({"action": "CREATE", "create": {"id": "a"}}, [("/type", "required")]),
        ({"action": "CREATE", "create": {"type": 1}}, [("/type", "type")]),
        ({"action": "UPSERT", "upsert": {"type": "office"}}, [("/id", "required")]),
        ({"action": "DELETE", "delete": {"type": "office"}}, [("/id", "required")]),
    ],
)
def test_what_is_no_operation_is_refused_with_every_fault(
    envelope: Any, expected: list[tuple[str, str]]
) -> None:
    assert faults(envelope) == expected


def test_a_null_member_is_absent() -> None:
    assert faults({"action": "CREATE", "create": OFFICE, "upsert": None}) == []


def test_a_relationship_may_be_upserted_by_its_ends_but_not_deleted() -> None:
    ends = {"type": "link", "from": {"id": "a", "type": "x"}, "to": {"id": "b", "type": "y"}}
    assert faults({"action": "UPSERT", "upsert": ends}, Target.RELATIONSHIP) == []
    assert faults({"action": "DELETE", "delete": {"type": "link"}}, Target.RELATIONSHIP) == [
        ("/id", "required")
    ]
