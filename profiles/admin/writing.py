"""What the admin classes share whose rows are not saved by Django but by our functions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.html import format_html
from django.utils.safestring import SafeString

from profiles.admin.access import SourceBoundAdmin
from profiles.admin.lists import names
from profiles.bounded_forms import bounded
from profiles.exact import Json, pretty
from profiles.faults import Refused
from profiles.forms import StoredForm, WritingForm
from profiles.staff import staff_of


def actor_of(request: HttpRequest) -> str:
    """The name that history keeps of somebody of the staff."""
    return f"user:{request.user.get_username()}"


def shown_json(value: Json | None) -> SafeString | str:
    """JSON well laid out for somebody who may only look."""
    return "-" if value is None else format_html('<pre class="json">{}</pre>', pretty(value))


class LookingOnly:
    """Of an admin in which nobody writes, whatever their role."""

    change_form_template: Any = "admin/told_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(LookingOnly, SourceBoundAdmin):
    """Shows the rows of the sources that somebody sees."""


class WritingAdmin(SourceBoundAdmin):
    """Adds, changes and deletes through our functions; what they refuse is shown, not raised."""

    new_form: ClassVar[type[WritingForm]]
    stored_form: ClassVar[type[StoredForm]]
    fixed: ClassVar[Sequence[str]] = ()
    """What cannot change once it is saved; shown first."""
    editable: ClassVar[Sequence[str]] = ()
    """The values of the form, for somebody who may only look: fields, or methods that lay out."""
    told: ClassVar[Sequence[str]] = ()
    """What the system keeps; shown last."""

    def form_for(self, request: HttpRequest, obj: Any) -> type[WritingForm]:
        """The form by which somebody adds a row, or changes `obj`."""
        form = self.new_form if obj is None else self.stored_form
        return form.for_actor(actor_of(request))

    def delete_rows(self, request: HttpRequest, rows: Sequence[Any]) -> None:
        """Delete rows, all or none: whatever is refused raises `Refused` and undoes the others."""
        raise NotImplementedError

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> type[forms.ModelForm[Any]]:
        if obj is None or self.has_change_permission(request, obj):
            form = self.form_for(request, obj)
            kwargs["form"] = bounded(form, staff_of(request), self.write_role)
        return super().get_form(request, obj, change, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        if obj is not None and not self.has_change_permission(request, obj):
            return (*self.fixed, *self.editable, *self.told)
        own = self.form_for(request, obj).base_fields
        return tuple(own) if obj is None else (*self.fixed, *own, *self.told)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return () if obj is None else (*self.fixed, *self.told)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Nothing: the form has written already, see `WritingForm`."""

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        self.delete_rows(request, [obj])

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        self.delete_rows(request, list(queryset))

    def get_deleted_objects(
        self, objs: Sequence[Any] | QuerySet[Any], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        """Ours do not cascade by Django's rules, so its collector would tell something else."""
        rows: list[Model] = list(objs)
        may_delete = all(self.has_delete_permission(request, row) for row in rows)
        lacking = set() if may_delete else {str(self.opts.verbose_name)}
        return names(rows), {str(self.opts.verbose_name_plural): len(rows)}, lacking, []

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        try:
            return super().delete_view(request, object_id, extra_context)
        except Refused as refused:
            self._tell_refusal(request, refused)
            return HttpResponseRedirect("../change/")

    def response_action(
        self, request: HttpRequest, queryset: QuerySet[Any], *args: Any, **kwargs: Any
    ) -> HttpResponse | None:
        try:
            with transaction.atomic():
                return super().response_action(request, queryset, *args, **kwargs)
        except Refused as refused:
            self._tell_refusal(request, refused)
            return HttpResponseRedirect(request.get_full_path())

    def _tell_refusal(self, request: HttpRequest, refused: Refused) -> None:
        self.message_user(request, f"Nothing was deleted. {refused.message}", messages.ERROR)
