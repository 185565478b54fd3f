"""What does not fit a profile, in the admin: how many, and a list that leads to their forms."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse

from ingestion.conformity.pages import Age, age_of, nonconforming_page
from ingestion.models import Resource
from profiles.contract import Contract, current_contract
from profiles.models import Profile
from profiles.names import is_id
from profiles.properties import ProfileType

SHOWN = 50


def nonconforming_panel(contract: Contract, profile: Profile) -> Age | None:
    """None for a profile that has no resources of its own."""
    if contract.profile(profile.key).definition.type is not ProfileType.ROOT:
        return None
    return age_of(contract, profile.key)


def nonconforming_view(request: HttpRequest, site: AdminSite, profile: Profile) -> HttpResponse:
    asked = request.GET.get("after", "")
    after = asked if is_id(asked) else ""
    page = nonconforming_page(current_contract(profile.source.key), profile.key, after, SHOWN)
    addresses = addresses_of(profile.source_id, profile.pk, [row.id for row in page.rows])
    context = {
        **site.each_context(request),
        "title": "What does not fit",
        "opts": Profile._meta,
        "profile": profile,
        "page": page,
        "is_first": not after,
        "rows": [(row.id, addresses.get(row.id, ""), row.faults) for row in page.rows],
    }
    return TemplateResponse(request, "admin/ingestion/nonconforming.html", context)


def addresses_of(source_id: int, profile_id: int, ids: Sequence[str]) -> dict[str, str]:
    """Of the forms of resources, by their ids."""
    rows: Any = Resource.objects.filter(source_id=source_id, profile_id=profile_id)
    found = rows.filter(public_id__in=ids).values_list("public_id", "pk")
    return {id: reverse("admin:ingestion_resource_change", args=[pk]) for id, pk in found}
