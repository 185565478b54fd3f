"""Bundles in few words."""

from __future__ import annotations

from typing import Any

from tests.clients import Answer, Api


def create(type: str, id: str | None = None, data: Any = None, **members: Any) -> Any:
    named = {} if id is None else {"id": id}
    payload = {"type": type, **named, "data": data or {}, **members}
    return {"action": "CREATE", "create": payload}


def put(type: str, id: str, data: Any = None, **members: Any) -> Any:
    payload = {"type": type, "id": id, "data": data or {}, **members}
    return {"action": "UPSERT", "upsert": payload}


def delete(type: str, id: str) -> Any:
    return {"action": "DELETE", "delete": {"type": type, "id": id}}


def link(from_id: str, to_id: str, data: Any = None, type: str = "provider-office") -> Any:
    ends = {"from": {"type": "provider", "id": from_id}, "to": {"type": "office", "id": to_id}}
    return {"action": "CREATE", "create": {"type": type, **ends, "data": data or {}}}


def send(api: Api, resources: Any = (), relationships: Any = (), **headers: str) -> Answer:
    body = {"resourceOperations": [*resources], "relationshipOperations": [*relationships]}
    return api.post("bundle", body, **headers)


def ids(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [receipt["id"] for receipt in answer.json["receipts"]]


def outcomes(answer: Answer) -> list[str]:
    assert answer.status == 200, answer.text
    return [receipt["outcome"] for receipt in answer.json["receipts"]]


Told = tuple[str, int, str, str]
"""The list of an operation, its index, the place and the rule of a fault."""


def faults(answer: Answer) -> list[Told]:
    lists = {"resourceOperations": "resource", "relationshipOperations": "relationship"}
    return [
        (lists[fault["operations"]], fault["index"], fault["path"], fault["rule"])
        for fault in answer.json["details"]
    ]
