"""What requests left behind: receipts, rejects, answers that are kept to be told again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ingestion.bodies.lines import COMMENT
from ingestion.erasing.subjects import Erased, Subject
from ingestion.models import KeptAnswer, NonconformingResource, Receipt, TaskChunk, TaskMode
from ingestion.operations import Target
from ingestion.past.erased import ERASED
from ingestion.records import Outcome
from ingestion.sql import run
from ingestion.tasks.receipts import StoredReceipt, encode_receipts, read_receipts
from profiles.exact import Json, encode
from profiles.faults import ErrorType, Fault, Refused

AT_A_TIME = 100
"""Answers that memory holds."""
NOT_TOLD = "What was wrong has been erased, with the record that it was about."
EMPTY_REJECT = COMMENT + b" An operation that was refused stood here. It has been erased.\n"
ANSWER_GONE = "The answer has been erased, with a record that it told of. The request was done."


def erase_receipts(subject: Subject) -> Erased:
    """Of single writes that were refused. Faults name places, which may tell something too."""
    found = [
        id
        for id, target, type, public_id in run(
            "SELECT id, target, collection, public_id FROM ingestion_receipt"
            f" WHERE source_id = %s AND {_holds('public_id', subject)}"
            " AND error -> 'details' -> 0 ->> 'rule' IS DISTINCT FROM %s",
            [subject.source_id, *subject.words, ERASED],
        )
        if subject.is_named(target, type, public_id)
    ]
    return {"receipts": Receipt.objects.filter(pk__in=found).update(error=_untold())}


def erase_rejects(subject: Subject) -> Erased:
    """Of tasks: what was sent, as far as it was refused, and what is told of it."""
    counts = {"receipts": 0, "rejects": 0}
    for chunk in chunks_telling_of(subject):
        receipts, count = _without_faults(subject, chunk)
        rejects, lines = _without_lines(subject, chunk)
        counts["receipts"] += count
        counts["rejects"] += lines
        if count or lines:
            TaskChunk.objects.filter(pk=chunk.pk).update(
                receipts=encode_receipts(receipts), rejects=rejects
            )
    return counts


def chunks_telling_of(subject: Subject) -> Iterator[TaskChunk]:
    """What was done, and refused nothing, tells nothing: of a million operations that is known by a
    few numbers, and no receipt has to be looked at.
    """
    named = " AND ".join("receipts ~ %s" for _ in subject.words)
    rows = run(
        f"""
        SELECT chunk.id FROM ingestion_task AS task JOIN ingestion_taskchunk AS chunk
        ON task_id = task.id
        WHERE source_id = %s AND (refused > 0 OR mode = %s)
          AND ({_holds("receipts", subject)} AND {named} OR refused > 0 AND length(rejects) > 0)
        """,
        [subject.source_id, TaskMode.PLAN.value, *subject.words, *map(_as_id, subject.words)],
    )
    for (id,) in rows:
        yield from TaskChunk.objects.select_for_update().filter(pk=id)


def _as_id(word: str) -> str:
    """The pattern of an id in receipts, alone or as that of an end: a short one is part of many."""
    return f'[".,]{re.escape(word)}[".,]'


def _holds(column: str, subject: Subject) -> str:
    return " AND ".join(f"position(%s in {column}) > 0" for _ in subject.words)


def _without_faults(subject: Subject, chunk: TaskChunk) -> tuple[list[StoredReceipt], int]:
    """Also without the paths that a plan would have changed."""
    stored = read_receipts(chunk.receipts)
    refused = iter(bytes(chunk.rejects).splitlines())
    receipts, count = [], 0
    for one in stored:
        is_refused = one.outcome == Outcome.REFUSED
        line = next(refused, b"") if is_refused else b""
        is_told = one.paths is not None or one.error not in (None, _untold())
        if is_told and subject.is_about(one.target, one.type, one.id, line):
            error = None if one.error is None else _untold()
            receipts.append(_stored(one, error))
            count += 1
        else:
            receipts.append(one)
    return receipts, count


def _stored(one: StoredReceipt, error: dict[str, Json] | None) -> StoredReceipt:
    told = (one.index, one.action, one.target, one.type, one.id, one.outcome)
    return StoredReceipt(*told, error, None, one.etag)


def _without_lines(subject: Subject, chunk: TaskChunk) -> tuple[bytes, int]:
    """Each line stays in its place, since receipts are told from it."""
    lines = bytes(chunk.rejects).splitlines(keepends=True)
    refused = [one for one in read_receipts(chunk.receipts) if one.outcome == Outcome.REFUSED]
    count = 0
    for place, (one, line) in enumerate(zip(refused, lines, strict=False)):
        if line != EMPTY_REJECT and subject.is_about(one.target, one.type, one.id, line):
            lines[place] = EMPTY_REJECT
            count += 1
    return b"".join(lines), count


def _untold() -> dict[str, Json]:
    fault = Fault("", ERASED, NOT_TOLD, type=ErrorType.FAILED_PRECONDITION)
    return Refused(ErrorType.FAILED_PRECONDITION, NOT_TOLD, [fault]).as_json()


def erase_answers(subject: Subject) -> Erased:
    """Of requests with an Idempotency-Key. The key stays taken: nothing is done again."""
    word = subject.words[0].encode()
    held = run(
        "SELECT scope FROM ingestion_keptanswer WHERE position(%s::bytea in body) > 0", [word]
    )
    found = [scope for (scope,) in held]
    parts = (found[start : start + AT_A_TIME] for start in range(0, len(found), AT_A_TIME))
    scopes = [scope for part in parts for scope in _telling(subject, part)]
    fault = Fault("", ERASED, ANSWER_GONE, type=ErrorType.FAILED_PRECONDITION)
    gone = Refused(ErrorType.FAILED_PRECONDITION, ANSWER_GONE, [fault], status=410)
    count = KeptAnswer.objects.filter(scope__in=scopes).update(
        status=gone.status, headers={}, body=encode(gone.as_json())
    )
    return {"answers": count}


def _telling(subject: Subject, scopes: Sequence[bytes]) -> Iterator[bytes]:
    """Those of the answers that tell of it."""
    rows = KeptAnswer.objects.filter(scope__in=scopes).values_list("scope", "body")
    return (bytes(scope) for scope, body in rows if subject.is_told(bytes(body)))


def erase_findings(subject: Subject) -> Erased:
    """What was found wrong with it: all that would be found again is found again when asked."""
    run(
        "DELETE FROM ingestion_definitionplan"
        f" WHERE source_id = %s AND {_holds('found::text', subject)}",
        [subject.source_id, *subject.words],
    )
    key = subject.record.key
    if subject.record.target is Target.RESOURCE:
        NonconformingResource.objects.filter(
            check_made__profile__source_id=subject.source_id,
            check_made__profile__key=key.collection,
            public_id=key.public_id,
        ).delete()
    return {}
