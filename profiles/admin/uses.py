"""Where a definition is used, told from the foreign keys: other apps are not known here."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import PROTECT, ManyToOneRel
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from profiles.contract import Contract
from profiles.models import Definition, Profile

ENOUGH = 10_000
"""Rows beyond are not counted: a page costs the same, however many there are."""


@dataclass(frozen=True, slots=True)
class Use:
    what: str
    name: str
    page: str


def uses_of(
    row: Definition, contract: Contract, request: HttpRequest, site: AdminSite
) -> list[Use]:
    """What refers to a definition, as far as somebody may see it."""
    found = [*_containing(row, contract)] if isinstance(row, Profile) else []
    for relation in row._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel) and relation.on_delete is PROTECT:
            admin = site.get_model_admin(relation.related_model)
            if admin.has_view_permission(request):
                found += _referring(row, relation, admin.get_queryset(request))
    return found


def _containing(row: Profile, contract: Contract) -> Iterator[Use]:
    for key, profile in contract.profiles.items():
        for contain_key, containment in profile.definition.contained.items():
            if row.key in containment.types:
                page = reverse("admin:profiles_profile_change", args=[profile.id])
                yield Use("contained in", f"{key}, as {contain_key}", page)


def _referring(row: Definition, relation: ManyToOneRel, rows: Any) -> Iterator[Use]:
    meta, field = relation.related_model._meta, relation.field
    pages = f"admin:{meta.app_label}_{meta.model_name}"
    found = rows.filter(**{field.name: row}).order_by()
    if issubclass(relation.related_model, Definition):
        what = f"{meta.verbose_name}, {field.verbose_name}"
        for other in found:
            yield Use(what, other.key, reverse(f"{pages}_change", args=[other.pk]))
        return
    count = found.filter(source_id=row.source_id)[: ENOUGH + 1].count()
    shown = f"{count:,}" if count <= ENOUGH else f"more than {ENOUGH:,}"
    chosen = urlencode({field.name: f"{row.source.key}/{row.key}"})
    yield Use(str(meta.verbose_name_plural), shown, f"{reverse(f'{pages}_changelist')}?{chosen}")
