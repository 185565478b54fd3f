"""Resources: a row for each record of a profile.

Rows are written by the write path alone (`ingestion.writing`). Hot tables carry `source_id`; their
composite keys are made by SQL in the migrations, since Django has no words for them.
"""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models

from ingestion.records import new_row_id
from profiles.fields import ExactJSONField
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
