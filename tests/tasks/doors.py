"""The doors by which operations come in. Each is one function: texts in, what was said of each.

All that a door leaves behind is compared too: rows, and changes in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple
from unittest.mock import patch
from uuid import UUID

from django.test import override_settings

from ingestion.loading.files import begin, load
from ingestion.models import Change, TaskShare
from ingestion.records import Outcome
from ingestion.tasks.running import run_share
from profiles.exact import Json, decode
from profiles.models import Source
from tests.clients import Api
from tests.tasks.doing import NDJSON
from tests.writing.replaying import live


class Told(NamedTuple):
    """What a client hears of one operation; who is refused is told no id by every door."""

    outcome: str
    id: str
    error: Json = None


def refused(error: Json) -> Told:
    return Told(Outcome.REFUSED.value, "", error)


Door = Callable[[Source, Api, str, Sequence[bytes]], list[Told]]
"""The third is `resources` or `relationships`."""


def load_door(source: Source, api: Api, kind: str, texts: Sequence[bytes]) -> list[Told]:
    with NamedTemporaryFile() as file:
        file.write(b"\n".join(texts))
        file.flush()
        task = begin(source.key, Path(file.name), shares=1, resume=False)
        for _ in load(task, 0, Path(file.name), chunk_size=3):
            pass
    return told_of(api, task.public_id)


@dataclass(frozen=True)
class BulkDoor:
    chunk: int
    shares: int = 1

    def __call__(self, source: Source, api: Api, kind: str, texts: Sequence[bytes]) -> list[Told]:
        with override_settings(BULK_SHARES=self.shares):
            answer = api.post(f"{kind}/bulk", b"\n".join(texts), content_type=NDJSON)
        work(answer.json["taskId"], self.chunk)
        told = told_of(api, answer.json["taskId"])
        assert len(told) == len(texts)
        return told


def work(
    task_id: str,
    chunk: int,
    after_each: Callable[[], None] = lambda: None,
    *,
    must_stop: bool = False,
) -> None:
    """All shares of a task, one after the other; one chunk of each if they must stop."""
    id = UUID(hex=task_id.partition("_")[2])

    def behind_a_chunk() -> bool:
        after_each()
        return must_stop

    with ExitStack() as stack:
        for name in ("FIRST_CHUNK", "LEAST_CHUNK", "MOST_CHUNK"):
            stack.enter_context(patch(f"ingestion.tasks.running.{name}", chunk))
        shares = TaskShare.objects.filter(task_id=id).order_by("number")
        for number in shares.values_list("number", flat=True):
            assert run_share(id, number, behind_a_chunk) is not must_stop


def told_of(api: Api, task_id: str) -> list[Told]:
    shown = api.get(f"tasks/{task_id}?withReceipts=true&perPage=1000").json
    receipts = sorted(shown["receipts"], key=lambda receipt: receipt["index"])
    assert [receipt["index"] for receipt in receipts] == [*range(len(receipts))]
    return [
        refused(one["error"]) if "error" in one else Told(one["outcome"], one["id"])
        for one in receipts
    ]


def bundle_door(source: Source, api: Api, kind: str, texts: Sequence[bytes]) -> list[Told]:
    """Raises AssertionError where it is refused, since then nothing is done."""
    member = {"resources": b"resourceOperations", "relationships": b"relationshipOperations"}[kind]
    answer = api.post("bundle", b'{"%b": [%b]}' % (member, b",".join(texts)))
    assert answer.status == 200, answer.text
    return [Told(one["outcome"], one["id"]) for one in answer.json["receipts"]]


def single_door(source: Source, api: Api, kind: str, texts: Sequence[bytes]) -> list[Told]:
    return [_single(api, kind, decode(text)) for text in texts]


def _single(api: Api, kind: str, operation: Any) -> Told:
    action = operation["action"]
    payload = operation[action.lower()]
    path = f"{kind}/{payload['type']}"
    if action == "CREATE":
        answer = api.post(path, payload)
    else:
        id = payload["id"] if "id" in payload else _id_of(payload)
        path = f"{path}/{id}"
        before = api.get(path)
        answer = api.delete(path) if action == "DELETE" else api.put(path, payload)
    if answer.status >= 400:
        return refused(answer.json)
    if action == "DELETE":
        return Told(Outcome.DELETED.value, id)
    record = answer.json[kind.removesuffix("s")]
    if answer.status == 201:
        return Told(Outcome.CREATED.value, record["id"])
    is_same = before.etag == answer.etag
    return Told((Outcome.UNCHANGED if is_same else Outcome.CHANGED).value, record["id"])


def _id_of(payload: Any) -> str:
    return ",".join(f"{payload[side]['type']}.{payload[side]['id']}" for side in ("from", "to"))


def rows(source: Source) -> dict[Any, Any]:
    """By key: version, and documents as they are kept."""
    return {key: (one[1], *one[2:5]) for key, one in live(source).items()}


def changes(source: Source, target: str) -> list[tuple[Any, ...]]:
    fields = ("target", "collection", "public_id", "action", "version")
    found = Change.objects.filter(source=source, target=target).order_by("seq")
    return [
        (*(getattr(change, name) for name in fields), repr(change.data), repr(change.contained))
        for change in found
    ]
