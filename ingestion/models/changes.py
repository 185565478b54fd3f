"""What is kept of each write: its change, the receipt of a refused one, an answer to repeat."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Func, Value

from ingestion.operations import Action, Target
from ingestion.records import new_row_id
from profiles.fields import ExactJSONField
from profiles.models import Source


class Change(models.Model):
    """One row of history: what a record became, when, by whom. For DELETE its last state.

    History outlives what it tells of, so it keeps no source from being retired.
    """

    id = models.UUIDField(primary_key=True, default=new_row_id, editable=False)
    source = models.ForeignKey(Source, models.DO_NOTHING, db_constraint=False, db_index=False)
    seq = models.BigIntegerField(editable=False)
    """Drawn by the database under the record's lock: the order of one record's changes."""
    transaction = models.BigIntegerField(editable=False)
    """`pg_current_xact_id()`, by which the feed tells what every reader can already see."""
    target = models.CharField(max_length=12, choices=[(t.value, t.value) for t in Target])
    collection = models.CharField(max_length=62, db_collation="C")
    public_id = models.CharField(max_length=320, db_collation="C")
    record_id = models.UUIDField()
    action = models.CharField(max_length=6, choices=[(a.value, a.value) for a in Action])
    version = models.PositiveIntegerField()
    actor = models.CharField(max_length=200)
    task_id = models.CharField(max_length=40)
    at = models.DateTimeField()
    data = ExactJSONField()
    contained = ExactJSONField()
    identifiers = ExactJSONField()
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    contract_version = models.BigIntegerField()
    reason = models.TextField(db_default="")
    """Why it was made, if whoever made it said so."""
    is_erased = models.BooleanField(db_default=False)
    """What the record then was is gone for good: `data`, `contained`, `identifiers` are empty."""

    class Meta:
        indexes = [
            models.Index(
                fields=["source", "target", "collection", "public_id", "seq"],
                name="change_of_record",
            ),
            models.Index(fields=["source", "task_id", "transaction"], name="change_of_task"),
            models.Index(fields=["source", "seq"], name="change_by_seq"),
            models.Index(fields=["source", "transaction", "seq"], name="change_by_transaction"),
            models.Index(  # By the second end, since an id begins with the first one.
                F("source"),
                F("collection"),
                Func(F("public_id"), Value(","), Value(2), function="split_part"),
                F("public_id"),
                name="change_of_second_end",
                condition=models.Q(target=Target.RELATIONSHIP.value),
            ),
            models.Index(  # Of people only, so that systems do not pay for it.
                fields=["actor", "seq"],
                name="change_of_person",
                condition=models.Q(actor__startswith="user:"),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.collection}/{self.public_id}"


class Receipt(models.Model):
    """What became of a refused single write. What was sent is not kept: it may be personal."""

    id = models.UUIDField(primary_key=True, default=new_row_id, editable=False)
    source = models.ForeignKey(Source, models.DO_NOTHING, db_constraint=False, db_index=False)
    task_id = models.CharField(max_length=40)
    action = models.CharField(max_length=6, choices=[(a.value, a.value) for a in Action])
    target = models.CharField(max_length=12, choices=[(t.value, t.value) for t in Target])
    collection = models.CharField(max_length=62, db_collation="C")
    public_id = models.CharField(max_length=320, db_collation="C")
    actor = models.CharField(max_length=200)
    received_at = models.DateTimeField()
    completed_at = models.DateTimeField()
    error = ExactJSONField()

    class Meta:
        indexes = [
            models.Index(fields=["source", "task_id"], name="receipt_of_task"),
            models.Index(fields=["source", "received_at"], name="receipt_by_time"),
        ]

    def __str__(self) -> str:
        return f"{self.action} {self.collection}/{self.public_id}"


class KeptAnswer(models.Model):
    """The answer to a request with an Idempotency-Key, for whoever sends it again.

    It comes to be in the transaction of the request's effect, so that others see it only whole
    (`ingestion.api.idempotency`).
    """

    scope = models.BinaryField(primary_key=True)
    """A digest of who sent which key to which address."""
    fingerprint = models.BinaryField()
    """A digest of what was sent."""
    asked_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField()
    headers = ExactJSONField()
    body = models.BinaryField()

    def __str__(self) -> str:
        return f"{self.status} at {self.asked_at}"
