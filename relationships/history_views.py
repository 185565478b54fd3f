"""The API of the history of relationships."""

from __future__ import annotations

from ingestion.history_views import HistoryViewSet
from ingestion.operations import Target
from relationships.openapi_history import describe_relationship_history


@describe_relationship_history
class RelationshipHistoryViewSet(HistoryViewSet):
    target = Target.RELATIONSHIP
