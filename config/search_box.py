"""The search box of the start page: a resource by its id, an identifier, or what it is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, QuerySet

from ingestion.admin.history.addresses import history_address
from ingestion.admin.listing import found_by
from ingestion.filters.resources import with_identifier
from ingestion.forms.records import root_profiles
from ingestion.models import Resource
from ingestion.operations import Target
from ingestion.resource_labels import displays_of, labels_of
from ingestion.search.time_limit import searching
from ingestion.sql import run
from profiles.access import Role
from profiles.names import is_id
from profiles.staff import Staff

FOUND = 50
MOST_SEARCHED = 100
"""Profiles. Whoever sees more finds by titles in a list of one."""


def found_resources(text: str, staff: Staff) -> list[Resource]:
    """In every source that somebody sees: those of this id, then those of this identifier, then
    those that are called so, or whose ids begin so. One more than `FOUND` says that there are more.

    Raises `Refused` if it takes too long.
    """
    by_id = _visible(staff).filter(source_id=F("profile__source_id"), public_id=text)
    by_identifier = with_identifier(_visible(staff), text)
    with searching(DEFAULT_DB_ALIAS):
        ways = (by_id, by_identifier, _called_so(text, staff))
        found = {row.pk: row for rows in ways for row in rows[: FOUND + 1]}
    return list(found.values())


def _called_so(text: str, staff: Staff) -> QuerySet[Resource]:
    profiles = staff.narrow(root_profiles()).values_list("id", "source_id")[:MOST_SEARCHED]
    source_ids = dict(profiles)
    among = _visible(staff).filter(
        source_id__in={*source_ids.values()}, profile_id__in={*source_ids}
    )
    ids = found_by(among, text, displays_of(source_ids).values())
    return among.filter(pk__in=ids[: FOUND + 1])


def with_titles(rows: Sequence[Resource]) -> list[tuple[Resource, str]]:
    """With what each is called, if anything but its id: two statements for all."""
    named = labels_of(rows)
    return [(row, named[row.pk].title if row.pk in named else "") for row in rows]


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
