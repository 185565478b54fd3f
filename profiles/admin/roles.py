"""Roles in sources: given on the page of a source by its owners, and on a user's by superusers."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import admin
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from profiles.access import Role
from profiles.admin.writing import actor_of
from profiles.configuration import Subject, record_all, role_body
from profiles.exact import Json
from profiles.models import Source, SourceRole
from profiles.staff import staff_of


class FixedField(forms.Field):
    """Shows what a stored row refers to, and cleans to it without asking the database."""

    def __init__(self, shown: Model, label: str) -> None:
        super().__init__(disabled=True, label=label)
        self.shown = shown

    def prepare_value(self, value: Any) -> str:
        return str(self.shown)

    def clean(self, value: Any) -> Model:
        return self.shown


class RoleForm(forms.ModelForm):  # type: ignore[type-arg]
    given: ClassVar[str]
    """The field that is chosen once, when the role is given; afterwards only the role changes."""

    class Meta:
        model = SourceRole
        fields = ["role"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.fields[self.given] = FixedField(getattr(self.instance, self.given), self.given)


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody of the staff, by name. Typed and not chosen: owners need no list of all users."""

    widget = forms.TextInput
    default_error_messages = {"invalid_choice": "Nobody of the staff is called so."}

    def __init__(self) -> None:
        people = get_user_model()._default_manager.filter(is_active=True, is_staff=True)
        super().__init__(people, to_field_name="username", label="user name")


class PersonRoleForm(RoleForm):
    given = "user"
    user = PersonField()

    class Meta(RoleForm.Meta):
        fields = ["user", "role"]


class PlaceRoleForm(RoleForm):
    given = "source"

    class Meta(RoleForm.Meta):
        fields = ["source", "role"]


class RoleInline(admin.TabularInline):  # type: ignore[type-arg]
    """Open to whoever may give roles on what the page shows, whatever Django's permissions."""

    model = SourceRole
    extra = 0
    verbose_name = "role"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("user", "source")

    def may_give(self, request: HttpRequest, obj: Any) -> bool:
        raise NotImplementedError

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_give(request, obj)

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_give(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_give(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return self.may_give(request, obj)


class SourceRoleInline(RoleInline):
    """Who was given what on a source."""

    form = PersonRoleForm
    fields = ("user", "role")
    verbose_name_plural = "staff"

    def may_give(self, request: HttpRequest, obj: Source | None) -> bool:
        return staff_of(request).may(Role.ADMIN, None if obj is None else obj.key)


class UserRoleInline(RoleInline):
    """What somebody was given."""

    form = PlaceRoleForm
    fields = ("source", "role")
    ordering = ("source__key",)
    verbose_name_plural = "roles in sources"

    def may_give(self, request: HttpRequest, obj: Any) -> bool:
        return staff_of(request).caller.has_role(Role.ADMIN, None)


class RolesAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """The admin of what roles are given on, or to."""

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        super().save_formset(request, form, formset, change)
        if formset.model is SourceRole:
            given: list[SourceRole] = [
                *formset.new_objects,
                *(role for role, _ in formset.changed_objects),
            ]
            bodies: dict[Subject, Json | None] = {
                **{Subject.role(role): None for role in formset.deleted_objects},
                **{Subject.role(role): role_body(role) for role in given},
            }
            reason = form.cleaned_data["reason"]
            record_all(bodies, actor=actor_of(request), reason=reason)
