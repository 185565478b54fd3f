"""Requests that can succeed, in place of some of those that are only well-formed.

The document cannot say what `data` holds, since each profile says it, nor what the present ETag
is; so of the requests that are made from the document alone hardly any would write something.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from ingestion import examples as records
from relationships import examples as links
from tests.fuzz.world import SECOND_OFFICE

VISA = {"value": "Visa"}
DATA = {
    "resources/provider": records.JOHN_DOE,
    "resources/office": records.SOUTH_WEST,
    "relationships/provider-office": links.EFFECTIVE,
}
NEW_ENDS = {**links.ENDS, "to": {"id": SECOND_OFFICE, "type": "office"}}
HINDRANCES = ("If-Match", "If-None-Match", "cursor", "page")
"""They must not be there, and only the right value of them helps."""


def favoured(case: Case[Any]) -> st.SearchStrategy[Case[Any]]:
    """The case as it is, or made easier; one that is wrong on purpose stays so."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return st.just(case)
    bodies = st.sampled_from([case.body, *_examples(case), *_good_bodies(case) * 3])
    return st.builds(_changed, st.just(case), bodies, st.booleans())


def _examples(case: Case[Any]) -> Iterator[Any]:
    contents = case.operation.definition.raw.get("requestBody", {"content": {}})["content"]
    for example in contents.get(case.media_type, {"examples": {}})["examples"].values():
        yield example["value"]


def _good_bodies(case: Case[Any]) -> list[Any]:
    """One with data that fits; none where it has no data."""
    if not isinstance(case.body, dict) or not {"type", "definition"} & case.path_parameters.keys():
        return []
    body = {"data": _data(case)}
    if "containKey" in case.path_parameters:
        return [{**body, "type": "paymentMethod"}]
    if case.method == "POST" and "definition" in case.path_parameters:
        return [{**body, **NEW_ENDS}]
    return [{**body, **{name: case.body[name] for name in ("meta",) if name in case.body}}]


def _data(case: Case[Any]) -> Any:
    if "containKey" in case.path_parameters:
        return VISA
    address = case.formatted_path
    return next((data for place, data in DATA.items() if place in address), {})


def _changed(case: Case[Any], body: Any, is_eased: bool) -> Case[Any]:
    case.body = body
    for name in HINDRANCES if is_eased else ():
        case.headers.pop(name, None)
        case.query.pop(name, None)
    return case
