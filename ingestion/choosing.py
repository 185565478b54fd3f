"""Which profile a new resource is to have: asked on a page of its own, unless the address tells."""

from __future__ import annotations

from itertools import groupby

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from ingestion.forms import root_profiles
from profiles.models import Profile

PROFILE = "profile"
SEARCH = "q"


def chosen_profile(request: HttpRequest) -> Profile | None:
    """The profile that `?profile=<source>/<key>` names, or the only one there is."""
    source, _, key = request.GET.get(PROFILE, "").partition("/")
    return root_profiles().filter(source__key=source, key=key).first()


def choose_profile(request: HttpRequest, site: AdminSite) -> HttpResponse:
    """A page with the profiles of all sources, or with those that a search finds."""
    search = request.GET.get(SEARCH, "").strip()
    rows = root_profiles()
    if search:
        rows = rows.filter(key__icontains=search) | rows.filter(source__key__icontains=search)
    sources = [(source, list(found)) for source, found in groupby(rows, lambda row: row.source)]
    context = {
        **site.each_context(request),
        "title": "Add resource",
        "sources": sources,
        "search": search,
        "opts": None,
    }
    return TemplateResponse(request, "registrar/choose_profile.html", context)
