"""The form that stewards will get, of a definition that may not be saved yet."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from profiles.exact import Json
from profiles.example_values import example_members
from profiles.inputs.building import contained_shape, data_shape
from profiles.inputs.nodes import Label, Node, Place
from profiles.inputs.shapes import Shape, shown
from profiles.properties import ProfileDefinition, Property
from profiles.schema import Catalogue

DEEPEST = 2
"""Down to which depth contained resources are shown."""


def data_preview(properties: Mapping[str, Property]) -> Node:
    """How `data` will be edited, with an example in each input."""
    return _shown(
        data_shape("preview", properties, Label("Data")), example_members(properties), "data"
    )


def contained_preview(definition: ProfileDefinition, catalogue: Catalogue) -> Node:
    """How `contained` will be edited, one resource under each key; without unknown profiles."""
    known = {key: _with_known(other, catalogue) for key, other in catalogue.items()}
    own = _with_known(definition, catalogue)
    return _shown(contained_shape(own, known), _contained(own, known, 1), "contained")


def _shown(shape: Shape, value: Json, name: str) -> Node:
    return shown(shape, value, value, Place(f"preview/{name}", ""))


def _contained(definition: ProfileDefinition, known: Catalogue, depth: int) -> dict[str, Json]:
    rows = definition.contained if depth <= DEEPEST else {}
    return {key: [_resource(row.types[0], known, depth)] for key, row in rows.items()}


def _resource(type: str, known: Catalogue, depth: int) -> Json:
    resource = {"type": type, "data": example_members(known[type].properties)}
    inner = _contained(known[type], known, depth + 1)
    return {**resource, "contained": inner} if inner else resource


def _with_known(definition: ProfileDefinition, catalogue: Catalogue) -> ProfileDefinition:
    rows = {
        key: replace(row, types=tuple(type for type in row.types if type in catalogue))
        for key, row in definition.contained.items()
    }
    return replace(definition, contained={key: row for key, row in rows.items() if row.types})
