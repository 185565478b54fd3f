"""The admin of what Django saves and deletes itself, with a history all the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from profiles.admin.reasons import ReasonedAdmin
from profiles.admin.writing import actor_of
from profiles.configuration import Subject, record_all


class RecordingAdmin(ReasonedAdmin):
    def subjects(self, rows: Iterable[Any]) -> list[Subject]:
        """Whose histories end with these rows."""
        raise NotImplementedError

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        """Under the lock of the row, so that nothing comes to belong to it meanwhile."""
        rows = self.model._default_manager.select_for_update().filter(pk=obj.pk)
        self._record_deleted(request, rows)
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._record_deleted(request, queryset.select_for_update())
        super().delete_queryset(request, queryset)

    def _record_deleted(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        bodies = dict.fromkeys(self.subjects(rows))
        record_all(bodies, actor=actor_of(request), reason=self.reason_of(request))
