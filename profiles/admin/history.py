"""The history of a row in the admin: who changed what, when and why, and any two states compared.

In place of Django's own, which knows what was done in the admin only, and not what it was before.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from django.contrib import admin
from django.contrib.admin import AdminSite
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from profiles.admin.missing import no_such_row
from profiles.exact import Json
from profiles.models import Source, Version
from profiles.shown_differences import lines, places
from profiles.timelines import Timeline, page_of, state_behind

LONGEST_NUMBER = 18


class Deleted(NamedTuple):
    """What was deleted in a source. Only the history of the source leads to its own."""

    key: str
    what: str
    address: str
    """Of its history."""


class HistoryAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    is_history_of_lines = False
    """Whether states are compared line by line, as JSON; else place by place."""

    def timeline(self, request: HttpRequest, row: Any) -> Timeline:
        raise NotImplementedError

    def past_rows(self, request: HttpRequest) -> QuerySet[Any]:
        """Those whose history somebody may see, be they deleted by now."""
        return self.get_queryset(request)

    def past_row(self, request: HttpRequest, object_id: str) -> Any:
        """None where there is no such row. Raises `PermissionDenied`."""
        try:
            row = self.past_rows(request).filter(pk=unquote(object_id)).first()
        except (ValueError, ValidationError):
            return None
        if row is not None and not self.has_view_permission(request, row):
            raise PermissionDenied
        return row

    def deleted_in(self, request: HttpRequest, source: Source) -> Iterable[Deleted]:
        """What somebody may know of rows that a source no longer has."""
        return ()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        row = self.past_row(request, object_id)
        if row is None:
            return no_such_row(self, request, object_id)
        timeline = self.timeline(request, row)
        page = page_of(timeline, _number(request.GET.get("before")))
        context = {
            **self.history_context(request, row),
            "title": f"History of {row}",
            "page": page,
            "is_first": "before" not in request.GET,
            "compared": self._compared(timeline, request),
        }
        return TemplateResponse(request, "admin/profiles/history.html", context)

    def history_context(self, request: HttpRequest, row: Any) -> dict[str, Any]:
        return {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "row": row,
            "is_deleted": getattr(row, "retired_at", None) is not None,
        }

    def differences(self, one: Json, other: Json) -> dict[str, Any]:
        """As the templates show them."""
        if self.is_history_of_lines:
            return {"lines": lines(one, other)}
        return {"places": places(one, other)}

    def _compared(self, timeline: Timeline, request: HttpRequest) -> dict[str, Any] | None:
        """Two states, if two entries of this history are named."""
        asked = [_number(request.GET.get(name)) for name in ("from", "to")]
        rows = {row.pk: row for row in timeline.rows.filter(pk__in=filter(None, asked))}
        chosen: list[Version] = [rows[pk] for pk in asked if pk in rows]
        if len(chosen) != len(asked):
            return None
        one, other = (state_behind(timeline, row) for row in chosen)
        return {"from": chosen[0], "to": chosen[1], **self.differences(one, other)}


def deleted_in(request: HttpRequest, site: AdminSite, source: Source) -> list[Deleted]:
    pages = [page for page in site._registry.values() if isinstance(page, HistoryAdmin)]
    return [gone for page in pages for gone in page.deleted_in(request, source)]


def _number(text: str | None) -> int | None:
    is_number = text is not None and text.isascii() and text.isdecimal()
    return int(text) if text and is_number and len(text) <= LONGEST_NUMBER else None
