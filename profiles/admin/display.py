"""The page where people choose what lists show of a profile's resources."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse

from profiles.admin.missing import no_such_row
from profiles.display import MOST_LISTED, MOST_TITLED, Display, shown_paths
from profiles.models import Profile, ProfileDisplay
from profiles.reading import read_profile

PLACES = {"titled": ("Title", MOST_TITLED), "listed": ("Column", MOST_LISTED)}
"""What can be chosen, as many times as there are places."""


class DisplayForm(forms.Form):
    """A select for each place. Made for a profile by `display_form`."""

    def chosen(self, name: str) -> list[str]:
        """The paths in their order, each once."""
        places = (self.cleaned_data[place] for place in names_of_places(name))
        return list(dict.fromkeys(path for path in places if path))

    @property
    def groups(self) -> list[list[forms.BoundField]]:
        return [[self[place] for place in names_of_places(name)] for name in PLACES]


def names_of_places(name: str) -> list[str]:
    return [f"{name}-{number}" for number in range(1, PLACES[name][1] + 1)]


def display_form(profile: Profile) -> type[DisplayForm]:
    definition = read_profile(profile.body)
    choices = [("", "–")] + [(p.text, p.text) for p in shown_paths(definition.properties)]
    display = display_of(profile)
    fields: dict[str, forms.Field] = {}
    for name, (label, _) in PLACES.items():
        now = [path.text for path in getattr(display, name)]
        for number, place in enumerate(names_of_places(name)):
            fields[place] = forms.ChoiceField(
                choices=choices,
                required=False,
                label=f"{label} {number + 1}",
                initial=now[number] if number < len(now) else "",
            )
    return type("ProfileDisplayForm", (DisplayForm,), fields)


def display_of(profile: Profile) -> Display:
    """What lists show of a profile; asks for the marks unless they were selected along."""
    marks = marks_of(profile)
    properties = read_profile(profile.body).properties
    return Display.of(properties, marks.titled, marks.listed)


def marks_of(profile: Profile) -> ProfileDisplay:
    try:
        return profile.display
    except ProfileDisplay.DoesNotExist:
        return ProfileDisplay(profile=profile)


class DisplayAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """Adds the page to the admin of profiles, for whoever may change the profile."""

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.display_view)
        return [
            path("<path:object_id>/display/", view, name="profiles_profile_display"),
            *super().get_urls(),
        ]

    def display_view(self, request: HttpRequest, object_id: str) -> HttpResponse:
        profile = self.get_object(request, object_id)
        if profile is None:
            return no_such_row(self, request, object_id)
        if not self.has_change_permission(request, profile):
            raise PermissionDenied
        form = display_form(profile)(request.POST if request.method == "POST" else None)
        if form.is_valid():
            return self._keep_display(request, profile, form)
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "What lists show",
            "subtitle": str(profile),
            "profile": profile,
            "form": form,
        }
        template = "admin/profiles/profile/display.html"
        return TemplateResponse(request, template, context)

    def _keep_display(
        self, request: HttpRequest, profile: Profile, form: DisplayForm
    ) -> HttpResponse:
        chosen: dict[str, Any] = {name: form.chosen(name) for name in PLACES}
        ProfileDisplay.objects.update_or_create(profile=profile, defaults=chosen)
        self.message_user(request, "Lists show what you chose.", messages.SUCCESS)
        resources = reverse("admin:ingestion_resource_changelist")
        return HttpResponseRedirect(f"{resources}?profile={profile.source.key}/{profile.key}")
