"""Undos as a client asks for them, and what they leave."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from profiles.models import Source
from tests.clients import Api
from tests.tasks.doing import task, work
from tests.writing.replaying import Key, live

Kept = Mapping[Key, tuple[Any, ...]]


def kept(source: Source) -> Kept:
    """What an undo brings back of each record: all but its life, version and last change."""
    return {key: (*one[2:5], one.created_at) for key, one in live(source).items()}


def ask_undo(api: Api, task_id: str, query: str = "", **headers: str) -> str:
    """The id of the undo."""
    answer = api.post(f"tasks/{task_id}/undo{query}", None, **headers)
    assert answer.status == 202, answer.text
    return str(answer.json["taskId"])


def undo(api: Api, task_id: str, query: str = "") -> Any:
    """The finished undo with its receipts."""
    id = ask_undo(api, task_id, query)
    work(id)
    return task(api, id)


def plan(api: Api, task_id: str) -> Any:
    return undo(api, task_id, "?mode=plan")


def conflicts(api: Api, undo: Any) -> list[Any]:
    """All of them, page by page."""
    found: list[Any] = []
    path = f"tasks/{undo['taskId']}/conflicts?perPage=2"
    cursor = ""
    while True:
        answer = api.get(f"{path}{cursor}")
        assert answer.status == 200, answer.text
        found += answer.json["data"]
        if "cursor" not in answer.json["meta"]:
            return found
        cursor = f"&cursor={answer.json['meta']['cursor']}"


def reasons(api: Api, undo: Any) -> dict[str, str]:
    """Why each record was left alone, by its id."""
    return {one["id"]: one["conflict"] for one in conflicts(api, undo)}


def foretold(shown: Any) -> list[Any]:
    """What receipts say of each record, whether it was done or planned."""
    names = ("index", "action", "targetType", "type", "id", "outcome")
    told = []
    for one in shown["receipts"]:
        error = one.get("error")
        told.append((*(one[name] for name in names), error and error["message"]))
    return told
