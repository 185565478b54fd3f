"""A single write: a batch of one, whose refusal is an error and leaves a small receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from ingestion import models
from ingestion.operations import Operation
from ingestion.records import Receipt, new_row_id
from ingestion.writing import write
from profiles.contract import Contract
from profiles.faults import Refused
from profiles.models import Source


@dataclass(frozen=True, slots=True)
class WrittenOne:
    task_id: str
    contract: Contract
    receipt: Receipt


def write_one(source_key: str, operation: Operation, *, actor: str, reason: str = "") -> WrittenOne:
    """Carry out one operation. Raises `Refused` for whatever is wrong with it."""
    received_at = datetime.now(UTC)
    written = write(source_key, [operation], actor=actor, reason=reason)
    (receipt,) = written.receipts
    if receipt.refused is not None:
        _keep_refusal(source_key, written.task_id, receipt, actor, received_at)
        raise receipt.refused
    return WrittenOne(written.task_id, written.contract, receipt)


def _keep_refusal(
    source_key: str, task_id: str, receipt: Receipt, actor: str, received_at: datetime
) -> None:
    operation = receipt.operation
    assert isinstance(receipt.refused, Refused)
    models.Receipt.objects.create(
        id=new_row_id(),
        source_id=Source.objects.values_list("id", flat=True).get(key=source_key),
        task_id=task_id,
        action=operation.action.value,
        target=operation.target.value,
        collection=operation.collection[:62],
        public_id=receipt.id[:320],
        actor=actor,
        received_at=received_at,
        completed_at=datetime.now(UTC),
        error=receipt.refused.as_json(),
    )
