"""Operations that are refused before any of their batch is carried out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from ingestion.history import last_changed_by
from ingestion.kinds import Kind, Prepared, kinds
from ingestion.operations import Action
from ingestion.records import Record, RecordKey
from profiles.contract import Contract
from profiles.faults import ErrorType, Fault, Refused
from profiles.preconditions import precondition_failed

Seen = Mapping[RecordKey, str | None]
"""ETags of records as somebody saw them; None of one that was not there."""

HANGS = "hangs"
"""The rule of a record that something hangs on."""


def withheld(
    kind: Kind[Any],
    contract: Contract,
    prepared: Mapping[int, Prepared],
    there: Mapping[RecordKey, Record],
    seen: Seen,
    task_id: str,
) -> dict[int, Refused]:
    """Why, by the number of the operation. The records that are there are locked."""
    moved = _moved(kind, contract, there, seen, task_id) if seen else set()
    refused = {index: _moved_since() for index, item in prepared.items() if item.key in moved}
    alone = {
        index: there[item.key].row_id
        for index, item in prepared.items()
        if item.action is Action.DELETE
        and not item.operation.may_take_along
        and item.key in there
        and index not in refused
    }
    hung = _hung_on(kind, contract, set(alone.values())) if alone else set()
    return refused | {index: hangs() for index, row_id in alone.items() if row_id in hung}


def hangs() -> Refused:
    message = "Something hangs on it that would go along with it."
    fault = Fault("", HANGS, message, type=ErrorType.FAILED_PRECONDITION)
    return Refused(ErrorType.FAILED_PRECONDITION, message, [fault])


def _hung_on(kind: Kind[Any], contract: Contract, records: set[UUID]) -> set[UUID]:
    others = (other for other in kinds() if other is not kind)
    return {row_id for other in others for row_id in other.hung_on(contract, records)}


def _moved(
    kind: Kind[Any],
    contract: Contract,
    there: Mapping[RecordKey, Record],
    seen: Seen,
    task_id: str,
) -> set[RecordKey]:
    """The records that are neither as they were seen nor as this task left them."""
    etags = {key: record.etag for key, record in there.items()}
    moved = {key for key, etag in seen.items() if etags.get(key) != etag}
    return moved - last_changed_by(contract, kind.target, task_id, moved) if moved else moved


def _moved_since() -> Refused:
    return precondition_failed("It was changed since the plan was made.")
