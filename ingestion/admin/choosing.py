"""The definition of a new record: from the address, or asked on a page of its own."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib.admin import AdminSite
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

SEARCH = "q"


def chosen(request: HttpRequest, parameter: str, definitions: QuerySet[Any]) -> Any:
    """The definition that the address names as `<source>/<key>`; None if it names none of these."""
    source, _, key = request.GET.get(parameter, "").partition("/")
    return definitions.filter(source__key=source, key=key).first()


def choose(
    request: HttpRequest, parameter: str, definitions: QuerySet[Any], title: str, site: AdminSite
) -> HttpResponse:
    """A page with the definitions of all sources, or with those that a search finds."""
    search = request.GET.get(SEARCH, "").strip()
    if search:
        by_source = definitions.filter(source__key__icontains=search)
        definitions = definitions.filter(key__icontains=search) | by_source
    grouped = groupby(definitions, lambda definition: definition.source)
    context = {
        **site.each_context(request),
        "title": title,
        "parameter": parameter,
        "sources": [(source, list(found)) for source, found in grouped],
        "search": search,
    }
    return TemplateResponse(request, "registrar/choose.html", context)
