"""The admin itself: its start page, and the search over all sources."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from http import HTTPStatus
from typing import Any, TypeVar, cast

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.core.exceptions import BadRequest
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path

from config.home import own_changes, refusals_today, source_cards, tasks_refused_today
from config.kept_forms import is_worth_keeping, kept_form
from config.search_box import FOUND, deleted_resources, found_resources, with_titles
from ingestion.models import Resource
from profiles.faults import Refused
from profiles.staff import staff_of

APPS = ("ingestion", "relationships", "profiles", "auth", "axes")
"""In the order in which people come to them: the work before what it rests on."""
NAMES = {"auth": "People", "axes": "Failed logins"}
"""Of apps of others, in the words of whoever has to do with them."""

V = TypeVar("V", bound=Callable[..., HttpResponseBase])


class RegistrarSite(AdminSite):
    site_header = site_title = "Registrar"
    index_title = "Home"
    site_url = None
    """The admin is the site; the way to the API stands in our template."""

    def get_app_list(
        self, request: HttpRequest, app_label: str | None = None
    ) -> list[dict[str, Any]]:
        """Rows stand in the order in which they are registered."""
        apps: list[dict[str, Any]] = super().get_app_list(request, app_label)
        registered = list(self._registry)
        for app in apps:
            app["name"] = NAMES.get(app["app_label"], app["name"])
            app["models"].sort(key=lambda row: registered.index(row["model"]))
        return sorted(apps, key=lambda app: APPS.index(app["app_label"]))

    def get_urls(self) -> list[URLResolver | URLPattern]:
        return [path("search/", self.admin_view(self.search), name="search"), *super().get_urls()]

    def admin_view(self, view: V, cacheable: bool = False) -> V:
        """No page is asked with a NUL: PostgreSQL knows no text with one, so nothing is named so.
        And nobody loses what they typed because their session ended meanwhile.
        """

        @wraps(view)
        def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if any("\0" in part for part in (*args, *kwargs.values()) if isinstance(part, str)):
                raise Http404
            if any("\0" in text for _, texts in request.GET.lists() for text in texts):
                raise BadRequest("A query parameter holds a NUL character.")
            return view(request, *args, **kwargs)

        guarded = super().admin_view(asked, cacheable)

        @wraps(guarded)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            answer = guarded(request, *args, **kwargs)
            is_sent_away = answer.status_code == HTTPStatus.FOUND
            return kept_form(request) if is_sent_away and is_worth_keeping(request) else answer

        return cast(V, answered)

    def index(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> TemplateResponse:
        staff = staff_of(request)
        home = {
            "cards": source_cards(staff),
            "own_changes": own_changes(staff.caller.actor, staff),
            "refusals": refusals_today(staff),
            "refused_tasks": tasks_refused_today(staff),
        }
        return super().index(request, {**home, **(extra_context or {})})

    def search(self, request: HttpRequest) -> HttpResponse:
        text = request.GET.get("q", "").strip()
        found: list[Resource] = []
        try:
            found = found_resources(text, staff_of(request)) if text else []
        except Refused as refused:
            messages.error(request, refused.message)
        context = {
            **self.each_context(request),
            "title": "Search",
            "text": text,
            "found": with_titles(found[:FOUND]),
            "deleted": deleted_resources(text, staff_of(request)),
            "has_more": len(found) > FOUND,
        }
        return TemplateResponse(request, "registrar/search.html", context)
