"""The admin of records: the same for resources and relationships."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import admin, messages
from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse

from ingestion.forms.reasons import RecordReasonForm
from ingestion.operations import Action, Operation, Target
from ingestion.records import RecordKey, etag_of
from ingestion.writing import write
from profiles.access import Role
from profiles.admin.lists import UncountedAdmin
from profiles.admin.reasons import ReasonedAdmin
from profiles.admin.writing import WritingAdmin, actor_of, shown_json
from profiles.preconditions import NONE, Preconditions

SEEN = "seen"
"""The ETag of the record that is to be deleted, as the page that asks has it."""


class RecordAdmin(UncountedAdmin, ReasonedAdmin, WritingAdmin):
    delete_confirmation_template = "admin/ingestion/delete_confirmation.html"
    delete_selected_confirmation_template = "admin/ingestion/delete_selected_confirmation.html"
    reason_form = RecordReasonForm
    target: ClassVar[Target]
    definition_field: ClassVar[str]
    """The foreign key to what the record is one of."""
    write_role = Role.WRITER
    told = ("version", "created_at", "updated_at")

    def key_of(self, row: Any) -> RecordKey:
        """Under which the write path knows the record."""
        raise NotImplementedError

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        """Indexes begin with the source, so it is always told, if only by the definition's."""
        definition = self.definition_field
        rows = super().get_queryset(request).filter(source_id=F(f"{definition}__source_id"))
        return rows.select_related("source", definition).defer(f"{definition}__body")

    @admin.display(description="data")
    def shown_data(self, row: Any) -> str:
        return shown_json(row.data)

    @admin.display(description="contained")
    def shown_contained(self, row: Any) -> str:
        return shown_json(row.contained)

    @admin.display(description="identifiers")
    def shown_identifiers(self, row: Any) -> str:
        return shown_json(row.identifiers)

    def render_delete_form(self, request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
        """It tells which version somebody saw when saying yes."""
        row = context["object"]
        return super().render_delete_form(request, {**context, SEEN: etag_of(row.pk, row.version)})

    def delete_rows(self, request: HttpRequest, rows: Sequence[Any]) -> None:
        """One batch for each source. Tells how many relationships went along."""
        batches: dict[str, list[Operation]] = defaultdict(list)
        for row in rows:
            key = self.key_of(row)
            operation = Operation(
                Action.DELETE,
                self.target,
                key.collection,
                key.public_id,
                preconditions=_preconditions(request),
            )
            batches[row.source.key].append(operation)
        along = 0
        for source_key, operations in sorted(batches.items()):
            written = write(
                source_key, operations, actor=actor_of(request), reason=self.reason_of(request)
            )
            for receipt in written.receipts:
                if receipt.refused is not None:
                    raise receipt.refused
                along += receipt.deleted_relationships
        if along:
            noun = "relationship" if along == 1 else "relationships"
            self.message_user(request, f"{along} {noun} went along.", messages.WARNING)


def _preconditions(request: HttpRequest) -> Preconditions:
    """None for many rows at once, whose page names no versions."""
    seen = request.POST.get(SEEN)
    return NONE if seen is None else Preconditions(if_match=(seen,))
