"""Tells which relationship occupies the one place that another one would take."""

from __future__ import annotations

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from profiles.faults import Fault
from relationships.models import Relationship, RelationshipDefinition

SIDES = {"/from/id": "from", "/to/id": "to"}


def side_taken(fault: Fault) -> str | None:
    """The side whose resource has its one partner already, if that is the fault."""
    return SIDES.get(fault.path) if fault.rule == "cardinality" else None


def explained(definition: RelationshipDefinition, side: str, id: str) -> SafeString | None:
    """What takes the place, as a link; None if it was given up meanwhile."""
    rows = Relationship.objects.filter(source_id=definition.source_id, definition=definition)
    place = {f"{side}_single__isnull": False, f"{side}_public_id": id}
    found = rows.filter(**place).first()
    if found is None:
        return None
    page = reverse("admin:relationships_relationship_change", args=[found.pk])
    return format_html(
        'The definition allows one only, and <a href="{}">{}</a> is it. Remove that one first.',
        page,
        found,
    )
