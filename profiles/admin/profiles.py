"""Profiles in the admin."""

from __future__ import annotations

from collections.abc import Sequence

from django.contrib import admin

from profiles.admin.definitions import VersionInline
from profiles.admin.display import DisplayAdmin, display_of
from profiles.admin.editing import EditingAdmin
from profiles.contract import Contract
from profiles.definitions import profiles
from profiles.editing.definitions import profile_shape
from profiles.editing.preview import contained_preview, data_preview
from profiles.exact import Json
from profiles.inputs.nodes import Node
from profiles.inputs.shapes import Shape
from profiles.models import Profile, ProfileVersion
from profiles.reading import read_profile
from profiles.schema import resource_schema


class ProfileVersionInline(VersionInline):
    model = ProfileVersion


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
