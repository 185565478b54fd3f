"""From what somebody uploaded, or corrected, to a task."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.db import IntegrityError, transaction

from ingestion.admin.upload.drafts import UploadDraft, upload_name
from ingestion.models import Task, TaskKind, TaskMode
from ingestion.records import new_row_id
from ingestion.tables.headers import Mapped
from ingestion.tasks import uploads
from ingestion.tasks.submitting import shares_for, submit
from profiles.contract import Contract
from profiles.exact import Json
from profiles.faults import ErrorType, Refused


def send_off(
    contract: Contract, draft: UploadDraft, mode: TaskMode, columns: Mapped | None, actor: str
) -> Task:
    """The task of a draft: the same one however often it is sent off.

    Raises FAILED_PRECONDITION where its plan was carried out or sent again meanwhile.
    """
    asked = draft.asked if columns is None else {**draft.asked, "columns": dict(columns)}
    try:
        with transaction.atomic():
            if draft.plan is not None:
                _take_upload(draft.plan)
            return submit(
                contract.source_id,
                TaskKind.BULK,
                asked,
                id=draft.id,
                actor=actor,
                upload=draft.upload,
                mode=mode,
                shares=shares_for(draft.size),
            )
    except IntegrityError:
        return Task.objects.get(pk=draft.id)


def _take_upload(plan: Task) -> None:
    held = Task.objects.select_for_update().get(pk=plan.pk)
    if not held.upload:
        message = "This dry run was carried out already, or tried again with other columns."
        raise Refused(ErrorType.FAILED_PRECONDITION, message)
    held.upload = ""
    held.save(update_fields=["upload"])


def send_again(task: Task, lines: Iterable[bytes], actor: str) -> Task:
    """A task of what another has refused, an operation a line, that names that other one."""
    id = new_row_id()
    upload = uploads.keep(
        upload_name(id),
        _Joined(lines),
        encoding="identity",
        limit=settings.MAX_BULK_STREAM_BYTES,
        length=None,
    )
    told: dict[str, Json] = {"target": task.asked["target"], "format": "ndjson"}
    told |= {"name": "What was refused", "resubmits": task.public_id}
    with upload.or_discarded():
        return submit(
            task.source_id,
            TaskKind.BULK,
            {**told, "size": upload.size},
            id=id,
            actor=actor,
            upload=upload.name,
            mode=TaskMode(task.mode),
            shares=shares_for(upload.size),
        )


class _Joined:
    """Lines to be read as one body, a piece at a time."""

    def __init__(self, lines: Iterable[bytes]) -> None:
        self._lines = iter(lines)

    def read(self, size: int, /) -> bytes:
        return next((line for line in self._lines if line), b"")
