"""What others add to the page of a resource: panels below its form, and pages of its own.

They know of resources, and resources not of them, so they register here when Django starts.
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
    """Beside the form, for whoever may look at the resource."""

    name: str
    view: Callable[[HttpRequest, AdminSite, Resource], HttpResponse]


panels: list[Panel] = []
pages: list[ResourcePage] = []
