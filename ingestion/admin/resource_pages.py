"""Panels and pages that other apps add to the page of a resource.

Those apps know resources, but not the other way round, so they register when Django starts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse

from ingestion.models import Resource


@dataclass(frozen=True, slots=True)
class Panel:
    """Shown below the form; its template reads what `read` answers as `panel`."""

    template: str
    read: Callable[[HttpRequest, AdminSite, Resource], Any]


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """A page beside the form of a resource, for whoever may look at that resource."""

    name: str
    view: Callable[[HttpRequest, AdminSite, Resource], HttpResponse]


panels: list[Panel] = []
pages: list[ResourcePage] = []
