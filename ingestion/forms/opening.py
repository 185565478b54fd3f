"""A record as it was when its form was opened, found by the ETag that the form carries."""

from __future__ import annotations

import re
from typing import Any

from ingestion.models import Change
from ingestion.operations import Target
from ingestion.records import RecordKey, etag_of

_etag = re.compile(r'"(?P<row_id>[0-9a-f]{32})-(?P<version>[0-9]{1,9})"')


def opened(row: Any, target: Target, key: RecordKey, etag: str | None) -> Any:
    """The row itself, or the change that made it what it was; both have `data` and the like.

    None where that is not known: it is not kept any more, was erased, or never was.
    """
    if etag is None or etag == etag_of(row.pk, row.version):
        return row
    found = _etag.fullmatch(etag)
    if found is None or found["row_id"] != row.pk.hex:
        return None
    return (
        changes_of(row.source_id, target, key)
        .filter(record_id=row.pk, version=int(found["version"]), is_erased=False)
        .first()
    )


def changes_of(source_id: int, target: Target, key: RecordKey) -> Any:
    """The changes of one id, through its index; newest first."""
    return Change.objects.filter(
        source_id=source_id,
        target=target.value,
        collection=key.collection,
        public_id=key.public_id,
    ).order_by("-seq")
