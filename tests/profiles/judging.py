"""Short ways to a profile and to what its compiled schema says of a value."""

import json
from collections.abc import Mapping
from typing import Any

import pytest

from profiles.consistency import check_profile
from profiles.exact import Json, decode
from profiles.faults import Fault, Refused
from profiles.properties import ProfileDefinition
from profiles.schema import resource_schema
from profiles.validator import Validator

Found = list[tuple[str, str]]
"""Faults as place and rule, in the order in which they were given."""


def profile(
    properties: Mapping[str, Any],
    contained: Mapping[str, Any] | None = None,
    catalogue: Mapping[str, ProfileDefinition] | None = None,
    key: str = "profile",
) -> ProfileDefinition:
    body = {"properties": properties, "contained": contained or {}}
    return check_profile(key, exact(body), catalogue or {})


def read(definitions: dict[str, Json]) -> dict[str, ProfileDefinition]:
    """The profiles of a source. Each is defined before those that it is contained in."""
    catalogue: dict[str, ProfileDefinition] = {}
    for key, body in reversed(definitions.items()):
        catalogue[key] = check_profile(key, body, catalogue)
    return catalogue


def contains(**rows: tuple[list[str], str]) -> dict[str, Any]:
    return {key: {"types": types, "cardinality": limit} for key, (types, limit) in rows.items()}


def validator(
    definition: ProfileDefinition, catalogue: Mapping[str, ProfileDefinition] | None = None
) -> Validator:
    return Validator(resource_schema("profile", {**(catalogue or {}), "profile": definition}))


def faults(properties: Mapping[str, Any], data: str | Json) -> list[Fault]:
    """The faults of a resource with `data`, of a profile with `properties`."""
    value = decode(data.encode()) if isinstance(data, str) else exact(data)
    return validator(profile(properties)).faults({"data": value})


def judge(definition: Mapping[str, Any], text: str) -> Found:
    """The faults of a value of one property `x`, their places seen from the value."""
    found = faults({"x": definition}, f'{{"x":{text}}}')
    return [(fault.path.removeprefix("/data/x"), fault.rule) for fault in found]


def refusal(body: Json, catalogue: Mapping[str, ProfileDefinition] | None = None) -> list[Fault]:
    """The faults for which the definition of the profile `profile` is refused."""
    with pytest.raises(Refused) as refused:
        check_profile("profile", exact(body), catalogue or {})
    return list(refused.value.faults)


def refused(body: Json, catalogue: Mapping[str, ProfileDefinition] | None = None) -> Found:
    return [(fault.path, fault.rule) for fault in refusal(body, catalogue)]


def exact(value: Json) -> Json:
    """The value as it would come from a request; a text is taken for JSON text already."""
    return decode(value if isinstance(value, bytes) else json.dumps(value).encode())


def judge_text(definition: str, text: str) -> Found:
    """Like `judge`, with the definition as a JSON text too, so that no digit is lost."""
    value = decode(f'{{"properties":{{"x":{definition}}}}}'.encode())
    compiled = validator(check_profile("profile", value, {}))
    found = compiled.faults({"data": {"x": decode(text.encode())}})
    return [(fault.path.removeprefix("/data/x"), fault.rule) for fault in found]
