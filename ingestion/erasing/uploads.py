"""Uploads that wait in the storage and mention the record.

A line cannot be taken out, since plans refer to operations by number. So the whole upload goes.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Sequence
from datetime import timedelta
from typing import BinaryIO

from django.db import transaction
from django.utils import timezone

from ingestion.bodies.lines import COMMENT
from ingestion.erasing.subjects import Erased, Subject
from ingestion.models import Task, TaskStatus
from ingestion.past.erased import ERASED
from ingestion.tasks import uploads
from profiles.faults import ErrorType, Fault, Refused

READ_BYTES = 1 << 20
OVERLAP = 4_096
"""Bytes that are looked at twice, lest an id is cut in two: no id is as long, escaped or not."""
UNDER_WAY = timedelta(minutes=1)
"""An upload that is younger may be of a request that has not noted its task yet."""
SENT_GONE = "What was sent for it has been erased, since a record was that it told of."


def refuse_while_busy(subject: Subject) -> None:
    """Raises 409 where a task that has not ended may write the record, and tells which."""
    pending = Task.objects.filter(source_id=subject.source_id, status=TaskStatus.PENDING).exclude(
        upload=""
    )
    busy = [task for task in pending if _holds(subject, task.upload)]
    if busy:
        raise busy_with([task.public_id for task in busy])
    if any(_is_under_way(name) for name in _unclaimed(subject)):
        raise _busy("Something that tells of it is being sent. Try again in a minute.")


def erase_uploads(subject: Subject) -> Erased:
    """Those of plans and of drafts that tell of it, once the transaction is done."""
    tasks = Task.objects.filter(source_id=subject.source_id).exclude(upload="")
    plans = tasks.exclude(status=TaskStatus.PENDING)  # What came since it was asked comes later.
    found = [task for task in plans if _holds(subject, task.upload)]
    fault = Fault("", ERASED, SENT_GONE, type=ErrorType.FAILED_PRECONDITION)
    problem = Refused(ErrorType.FAILED_PRECONDITION, SENT_GONE, [fault]).as_json()
    Task.objects.filter(pk__in=[task.pk for task in found]).update(upload="", problem=problem)
    drafts = [name for name in _unclaimed(subject) if not _is_under_way(name)]
    names = [*(task.upload for task in found), *drafts]
    transaction.on_commit(lambda: _discard(names))
    return {"uploads": len(names)}


def _discard(names: Sequence[str]) -> None:
    for name in names:
        uploads.discard(name)


def _unclaimed(subject: Subject) -> list[str]:
    """Of no task: nobody knows of which source they are."""
    names = set(uploads.names())
    known = Task.objects.filter(upload__in=names).values_list("upload", flat=True)
    return [name for name in sorted(names.difference(known)) if _holds(subject, name)]


def _is_under_way(name: str) -> bool:
    return not uploads.is_older(name, timezone.now() - UNDER_WAY)


def _holds(subject: Subject, name: str) -> bool:
    """By its text, whatever it is: JSON or a table."""
    try:
        with uploads.opened(name) as file:
            is_json = file.read(64).removeprefix(BOM_UTF8).lstrip().startswith((b"{", COMMENT))
            file.seek(0)
            return _are_found(file, subject.in_json if is_json else subject.in_tables)
    except FileNotFoundError:
        return False


def _are_found(file: BinaryIO, patterns: Sequence[re.Pattern[bytes]]) -> bool:
    before, left = b"", list(patterns)
    while left and (read := file.read(READ_BYTES)):
        text = before + read
        left = [pattern for pattern in left if not pattern.search(text)]
        before = read[-OVERLAP:]
    return not left


def busy_with(tasks: Sequence[str]) -> Refused:
    message = (
        f"{', '.join(tasks)} may write it. Wait for the end, or cancel what is not to be done."
    )
    return _busy(message, list(tasks))


def _busy(message: str, tasks: Sequence[str] | None = None) -> Refused:
    fault = Fault("", "busy", message, tasks, ErrorType.FAILED_PRECONDITION)
    return Refused(ErrorType.FAILED_PRECONDITION, message, [fault])
