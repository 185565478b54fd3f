"""Numbered pages, for the small catalogues; records have those of `ingestion.search`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db.models import QuerySet
from rest_framework.request import Request

from profiles.api.parameters import number_parameter, per_page
from profiles.exact import Json

CATALOGUE_PARAMETERS = ("page", "perPage")


def catalogue_page(request: Request, rows: QuerySet[Any], show: Callable[[Any], Json]) -> Json:
    """A numbered page of a catalogue, with its total: catalogues are small."""
    size = per_page(request)
    total = rows.count()
    pages = max(1, -(-total // size))
    page = number_parameter(request, "page", 1, pages)
    shown = rows[(page - 1) * size : page * size]
    return {
        "meta": {"numPages": pages, "page": page, "perPage": size, "total": total},
        "data": [show(row) for row in shown],
    }
