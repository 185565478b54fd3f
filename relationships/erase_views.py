"""Erasing relationships."""

from __future__ import annotations

from ingestion.erase_views import EraseViewSet
from ingestion.openapi_erasing import erasing
from ingestion.operations import Target


@erasing("Relationship", ("source", "definition", "relationshipId"))
class RelationshipEraseViewSet(EraseViewSet):
    target = Target.RELATIONSHIP
