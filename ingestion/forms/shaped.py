"""Forms made from profiles. What somebody else changed meanwhile is brought together with them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.html import format_html
from django.utils.safestring import SafeString

from ingestion.forms.opening import opened
from ingestion.forms.records import (
    NewResourceForm,
    RecordForm,
    StoredRecordForm,
    StoredResourceForm,
)
from ingestion.models import Resource
from ingestion.operations import Target
from ingestion.records import RecordKey
from profiles.contract import CompiledProfile, contract_at
from profiles.datatypes.groups import Identifier
from profiles.datatypes.nested import Array
from profiles.exact import Document, Json
from profiles.faults import Fault, Refused
from profiles.forms import WritingForm
from profiles.inputs.building import contained_shape, data_shape, property_shape
from profiles.inputs.merging import Difference, Merge
from profiles.inputs.nodes import Label, Leaf, Node, Place, names_of
from profiles.models import Profile
from profiles.preconditions import Preconditions
from profiles.properties import Property
from profiles.shape_fields import ShapeField

ANEW = "anew"
"""In place of the ETag of a record that was deleted while its form was open."""

DELETED = (
    "Nothing was saved yet: somebody else has deleted this meanwhile. What you typed is still"
    " below. Save again to make it anew, or leave the page."
)
CROSSED = (
    "Somebody else has changed this meanwhile. Both changes are brought together below. Look"
    " through them, and save again."
)
UNKNOWN = (
    "Nothing was saved: somebody else has changed this meanwhile, and what it was when you opened"
    " this page is not kept any more. Keep what you need of what you typed, open the page anew, and"
    " make your change again."
)


class ShapedForm(RecordForm):
    """Shows each fault at its input, and above all of them as links."""

    def shown_first(self, stored: Mapping[str, Json]) -> Mapping[str, Json]:
        """What the inputs show before anybody types: by it is told what was not touched."""
        return stored

    def _show(self, refused: Refused) -> None:
        if not refused.faults:
            self.add_error(None, refused.message)
        for fault in sorted(refused.faults, key=self._position):
            name = self._field_of(fault)
            if name is not None and name in self.shaped:
                self.add_error(None, ValidationError(self._show_inside(name, fault)))
            else:
                self.add_error(name, fault.message)

    def _position(self, fault: Fault) -> tuple[int, ...]:
        """So that the summary of the faults follows the page."""
        name = self._field_of(fault)
        if name is None or name not in self.shaped:
            return ()
        field = self.shaped[name]
        return (list(self.shaped).index(name), *field.position(self[name].value(), fault))

    def show_faults(self, faults: Sequence[Fault]) -> list[SafeString]:
        """Show faults of a form that nobody has sent; them with their places as links."""
        ordered = sorted(faults, key=self._position)
        found = [(self._field_of(fault), fault) for fault in ordered]
        return [self._show_inside(name, fault) for name, fault in found if name]

    def left_over(self) -> list[SafeString]:
        """What the profile has no property for, as links to its inputs."""
        nodes = [self[name].value() for name in self.shaped]
        return [
            _link(root.way_to(node.place.pointer))
            for root in nodes
            for node in root.walk()
            if isinstance(node, Leaf) and node.is_left_over
        ]

    def _show_inside(self, name: str, fault: Fault) -> SafeString:
        return _linked(self.shaped[name].show(self[name].value(), fault), fault)

    @property
    def shaped(self) -> Mapping[str, ShapeField]:
        return {name: field for name, field in self.fields.items() if isinstance(field, ShapeField)}

    def sent(self) -> dict[str, Json]:
        return {name: self.cleaned_data[name].value for name in self.shaped}


class StoredShapedForm(StoredRecordForm, ShapedForm):
    """Knows the record as it was when the form was opened, and as it is now.

    So what was not touched is told from what was, by both.
    """

    target: ClassVar[Target]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.differences: Sequence[Difference] = ()
        found = opened(self.instance, self.target, self.record_key(), self.data.get("etag"))
        self._is_known = found is not None
        base = found or self.instance
        # Kept by itself: the row may become another one before both are brought together.
        self._stored = {name: getattr(base, name) for name in self.shaped}
        first = self.shown_first(self._stored)
        for name, field in self.shaped.items():
            field.initial, field.widget.base = self._stored[name], first[name]

    def record_key(self) -> RecordKey:
        """Under which the write path knows the record."""
        raise NotImplementedError

    @property
    def preconditions(self) -> Preconditions:
        is_anew = self.cleaned_data["etag"] == ANEW
        return Preconditions(must_be_new=True) if is_anew else super().preconditions

    def clean(self) -> None:
        """Where theirs was chosen after a conflict, it is what is stored now."""
        super().clean()
        if self._chosen and not self.errors:
            self._take(self._merged(self._stored))

    def _show(self, refused: Refused) -> None:
        if refused.status == 412 and self._is_there():
            if self._is_known:
                self._bring_together()
            else:
                self.add_error(None, UNKNOWN)
        elif refused.status == 412:
            self._put_etag(ANEW)
            self.add_error(None, DELETED)
        else:
            super()._show(refused)

    def _bring_together(self) -> None:
        """Show what both changes amount to, as a change of the record as it is now."""
        self.instance.refresh_from_db()
        theirs = {name: getattr(self.instance, name) for name in self.shaped}
        first = self.shown_first(theirs)
        for name, value in self._merged(theirs).items():
            self.shaped[name].widget.put(value, first[name])
        self._put_etag(self.stored_etag())
        self.add_error(None, CROSSED)

    def _is_there(self) -> bool:
        return bool(type(self.instance)._default_manager.filter(pk=self.instance.pk).exists())

    def _put_etag(self, etag: str) -> None:
        sent: QueryDict = self.data.copy()  # type: ignore[attr-defined]  # Django's types say less
        sent["etag"] = etag
        self.data = sent

    def _merged(self, theirs: Mapping[str, Json]) -> dict[str, Json]:
        merge = Merge(self._chosen)
        merged = merge.of(self._stored, dict(theirs), self.sent())
        self.differences = merge.differences
        return dict(merged)  # type: ignore[arg-type]  # a form has parts, so there is something

    def _take(self, values: Mapping[str, Json]) -> None:
        for name, value in values.items():
            self.cleaned_data[name] = Document.of(value)

    @property
    def _chosen(self) -> list[str]:
        """The places of conflicts where theirs was chosen."""
        chosen: list[str] = self.data.getlist("take_theirs")  # type: ignore[attr-defined]
        return chosen


class NewShapedResourceForm(ShapedForm, NewResourceForm):
    profile = None  # type: ignore[assignment]  # takes the field away
    own_profile: ClassVar[Profile]

    @property
    def chosen_profile(self) -> Profile:
        return self.own_profile


class StoredShapedResourceForm(StoredShapedForm, StoredResourceForm):
    target = Target.RESOURCE

    def record_key(self) -> RecordKey:
        return RecordKey(self.instance.profile.key, self.instance.public_id)


def new_resource_form(profile: Profile, actor: str) -> type[WritingForm]:
    """The form of a profile's resources, for one that is to be made."""
    fields = resource_fields(compiled_profile(profile))
    return NewShapedResourceForm.for_actor(actor, own_profile=profile, **fields)


