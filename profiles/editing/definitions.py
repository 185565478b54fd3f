"""How a whole definition is edited: a profile here, other kinds from the same parts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from profiles.datatypes.text import Symbol
from profiles.editing.checks import ChecksShape
from profiles.editing.shapes import CONTAINED, KeyedShape, properties_shape
from profiles.editing.texts import Key
from profiles.inputs.groups import GroupShape
from profiles.inputs.nodes import Label
from profiles.inputs.rows import RowsShape
from profiles.inputs.shapes import LeafShape, Shape
from profiles.properties import Cardinality, ProfileType

CARDINALITIES: Mapping[str, str] = {
    Cardinality.ANY.value: "0:* – any number",
    Cardinality.AT_MOST_ONE.value: "0:1 – none or one",
    Cardinality.EXACTLY_ONE.value: "1:1 – exactly one",
    Cardinality.AT_LEAST_ONE.value: "1:* – at least one",
}
KINDS: Mapping[str, str] = {
    ProfileType.ROOT.value: "ROOT – stands for itself",
    ProfileType.CONTAINED.value: "CONTAINED – only in others",
}


def profile_shape(keys: Iterable[str]) -> Shape:
    """A profile, beside the profiles `keys` of its source."""
    types = {key: key for key in keys}
    row = KeyedShape(
        Label("Contained"),
        {
            "key": LeafShape(Label("Key", is_required=True), Key()),
            "cardinality": cardinality_shape("How many"),
            "types": ChecksShape(Label("Profiles", is_required=True), types),
        },
    )
    return GroupShape(
        Label(),
        {
            "description": description_shape(),
            "type": LeafShape(Label("Kind", hint="ROOT if it is left open."), Symbol(), KINDS),
            "properties": properties_shape(Label("Properties")),
            "contained": RowsShape(
                Label("Contained"),
                lambda _: row,
                {CONTAINED: Label("contained")},
                lambda _: row,
            ),
        },
        is_kept_empty=True,
    )


def description_shape() -> Shape:
    return LeafShape(Label("Description"), Symbol())


def cardinality_shape(text: str) -> Shape:
    return LeafShape(Label(text, is_required=True), Symbol(), CARDINALITIES)
