"""Keys of the API in the admin."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from rest_framework_api_key.admin import APIKeyModelAdmin

from profiles.admin.access import SuperuserAdmin
from profiles.admin.history import HistoryAdmin
from profiles.admin.reasons import CONFIRMED
from profiles.admin.recording import RecordingAdmin
from profiles.admin.writing import actor_of
from profiles.configuration import Subject, key_body, record_all, record_key
from profiles.forms import ApiKeyForm
from profiles.models import ApiKey
from profiles.timelines import ConfigurationTimeline


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
