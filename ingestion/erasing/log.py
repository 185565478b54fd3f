"""What Django's admin noted of changes: the names of fields, and titles."""

from __future__ import annotations

from django.contrib.admin.models import LogEntry

from ingestion.erasing.subjects import Erased, Subject
from ingestion.sql import run


def erase_log(subject: Subject) -> Erased:
    rows = run(
        """
        SELECT DISTINCT record_id FROM ingestion_change
        WHERE source_id = %s AND target = %s AND collection = %s AND public_id BETWEEN %s AND %s
        """,
        subject.record.parameters,
    )
    ids = [str(id) for (id,) in rows]
    public_id = subject.record.key.public_id[:200]
    LogEntry.objects.filter(object_id__in=ids).update(object_repr=public_id, change_message="")
    return {}
