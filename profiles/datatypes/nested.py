"""Types whose content the profile itself describes, and the schemas of properties in each other."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from profiles.datatypes.base import ELEMENTS, Control, DataType, Nested, Schema
from profiles.exact import Json, json_line
from profiles.properties import ELEMENT, Place, Property, Rule

Conditional = Mapping[Place, list[Schema]]
"""Schemas that hold besides the plain ones, by the place that they are to stand at."""


class Array(DataType):
    name = "array"
    expectation = "a list"
    example = ["Pharmacist"]
    bounds = ELEMENTS
    takes = frozenset({"items"})
    control = Control.ROWS

    def use(self, prop: Property, nested: Nested) -> Schema:
        assert prop.items is not None, "profiles.reading lets no array pass without items"
        return {"type": "array", "items": nested(prop.items, ELEMENT)}

    def summary(self, value: Json, prop: Property) -> str:
        if not isinstance(value, list) or prop.items is None:
            return json_line(value)
        return ", ".join(prop.items.type.summary(element, prop.items) for element in value)


class Parted(DataType):
    """What all types have in common whose value is a JSON object."""

    control = Control.GROUP
    told: ClassVar[Sequence[Sequence[str]]] = ()
    """The parts that tell a value in one line: the first of these of which there are any."""
    joint: ClassVar[str] = ", "

    def summary(self, value: Json, prop: Property) -> str:
        if not isinstance(value, dict):
            return json_line(value)
        parts = self.parts(prop)
        for keys in (*self.told, tuple(parts)):
            there = [key for key in keys if key in value and key in parts]
            if there:
                texts = [self._summary_of(value[key], parts[key]) for key in there]
                return self.joint.join(text for text in texts if text)
        return ""

    def _summary_of(self, value: Json, part: Property) -> str:
        """Elements of a list stand side by side as the parts do: all given names of a person."""
        if part.items is None or not isinstance(value, list):
            return part.type.summary(value, part)
        texts = [part.items.type.summary(element, part.items) for element in value]
        return self.joint.join(text for text in texts if text)


class Object(Parted):
    name = "object"
    expectation = "a group of properties"
    example = {"opens": "09:00:00"}
    takes = frozenset({"properties"})

    def parts(self, prop: Property) -> Mapping[str, Property]:
        return prop.properties

    def use(self, prop: Property, nested: Nested) -> Schema:
        return closed_object(
            {key: nested(part, key) for key, part in prop.properties.items()},
            required_keys(prop.properties),
        )


def object_schema(
    properties: Mapping[str, Property], conditional: Conditional | None = None
) -> Schema:
    """The schema of a JSON object that has these properties and no others.

    `conditional` holds what `when` rules add, by place.
    """
    extra = conditional or {}
    members = {key: _schema_at((key,), prop, extra) for key, prop in properties.items()}
    return _with_all(closed_object(members, required_keys(properties)), extra.get((), []))


def closed_object(members: Mapping[str, Schema], required: list[str]) -> Schema:
    schema: Schema = {
        "type": "object",
        "properties": dict(members),
        "additionalProperties": False,
    }
    return {**schema, "required": required} if required else schema


def required_keys(properties: Mapping[str, Property]) -> list[str]:
    return [key for key, prop in properties.items() if prop.is_required]


def criteria_schema(type: DataType, rule: Rule) -> Schema:
    """The keywords for the criteria of a rule, but `required`, which belongs to the parent."""
    criteria: dict[str, Any] = {"enum": rule.enum and list(rule.enum), "pattern": rule.pattern}
    if type.bounds:
        criteria |= {type.bounds.min: rule.min, type.bounds.max: rule.max}
    return {keyword: value for keyword, value in criteria.items() if value is not None}


def _schema_at(place: Place, prop: Property, conditional: Conditional) -> Schema:
    def nested(part: Property, step: str) -> Schema:
        return _schema_at((*place, step), part, conditional)

    schema = prop.type.use(prop, nested)
    if prop.description:
        schema["description"] = prop.description
    further = []
    for rule in prop.rules:
        if rule.when is None:
            criteria = criteria_schema(prop.type, rule)
            if criteria.keys() & schema.keys():
                further.append(criteria)
            else:
                schema |= criteria
    return _with_all(schema, [*further, *conditional.get(place, [])])


def _with_all(schema: Schema, further: Iterable[Schema]) -> Schema:
    found = list(further)
    return {**schema, "allOf": found} if found else schema
