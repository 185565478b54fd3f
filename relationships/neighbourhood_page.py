"""The page with the picture of a resource's neighbourhood, and what the picture grows by."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse

from ingestion.models import Resource
from relationships.neighbourhood import MOST_HOPS, MOST_NODES, neighbourhood

HOPS = {str(number): number for number in range(1, MOST_HOPS + 1)}
AS_JSON = "json"


def neighbourhood_view(request: HttpRequest, site: AdminSite, resource: Resource) -> HttpResponse:
    asked = request.GET.get("hops", "1")
    if asked not in HOPS:
        messages.error(request, f"There are 1 to {MOST_HOPS} hops: this is one.")
    hops = HOPS.get(asked, 1)
    found = neighbourhood(resource, hops)
    if request.GET.get("as") == AS_JSON:
        return JsonResponse(found.as_json())
    context = {
        **site.each_context(request),
        "title": "Neighbourhood",
        "opts": Resource._meta,
        "resource": resource,
        "start": next((node.resource for node in found.nodes), None),
        "found": found,
        "drawn": found.as_json(),
        "hops": hops,
        "all_hops": list(HOPS.values()),
        "most": MOST_NODES,
    }
    return TemplateResponse(request, "admin/relationships/neighbourhood.html", context)
