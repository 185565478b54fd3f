"""Resources in the admin."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import reduce
from operator import or_
from typing import Any

from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import ManyToOneRel, Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from ingestion.admin.actions import SettingAdmin
from ingestion.admin.addresses import tidied
from ingestion.admin.changelist import ProfileChangeList
from ingestion.admin.exporting import ExportingAdmin
from ingestion.admin.forms import WAS
from ingestion.admin.history.editing import EditingVersionAdmin
from ingestion.admin.history.record import Past
from ingestion.admin.listing import MOST_FOUND, PROFILE, SEARCH_HELP, listing_of
from ingestion.admin.panels import PanelAdmin
from ingestion.admin.sidebar import sidebar
from ingestion.admin.suggestions import SuggestingAdmin
from ingestion.forms.deleted import deleted_resource
from ingestion.forms.records import NewResourceForm, StoredResourceForm, root_profiles
from ingestion.forms.shaped import (
    compiled_profile,
    new_resource_form,
    resource_fields,
    stored_resource_form,
)
from ingestion.models import Change, Resource
from ingestion.operations import Target
from ingestion.records import RecordKey
from ingestion.resource_labels import labels_of
from ingestion.search.scope import Scope
from profiles.admin.display import marks_of
from profiles.admin.lists import (
    ProfileFilter,
    SourceFilter,
    names,
)
from profiles.admin.writing import actor_of
from profiles.contract import CompiledProfile, Contract
from profiles.display import Display, title_in
from profiles.faults import Fault
from profiles.forms import WritingForm
from profiles.models import Profile
from profiles.properties import ProfileDefinition
from profiles.shape_fields import ShapeField
from profiles.staff import staff_of


class ResourceAdmin(EditingVersionAdmin, SuggestingAdmin, SettingAdmin, ExportingAdmin, PanelAdmin):
    actions = (*SettingAdmin.actions, *ExportingAdmin.actions)
    target = Target.RESOURCE
    new_form = NewResourceForm
    stored_form = StoredResourceForm
    parts = ("data", "contained", "identifiers")
    named = ("public_id",)
    definition_field = "profile"
    fixed = ("source", "profile", "public_id")
    editable = ("shown_data", "shown_contained", "shown_identifiers")
    list_display = ("public_id", "profile", "source", "version", "updated_at")
    list_filter = (SourceFilter, ProfileFilter)
    search_fields = ("public_id__exact",)
    search_help_text = SEARCH_HELP
    ordering = ("-source_id", "-profile_id", "-created_at", "-public_id")
    deferred_in_list = ("data", "contained", "identifiers")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        if listing_of(request, self.admin_site):
            return ProfileChangeList
        return super().get_changelist(request, **kwargs)

    def get_list_display(self, request: HttpRequest) -> tuple[Any, ...]:
        listing = listing_of(request, self.admin_site)
        if listing is None:
            return tuple(super().get_list_display(request))
        return ("public_id", *listing.columns, "updated_at")

    def get_list_filter(self, request: HttpRequest) -> tuple[Any, ...]:
        is_chosen = listing_of(request, self.admin_site) is not None
        return () if is_chosen else tuple(super().get_list_filter(request))

    def exported_scope(self, request: HttpRequest) -> Scope | None:
        listing = listing_of(request, self.admin_site)
        return listing.scope if listing else None

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        listing = listing_of(request, self.admin_site)
        if listing is None:
            return super().get_search_results(request, queryset, search_term)
        text = search_term.strip()
        if not text:
            return queryset, False
        found = listing.found(queryset, text)
        if len(found) >= MOST_FOUND:
            self.message_user(request, f"Only {MOST_FOUND} of what was found is listed: say more.")
        return queryset.filter(pk__in=found), False

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        if request.method == "GET":
            if redirect := tidied(request):
                return redirect
            if not request.GET.get("q") and not listing_of(request, self.admin_site):
                return self.choose_view(request)
        return super().changelist_view(request, extra_context)

    def choose_view(self, request: HttpRequest) -> HttpResponse:
        """In place of the list of all resources, which nobody reads."""
        if not self.has_view_or_change_permission(request):
            raise PermissionDenied
        search = request.GET.get("find") or request.GET.get("source") or ""
        context = {
            **self.admin_site.each_context(request),
            "opts": self.opts,
            "title": "Choose a profile",
            "search": search,
            "sidebar": sidebar(request, self.admin_site, search.replace("\0", "")),
            "unknown_profile": request.GET.get(PROFILE),
            "has_add_permission": self.has_add_permission(request),
        }
        return TemplateResponse(request, "admin/ingestion/resource/choose.html", context)

    def definitions(self, request: HttpRequest) -> QuerySet[Profile]:
        return staff_of(request).narrow(root_profiles(), self.write_role)

    def shaped_form(self, request: HttpRequest, obj: Resource | None) -> type[WritingForm]:
        if obj is not None:
            return stored_resource_form(obj, actor_of(request))
        return new_resource_form(self.chosen_definition(request), actor_of(request))

    def fields_of(self, row: Resource) -> Mapping[str, ShapeField]:
        return resource_fields(compiled_profile(row.profile))

    def faults_in(self, definition: Profile, state: Resource | Change) -> list[Fault]:
        body = {"data": state.data, "contained": state.contained}
        return compiled_profile(definition).validator.faults(body)

    def names_of(self, past: Past, definition: Profile) -> Mapping[str, str]:
        return {"public_id": past.id}

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Resource | None:
        """Also what was deleted while its form was open, lest what was typed be lost."""
        found: Resource | None = super().get_object(request, object_id, from_field)
        if found is not None or request.method != "POST" or WAS not in request.POST:
            return found
        source, key, public_id = (*request.POST[WAS].split("/", 2), "", "")[:3]
        profile = self.definitions(request).filter(source__key=source, key=key).first()
        return deleted_resource(profile, public_id, object_id) if profile else None

    def called(self, row: Resource) -> str:
        """Its title, as lists show it, or its id."""
        properties = compiled_profile(row.profile).definition.properties
        marks = marks_of(row.profile)
        display = Display.of(properties, marks.titled, marks.listed)
        return title_in(display, row.data) or row.public_id

    def is_defined(self, contract: Contract, collection: str) -> bool:
        return collection in contract.profiles

    def past_fields(self, contract: Contract, collection: str) -> Mapping[str, ShapeField]:
        nothing = CompiledProfile(0, collection, ProfileDefinition(), contract)
        return resource_fields(contract.profiles.get(collection, nothing))

    def key_of(self, row: Resource) -> RecordKey:
        return RecordKey(row.profile.key, row.public_id)

    def get_deleted_objects(
        self, objs: Sequence[Resource] | QuerySet[Resource], request: HttpRequest
    ) -> tuple[list[str], dict[str, int], set[str], list[str]]:
        _, counts, lacking, protected = super().get_deleted_objects(objs, request)
        titled = labels_of(objs)
        shown = names(titled.get(row.pk, row) for row in objs)
        return shown, {**counts, **going_along(objs)}, lacking, protected


def going_along(resources: Sequence[Resource] | QuerySet[Resource]) -> dict[str, int]:
    """How many rows of each model are deleted along with these resources, by the name of the model.

    Found through foreign keys, since this app does not know the models of others.
    """
    keys: dict[type[Model], list[str]] = defaultdict(list)
    for relation in Resource._meta.get_fields(include_hidden=True):
        if isinstance(relation, ManyToOneRel):
            keys[relation.related_model].append(relation.field.name)
    ids = [resource.pk for resource in resources]
    sources = {resource.source_id for resource in resources}
    counts = {}
    for model, fields in keys.items():
        refers = reduce(or_, (Q(**{f"{name}__in": ids}) for name in fields))
        rows = model._default_manager.filter(refers, source_id__in=sources)
        counts[str(model._meta.verbose_name_plural)] = rows.count()
    return counts
