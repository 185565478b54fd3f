"""`when`: a rule that holds on a condition, compiled into `if` and `then`."""

from collections import defaultdict
from collections.abc import Mapping
from functools import cache

from profiles.datatypes.base import Schema
from profiles.datatypes.nested import criteria_schema
from profiles.properties import ELEMENT, Condition, Place, Property, Rule, Step, places

PRESENT = "*"
"""The operand that asks only whether there is a value."""

_SYNTAX = frozenset(r"^$\.*+?()[]{}|/")
_END_OF_CASED = 0x20000
"""Beyond this code point no letter has a capital."""


def conditional_schemas(properties: Mapping[str, Property]) -> dict[Place, list[Schema]]:
    """The `if`/`then` of every conditional rule, by the place where it stands.

    That is the root of the data, or the element of the innermost array bound by `[current]`.
    """
    found: dict[Place, list[Schema]] = defaultdict(list)
    for place, prop in places(properties):
        for rule in prop.rules:
            if rule.when is not None:
                anchor = anchor_of(rule.when.path)
                found[anchor].append(
                    {
                        "if": _holds(properties, anchor, rule.when),
                        "then": _imposed(place[len(anchor) :], prop, rule),
                    }
                )
    return dict(found)


def anchor_of(path: tuple[Step, ...]) -> Place:
    """The place up to which a condition's path is bound to what is being checked."""
    last = max((index for index, step in enumerate(path) if step.current), default=-1)
    anchor: Place = ()
    for step in path[: last + 1]:
        anchor += (step.key, ELEMENT) if step.current else (step.key,)
    return anchor


def property_at(properties: Mapping[str, Property], place: Place) -> Property | None:
    """The property at a place, through arrays and the parts of complex types."""
    prop: Property | None = None
    parts = properties
    for step in place:
        prop = prop.items if step == ELEMENT and prop is not None else parts.get(step)
        if prop is None:
            return None
        parts = prop.parts()
    return prop


def _holds(properties: Mapping[str, Property], anchor: Place, condition: Condition) -> Schema:
    """A schema that is true of what stands at `anchor` exactly if the condition is."""
    bound = sum(step != ELEMENT for step in anchor)
    rest = tuple(step.key for step in condition.path[bound:])
    element = property_at(properties, anchor) if anchor else None
    if element is not None:
        return _somewhere(element, rest, condition)
    return _member(properties, rest, condition)


def _member(parts: Mapping[str, Property], keys: Place, condition: Condition) -> Schema:
    key, *rest = keys
    inside = _somewhere(parts[key], tuple(rest), condition)
    return {"type": "object", "required": [key], "properties": {key: inside}}


def _somewhere(prop: Property, keys: Place, condition: Condition) -> Schema:
    """True of a value of `prop` if the condition is true below it; of an array, of any element."""
    if not keys and condition.operand == PRESENT:
        return {}
    if prop.items is not None:
        return {"type": "array", "contains": _somewhere(prop.items, keys, condition)}
    if keys:
        return _member(prop.parts(), keys, condition)
    return _comparison(condition)


def _comparison(condition: Condition) -> Schema:
    operand = condition.operand
    if condition.operator != "eq":
        bound = "maximum" if condition.operator == "lt" else "minimum"
        return {"type": "number", bound: operand}
    if isinstance(operand, str):
        return {"type": "string", "pattern": text_pattern(operand)}
    return {"const": operand}


def _imposed(place: Place, prop: Property, rule: Rule) -> Schema:
    """What the rule asks of the property at `place`, seen from the anchor."""
    schema = criteria_schema(prop.type, rule)
    required = rule.required
    for step in reversed(place):
        if step == ELEMENT:
            schema = {"items": schema}
        else:
            schema = {"properties": {step: schema}, **({"required": [step]} if required else {})}
        required = False
    return schema


def text_pattern(text: str) -> str:
    """A pattern for `text` in any case; each `*` in it stands for any run of characters."""
    return "^" + "".join(map(_any_case, text)) + "$"


def _any_case(character: str) -> str:
    if character == "*":
        return r"[\s\S]*"
    variants = _variants().get(character.casefold(), character)
    if len(variants) > 1:
        return f"[{variants}]"
    return f"\\{character}" if character in _SYNTAX else character


@cache
def _variants() -> Mapping[str, str]:
    """All letters that differ in case only, by their folded form: σ, ς and Σ are one."""
    found: dict[str, str] = defaultdict(str)
    for character in map(chr, range(_END_OF_CASED)):
        found[character.casefold()] += character
    return {folded: letters for folded, letters in found.items() if len(letters) > 1}
