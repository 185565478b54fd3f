"""Payloads that were erased: the one place that says what is shown in their stead.

The change itself stays, with `is_erased`; its `data`, `contained` and `identifiers` are empty and
mean nothing. Whoever reads a payload asks here first. Whoever writes it anew asks again, in the
same transaction (`hold_unerased`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from ingestion.models import Change
from ingestion.sql import run
from profiles.exact import Json
from profiles.faults import ErrorType, Fault, Refused

ERASED = "erased"
MARK: Mapping[str, Json] = {ERASED: True}
"""Of a change on the wire; beside it a payload is null."""


def erased() -> Refused:
    """What was asked for is gone for good."""
    message = "What the record then was has been erased."
    fault = Fault("", ERASED, message, type=ErrorType.FAILED_PRECONDITION)
    return Refused(ErrorType.FAILED_PRECONDITION, message, [fault], status=410)


def refuse_erased(*changes: Change) -> None:
    """Raises `Refused` with 410 where one of them was erased."""
    if any(change.is_erased for change in changes):
        raise erased()


def hold_unerased(source_id: int, ids: Sequence[UUID]) -> None:
    """Call it at the end of a transaction that has written what these changes held.

    It waits for an erasure that is at work. One that comes later finds what was written, since it
    looks again until nothing is left. Raises as `refuse_erased`, also where a change is gone.
    """
    if not ids:
        return
    rows = run(
        "SELECT is_erased FROM ingestion_change WHERE source_id = %s AND id = ANY (%s) FOR SHARE",
        [source_id, list(ids)],
    )
    if len(rows) < len(set(ids)) or any(is_erased for (is_erased,) in rows):
        raise erased()
