"""The lists of what is kept of records, whatever became of these: changes, refusals, erasures."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse

from profiles.admin.lists import SourceOfHistoryFilter, UncountedAdmin
from profiles.admin.writing import ReadOnlyAdmin

BY_SOURCE = "Source by source, the newest first of each"


class KeptAdmin(UncountedAdmin, ReadOnlyAdmin):
    """In the order of its index, which begins with the source: what is newest of all need not stand
    first, so the list says what does.
    """

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        is_one = SourceOfHistoryFilter.parameter_name in request.GET
        told = {**(extra_context or {}), "subtitle": None if is_one else BY_SOURCE}
        return super().changelist_view(request, told)

    @admin.display(description="id")
    def shown_id(self, row: Any) -> str:
        return str(row.public_id)
