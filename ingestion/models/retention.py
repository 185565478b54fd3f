"""What is kept of changes that were removed, and of payloads that were erased."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from ingestion.operations import Target
from ingestion.records import new_row_id
from profiles.fields import ExactJSONField
from profiles.models import Source


class Horizon(models.Model):
    """How far a source's changes were removed (`ingestion.retention.sweeping`).

    Written in the transaction that removes them, so who reads it after the changes knows whether
    any may have been missing.
    """

    source = models.OneToOneField(Source, models.CASCADE, primary_key=True)
    cursor = models.TextField(default="")
    """Up to where the feed was looked through."""
    days = models.PositiveIntegerField(null=True)
    versions = models.PositiveIntegerField(null=True)
    """The rule by which it was looked through. Under another rule all of it is looked at again."""
    seq = models.BigIntegerField(default=0)
    transaction = models.BigIntegerField(default=0)
    """The highest `seq` and transaction among all removed changes. Changes that came with a backup
    do not count for the transaction: theirs was of another server.
    """
    at = models.DateTimeField(null=True)
    """Since then it is known what each record was; None while nothing was removed."""

    def __str__(self) -> str:
        return f"{self.source_id} from {self.at}"


class ErasureScope(models.TextChoices):
    ALL = "all"
    """The record is deleted first, if it is there."""
    PAST = "past"
    """The newest state of a record that is there stays."""


class Erasure(models.Model):
    """That payloads of a record were erased: by whom, when and why. Not what they were."""

    id = models.UUIDField(primary_key=True, default=new_row_id, editable=False)
    source = models.ForeignKey(Source, models.DO_NOTHING, db_constraint=False, db_index=False)
    target = models.CharField(max_length=12, choices=[(t.value, t.value) for t in Target])
    collection = models.CharField("type", max_length=62, db_collation="C")
    public_id = models.CharField("id", max_length=320, db_collation="C")
    scope = models.CharField(max_length=4, choices=ErasureScope)
    actor = models.CharField(max_length=200)
    reason = models.TextField()
    at = models.DateTimeField(db_default=Now())
    erased = ExactJSONField()
    """How many of each were erased."""

    class Meta:
        indexes = [models.Index(fields=["source", "id"], name="erasure_of_source")]

    def __str__(self) -> str:
        return f"{self.collection}/{self.public_id}"
