"""Exporting from a list of the admin: what is selected, or all that its filters leave."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect

from ingestion.admin.keyset import EXPORT, PAGES, KeysetChangeList
from ingestion.api.exports import export_response
from ingestion.exporting.records import Export, ExportFormat
from ingestion.search.scope import Scope
from profiles.faults import Refused


class ExportingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """For whoever may look at a list of one profile or definition. Files are as those of the API.

    They are made while the server sends them, after all that the page itself asks the database.
    """

    actions: Any = ("export_csv", "export_ndjson")

    def exported_scope(self, request: HttpRequest) -> Scope | None:
        """What the list is of, where that is one collection."""
        raise NotImplementedError

    def get_actions(self, request: HttpRequest) -> dict[str, Any]:
        actions = super().get_actions(request)
        if self.exported_scope(request) is None:
            for name in ExportingAdmin.actions:
                actions.pop(name, None)
        return actions

    @admin.action(description="Export selected as CSV", permissions=["view"])
    def export_csv(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return self._export_selected(request, queryset, ExportFormat.CSV)

    @admin.action(description="Export selected as NDJSON", permissions=["view"])
    def export_ndjson(self, request: HttpRequest, queryset: QuerySet[Any]) -> HttpResponse:
        return self._export_selected(request, queryset, ExportFormat.NDJSON)

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method != "GET" or EXPORT not in request.GET:
            return super().changelist_view(request, extra_context)
        if not self.has_view_permission(request):
            raise PermissionDenied
        asked = request.GET.copy()
        format = asked[EXPORT]
        for name in (EXPORT, *PAGES):
            asked.pop(name, None)
        request.GET = asked  # type: ignore[assignment]  # as good as one that cannot change
        scope = self.exported_scope(request)
        if scope is None or format not in list(ExportFormat):
            self.message_user(request, "There is no such export.", messages.ERROR)
            return super().changelist_view(request, extra_context)
        listed = self.get_changelist_instance(request)
        assert isinstance(listed, KeysetChangeList), "lists of one collection are"
        if listed.rows is None:  # The page tells what is wrong.
            return super().changelist_view(request, extra_context)
        return self._answer(request, Export(scope, listed.rows, ExportFormat(format)))

    def _export_selected(
        self, request: HttpRequest, selected: QuerySet[Any], format: ExportFormat
    ) -> HttpResponse:
        scope = self.exported_scope(request)
        assert scope is not None, "there is no such action without one"
        rows = scope.rows.filter(pk__in=list(selected.order_by().values_list("pk", flat=True)))
        return self._answer(request, Export(scope, rows, format))

    def _answer(self, request: HttpRequest, export: Export) -> HttpResponse:
        try:
            return export_response(export)  # type: ignore[return-value]  # Django sends it as well
        except Refused as refused:
            self.message_user(request, refused.message, messages.ERROR)
            return HttpResponseRedirect(f"?{request.GET.urlencode()}")
