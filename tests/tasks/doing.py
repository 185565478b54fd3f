"""Bulks as a client sends them, and a worker's part of them without the worker."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from ingestion.models import TaskShare
from ingestion.tasks.running import run_share
from profiles.exact import encode
from tests.clients import Api

NDJSON = "application/x-ndjson"


def upsert(id: str, type: str = "provider", **data: Any) -> dict[str, Any]:
    body = {"type": type, "id": id, "data": {"name": "Jane", **data}}
    return {"action": "UPSERT", "upsert": body}


def lines(operations: Iterable[Any]) -> bytes:
    """An operation that is bytes is sent as it is."""
    return b"".join(
        (operation if isinstance(operation, bytes) else encode(operation)) + b"\n"
        for operation in operations
    )


def send(api: Api, operations: Iterable[Any], path: str = "resources/bulk", **headers: str) -> str:
    """The id of the task that takes them."""
    answer = api.post(path, lines(operations), content_type=NDJSON, **headers)
    assert answer.status == 202, answer.text
    return str(answer.json["taskId"])


def work(task_id: str) -> None:
    """Do all shares of a task, one after the other."""
    id = UUID(hex=task_id.partition("_")[2])
    shares = TaskShare.objects.filter(task_id=id).order_by("number")
    for number in shares.values_list("number", flat=True):
        assert run_share(id, number, lambda: False)


def done(api: Api, operations: Iterable[Any], path: str = "resources/bulk") -> Any:
    """The finished task with its receipts, in the order of the operations."""
    task_id = send(api, operations, path)
    work(task_id)
    return task(api, task_id)


def task(api: Api, task_id: str) -> Any:
    shown = api.get(f"tasks/{task_id}?withReceipts=true&perPage=1000").json
    shown["receipts"].sort(key=lambda receipt: receipt["index"])
    return shown
