"""Relationship definitions as arrows in the picture of a source."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from profiles.models import Source
from profiles.picture import Arrow, End
from relationships.contract import CompiledDefinition, Side
from relationships.models import RelationshipDefinition


def arrows(source: Source) -> Iterator[Arrow]:
    rows = RelationshipDefinition.objects.filter(source=source).order_by("key")
    for row in rows:
        definition = CompiledDefinition.read(row.pk, row.key, row.body)
        sides = definition.from_side, definition.to_side
        page = reverse("admin:relationships_relationshipdefinition_change", args=[row.pk])
        yield Arrow(row.key, _end(*reversed(sides)), _end(*sides), page)


def _end(seen_from: Side, there: Side) -> End:
    """The side `there`: what the other side calls it, and how many of it one may have."""
    return End(there.profile_key, seen_from.include_key, seen_from.cardinality.value)
