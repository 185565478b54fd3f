"""Forms of relationships, made from their definitions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.http import urlencode

from ingestion.forms.shaped import ShapedForm, StoredShapedForm, identifiers_field
from ingestion.operations import Target
from ingestion.records import RecordKey
from profiles.contract import current_contract
from profiles.faults import Refused
from profiles.forms import WritingForm
from profiles.inputs.building import data_shape
from profiles.inputs.nodes import Label, Place
from profiles.properties import Property
from profiles.shape_fields import ShapeField
from relationships.contract import CompiledDefinition, definitions_of
from relationships.forms import NewRelationshipForm, StoredRelationshipForm, full_id
from relationships.models import Relationship, RelationshipDefinition
from relationships.taken import explained, side_taken


class NewShapedRelationshipForm(ShapedForm, NewRelationshipForm):
    """Suggests its ends, and tells who sits where there is one place only."""

    definition = None  # type: ignore[assignment]  # takes the field away
    own_definition: ClassVar[RelationshipDefinition]

    class Media:
        js = ["relationships/ends.js"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for side in ("from", "to"):
            profile = getattr(self.own_definition, f"{side}_profile")
            field = self.fields[f"{side}_public_id"]
            field.widget.attrs["data-ends"] = _suggestions(self.own_definition, side)
            field.help_text = f"The {profile.key}: type its id or title, and choose."

    def _show(self, refused: Refused) -> None:
        super()._show(refused)
        for side in filter(None, map(side_taken, refused.faults)):
            name = f"{side}_public_id"
            id = str(self[name].value()).strip()
            if text := explained(self.own_definition, side, id):
                self.add_error(name, ValidationError(text))

    @property
    def chosen_definition(self) -> RelationshipDefinition:
        return self.own_definition


class StoredShapedRelationshipForm(StoredShapedForm, StoredRelationshipForm):
    target = Target.RELATIONSHIP

    def record_key(self) -> RecordKey:
        return RecordKey(self.instance.definition.key, full_id(self.instance))


def _suggestions(definition: RelationshipDefinition, side: str) -> str:
    asked = {"definition": f"{definition.source.key}/{definition.key}", "side": side}
    return f"{reverse('admin:relationships_relationship_ends')}?{urlencode(asked)}"


def new_relationship_form(definition: RelationshipDefinition, actor: str) -> type[WritingForm]:
    """The form of a definition's relationships, for one that is to be made."""
    fields = relationship_fields(compiled_definition(definition))
    return NewShapedRelationshipForm.for_actor(actor, own_definition=definition, **fields)


def stored_relationship_form(relationship: Relationship, actor: str) -> type[WritingForm]:
    fields = relationship_fields(compiled_definition(relationship.definition))
    return StoredShapedRelationshipForm.for_actor(actor, **fields)


def compiled_definition(definition: RelationshipDefinition) -> CompiledDefinition:
    return definitions_of(current_contract(definition.source.key)).get(definition.key)


def relationship_fields(definition: CompiledDefinition) -> dict[str, ShapeField]:
    """The two parts of a relationship that people edit."""
    return fields_of_properties(definition.key, definition.properties)


def fields_of_properties(key: str, properties: Mapping[str, Property]) -> dict[str, ShapeField]:
    data = data_shape(key, properties, Label("Data"))
    return {
        "data": ShapeField(data, Place("data", "/data"), absent={}),
        "identifiers": identifiers_field(),
    }