def stored_resource_form(resource: Resource, actor: str) -> type[WritingForm]:
    """The form of a resource, made from its profile as that is now."""
    fields = resource_fields(compiled_profile(resource.profile))
    return StoredShapedResourceForm.for_actor(actor, **fields)


def compiled_profile(profile: Profile) -> CompiledProfile:
    """By the contract of when its source was read: once for a page, however often it is asked."""
    source = profile.source
    return contract_at(source.pk, source.key, source.contract_version).profile(profile.key)


def resource_fields(profile: CompiledProfile) -> dict[str, ShapeField]:
    """The three parts of a resource that people edit."""
    catalogue = profile.contract.catalogue
    data = data_shape(profile.key, profile.definition.properties, Label("Data"))
    contained = contained_shape(profile.definition, catalogue)
    return {
        "data": ShapeField(data, Place("data", "/data"), absent={}),
        "contained": ShapeField(contained, Place("contained", "/contained"), absent={}),
        "identifiers": identifiers_field(),
    }


def identifiers_field() -> ShapeField:
    shape = property_shape("identifiers", Property(Array(), items=Property(Identifier())))
    return ShapeField(shape, Place("identifiers", "/meta/identifier"), absent=[])


def _linked(way: Sequence[Node], fault: Fault) -> SafeString:
    """The fault, with the place where it is as a link."""
    return format_html("{}: {}", _link(way), fault.message)


def _link(way: Sequence[Node]) -> SafeString:
    return format_html('<a href="#{}">{}</a>', way[-1].id, " › ".join(names_of(way)))
