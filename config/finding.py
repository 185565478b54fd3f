"""The search box of the start page: a resource by its id or one of its identifiers."""

from __future__ import annotations

from django.db.models import F, QuerySet

from ingestion.filters import with_identifier
from ingestion.models import Resource
from profiles.staff import Staff

FOUND = 50


def found_resources(text: str, staff: Staff) -> list[Resource]:
    """In every source that somebody sees: those of this id, then those of this identifier."""
    by_id = _visible(staff).filter(source_id=F("profile__source_id"), public_id=text)
    by_identifier = with_identifier(_visible(staff), text)
    found = {row.pk: row for rows in (by_id, by_identifier) for row in rows[:FOUND]}
    return list(found.values())


def _visible(staff: Staff) -> QuerySet[Resource]:
    rows = staff.narrow(Resource.objects.all()).select_related("source", "profile")
    return rows.defer("data", "contained", "profile__body")
