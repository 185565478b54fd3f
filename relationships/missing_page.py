"""Resources that lack a partner, in the admin: a list that leads to their forms."""

from __future__ import annotations

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from ingestion.conformity.admin import SHOWN, addresses_of
from profiles.contract import Contract, current_contract
from profiles.names import is_id
from relationships.contract import definitions_of
from relationships.missing import SIDES, MissingPage, SideName, missing_page
from relationships.models import RelationshipDefinition


def missing_panel(contract: Contract, row: RelationshipDefinition) -> MissingPage | None:
    """The first of them; None where none has to be there."""
    definition = definitions_of(contract).get(row.key)
    sides = (definition.from_side, definition.to_side)
    if not any(side.cardinality.needs_one for side in sides):
        return None
    return missing_page(contract, definition, SIDES, None, SHOWN)


def missing_view(
    request: HttpRequest, site: AdminSite, row: RelationshipDefinition
) -> HttpResponse:
    contract = current_contract(row.source.key)
    definition = definitions_of(contract).get(row.key)
    behind = _behind(request)
    page = missing_page(contract, definition, SIDES, behind, SHOWN)
    addresses = {
        name: addresses_of(
            row.source_id,
            contract.profiles[side.profile_key].id,
            [found.id for found in page.rows if found.name == name],
        )
        for name, side in zip(SIDES, (definition.from_side, definition.to_side), strict=True)
    }
    context = {
        **site.each_context(request),
        "title": "Missing partners",
        "opts": RelationshipDefinition._meta,
        "definition": row,
        "page": page,
        "is_first": behind is None,
        "rows": [(found, addresses[found.name].get(found.id, "")) for found in page.rows],
    }
    return TemplateResponse(request, "admin/relationships/missing.html", context)


def _behind(request: HttpRequest) -> tuple[SideName, str] | None:
    side, _, after = request.GET.get("after", "").partition("/")
    for name in SIDES:
        if name == side and is_id(after):
            return name, after
    return None
