"""A single write: a batch of one, whose refusal is an error and leaves a small receipt."""

from __future__ import annotations

from collections.abc import Callable, Sequence
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


class _LeaderRefused(Exception):
    """What the others follow was refused: the transaction is rolled back."""

    def __init__(self, receipt: Receipt, refused: Refused) -> None:
        super().__init__()
        self.receipt = receipt
        self.refused = refused


def write_led(
    source_key: str,
    leader: Operation,
    others: Sequence[Operation],
    *,
    actor: str,
    reason: str = "",
    also: Callable[[], None] = lambda: None,
) -> tuple[WrittenOne, Sequence[Receipt]]:
    """As `write_one`, with others in the same transaction, of which each may be refused by itself.

    Their receipts are answered too. None of them is done where the first is refused. `also` is
    called at the end of the transaction, and undoes it by what it raises.
    """
    received_at = datetime.now(UTC)
    task_id = f"s_{new_row_id().hex}"

    def at_its_end(_: Contract, receipts: Sequence[Receipt]) -> None:
        if (refused := receipts[0].refused) is not None:
            raise _LeaderRefused(receipts[0], refused)
        also()

    try:
        written = write(
            source_key,
            [leader, *others],
            actor=actor,
            task_id=task_id,
            reason=reason,
            also=at_its_end,
        )
    except _LeaderRefused as failed:
        _keep_refusal(source_key, task_id, failed.receipt, actor, received_at)
        raise failed.refused from None
    first, *rest = written.receipts
    return WrittenOne(task_id, written.contract, first), rest


def _keep_refusal(
    source_key: str, task_id: str, receipt: Receipt, actor: str, received_at: datetime
) -> None:
    operation = receipt.operation
    assert isinstance(receipt.refused, Refused)
    assert operation.action is not None
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
