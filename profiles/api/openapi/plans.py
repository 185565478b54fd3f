"""How it is described what a definition would leave behind."""

from __future__ import annotations

from profiles.api.openapi.components import COUNT, ID, KEY, POSITIVE, TEXT, query_parameter
from profiles.api.openapi.endpoints import Components, Object, schema
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.definitions import Outcome
from profiles.exact import Json
from profiles.nonconformity import EXAMPLES
from profiles.planning import State
from profiles.properties import Cardinality

MODE: Object = query_parameter(
    "mode",
    {"type": "string", "enum": ["plan"]},
    "plan",
    "`plan` changes nothing, and tells what the definition would leave behind.",
)
PLAN_COMPUTING: Json = {"mode": "plan", "outcome": "CHANGED", "state": "computing"}
COMPUTED: dict[str, Schema] = {
    "state": {
        "type": "string",
        "enum": [state.value for state in State],
        "description": "`computing`: newer numbers are on the way; those here, if any, are older.",
    },
    "computedAt": {"type": "string", "format": "date-time"},
    "contractVersion": {**COUNT, "description": "The contract of the source at that time."},
}


def plan_components() -> Components:
    place: Schema = {
        **TEXT,
        "description": "A JSON Pointer into the record, with `*` for any element of an array.",
    }
    found: dict[str, Schema] = {
        "path": place,
        "rule": TEXT,
        "expected": {"description": "What would fit, where that is the same for all."},
        "count": {**POSITIVE, "description": "How many records break it there."},
        "examples": {
            "type": "array",
            "items": TEXT,
            "maxItems": EXAMPLES,
            "description": "Ids of some.",
        },
    }
    side = {"type": "string", "enum": ["from", "to"]}
    cardinality = {"type": "string", "enum": [each.value for each in Cardinality]}
    rule = {"type": "string", "enum": ["cardinality", "missing"]}
    ids = {**found["examples"], "items": ID}
    end = {**found, "rule": rule, "expected": cardinality, "path": TEXT, "examples": ids}
    counted = {"type": KEY, "checked": COUNT, "nonconforming": COUNT}
    members: dict[str, Schema] = {
        "mode": {"const": "plan"},
        "outcome": {"type": "string", "enum": [outcome.value for outcome in Outcome]},
        **COMPUTED,
        "checked": COUNT,
        "nonconforming": COUNT,
        "types": {"type": "array", "items": closed_object(counted, list(counted))},
        "faults": {"type": "array", "items": schema("PlannedFault")},
        "ends": {"type": "array", "items": schema("PlannedEnd")},
    }
    needed = ["type", "path", "rule", "count", "examples"]
    return {
        "schemas": {
            "DefinitionPlan": closed_object(members, ["mode", "outcome", "state"]),
            "PlannedFault": closed_object({"type": KEY, **found}, needed),
            "PlannedEnd": closed_object(
                {"side": side, "type": KEY, **end}, [*needed, "side", "expected"]
            ),
        },
        "parameters": {"mode": MODE},
    }
