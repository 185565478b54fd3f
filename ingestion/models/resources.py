"""Resources, and the changes and receipts that tell what became of every write.

Rows are written by the write path alone (`ingestion.writing`). Hot tables carry `source_id`; their
composite keys are made by SQL in the migrations, since Django has no words for them.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import MD5

from ingestion.indexes.keys import KeyKind
from ingestion.operations import Action, Target
from ingestion.records import new_row_id
from profiles.fields import DefinitionField, ExactJSONField
from profiles.models import Profile, Source


class Resource(models.Model):
    """A record of a profile. Contained resources live in its row."""

    id = models.UUIDField(primary_key=True, default=new_row_id, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, db_constraint=False, db_index=False)
    profile = models.ForeignKey(Profile, models.PROTECT, db_constraint=False, db_index=False)
    public_id = models.CharField("id", max_length=93, db_collation="C")
    data = ExactJSONField()
    contained = ExactJSONField(default=dict)
    identifiers = ExactJSONField(default=list)
    version = models.PositiveIntegerField(editable=False)
    contract_version = models.BigIntegerField(editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "profile", "public_id"], name="resource_public_id"
            )
        ]
        indexes = [
            models.Index(
                fields=["source", "profile", "created_at", "public_id"], name="resource_by_age"
            ),
            models.Index(  # Not by source: see the migration.
                fields=["profile", "updated_at", "public_id"], name="resource_by_change"
            ),
            GinIndex(  # Each search reads what is pending from end to end: see the migration.
                fields=["data"],
                opclasses=["jsonb_path_ops"],
                name="resource_by_data",
                gin_pending_list_limit=512,
            ),
        ]

    def __str__(self) -> str:
        return self.public_id


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
    """The answer to a request with an Idempotency-Key, for whoever sends it again (`once`).

    It comes to be in the transaction of the request's effect, so that others see it only whole.
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


class IndexState(models.TextChoices):
    BUILDING = "building"
    READY = "ready"
    FAILED = "failed"
    DROPPING = "dropping"


class DataIndex(models.Model):
    """One index of a property of a profile or relationship definition, there or to come.

    Written with the definition that asks for it. The worker makes the database follow
    (`ingestion.indexes.building`); a row never comes to mean another index.
    """

    source = models.ForeignKey(Source, models.CASCADE)
    target = models.CharField(max_length=12, choices=[(t.value, t.value) for t in Target])
    collection_id = models.BigIntegerField()
    """Of the profile or relationship definition."""
    path = models.TextField()
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in KeyKind])
    expression = models.TextField()
    """What it holds of each record, in SQL: another type of property is another index."""
    state = models.CharField(max_length=8, choices=IndexState, default=IndexState.BUILDING)
    problem = models.TextField(blank=True)
    """Why it failed."""
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(  # By the digest, since a deep path is too long for an index.
                "target", "collection_id", "kind", MD5("path"), name="data_index_of_path"
            )
        ]

    def __str__(self) -> str:
        return f"{self.path}:{self.kind}"


class ConformityCheck(models.Model):
    """A walk through the resources of a profile, and how many of them did not fit it.

    It replaces the one before once it is done. Until the profile is changed again its rows are all
    that do not fit, or did: whatever was written since was judged.
    """

    profile = models.ForeignKey(Profile, models.CASCADE)
    since = models.BigIntegerField()
    """The contract version under which the profile became what it was judged by."""
    contract_version = models.BigIntegerField()
    computed_at = models.DateTimeField()
    checked = models.PositiveBigIntegerField()
    total = models.PositiveBigIntegerField()

    def __str__(self) -> str:
        return f"{self.total} of {self.checked} do not fit"


class NonconformingResource(models.Model):
    """One that did not fit when it was checked. What is wrong with it is told when it is read."""

    # One index is enough: a check is only ever deleted whole.
    check_made = models.ForeignKey(ConformityCheck, models.CASCADE, db_index=False)
    public_id = models.CharField(max_length=93, db_collation="C")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["check_made", "public_id"], name="nonconforming_resource"
            )
        ]

    def __str__(self) -> str:
        return self.public_id


class DefinitionPlan(models.Model):
    """A definition that was not saved, and what it would leave behind. Kept for a day."""

    source = models.ForeignKey(Source, models.CASCADE)
    what = models.CharField(max_length=40)
    key = models.CharField(max_length=62)
    digest = models.CharField(max_length=64)
    """Of the body, by which the plan is found again."""
    body = DefinitionField()
    contract_version = models.BigIntegerField()
    asked_at = models.DateTimeField()
    computed_at = models.DateTimeField(null=True)
    found = ExactJSONField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "what", "key", "contract_version", "digest"],
                name="definition_plan",
            )
        ]

    def __str__(self) -> str:
        return f"{self.what} {self.key}"
