"""From what is searched or listed to the type of record that a table of it has."""

from __future__ import annotations

from ingestion.operations import Target
from ingestion.search.scope import Scope
from ingestion.tables.columns import RecordType


def record_type_of(scope: Scope) -> RecordType:
    is_resource = scope.target is Target.RESOURCE
    ends = None if is_resource else {end: one.collection for end, one in scope.related.items()}
    return RecordType(scope.collection, scope.properties, ends)
