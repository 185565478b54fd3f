"""Sources, profiles and keys in the admin."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from rest_framework_api_key.admin import APIKeyModelAdmin
from rest_framework_api_key.models import APIKey

from profiles.access import Role
from profiles.admin_access import SuperuserAdmin
from profiles.admin_changes import ConfigurationChangeAdmin
from profiles.admin_definitions import VersionInline
from profiles.admin_display import DisplayAdmin, display_of
from profiles.admin_editing import EditingAdmin
from profiles.admin_history import HistoryAdmin, deleted_in
from profiles.admin_picture import PictureAdmin
from profiles.admin_reasons import CONFIRMED, ReasonedAdmin
from profiles.admin_recording import RecordingAdmin
from profiles.admin_roles import RolesAdmin, SourceRoleInline
from profiles.admin_users import StaffAdmin
from profiles.admin_writing import actor_of
from profiles.configuration import Subject, key_body, record_all, record_key
from profiles.contract import Contract
from profiles.definitions import profiles
from profiles.editing.definitions import profile_shape
from profiles.editing.preview import contained_preview, data_preview
from profiles.exact import Json
from profiles.forms import ApiKeyForm, NewSourceForm, StoredSourceForm
from profiles.inputs.nodes import Node
from profiles.inputs.shapes import Shape
from profiles.models import ApiKey, Profile, ProfileVersion, Source
from profiles.reading import read_profile
from profiles.schema import resource_schema
from profiles.sources import retire_source
from profiles.staff import staff_of
from profiles.timelines import ConfigurationTimeline

__all__ = ["ApiKeyAdmin", "ConfigurationChangeAdmin", "ProfileAdmin", "SourceAdmin", "StaffAdmin"]

admin.site.unregister(APIKey)  # The library's own, which opens nothing: ours are `ApiKey`.


@admin.register(Source)
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


class ProfileVersionInline(VersionInline):
    model = ProfileVersion


@admin.register(Profile)
class ProfileAdmin(DisplayAdmin, EditingAdmin):
    definitions = profiles
    version_inline = ProfileVersionInline
    api_name = "profiles"
    told = (*EditingAdmin.told, "lists_show")

    @admin.display(description="lists show")
    def lists_show(self, profile: Profile) -> str:
        display = display_of(profile)
        names = (
            ", ".join(path.text for path in paths) for paths in (display.titled, display.listed)
        )
        return "Title: {}. Columns: {}.".format(*(name or "none" for name in names))

    def shape(self, contract: Contract) -> Shape:
        return profile_shape(contract.catalogue)

    def preview(self, contract: Contract, key: str, body: Json) -> Sequence[Node]:
        definition = read_profile(body)
        known = {**contract.catalogue, key: definition}
        return [data_preview(definition.properties), contained_preview(definition, known)]

    def schema(self, contract: Contract, key: str, body: Json) -> Json:
        return resource_schema(key, {**contract.catalogue, key: read_profile(body)})


@admin.register(ApiKey)
class ApiKeyAdmin(HistoryAdmin, RecordingAdmin, SuperuserAdmin, APIKeyModelAdmin):
    """The library's admin makes a key and shows it once, in the message after saving."""

    form = ApiKeyForm
    list_display = (  # type: ignore[assignment]
        *("prefix", "name", "role", "visible_sources", "rate_limit"),
        *("created", "expiry_date", "state"),
    )
    list_filter = ("role", "revoked")  # type: ignore[assignment]
    filter_horizontal = ("sources",)
    actions = ("revoke",)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        own = ("name", "role", "is_limited", "sources", "expiry_date", "rate_limit", "reason")
        return own if obj is None else ("prefix", *own, "revoked", "created")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        return (*super().get_readonly_fields(request, obj), "created")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset(request)
        return rows.prefetch_related("sources")

    @admin.display(description="state")
    def state(self, key: ApiKey) -> str:
        if key.revoked:
            return "revoked"
        return "expired" if key.has_expired else "valid"

    @admin.display(description="sources")
    def visible_sources(self, key: ApiKey) -> str:
        if not key.is_limited:
            return "all"
        return ", ".join(source.key for source in key.sources.all()) or "none"

    @admin.action(description="Revoke selected API keys", permissions=["change"])
    def revoke(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> HttpResponse | None:
        """For good: a revoked key never works again. Asks whether it is meant, and why."""
        if not request.POST.get(CONFIRMED):
            return self._ask_whether_to_revoke(request, queryset)
        # Of a list of those that are not revoked, none would be left to be recorded.
        rows = ApiKey.objects.filter(pk__in=[key.pk for key in queryset])
        with transaction.atomic():
            count = rows.update(revoked=True)
            bodies = {Subject.key(key): key_body(key) for key in rows.prefetch_related("sources")}
            record_all(bodies, actor=actor_of(request), reason=self.reason_of(request))
        self.message_user(request, f"{count} revoked.")
        return None

    def _ask_whether_to_revoke(
        self, request: HttpRequest, queryset: QuerySet[ApiKey]
    ) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": "Revoke API keys",
            "opts": self.opts,
            "queryset": queryset,
            "action_checkbox_name": ACTION_CHECKBOX_NAME,
            "media": self.media,
        }
        return TemplateResponse(request, "admin/profiles/revoke_confirmation.html", context)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Behind which the sources of the key are known too."""
        super().save_related(request, form, formsets, change)
        record_key(form.instance, actor=actor_of(request), reason=form.cleaned_data["reason"])

    def timeline(self, request: HttpRequest, row: ApiKey) -> ConfigurationTimeline:
        return ConfigurationTimeline.of(Subject.key(row))

    def subjects(self, rows: Iterable[ApiKey]) -> list[Subject]:
        return [Subject.key(key) for key in rows]
