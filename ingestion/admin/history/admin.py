"""The history of records in the admin: what became of one, what it was, and how it comes back.

Pages stand under the id of a record and not under that of its row, since a record that is deleted
and made anew has one history.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, re_path

from ingestion.admin.choosing import choose
from ingestion.admin.history.addresses import (
    RESTORE,
    SEGMENT,
    deleted_address,
    history_address,
    kept_history,
    number_parameter,
)
from ingestion.admin.history.deleted import deleted_context
from ingestion.admin.history.pages import compare_context, timeline_context, version_context
from ingestion.admin.history.record import Past, find_record, seen_contract
from ingestion.admin.history.restoring import RestoreForm, restore_context, restored
from ingestion.admin.records import RecordAdmin
from ingestion.forms.definitions import record_definitions
from profiles.access import Role
from profiles.admin.missing import no_such_row
from profiles.contract import Contract
from profiles.shape_fields import ShapeField
from profiles.staff import staff_of

RECORD = rf"^past/(?P<source>{SEGMENT})/(?P<collection>{SEGMENT})/(?P<id>{SEGMENT})/"
VERSION = rf"{RECORD}versions/(?P<version>{SEGMENT})/"
TEMPLATES = "admin/ingestion/history"

View = Callable[..., HttpResponse]


class RecordHistoryAdmin(RecordAdmin):
    def is_defined(self, contract: Contract, collection: str) -> bool:
        """Whether there may be records of it still."""
        raise NotImplementedError

    def past_fields(self, contract: Contract, collection: str) -> Mapping[str, ShapeField]:
        """The parts of its records, also where what they were of is there no more."""
        raise NotImplementedError

    def get_urls(self) -> list[URLPattern]:
        """Before those of rows, whose address may be any text."""
        name = f"{self.opts.app_label}_{self.opts.model_name}"
        pages: tuple[tuple[str, str, View], ...] = (
            (f"{name}_past", f"{RECORD}$", self.past_view),
            (f"{name}_compare", f"{RECORD}compare/$", self.compare_view),
            (f"{name}_version", f"{VERSION}$", self.version_view),
            (f"{name}_{RESTORE}", f"{VERSION}restore/$", self.restore_view),
        )
        deleted = self.admin_site.admin_view(self.deleted_view)
        return [
            path("deleted/", deleted, name=f"{name}_deleted"),
            *(
                re_path(regex, self.admin_site.admin_view(partial(self._open, view)), name=own)
                for own, regex, view in pages
            ),
            *super().get_urls(),
        ]

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The changes through every door; Django would tell of the admin's only."""
        row = self.get_object(request, object_id)
        if row is None:
            return super().history_view(request, object_id, extra_context)
        key = self.key_of(row)
        address = history_address(self.target, row.source.key, key.collection, key.public_id)
        return HttpResponseRedirect(address)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        self._tell_history(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        rows = list(queryset)
        self.delete_rows(request, rows)
        self._tell_history(request, rows)

    def _tell_history(self, request: HttpRequest, rows: Sequence[Any]) -> None:
        """Where to look for what was just deleted."""
        keys = [(row.source.key, self.key_of(row)) for row in rows]
        collections = {(source, key.collection) for source, key in keys}
        if len(keys) == 1:
            (source, key), *_ = keys
            address = history_address(self.target, source, key.collection, key.public_id)
        else:
            address = deleted_address(self.target, self.definition_field, collections)
        self.message_user(request, kept_history(address), messages.INFO)

    def past_view(self, request: HttpRequest, past: Past) -> HttpResponse:
        return self._page(request, past, "timeline", timeline_context(request, past))

    def compare_view(self, request: HttpRequest, past: Past) -> HttpResponse:
        context = compare_context(request, past)
        return self._page(request, past, "compare", context) if context else self._gone(past)

    def version_view(self, request: HttpRequest, past: Past, version: str) -> HttpResponse:
        change = past.find(version)
        if change is None:
            return self._gone(past)
        return self._page(request, past, "version", version_context(past, change))

    def restore_view(self, request: HttpRequest, past: Past, version: str) -> HttpResponse:
        change = past.find(version)
        if not past.may_restore:
            raise PermissionDenied
        if change is None:
            return self._gone(past)
        form = RestoreForm(request.POST if request.method == "POST" else None)
        if restored(request, past, change, form):
            return HttpResponseRedirect(past.page)
        now = self._past(request, past.source, past.collection, past.id)
        assert now is not None, "history keeps the newest change"
        return self._page(request, now, "restore", restore_context(now, change, form))

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        """What was deleted of one definition, or the choice of one."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        source, _, collection = request.GET.get(self.definition_field, "").partition("/")
        contract = seen_contract(request, source)
        if contract is None or not collection:
            return self._choose_deleted(request)
        if id := request.GET.get("id", "").strip():
            if found := find_record(contract, self.target, collection, id):
                key = found[0].key
                address = history_address(self.target, source, collection, key.public_id)
                return HttpResponseRedirect(address)
            self.message_user(request, f"There never was a record “{id}”.", messages.WARNING)
        before = number_parameter(request, "before")
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Deleted",
            "definition_field": self.definition_field,
            **deleted_context(contract, self.target, collection, before),
        }
        return TemplateResponse(request, f"{TEMPLATES}/deleted.html", context)

    def _choose_deleted(self, request: HttpRequest) -> HttpResponse:
        definitions = staff_of(request).narrow(record_definitions[self.target]())
        return choose(request, self.definition_field, definitions, "Deleted", self.admin_site)

    def _open(self, view: View, request: HttpRequest, **names: str) -> HttpResponse:
        """Somebody without a role in the source learns as little as of a record never there."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        key = [names.pop(name) for name in ("source", "collection", "id")]
        past = self._past(request, *key)
        if past is None:
            return no_such_row(self, request, key[-1])
        return view(request, past, **names)

    def _past(self, request: HttpRequest, source: str, collection: str, id: str) -> Past | None:
        contract = seen_contract(request, source)
        found = contract and find_record(contract, self.target, collection, id)
        if not contract or not found:
            return None
        may_write = staff_of(request).may(Role.WRITER, source)
        return Past(
            *found,
            definition_field=self.definition_field,
            fields=self.past_fields(contract, collection),
            may_restore=may_write and self.is_defined(contract, collection),
        )

    def _page(
        self, request: HttpRequest, past: Past, template: str, context: Mapping[str, Any]
    ) -> HttpResponse:
        shared = {**self.admin_site.each_context(request), "opts": self.opts, "past": past}
        return TemplateResponse(request, f"{TEMPLATES}/{template}.html", {**shared, **context})

    def _gone(self, past: Past) -> HttpResponse:
        return HttpResponseRedirect(past.page)
