"""Erasing relationships."""

from __future__ import annotations

from ingestion.openapi.erasing import erasing
from ingestion.operations import Target
from ingestion.views.erasing import EraseViewSet


@erasing("Relationship", ("source", "definition", "relationshipId"))
class RelationshipEraseViewSet(EraseViewSet):
    target = Target.RELATIONSHIP
