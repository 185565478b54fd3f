"""What follows from a definition: indexes, records that it leaves behind, plans to change it."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import MD5

from ingestion.indexes.keys import KeyKind
from ingestion.operations import Target
from profiles.fields import DefinitionField, ExactJSONField
from profiles.models import Profile, Source


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
