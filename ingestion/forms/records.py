"""Forms of records. They write through the write path, and what it refuses they show."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet, TextField, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Coalesce

from ingestion.forms.reasons import optional_reason
from ingestion.models import Resource
from ingestion.operations import Action, Operation, Payload, Target
from ingestion.records import Record, etag_of
from ingestion.single import write_one
from profiles.exact import Document
from profiles.form_fields import DefinitionChoiceField, ExactJSONFormField
from profiles.forms import StoredForm, WritingForm
from profiles.models import Profile, Source
from profiles.properties import ProfileType


class RecordForm(WritingForm):
    reason = optional_reason()

    def write_record(self, source: Source, operation: Operation) -> Record:
        """The record as it is after the operation. Raises `Refused`."""
        reason = self.cleaned_data["reason"]
        record = write_one(source.key, operation, actor=self.actor, reason=reason).receipt.record
        assert record is not None, "only a deletion leaves no record"
        return record

    def meta(self) -> Document:
        return Document.of({"identifier": self.cleaned_data["identifiers"].value})


class StoredRecordForm(StoredForm, RecordForm):
    def stored_etag(self) -> str:
        return etag_of(self.instance.pk, self.instance.version)


class ResourceForm(RecordForm):
    places = {
        "/id": "public_id",
        "/type": "profile",
        "/data": "data",
        "/contained": "contained",
        "/meta/identifier": "identifiers",
    }
    data = ExactJSONFormField(initial={})  # type: ignore[assignment]  # no attribute: a field
    contained = ExactJSONFormField(
        initial={}, help_text="Contained resources, by their contain key."
    )
    identifiers = ExactJSONFormField(
        rows=4, initial=[], help_text='An array of {"system", "value", "use"}.'
    )

    class Meta:
        model = Resource
        fields = ["data", "contained", "identifiers"]

    def payload(self) -> Payload:
        return {
            "data": self.cleaned_data["data"],
            "contained": self.cleaned_data["contained"],
            "meta": self.meta(),
        }

    def written(self, source: Source, operation: Operation) -> Resource:
        record = self.write_record(source, operation)
        return Resource.objects.get(source=source, id=record.row_id)


class NewResourceForm(ResourceForm):
    naming_field = "public_id"
    profile = DefinitionChoiceField(Profile.objects.none())
    public_id = forms.CharField(label="Id", required=False, help_text="Made if it is left empty.")

    class Meta(ResourceForm.Meta):
        fields = ["profile", "public_id", *ResourceForm.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(choice := self.fields.get("profile"), DefinitionChoiceField):
            choice.queryset = root_profiles()

    @property
    def chosen_profile(self) -> Profile:
        profile: Profile = self.cleaned_data["profile"]
        return profile

    def write(self) -> Resource:
        profile = self.chosen_profile
        payload = self.payload()
        if id := self.cleaned_data["public_id"]:
            payload = {"id": Document.of(id), **payload}
        return self.written(
            profile.source,
            Operation(Action.CREATE, Target.RESOURCE, profile.key, payload=payload),
        )


class StoredResourceForm(StoredRecordForm, ResourceForm):
    def write(self) -> Resource:
        return self.written(
            self.instance.source,
            Operation(
                Action.UPSERT,
                Target.RESOURCE,
                self.instance.profile.key,
                self.instance.public_id,
                self.payload(),
                preconditions=self.preconditions,
            ),
        )


def root_profiles() -> QuerySet[Profile]:
    """The profiles that have resources of their own."""
    rows = with_resources(Profile.objects.all())
    return rows.select_related("source").defer("body").order_by("source__key", "key")


def with_resources(profiles: QuerySet[Any]) -> QuerySet[Any]:
    """Those of profiles that have resources of their own, told by the database."""
    type = Coalesce(
        KeyTextTransform("type", "body"), Value(ProfileType.ROOT.value), output_field=TextField()
    )
    rows: QuerySet[Any] = profiles.alias(type=type).filter(type=ProfileType.ROOT.value)
    return rows
