"""All that was recorded of sources, roles, keys and the like, also of what is deleted by now.

Superusers see all of it; owners what was recorded in their sources.
"""

from __future__ import annotations

from django.contrib import admin
from django.http import HttpRequest

from profiles.admin.access import OwnersAdmin
from profiles.admin.history import HistoryAdmin
from profiles.admin.lists import SourceOfHistoryFilter
from profiles.admin.writing import LookingOnly, shown_json
from profiles.configuration import Subject
from profiles.models import ConfigurationChange
from profiles.timelines import ConfigurationTimeline


class ConfigurationChangeAdmin(LookingOnly, HistoryAdmin, OwnersAdmin):
    list_display = ("at", "kind", "subject", "source", "version", "named", "actor", "reason")
    list_display_links = ("at",)
    list_filter = ("kind", SourceOfHistoryFilter)
    list_select_related = ("source",)
    search_fields = ("subject", "source__key", "actor", "reason")
    fields = ("kind", "subject", "source", "version", "at", "actor", "reason", "shown_body")
    readonly_fields = fields
    ordering = ("-pk",)
    show_full_result_count = False

    def source_key_of(self, row: ConfigurationChange) -> str:
        """Empty where it belongs to none: nobody is the owner of such a source."""
        return "" if row.source is None else row.source.key

    def timeline(self, request: HttpRequest, row: ConfigurationChange) -> ConfigurationTimeline:
        """All of what was changed: of what is deleted, no other page has it."""
        return ConfigurationTimeline.of(Subject.changed(row))

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
