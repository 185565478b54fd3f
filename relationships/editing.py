"""How a relationship definition is edited."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from profiles.datatypes.text import Symbol
from profiles.editing.definitions import cardinality_shape, description_shape
from profiles.editing.shapes import properties_shape
from profiles.editing.texts import Seldom
from profiles.inputs.groups import GroupShape
from profiles.inputs.nodes import Label
from profiles.inputs.shapes import LeafShape, Shape


def relationship_definition_shape(keys: Iterable[str]) -> Shape:
    """A definition of relationships between the ROOT profiles `keys` of its source."""
    profiles = {key: key for key in keys}
    return GroupShape(
        Label(),
        {
            "description": description_shape(),
            "from": _side("From", profiles),
            "to": _side("To", profiles),
            "properties": properties_shape(Label("Properties")),
        },
        is_kept_empty=True,
    )


def _side(name: str, profiles: Mapping[str, str]) -> Shape:
    hint = "What one calls the other side from here."
    members: dict[str, Shape] = {
        "profileKey": LeafShape(Label("Profile", is_required=True), Symbol(), profiles),
        "includeCardinality": cardinality_shape("How many partners"),
        "includeKey": LeafShape(Label("Include key", hint=hint, is_required=True), Symbol()),
        "cardinality": LeafShape(Label("Cardinality", hint="Another word for it."), Seldom()),
    }
    return GroupShape(Label(name, is_required=True), members)
