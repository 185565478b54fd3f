"""What every write leaves, in the admin: changes, and the receipts of what was refused."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.contrib import admin, messages
from django.contrib.admin.views.main import SEARCH_VAR, ChangeList
from django.db import DEFAULT_DB_ALIAS
from django.db.models import F, Func, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.text import Truncator

from ingestion.admin.erasing import erase_url
from ingestion.admin.history.addresses import history_address
from ingestion.admin.kept import KeptAdmin
from ingestion.models import Change, Receipt, Task, TaskKind
from ingestion.operations import Target
from ingestion.records import RecordKey
from ingestion.search.time_limit import searching
from profiles.access import Role
from profiles.admin.lists import SourceOfHistoryFilter, UncountedChangeList
from profiles.admin.writing import shown_json
from profiles.faults import Refused
from profiles.models import Source

WHY = 80
"""Characters of a fault in a list, which may name all that there is."""

Tools = dict[str, str]
"""Addresses that stand above a row, by what is read."""


class ToldChangeList(UncountedChangeList):
    """What few rows have is looked for as long as any search: nothing tells where they are."""

    is_refused = False

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        try:
            with searching(DEFAULT_DB_ALIAS):
                super().__init__(request, *args, **kwargs)
                self.result_list: Any = list(self.result_list)
        except Refused as refused:
            messages.error(request, refused.message)
            self.is_refused = True
            super().__init__(request, *args, **kwargs)

    def get_queryset(self, *args: Any, **kwargs: Any) -> QuerySet[Any]:
        rows = super().get_queryset(*args, **kwargs)
        return rows.none() if self.is_refused else rows


class ToldAdmin(KeptAdmin):
    list_filter = (SourceOfHistoryFilter, "target", "action")
    search_fields = ("task_id__exact",)
    search_help_text = "The whole id of a task."
    ordering_of_task: ClassVar[tuple[str, ...]]
    """That of the index of tasks."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("source")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        return ToldChangeList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """A task is of one source. As a range it leaves the index of tasks alone to take the order
        from: to walk the list would be to read all that came since.
        """
        if not search_term:
            return queryset, False
        rows = queryset.filter(task_id__range=(search_term, search_term))
        sources = list(Source.with_retired.values_list("id", flat=True))
        found = rows.filter(source_id__in=sources).order_by().values_list("source_id", flat=True)
        return rows.filter(source_id__in=list(found[:1])), False

    def get_ordering(self, request: HttpRequest) -> Any:
        return self.ordering_of_task if request.GET.get(SEARCH_VAR) else self.ordering

    def tools(self, request: HttpRequest, row: Any) -> Tools:
        return task_of(row)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        row = self.get_object(request, object_id)
        tools = {} if row is None else self.tools(request, row)
        context = {**(extra_context or {}), "tools": tools}
        return super().change_view(request, object_id, form_url, context)


class ChangeAdmin(ToldAdmin):
    """Newest first within a source: an index over all sources would be one for this list only."""

    list_display = ("at", "action", "collection", "shown_id", "version", "actor", "source")
    ordering = ("-source_id", "-seq")
    ordering_of_task = ("-source_id", "-task_id", "-transaction", "-seq")
    deferred_in_list = ("data", "contained", "identifiers")
    fields = (
        *("source", "target", "collection", "shown_id", "action", "version", "at", "actor"),
        *("task_id", "reason", "erased", "shown_data", "shown_contained", "shown_identifiers"),
        "created_at",
        *("updated_at", "contract_version"),
    )

    def tools(self, request: HttpRequest, row: Change) -> Tools:
        """With the way to erase the record, which may have no page of its own any more."""
        target, key = Target(row.target), RecordKey(row.collection, row.public_id)
        erase = {"Erase": erase_url(row.source.key, target, key)}
        return {
            **(erase if self.may(request, Role.ADMIN, row) else {}),
            **task_of(row),
            "History": history_address(target, row.source.key, row.collection, row.public_id),
        }

    @admin.display(description="is erased")
    def erased(self, change: Change) -> str:
        return "yes" if change.is_erased else "no"

    @admin.display(description="data")
    def shown_data(self, change: Change) -> str:
        return shown_json(None if change.is_erased else change.data)

    @admin.display(description="contained")
    def shown_contained(self, change: Change) -> str:
        return shown_json(None if change.is_erased else change.contained)

    @admin.display(description="identifiers")
    def shown_identifiers(self, change: Change) -> str:
        return shown_json(None if change.is_erased else change.identifiers)


class ReceiptAdmin(ToldAdmin):
    """What was refused; newest first within a source."""

    list_display = ("received_at", "action", "collection", "shown_id", "why", "actor", "source")
    ordering = ("-source_id", "-received_at")
    ordering_of_task = ("-source_id", "-task_id", "-received_at")
    deferred_in_list = ("error",)
    fields = (
        *("source", "target", "collection", "shown_id", "action", "actor", "task_id"),
        *("received_at", "completed_at", "shown_error"),
    )

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """With the first fault alone: there may be a hundred, each with what was expected."""
        first: dict[str, Any] = {
            "place": KT("error__details__0__path"),
            "fault": Coalesce(KT("error__details__0__message"), KT("error__message")),
            "faults": Func(F("error__details"), function="jsonb_array_length"),
        }
        rows: QuerySet[Any] = super().get_queryset(request).annotate(**first)
        return rows

    @admin.display(description="why")
    def why(self, receipt: Any) -> str:
        more = f" … and {receipt.faults - 1} more" if receipt.faults > 1 else ""
        fault = Truncator(receipt.fault).chars(WHY)
        return f"{receipt.place or ''} {fault}{more}".lstrip()

    @admin.display(description="error")
    def shown_error(self, receipt: Receipt) -> str:
        return shown_json(receipt.error)


def task_of(row: Change | Receipt) -> Tools:
    """The page of the task; a single write has none."""
    kind, _, digits = row.task_id.partition("_")
    if kind not in TaskKind.values:
        return {}
    task = Task.objects.filter(source_id=row.source_id, pk=UUID(hex=digits)).first()
    return {"Task": reverse("admin:ingestion_task_change", args=[task.pk])} if task else {}
