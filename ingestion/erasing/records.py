"""Erasing a record: in one transaction, after which nothing of it is found."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from django.db import DatabaseError, transaction

from ingestion.erasing.changes import erase_changes
from ingestion.erasing.log import erase_log
from ingestion.erasing.requests import (
    erase_answers,
    erase_findings,
    erase_receipts,
    erase_rejects,
)
from ingestion.erasing.subjects import Erased, Subject
from ingestion.erasing.uploads import erase_uploads, refuse_while_busy
from ingestion.models import Change, Erasure, ErasureScope
from ingestion.operations import Action, Operation, Target
from ingestion.past.changes import PastRecord, changes_before, past_record
from ingestion.past.kinds import past_kinds
from ingestion.writing import CONFLICTS, write
from profiles.contract import contract_at
from profiles.faults import ErrorType, Refused, not_found
from profiles.models import Source
from profiles.preconditions import NONE, Preconditions

COUNTED = ("changes", "receipts", "rejects", "answers", "uploads")
ATTEMPTS = 5
NO_REASON = "Say why, in X-Change-Reason or as `reason` in the body."

places: list[Callable[[Subject], Erased]] = [
    erase_receipts,
    erase_rejects,
    erase_answers,
    erase_uploads,
    erase_findings,
    erase_log,
]
"""Wherever else than in its changes something of a record is kept. Other apps add theirs."""


@dataclass(slots=True)
class ErasureResult:
    erasure: Erasure
    task_id: str = ""
    """Of the deletion of a record that was there."""
    counts: Counter[str] = field(default_factory=Counter)


def erase(
    record: PastRecord,
    scope: ErasureScope,
    preconditions: Preconditions = NONE,
    *,
    actor: str,
    reason: str,
) -> ErasureResult:
    """Raises `Refused`: NOT_FOUND where nothing is known of such a record, 409 while a task may
    write it, and what a deletion is refused for.

    It may be known by what was refused of it, or what was not carried out, alone.
    """
    for attempt in range(1, ATTEMPTS + 1):
        try:
            with transaction.atomic():
                return _erase(record, scope, preconditions, actor, reason)
        except DatabaseError as error:
            is_conflict = getattr(error.__cause__, "sqlstate", None) in CONFLICTS
            if not is_conflict or attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt raises")


def _erase(
    record: PastRecord, scope: ErasureScope, preconditions: Preconditions, actor: str, reason: str
) -> ErasureResult:
    is_known = _newest(record) is not None
    done = ErasureResult(_noted(record, scope, actor, reason))
    refuse_while_busy(subject_of(record, scope))
    if scope == ErasureScope.PAST:
        done.counts["changes"] = erase_changes(subject_of(record, scope))
    else:
        _erase_all(record, preconditions, done)
    subject = subject_of(record, scope)
    for erase_place in places:
        done.counts.update(erase_place(subject))
    if not is_known and not done.counts.total():
        raise record.missing
    done.erasure.erased = {name: done.counts[name] for name in COUNTED}
    done.erasure.save()
    return done


def _erase_all(record: PastRecord, preconditions: Preconditions, done: ErasureResult) -> None:
    """Until nothing is left: what was restored meanwhile is there once we have waited for it."""
    is_first = True
    while True:
        newest = _newest(record)
        if newest is not None and newest.action != Action.DELETE:
            done.task_id = _deleted(record, preconditions if is_first else NONE, done.erasure)
        elif is_first:
            preconditions.check(None)
        count = erase_changes(subject_of(record, ErasureScope.ALL))
        done.counts["changes"] += count
        if not count:
            return
        is_first = False


def _newest(record: PastRecord) -> Change | None:
    """None where it never was there, or all of that is kept no longer."""
    return next(iter(changes_before(record, None, 1)), None)


def _deleted(record: PastRecord, preconditions: Preconditions, erasure: Erasure) -> str:
    """The task of the deletion; as before where somebody else came first."""
    operation = Operation(
        Action.DELETE,
        record.target,
        record.key.collection,
        record.key.public_id,
        preconditions=preconditions,
    )
    written = write(
        record.contract.source_key, [operation], actor=erasure.actor, reason=erasure.reason
    )
    refused = written.receipts[0].refused
    if refused is None:
        return written.task_id
    if refused.type is ErrorType.NOT_FOUND:
        return ""
    raise refused


def erasable(source_key: str, target: Target, type: str, id: str) -> PastRecord:
    """Also of a source that is retired, in which nothing is there any more. Raises NOT_FOUND."""
    source = Source.with_retired.filter(key=source_key).first()
    if source is None:
        raise not_found("source")
    contract = contract_at(source.pk, source.key, source.contract_version)
    return past_record(contract, target, type, id)


def subject_of(record: PastRecord, scope: ErasureScope) -> Subject:
    is_resource = record.target is Target.RESOURCE
    key, contract = record.key, record.contract
    along = [one for kind in past_kinds.values() for one in kind.ever_on(contract, key)]
    return Subject(record, scope, along if is_resource else ())


def _noted(record: PastRecord, scope: ErasureScope, actor: str, reason: str) -> Erasure:
    if not reason:
        raise Refused(ErrorType.INVALID_ARGUMENT, NO_REASON)
    return Erasure(
        source_id=record.contract.source_id,
        target=record.target.value,
        collection=record.key.collection,
        public_id=record.key.public_id,
        scope=scope,
        actor=actor,
        reason=reason,
    )
