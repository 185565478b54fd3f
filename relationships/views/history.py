"""The API of the history of relationships."""

from __future__ import annotations

from ingestion.operations import Target
from ingestion.views.history import HistoryViewSet
from relationships.openapi.history import describe_relationship_history


@describe_relationship_history
class RelationshipHistoryViewSet(HistoryViewSet):
    target = Target.RELATIONSHIP
