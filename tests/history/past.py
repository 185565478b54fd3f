"""The past of a record as the API tells it."""

from __future__ import annotations

from typing import Any

from tests.clients import Api

LINK = "provider-office"
LINKED = "provider.p0,office.o0"


def operations(api: Api, path: str, query: str = "") -> list[Any]:
    """The operations of a record, the newest first. `path` is like `resources/office/o0`."""
    answer = api.get(f"history/{path}/operations{query}")
    assert answer.status == 200, answer.text
    rows: list[Any] = answer.json["data"]
    return rows


def newest(api: Api, path: str) -> str:
    return str(operations(api, path)[0]["operationId"])


def one(path: str, operation_id: str) -> str:
    return f"history/{path}/operations/{operation_id}"


def restore(api: Api, path: str, operation_id: str, **headers: str) -> Any:
    return api.post(f"{one(path, operation_id)}/restore", None, **headers)
