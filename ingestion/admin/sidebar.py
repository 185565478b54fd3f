"""Sources and their profiles, beside a list and where one is to be chosen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib.admin import AdminSite
from django.db.models import Q
from django.http import HttpRequest

from ingestion.admin.listing import profiles_seen
from ingestion.estimates import estimated_rows
from ingestion.forms.records import with_resources
from ingestion.models import Resource

MOST_PROFILES = 500
"""Beside a list or on one page. Whoever has more searches for theirs."""


@dataclass(frozen=True, slots=True)
class ProfileLink:
    source: str
    key: str
    estimate: int | None

    @property
    def name(self) -> str:
        return f"{self.source}/{self.key}"


@dataclass(frozen=True, slots=True)
class SourceLinks:
    key: str
    profiles: Sequence[ProfileLink]


@dataclass(frozen=True, slots=True)
class Sidebar:
    sources: Sequence[SourceLinks]
    has_more: bool


def sidebar(request: HttpRequest, site: AdminSite, search: str = "") -> Sidebar:
    """The profiles with resources of their own that the user sees."""
    rows = with_resources(profiles_seen(request, site)).filter(source__retired_at=None)
    if search:
        rows = rows.filter(
            Q(key__icontains=search)
            | Q(source__key__icontains=search)
            | Q(source__name__icontains=search)
        )
    found = list(
        rows.order_by("source__key", "key").values_list("id", "source__key", "key")[
            : MOST_PROFILES + 1
        ]
    )
    estimates = estimated_rows(Resource, "profile_id")
    links: dict[str, list[ProfileLink]] = defaultdict(list)
    for id, source, key in found[:MOST_PROFILES]:
        links[source].append(ProfileLink(source, key, _rounded(estimates.get(id))))
    sources = [SourceLinks(source, own) for source, own in links.items()]
    return Sidebar(sources, len(found) > MOST_PROFILES)


def _rounded(count: int | None) -> int | None:
    """To two digits: it is an estimate, and should look like one."""
    return None if count is None else round(count, 2 - len(str(count)))
