"""The history of subscriptions: what people decided about them, never how far they have come.

A move of the place is in it only where somebody resumed from elsewhere. Of a secret it tells since
when it holds, and nothing that it is made from.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils import timezone

from ingestion.models import Subscription
from profiles.configuration import Subject, record
from profiles.exact import Json
from profiles.models import ConfigurationChange, ConfigurationKind, Source
from profiles.times import time_text

WORKER = "worker"
"""The actor of what nobody asked for: a subscription that cannot go on is paused."""


def subject_of(source_id: int, key: str) -> Subject:
    return Subject(ConfigurationKind.SUBSCRIPTION, key, source_id)


def said_of(row: Subscription) -> dict[str, Json]:
    """What a PUT says, as it is shown."""
    return {
        "url": row.url,
        **({"types": row.types} if row.types is not None else {}),
        "payload": "full" if row.has_payload else "none",
        "batch": row.batch,
        **({"description": row.description} if row.description else {}),
        "from": row.begun_from,
    }


def steered(row: Subscription) -> dict[str, Json]:
    """What of its state people decide, by other ways than a PUT."""
    return {
        "status": str(row.status),
        **named_times(
            begunAt=row.begun_at, secretSince=row.secret_since, formerSecretUntil=row.former_until
        ),
    }


def named_times(**times: datetime | None) -> dict[str, Json]:
    return {name: time_text(time) for name, time in times.items() if time is not None}


def record_version(row: Subscription, *, actor: str, reason: str = "") -> bool:
    """Give it the number of its version in history, which is a new one unless it is the same.

    Call it under the lock of the row, or of its key where there is no row yet, and save the row.
    """
    body: Json = {"key": row.key, **said_of(row), "state": steered(row)}
    number = record(subject_of(row.source_id, row.key), body, actor=actor, reason=reason)
    is_new = number != row.version
    row.version = number
    return is_new


def save_recorded(
    row: Subscription, *columns: str, actor: str, reason: str = "", ends_turn: bool = False
) -> None:
    """Save what was changed under the lock of the row.

    `ends_turn` where it is sent to otherwise: no worker goes on with what it knew.
    """
    if record_version(row, actor=actor, reason=reason):
        row.updated_at = timezone.now()
    if ends_turn:
        row.sent_version = row.version
    row.save(update_fields=[*columns, "version", "sent_version", "updated_at"])


def deleted_subscriptions(source: Source) -> Sequence[tuple[str, int]]:
    """The key of each that is deleted by now, and the row of history that says so."""
    rows = ConfigurationChange.objects.filter(
        kind=ConfigurationKind.SUBSCRIPTION, source_id=source.pk
    )
    last = rows.order_by("subject", "-version").distinct("subject")
    is_gone = ConfigurationChange.objects.filter(pk__in=last.values("pk"), body__isnull=True)
    return list(is_gone.order_by("subject").values_list("subject", "pk"))


def record_deletion(row: Subscription, *, actor: str, reason: str = "") -> None:
    record(subject_of(row.source_id, row.key), None, actor=actor, reason=reason)
