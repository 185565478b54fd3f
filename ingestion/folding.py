"""Folding: what a batch amounts to, worked out in memory and in order, before anything is written.

Pure: knows neither ORM nor HTTP. A refused operation leaves the state as it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from ingestion.kinds import Draft, Hold, Kind, Prepared
from ingestion.operations import Action, Operation
from ingestion.records import EMPTY_ARRAY, Outcome, Receipt, Record, Step, new_row_id
from profiles.faults import ErrorType, Fault, Refused, faulty, not_found

if TYPE_CHECKING:
    from profiles.contract import Contract


@dataclass(slots=True)
class Folded:
    receipts: list[Receipt] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)


def fold(kind: Kind[Any], contract: Contract, prepared: Iterable[Prepared], hold: Hold) -> Folded:
    """Carry out operations on the held records, in order. `hold.records` has the final states."""
    folded = Folded()
    for item in prepared:
        before = hold.records.get(item.key)
        try:
            after = _after(kind, contract, item, before, hold)
        except Refused as refused:
            receipt = refusal(item.operation, item.key.public_id, refused)
            receipt.before, receipt.is_seen = before, True
            folded.receipts.append(receipt)
            continue
        outcome = _outcome(before, after)
        receipt = Receipt(
            item.operation, item.key.public_id, outcome, after or before, before, is_seen=True
        )
        folded.receipts.append(receipt)
        if outcome is not Outcome.UNCHANGED:
            folded.steps.append(Step(item.action, kind.target, before, after))
            if after is not None:
                hold.records[item.key] = after
    return folded


def refusal(operation: Operation, id: str, refused: Refused) -> Receipt:
    """Without the traceback, by which one faulty record would keep its whole batch in memory."""
    refused.__traceback__ = None
    return Receipt(operation, id, Outcome.REFUSED, refused=refused)


def _after(
    kind: Kind[Any], contract: Contract, item: Prepared, before: Record | None, hold: Hold
) -> Record | None:
    """The record as the operation leaves it; `before` itself where nothing changes."""
    item.operation.preconditions.check(before.etag if before else None)
    if item.action is Action.CREATE and before is not None:
        raise _exists_already(kind)
    if item.action in (Action.UPDATE, Action.DELETE) and before is None:
        raise not_found(kind.target.lower())
    if item.action is Action.DELETE:
        hold.release(item.key)
        return None
    if before is None:
        assert item.draft is not None
        record = _new_record(contract, item, item.draft)
        hold.admit(item.key, record)
        return record
    draft = item.draft or _edited(kind, contract, item, before)
    return _changed(contract, before, draft)


def _edited(kind: Kind[Any], contract: Contract, item: Prepared, before: Record) -> Draft:
    edit = item.operation.edit
    assert edit is not None
    document = edit.apply(kind.document(before))
    try:
        return kind.revise(contract, item.key, document)
    except Refused as refused:
        faults = [edit.locate(fault) for fault in refused.faults]
        raise faulty(kind.target.lower(), faults) from None


def _new_record(contract: Contract, item: Prepared, draft: Draft) -> Record:
    return Record(
        row_id=new_row_id(),
        key=item.key,
        version=1,
        data=draft.data,
        contained=draft.contained,
        identifiers=draft.identifiers or EMPTY_ARRAY,
        contract_version=contract.version,
        created_at=draft.created_at,
        updated_at=draft.updated_at,
    )


def _changed(contract: Contract, before: Record, draft: Draft) -> Record:
    after = Record(
        row_id=before.row_id,
        key=before.key,
        version=before.version + 1,
        data=draft.data,
        contained=draft.contained,
        identifiers=draft.identifiers or before.identifiers,
        contract_version=contract.version,
        created_at=draft.created_at or before.created_at,
        updated_at=draft.updated_at,
    )
    return before if before.says_the_same_as(after) else after


def _outcome(before: Record | None, after: Record | None) -> Outcome:
    if after is None:
        return Outcome.DELETED
    if before is None:
        return Outcome.CREATED
    return Outcome.UNCHANGED if after is before else Outcome.CHANGED


def _exists_already(kind: Kind[Any]) -> Refused:
    message = f"This {kind.target.lower()} exists already."
    fault = Fault("/id", "unique", message, type=ErrorType.ALREADY_EXISTS)
    return Refused(ErrorType.ALREADY_EXISTS, message, [fault])
