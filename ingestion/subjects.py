"""What a table of the records of a profile or definition is about."""

from __future__ import annotations

from ingestion.operations import Target
from ingestion.search.scope import Scope
from ingestion.tables.columns import Subject


def subject_of(scope: Scope) -> Subject:
    is_resource = scope.target is Target.RESOURCE
    ends = None if is_resource else {end: one.collection for end, one in scope.related.items()}
    return Subject(scope.collection, scope.properties, ends)
