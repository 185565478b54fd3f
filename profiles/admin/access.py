"""Who may see and do what in the admin. Django's own permissions are not asked: see decision 7."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.core.exceptions import BadRequest, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from profiles.access import Role
from profiles.staff import staff_of


class NamingAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Judges the ids of rows that were selected. Those in addresses are judged by Django."""

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        if not all(map(self._is_id, request.POST.getlist(ACTION_CHECKBOX_NAME))):
            raise BadRequest("What was selected is named by no id.")
        return super().response_action(request, queryset, *args, **kwargs)

    def _is_id(self, text: str) -> bool:
        try:
            self.opts.pk.to_python(text)
        except ValidationError:
            return False
        return "\0" not in text


class SourceBoundAdmin(NamingAdmin):
    """The admin of rows that belong to a source.

    Rows of sources in which somebody has no role are not there: every page of Django's begins
    with `get_queryset`. Without a row, Django asks whether there may be any that one may change.
    """

    write_role: ClassVar[Role] = Role.ADMIN
    """The role in a source that adding, changing and deleting its rows needs."""
    source_id_field: ClassVar[str] = "source_id"

    def source_key_of(self, row: Any) -> str:
        key: str = row.source.key
        return key

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return staff_of(request).narrow(rows, by=self.source_id_field)

    def may(self, request: HttpRequest, role: Role, row: Any = None) -> bool:
        key = None if row is None else self.source_key_of(row)
        return staff_of(request).may(role, key)

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, Role.READER, obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.may(request, self.write_role)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, self.write_role, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, self.write_role, obj)

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Not through what refers to the rows, as Django would allow: that leads to keys."""
        refers = {field.name for field in self.opts.related_objects}
        first = lookup.partition("__")[0]
        return first not in refers and super().lookup_allowed(lookup, value, request)


class OwnersAdmin(SourceBoundAdmin):
    """The admin of what only owners of a source see, as where its messages are sent."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return staff_of(request).narrow(rows, Role.ADMIN, by=self.source_id_field)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may(request, Role.ADMIN, obj)


class SuperuserAdmin(NamingAdmin):
    """The admin of what concerns every source: for superusers only; others find no row."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows = super().get_queryset(request)
        return rows if self._is_open(request) else rows.none()

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_open(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_open(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_open(request)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_open(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self._is_open(request)

    def _is_open(self, request: HttpRequest) -> bool:
        return staff_of(request).caller.role is Role.ADMIN
