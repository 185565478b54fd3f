"""Sources in the admin."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from profiles.access import Role
from profiles.admin.history import HistoryAdmin, deleted_in
from profiles.admin.picture import PictureAdmin
from profiles.admin.reasons import ReasonedAdmin
from profiles.admin.roles import RolesAdmin, SourceRoleInline
from profiles.admin.writing import actor_of
from profiles.forms import NewSourceForm, StoredSourceForm
from profiles.models import Source
from profiles.sources import retire_source
from profiles.staff import staff_of
from profiles.timelines import ConfigurationTimeline


class SourceAdmin(HistoryAdmin, RolesAdmin, ReasonedAdmin, PictureAdmin):
    source_id_field = "id"
    new_form = NewSourceForm
    stored_form = StoredSourceForm
    fixed = ("key",)
    editable = ("name", "description", "retention_days", "retention_versions")
    told = ("created_at", "updated_at")
    list_display = ("key", "name", "created_at", "updated_at")
    search_fields = ("key", "name")

    def source_key_of(self, row: Source) -> str:
        return row.key

    def timeline(self, request: HttpRequest, row: Source) -> ConfigurationTimeline:
        """Who has which role in it is told to its owners, as it is on its own page."""
        is_owner = staff_of(request).may(Role.ADMIN, row.key)
        return ConfigurationTimeline.of_source(row, has_roles=is_owner)

    def past_rows(self, request: HttpRequest) -> QuerySet[Any]:
        return staff_of(request).narrow(Source.with_retired.all(), by="id")

    def history_context(self, request: HttpRequest, row: Source) -> dict[str, Any]:
        gone = deleted_in(request, self.admin_site, row)
        return {**super().history_context(request, row), "deleted": gone}

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Who is limited to sources creates none."""
        return staff_of(request).caller.has_role(Role.ADMIN, None)

    def get_inlines(self, request: HttpRequest, obj: Any) -> tuple[type[SourceRoleInline], ...]:
        return () if obj is None else (SourceRoleInline,)

    def render_change_form(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """A page that is shown again has saved nothing: the form of the source writes before the
        roles beside it are checked, and is undone if these are at fault."""
        page = super().render_change_form(request, *args, **kwargs)
        if request.method == "POST":
            transaction.set_rollback(True)
        return page

    def delete_rows(self, request: HttpRequest, rows: Sequence[Source]) -> None:
        actor, reason = actor_of(request), self.reason_of(request)
        for row in rows:
            retire_source(row.key, actor=actor, reason=reason)
