"""All that was recorded of sources, roles, keys and users, also of what is deleted by now."""

from __future__ import annotations

from django.contrib import admin

from profiles.admin_access import SuperuserAdmin
from profiles.admin_writing import LookingOnly, shown_json
from profiles.models import ConfigurationChange


@admin.register(ConfigurationChange)
class ConfigurationChangeAdmin(LookingOnly, SuperuserAdmin):
    list_display = ("at", "kind", "subject", "source", "version", "named", "actor", "reason")
    list_display_links = ("at",)
    list_filter = ("kind",)
    list_select_related = ("source",)
    search_fields = ("subject", "source__key", "actor", "reason")
    fields = ("kind", "subject", "source", "version", "at", "actor", "reason", "shown_body")
    readonly_fields = fields
    ordering = ("-pk",)
    show_full_result_count = False

    @admin.display(description="name")
    def named(self, change: ConfigurationChange) -> str:
        """How it was called then; the subject is what it is called for good."""
        if change.body is None:
            return "deleted"
        called = (change.body.get(member) for member in ("name", "username", "user"))
        return next((name for name in called if name), "-")

    @admin.display(description="body")
    def shown_body(self, change: ConfigurationChange) -> str:
        return "deleted" if change.body is None else shown_json(change.body)
