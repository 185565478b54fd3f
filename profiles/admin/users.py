"""Users in the admin. Rights are roles in sources; groups and Django's permissions have no part."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.contrib.auth.models import User
from django.http import HttpRequest

from profiles.admin.access import SuperuserAdmin
from profiles.admin.history import HistoryAdmin
from profiles.admin.recording import RecordingAdmin
from profiles.admin.roles import RolesAdmin, UserRoleInline
from profiles.admin.writing import actor_of
from profiles.configuration import Subject, record_user
from profiles.form_fields import ReasonField
from profiles.models import SourceRole
from profiles.timelines import ConfigurationTimeline


class StaffForm(UserChangeForm):  # type: ignore[type-arg]
    reason = ReasonField()


class NewStaffForm(AdminUserCreationForm):  # type: ignore[type-arg]
    """Makes somebody of the staff: nobody else could do anything."""

    reason = ReasonField()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instance.is_staff = True


class StaffAdmin(HistoryAdmin, RolesAdmin, RecordingAdmin, SuperuserAdmin, UserAdmin):  # type: ignore[type-arg]
    form = StaffForm
    add_form = NewStaffForm
    list_display = ("username", "first_name", "last_name", "is_staff", "is_superuser", "is_active")
    list_filter = ("is_staff", "is_superuser", "is_active")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser", "reason")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    add_fieldsets = (*UserAdmin.add_fieldsets, (None, {"fields": ("reason",)}))
    readonly_fields = ("last_login", "date_joined")

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[type[UserRoleInline], ...]:
        return () if obj is None else (UserRoleInline,)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        record_user(obj, actor=actor_of(request), reason=form.cleaned_data["reason"])

    def timeline(self, request: HttpRequest, row: User) -> ConfigurationTimeline:
        return ConfigurationTimeline.of_user(row)

    def subjects(self, rows: Iterable[User]) -> list[Subject]:
        """Users, and the roles that go along with them."""
        users = list(rows)
        roles = SourceRole.objects.filter(user__in=users)
        return [*map(Subject.user, users), *map(Subject.role, roles)]
