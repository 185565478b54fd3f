"""Users in the admin. Rights are roles in sources; groups and Django's permissions have no part."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.contrib.auth.models import Group, User
from django.http import HttpRequest

from profiles.admin_access import SuperuserAdmin
from profiles.admin_roles import UserRoleInline

admin.site.unregister([User, Group])


@admin.register(User)
class StaffAdmin(SuperuserAdmin, UserAdmin):  # type: ignore[type-arg]
    list_display = ("username", "first_name", "last_name", "is_staff", "is_superuser", "is_active")
    list_filter = ("is_staff", "is_superuser", "is_active")
    filter_horizontal = ()
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        ("Person", {"fields": ("first_name", "last_name", "email")}),
        ("Rights", {"fields": ("is_active", "is_staff", "is_superuser")}),
        ("Dates", {"fields": ("last_login", "date_joined")}),
    )
    readonly_fields = ("last_login", "date_joined")

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[type[UserRoleInline], ...]:
        return () if obj is None else (UserRoleInline,)
