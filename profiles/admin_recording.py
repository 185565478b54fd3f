"""The admin of what Django saves and deletes itself, with a history all the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from profiles.admin_reasons import sent_reason
from profiles.admin_writing import actor_of
from profiles.configuration import Subject, record_all


class RecordingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    def subjects(self, rows: Iterable[Any]) -> list[Subject]:
        """Whose histories end with these rows."""
        raise NotImplementedError

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self._record_deleted(request, [obj])
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self._record_deleted(request, queryset.select_for_update())
        super().delete_queryset(request, queryset)

    def _record_deleted(self, request: HttpRequest, rows: Iterable[Any]) -> None:
        bodies = dict.fromkeys(self.subjects(rows))
        record_all(bodies, actor=actor_of(request), reason=sent_reason(request))
