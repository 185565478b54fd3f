"""The search box of the start page: a resource by its id or one of its identifiers."""

from __future__ import annotations

from typing import NamedTuple

from django.db.models import F, QuerySet

from ingestion.admin_history_addresses import history_address
from ingestion.filters import with_identifier
from ingestion.models import Resource
from ingestion.operations import Target
from ingestion.sql import run
from profiles.access import Role
from profiles.names import is_id
from profiles.staff import Staff

FOUND = 50


def found_resources(text: str, staff: Staff) -> list[Resource]:
    """In every source that somebody sees: those of this id, then those of this identifier."""
    by_id = _visible(staff).filter(source_id=F("profile__source_id"), public_id=text)
    by_identifier = with_identifier(_visible(staff), text)
    found = {row.pk: row for rows in (by_id, by_identifier) for row in rows[:FOUND]}
    return list(found.values())


class DeletedResource(NamedTuple):
    source: str
    profile: str
    id: str

    @property
    def page(self) -> str:
        return history_address(Target.RESOURCE, *self)


def deleted_resources(id: str, staff: Staff) -> list[DeletedResource]:
    """Those of an id that are gone, in every source that somebody sees: one look for a profile."""
    if not is_id(id):
        return []
    sees_all = staff.caller.has_role(Role.READER, None)
    rows = run(
        """
        SELECT source.key, profile.key, %s
        FROM profiles_profile AS profile JOIN profiles_source AS source ON source.id = source_id
        CROSS JOIN LATERAL (
            SELECT action FROM ingestion_change
            WHERE source_id = source.id AND target = 'RESOURCE' AND collection = profile.key
              AND public_id BETWEEN %s AND %s
            ORDER BY public_id DESC, seq DESC LIMIT 1
        ) AS last
        WHERE (%s OR source.id = ANY(%s)) AND last.action = 'DELETE'
        ORDER BY source.key, profile.key LIMIT %s
        """,
        [id, id, id, sees_all, list(staff.source_ids.values()), FOUND],
    )
    return [DeletedResource(*row) for row in rows]


def _visible(staff: Staff) -> QuerySet[Resource]:
    rows = staff.narrow(Resource.objects.all()).select_related("source", "profile")
    return rows.defer("data", "contained", "profile__body")
