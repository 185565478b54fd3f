"""Receipts and rejects of a chunk: as they are kept, and as they are shown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import msgspec

from ingestion.bodies.envelopes import FAULTS
from ingestion.bodies.members import read_payload
from ingestion.operations import Operation
from ingestion.records import Outcome, Receipt, Record
from ingestion.tasks.changed_paths import changed_paths
from profiles.exact import Json, encode
from profiles.faults import Refused

SHOWN_PATHS = 50


class Sent(Protocol):
    """One operation of a task, with its place and, where there was one, its text."""

    @property
    def index(self) -> int: ...
    @property
    def operation(self) -> Operation: ...
    @property
    def text(self) -> bytes | None: ...


class StoredReceipt(msgspec.Struct, array_like=True, frozen=True):
    """What became of one operation, in as few bytes as will do."""

    index: int
    action: str
    target: str
    type: str
    id: str
    outcome: str
    error: dict[str, Any] | None = None
    paths: list[str] | None = None
    """Of a plan: what would be changed."""
    etag: str | None = None
    """Of a plan: the record as the chunk found it; empty where none was there, nothing where the
    operation was refused without a look. In each operation on it: who carries the plan out may
    have cut it into other chunks.
    """


_encoder = msgspec.json.Encoder()
_decoder = msgspec.json.Decoder(list[StoredReceipt])


def write_receipts(sent: Sequence[Sent], receipts: Sequence[Receipt], *, is_plan: bool) -> str:
    stored: list[StoredReceipt] = []
    found: dict[tuple[str, str], str] = {}
    for one, receipt in zip(sent, receipts, strict=True):
        etag = None
        if is_plan and receipt.is_seen:
            before = receipt.before.etag if receipt.before is not None else ""
            etag = found.setdefault((receipt.operation.collection, receipt.id), before)
        stored.append(_stored(one.index, receipt, is_plan, etag))
    return encode_receipts(stored)


def encode_receipts(stored: Sequence[StoredReceipt]) -> str:
    return _encoder.encode(stored).decode()


def read_receipts(text: str) -> list[StoredReceipt]:
    return _decoder.decode(text)


def _stored(index: int, receipt: Receipt, is_plan: bool, etag: str | None) -> StoredReceipt:
    operation, before = receipt.operation, receipt.before
    changes = is_plan and receipt.outcome is Outcome.CHANGED
    return StoredReceipt(
        index,
        operation.action,
        operation.target,
        operation.collection,
        receipt.id,
        receipt.outcome,
        None if receipt.refused is None else receipt.refused.as_json(),
        _paths(before, receipt.record) if changes else None,
        etag,
    )


def _paths(before: Record | None, after: Record | None) -> list[str]:
    """JSON Pointers to what differs, the first ones."""
    assert before is not None
    assert after is not None
    parts = (
        ("/data", before.data, after.data),
        ("/contained", before.contained, after.contained),
        ("/meta/identifier", before.identifiers, after.identifiers),
    )
    found = [path for at, old, new in parts for path in changed_paths(old.value, new.value, at)]
    return found[:SHOWN_PATHS]


def write_rejects(sent: Sequence[Sent], receipts: Sequence[Receipt]) -> bytes:
    """A line for each refused operation: as it was sent, and with its faults."""
    return b"".join(
        _reject(one.text, receipt.refused)
        for one, receipt in zip(sent, receipts, strict=True)
        if receipt.refused is not None
    )


def _reject(text: bytes | None, refused: Refused) -> bytes:
    members: dict[str, Json]
    try:
        if text is None:
            raise refused
        sent = read_payload(text)
        members = {name: msgspec.Raw(member.text) for name, member in sent.items()}
    except Refused:
        members = {"line": None if text is None else text.decode(errors="replace")}
    told = _told(refused)
    # One line, whatever white space the text had between its members.
    return msgspec.json.format(_encoder.encode({**members, FAULTS: told}), indent=-1) + b"\n"


def _told(refused: Refused) -> Json:
    faults = [fault.as_json() for fault in refused.faults]
    made = faults or [{"type": refused.type.value, "message": refused.message}]
    return msgspec.Raw(encode(made))


def shown_receipts(
    stored: Sequence[StoredReceipt], received_at: str, completed_at: str
) -> Iterator[Json]:
    for receipt in stored:
        shown: dict[str, Json] = {
            "index": receipt.index,
            "action": receipt.action,
            "targetType": receipt.target,
            "id": receipt.id,
            "type": receipt.type,
            "status": "FAILURE" if receipt.outcome == Outcome.REFUSED else "SUCCESS",
            "outcome": receipt.outcome,
            "receivedAt": received_at,
            "completedAt": completed_at,
        }
        if receipt.error is not None:
            shown["error"] = receipt.error
        if receipt.paths is not None:
            shown["changedPaths"] = receipt.paths
        yield shown
