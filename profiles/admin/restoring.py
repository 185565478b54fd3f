"""The page on which an old version of a definition is made the newest one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from profiles.admin.history import Deleted, HistoryAdmin
from profiles.admin.missing import no_such_row
from profiles.admin.reasons import ReasonForm
from profiles.admin.writing import actor_of
from profiles.definitions import Definitions
from profiles.exact import Json
from profiles.faults import Refused
from profiles.forms import ONLY_NEW
from profiles.models import Definition, Source, Version
from profiles.planning import plan
from profiles.preconditions import Preconditions
from profiles.staff import staff_of
from profiles.timelines import DefinitionTimeline

MOST_DELETED = 200
"""Of one kind that are listed."""


class RestoringForm(ReasonForm):
    etag = forms.CharField(widget=forms.HiddenInput, required=False)
    """Of the definition as it was when the page was opened; empty where it was deleted."""

    @property
    def preconditions(self) -> Preconditions:
        etag = self.cleaned_data["etag"]
        return Preconditions(if_match=(etag,)) if etag else ONLY_NEW


class RestoringAdmin(HistoryAdmin):
    """The history of definitions: deleted ones have it too, and come back by it."""

    definitions: ClassVar[Definitions[Any]]
    is_history_of_lines = True

    def timeline(self, request: HttpRequest, row: Definition) -> DefinitionTimeline:
        return DefinitionTimeline(self.definitions, row)

    def past_rows(self, request: HttpRequest) -> QuerySet[Any]:
        rows = self.definitions.model.with_retired.select_related("source")
        return staff_of(request).narrow(rows)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.restore_view)
        name = f"{self.opts.app_label}_{self.opts.model_name}_restore"
        return [path("<path:object_id>/restore/", view, name=name), *super().get_urls()]

    def history_context(self, request: HttpRequest, row: Definition) -> dict[str, Any]:
        may_restore = self._may_restore(request, row)
        return {**super().history_context(request, row), "may_restore": may_restore}

    def restore_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        row: Definition | None = self.past_row(request, object_id)
        if row is None:
            return no_such_row(self, request, object_id)
        if not self._may_restore(request, row):
            raise PermissionDenied
        rows = self.timeline(request, row).rows
        version = _version(rows, request.GET.get("version", ""))
        if version is None:
            self.message_user(request, "There is no such version.", messages.WARNING)
            return HttpResponseRedirect(self.address("history", row))
        etag = row.etag if row.retired_at is None else ""
        form = RestoringForm(request.POST or None, initial={"etag": etag})
        if form.is_valid() and self._restored(request, row, version, form):
            return HttpResponseRedirect(self.address("change", row))
        return self._page(request, row, version, form)

    def _restored(
        self, request: HttpRequest, row: Definition, version: Version, form: RestoringForm
    ) -> bool:
        try:
            self.definitions.save(
                row.source.key,
                row.key,
                version.body,
                actor=actor_of(request),
                reason=form.cleaned_data["reason"],
                preconditions=form.preconditions,
            )
        except Refused as refused:
            for line in refused.lines():
                form.add_error(None, line)
            return False
        message = f"Version {version.version} is the newest one again."
        self.message_user(request, message, messages.SUCCESS)
        return True

    def _page(
        self, request: HttpRequest, row: Definition, version: Version, form: RestoringForm
    ) -> HttpResponse:
        now = row.body if row.retired_at is None else None
        context = {
            **self.history_context(request, row),
            "title": f"Restore version {version.version} of {row}",
            "version": version,
            "form": form,
            "compared": self.differences(now, version.body),
            **self._foreseen(row, version.body),
        }
        return TemplateResponse(request, "admin/profiles/history_restore.html", context)

    def _foreseen(self, row: Definition, body: Json) -> dict[str, Any]:
        """What it would leave behind, or why it cannot be."""
        try:
            return {"plan": plan(self.definitions, row.source.key, row.key, body).as_json()}
        except Refused as refused:
            return {"faults": refused.lines()}

    def _may_restore(self, request: HttpRequest, row: Definition) -> bool:
        return row.source.retired_at is None and self.has_change_permission(request, row)

    def deleted_in(self, request: HttpRequest, source: Source) -> Iterable[Deleted]:
        rows = self.past_rows(request).filter(source_id=source.pk).exclude(retired_at=None)
        what = str(self.opts.verbose_name)
        for row in rows[:MOST_DELETED]:
            yield Deleted(row.key, what, self.address("history", row))

    def address(self, page: str, row: Definition) -> str:
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_{page}"
        return reverse(name, args=[row.pk])


def _version(rows: QuerySet[Any], number: str) -> Version | None:
    """One that was not a deletion."""
    if not (number.isascii() and number.isdecimal() and len(number) < 10):
        return None
    found: Version | None = rows.filter(version=int(number), body__isnull=False).first()
    return found
