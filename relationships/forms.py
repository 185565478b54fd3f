"""Forms of relationships. They write through the write path, and what it refuses they show."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from ingestion.forms.records import RecordForm, StoredRecordForm
from ingestion.operations import Action, Operation, Payload, Target
from profiles.exact import Document
from profiles.form_fields import DefinitionChoiceField, ExactJSONFormField
from profiles.models import Profile, Source
from relationships.ends import Ends, relationship_id
from relationships.models import Relationship, RelationshipDefinition


class RelationshipForm(RecordForm):
    places = {
        "/from": "from_public_id",
        "/to": "to_public_id",
        "/data": "data",
        "/meta/identifier": "identifiers",
    }
    data = ExactJSONFormField(initial={})  # type: ignore[assignment]  # no attribute: a field
    identifiers = ExactJSONFormField(
        rows=4, initial=[], help_text='An array of {"system", "value", "use"}.'
    )

    class Meta:
        model = Relationship
        fields = ["data", "identifiers"]

    def payload(self) -> Payload:
        return {"data": self.cleaned_data["data"], "meta": self.meta()}

    def written(self, source: Source, operation: Operation) -> Relationship:
        record = self.write_record(source, operation)
        return Relationship.objects.get(source=source, id=record.row_id)


class NewRelationshipForm(RelationshipForm):
    naming_field = "definition"
    definition = DefinitionChoiceField(RelationshipDefinition.objects.none())
    from_public_id = forms.CharField(label="From", help_text="The id of a resource.")
    to_public_id = forms.CharField(label="To", help_text="The id of a resource.")

    class Meta(RelationshipForm.Meta):
        fields = ["definition", "from_public_id", "to_public_id", *RelationshipForm.Meta.fields]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if isinstance(choice := self.fields.get("definition"), DefinitionChoiceField):
            choice.queryset = all_definitions()

    @property
    def chosen_definition(self) -> RelationshipDefinition:
        definition: RelationshipDefinition = self.cleaned_data["definition"]
        return definition

    def write(self) -> Relationship:
        definition = self.chosen_definition
        payload = {
            "from": self._end(definition.from_profile, "from_public_id"),
            "to": self._end(definition.to_profile, "to_public_id"),
            **self.payload(),
        }
        return self.written(
            definition.source,
            Operation(Action.CREATE, Target.RELATIONSHIP, definition.key, payload=payload),
        )

    def _end(self, profile: Profile, field: str) -> Document:
        return Document.of({"id": self.cleaned_data[field], "type": profile.key})


class StoredRelationshipForm(StoredRecordForm, RelationshipForm):
    def write(self) -> Relationship:
        return self.written(
            self.instance.source,
            Operation(
                Action.UPSERT,
                Target.RELATIONSHIP,
                self.instance.definition.key,
                full_id(self.instance),
                self.payload(),
                preconditions=self.preconditions,
            ),
        )


def all_definitions() -> QuerySet[RelationshipDefinition]:
    rows = RelationshipDefinition.objects.select_related("source").defer("body")
    return with_profiles(rows).order_by("source__key", "key")


def full_id(relationship: Relationship) -> str:
    """Its id on the wire."""
    definition = relationship.definition
    ends = Ends(relationship.from_public_id, relationship.to_public_id)
    return relationship_id(definition.from_profile.key, definition.to_profile.key, ends)


def with_profiles(rows: QuerySet[Any], definition: str = "") -> QuerySet[Any]:
    """Rows with the profiles of their definition, but without the bodies of either."""
    profiles = [f"{definition}{side}_profile" for side in ("from", "to")]
    return rows.select_related(*profiles).defer(*(f"{profile}__body" for profile in profiles))
