"""Labels of resources: titles and addresses, for pages that show those of several profiles."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from django.urls import reverse

from ingestion.models import Resource
from ingestion.titles import title_parts
from profiles.admin.display import display_of
from profiles.display import Display, title_of
from profiles.models import Profile


@dataclass(frozen=True, slots=True)
class ResourceLabel:
    """What a page shows to name a resource, and where it leads."""

    id: UUID
    source: str
    profile: str
    public_id: str
    title: str

    def __str__(self) -> str:
        return f"{self.title} ({self.name})" if self.title else self.name

    @property
    def text(self) -> str:
        return self.title or self.public_id

    @property
    def name(self) -> str:
        return f"{self.profile}/{self.public_id}"

    @property
    def page(self) -> str:
        return reverse("admin:ingestion_resource_change", args=[self.id])


def displays_of(profile_ids: Collection[int]) -> dict[int, Display]:
    """By the id of the profile, in one statement."""
    rows = Profile.objects.filter(pk__in=profile_ids).select_related("display")
    return {profile.pk: display_of(profile) for profile in rows}


def resource_labels(
    source_ids: Collection[int], ids: Collection[UUID], displays: Mapping[int, Display]
) -> dict[UUID, ResourceLabel]:
    """The labels of the resources with these row ids, in one statement.

    `displays` are by the id of the profile; without one a label has no title.
    """
    rows = Resource.objects.filter(source_id__in=set(source_ids), id__in=set(ids))
    if displays:
        rows = rows.annotate(titled=title_parts(displays))
    shown = rows.select_related("source", "profile").only(
        "public_id", "source__key", "profile__key"
    )
    return {row.pk: _label(row, displays.get(row.profile_id)) for row in shown}


def labels_of(rows: Iterable[Resource]) -> dict[UUID, ResourceLabel]:
    """The labels of these rows, without those that are gone by now; two statements for all."""
    found = list(rows)
    displays = displays_of({row.profile_id for row in found})
    return resource_labels({row.source_id for row in found}, {row.pk for row in found}, displays)


def _label(row: Resource, display: Display | None) -> ResourceLabel:
    parts = getattr(row, "titled", None)
    title = title_of(display, parts) if display and parts else ""
    return ResourceLabel(row.pk, row.source.key, row.profile.key, row.public_id, title)
