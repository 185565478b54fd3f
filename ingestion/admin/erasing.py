"""Erasing in the admin: a page that says what will be gone, and the list of what was erased."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import urlencode

from ingestion.erasing.records import ErasureResult, erasable, erase, subject_of
from ingestion.forms.erasing import EraseForm
from ingestion.models import Erasure, ErasureScope
from ingestion.operations import Action, Target
from ingestion.past.changes import PastRecord, last_change
from ingestion.records import RecordKey
from profiles.access import Role
from profiles.admin.lists import SourceOfHistoryFilter, UncountedAdmin
from profiles.admin.writing import ReadOnlyAdmin, actor_of, shown_json
from profiles.faults import ErrorType, Refused
from profiles.staff import staff_of


def erase_url(source_key: str, target: Target, key: RecordKey) -> str:
    named = {"source": source_key, "target": target.value}
    query = urlencode({**named, "type": key.collection, "id": key.public_id})
    return f"{reverse('admin:ingestion_erasure_add')}?{query}"


class ErasureAdmin(UncountedAdmin, ReadOnlyAdmin):
    list_display = ("at", "collection", "public_id", "scope", "actor", "reason", "source")
    list_filter = (SourceOfHistoryFilter, "target", "scope")
    ordering = ("-source_id", "-id")
    fields = (
        *("source", "target", "collection", "public_id", "scope", "reason", "actor", "at"),
        "shown_counts",
    )

    @admin.display(description="erased")
    def shown_counts(self, erasure: Erasure) -> str:
        return shown_json(erasure.erased)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, Role.ADMIN)

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        if not self.has_add_permission(request):
            raise PermissionDenied
        record = self._record(request, request.GET.dict())
        if record is None:
            return self._page(request, "admin/ingestion/erasure/choose.html", {})
        form = EraseForm(request.POST or None)
        if form.is_valid():
            try:
                return self._erased(request, self._erase(request, record, form))
            except Refused as refused:
                form.add_error(None, refused.message)
        return self._page(request, "admin/ingestion/erasure/erase.html", self._told(record, form))

    def _record(self, request: HttpRequest, named: Mapping[str, str]) -> PastRecord | None:
        """The one that the address names. Whoever may not see its source finds none."""
        if not {"source", "target", "type", "id"} <= named.keys():
            return None
        source, target = named["source"], named["target"]
        if target not in Target.__members__ or "\0" in "".join(named.values()):
            raise Http404
        if not staff_of(request).may(Role.READER, source):
            raise Http404
        if not staff_of(request).may(Role.ADMIN, source):
            raise PermissionDenied
        try:
            record = erasable(source, Target(target), named["type"], named["id"])
            last_change(record)
        except Refused as refused:
            if refused.type is not ErrorType.NOT_FOUND:
                raise
            raise Http404 from None
        return record

    def _told(self, record: PastRecord, form: EraseForm) -> dict[str, Any]:
        is_there = last_change(record).action != Action.DELETE
        links = len(subject_of(record, ErasureScope.ALL).along)
        return {"record": record, "form": form, "is_there": is_there, "links": links}

    def _erase(self, request: HttpRequest, record: PastRecord, form: EraseForm) -> ErasureResult:
        scope, reason = ErasureScope(form.cleaned_data["scope"]), form.cleaned_data["reason"]
        return erase(record, scope, actor=actor_of(request), reason=reason)

    def _erased(self, request: HttpRequest, done: ErasureResult) -> HttpResponse:
        self.message_user(request, f"{done.erasure} was erased.", messages.SUCCESS)
        url = reverse("admin:ingestion_erasure_change", args=[done.erasure.pk])
        return HttpResponseRedirect(url)

    def _page(
        self, request: HttpRequest, template: str, context: Mapping[str, Any]
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts}
        return TemplateResponse(request, template, {**shared, "title": "Erase a record", **context})
