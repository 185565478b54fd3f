"""The admin of definitions: the same for profiles and relationships'."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.forms import BaseInlineFormSet
from django.http import HttpRequest
from django.utils.html import format_html

from profiles.admin.lists import LeanChangeList, SourceFilter
from profiles.admin.reasons import ReasonedAdmin
from profiles.admin.writing import WritingAdmin, actor_of, shown_json
from profiles.definitions import Definitions
from profiles.forms import NewDefinitionForm, StoredDefinitionForm, WritingForm
from profiles.models import Definition, DefinitionVersion

SHOWN_VERSIONS = 20


class ShownFormSet(BaseInlineFormSet):  # type: ignore[type-arg]
    """The newest rows beside a form, for looking only.

    Never bound: a form that has written already must not turn out to be invalid after all, since
    some hidden input of a mere list was missing.
    """

    def __init__(self, data: Any = None, files: Any = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.new_objects, self.changed_objects, self.deleted_objects = [], [], []

    def is_valid(self) -> bool:
        return True

    def save(self, commit: bool = True) -> list[Any]:
        return []

    @cached_property
    def shown(self) -> QuerySet[Any]:
        return super().get_queryset()[:SHOWN_VERSIONS]

    def get_queryset(self) -> QuerySet[Any]:
        """The same each time: a formset asks for every row, and a new slice is a new statement."""
        return self.shown


class VersionInline(admin.TabularInline):  # type: ignore[type-arg]
    """The versions of a definition, newest first."""

    formset = ShownFormSet
    template = "registrar/versions.html"
    fk_name = "definition"
    fields = ("version", "at", "actor", "reason", "shown_body")
    readonly_fields = fields
    ordering = ("-version",)
    extra = 0
    verbose_name_plural = f"versions, the newest {SHOWN_VERSIONS}"

    @admin.display(description="body")
    def shown_body(self, version: DefinitionVersion) -> str:
        if version.body is None:
            return "deleted"
        return format_html("<details><summary>JSON</summary>{}</details>", shown_json(version.body))

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whoever sees a definition sees its versions."""
        return True


class DefinitionAdmin(ReasonedAdmin, WritingAdmin):
    definitions: ClassVar[Definitions[Any]]
    version_inline: ClassVar[type[VersionInline]]
    new_form = NewDefinitionForm
    stored_form = StoredDefinitionForm
    fixed = ("source", "key")
    editable = ("shown_body",)
    told: ClassVar[Sequence[str]] = ("version", "created_at", "updated_at")
    list_display = ("key", "source", "version", "updated_at")
    list_filter = (SourceFilter,)
    search_fields = ("key",)
    ordering = ("source__key", "key")
    deferred_in_list = ("body",)

    def form_for(self, request: HttpRequest, obj: Any) -> type[WritingForm]:
        form = self.new_form if obj is None else self.stored_form
        return form.for_actor(actor_of(request), definitions=self.definitions)

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[type[VersionInline], ...]:
        return () if obj is None else (self.version_inline,)

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[LeanChangeList]:
        return LeanChangeList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("source")

    @admin.display(description="body")
    def shown_body(self, definition: Definition) -> str:
        return shown_json(definition.body)

    def delete_rows(self, request: HttpRequest, rows: Sequence[Definition]) -> None:
        actor, reason = actor_of(request), self.reason_of(request)
        for row in rows:
            self.definitions.retire(row.source.key, row.key, actor=actor, reason=reason)
