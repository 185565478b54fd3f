"""How far back a source's past is known, where older changes are not kept."""

from __future__ import annotations

from datetime import datetime

from ingestion.sql import run
from profiles.faults import ErrorType, Fault, Refused
from profiles.times import time_text

KEPT_FROM = "(SELECT at FROM ingestion_horizon WHERE source_id = %s)"
"""From then on it is known what each record was; NULL where that holds of all time."""


def known_from(source_id: int) -> datetime | None:
    """None where all is kept."""
    ((kept_from,),) = run(f"SELECT {KEPT_FROM}", [source_id])
    assert kept_from is None or isinstance(kept_from, datetime)
    return kept_from


def refuse_older(source_id: int, at: datetime) -> None:
    """Raises `Refused` with 410 for a moment of which not all is known any more.

    To be called after the changes were read: what is removed is told in the same transaction.
    """
    kept_from = known_from(source_id)
    if kept_from is not None and at < kept_from:
        raise not_kept(kept_from)


def not_kept(kept_from: datetime) -> Refused:
    oldest = time_text(kept_from)
    message = f"Of moments before {oldest} not everything is kept any more."
    fault = Fault("?at", "retention", message, {"min": oldest}, ErrorType.FAILED_PRECONDITION)
    return Refused(ErrorType.FAILED_PRECONDITION, message, [fault], status=410)
