"""Failed logins in the admin: to delete them lets somebody in again who was locked out.

The queue of background work has no page: what it does stands where people look for it.
"""

from __future__ import annotations

from typing import Any

from axes.models import AccessAttempt
from django.contrib import admin
from django.http import HttpRequest
from procrastinate.contrib.django.models import ProcrastinateJob

from profiles.admin.access import SuperuserAdmin

admin.site.unregister(ProcrastinateJob)


@admin.register(AccessAttempt)
class AccessAttemptAdmin(SuperuserAdmin):
    change_form_template = "admin/told_form.html"
    list_display = ("username", "ip_address", "failures_since_start", "attempt_time")
    search_fields = ("username", "ip_address")
    fields = ("username", "ip_address", "user_agent", "failures_since_start", "attempt_time")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
