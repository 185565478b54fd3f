"""Relationship definitions, and relationships, whose rows the write path writes."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q

from ingestion.models import Resource
from ingestion.records import new_row_id
from profiles.fields import ExactJSONField
from profiles.models import Definition, DefinitionVersion, Profile, Source


class RelationshipDefinition(Definition):
    """Which profile may point to which, how many, with which properties."""

    from_profile = models.ForeignKey(Profile, models.PROTECT, related_name="+", editable=False)
    to_profile = models.ForeignKey(Profile, models.PROTECT, related_name="+", editable=False)

    class Meta(Definition.Meta):
        abstract = False
        constraints = [
            models.UniqueConstraint(fields=["source", "key"], name="definition_key"),
            models.UniqueConstraint(fields=["source", "id"], name="definition_in_source"),
        ]


class RelationshipDefinitionVersion(DefinitionVersion):
    definition = models.ForeignKey(RelationshipDefinition, models.CASCADE, related_name="versions")

    class Meta(DefinitionVersion.Meta):
        abstract = False


class Relationship(models.Model):
    """One link between two resources.

    The ids of both ends stand here too, so that no list of relationships has to join them.
    """

    id = models.UUIDField(primary_key=True, default=new_row_id, editable=False)
    source = models.ForeignKey(Source, models.PROTECT, db_constraint=False, db_index=False)
    definition = models.ForeignKey(
        RelationshipDefinition, models.PROTECT, db_constraint=False, db_index=False
    )
    from_resource = models.ForeignKey(
        Resource, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    to_resource = models.ForeignKey(
        Resource, models.DO_NOTHING, related_name="+", db_constraint=False, db_index=False
    )
    from_public_id = models.CharField("from", max_length=93, db_collation="C")
    to_public_id = models.CharField("to", max_length=93, db_collation="C")
    from_single = models.UUIDField(null=True, editable=False)
    """`from_resource` where the definition allows it one partner only; unique with it."""
    to_single = models.UUIDField(null=True, editable=False)
    data = ExactJSONField(default=dict)
    identifiers = ExactJSONField(default=list)
    version = models.PositiveIntegerField(editable=False)
    contract_version = models.BigIntegerField(editable=False)
    created_at = models.DateTimeField(editable=False)
    updated_at = models.DateTimeField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["source", "definition", "from_public_id", "to_public_id"],
                name="relationship_ends",
            ),
            models.UniqueConstraint(
                fields=["source", "definition", "from_single"], name="relationship_from_single"
            ),
            models.UniqueConstraint(
                fields=["source", "definition", "to_single"], name="relationship_to_single"
            ),
            models.CheckConstraint(
                condition=Q(from_single=None) | Q(from_single=F("from_resource")),
                name="relationship_from_single_is_from",
            ),
            models.CheckConstraint(
                condition=Q(to_single=None) | Q(to_single=F("to_resource")),
                name="relationship_to_single_is_to",
            ),
        ]
        indexes = [
            models.Index(
                fields=["source", "definition", "created_at", "from_public_id", "to_public_id"],
                name="relationship_by_age",
            ),
            models.Index(
                fields=["definition", "updated_at", "from_public_id", "to_public_id"],
                name="relationship_by_change",
            ),
            models.Index(
                fields=["source", "from_resource", "definition"], name="relationship_from"
            ),
            models.Index(fields=["source", "to_resource", "definition"], name="relationship_to"),
            GinIndex(  # Each search reads what is pending from end to end: see the migration.
                fields=["data"],
                opclasses=["jsonb_path_ops"],
                name="relationship_by_data",
                gin_pending_list_limit=512,
            ),
        ]

    def __str__(self) -> str:
        return f"{self.from_public_id} → {self.to_public_id}"
