"""Requests that can succeed, in place of some of those that are only well-formed.

The document cannot say what `data` holds, since each profile says it, nor what the present ETag
is; so of the requests that are made from the document alone hardly any would write something.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from ingestion.openapi import examples as records
from relationships.openapi import examples as links
from tests.fuzz.world import SECOND_OFFICE

VISA = {"value": "Visa"}
PROFILES = ["provider", "office"]
DATA = {
    "resources/provider": records.JOHN_DOE,
    "resources/office": records.SOUTH_WEST,
    "relationships/provider-office": links.EFFECTIVE,
}
NEW_ENDS = {**links.ENDS, "to": {"id": SECOND_OFFICE, "type": "office"}}
CIRCLE = {"radius": 1000, "coordinates": {"longitude": -79.4, "latitude": 43.7}}
FILTERS: list[dict[str, Any]] = [
    {"eq": {"name": "jo*"}},
    {"eq": {"name": "*"}},
    {"not": {"eq": {"name": "%_\\"}}},
    {"any": {"name": ["John Doe", "South West Clinic"]}},
    {"and": [{"match": {"name": {"value": "doe west", "type": "phrasePrefix"}}}]},
    {"or": [{"match": {"name": {"value": "j"}}}, {"all": {"name": [""]}}]},
    {"geoDistance": {"name": CIRCLE}},
]
SEARCHED: list[dict[str, Any]] = [
    *({"filter": filter} for filter in FILTERS),
    *(
        {"query": "joh"},
        {"properties": {"include": ["name"]}},
        {"properties": {"exclude": ["name"]}},
    ),
    *({"total": "exact"}, {"total": "estimated", "perPage": 1}),
]
QUERIED: list[dict[str, Any]] = [
    *SEARCHED,
    *({"sort": {"path": "name", "direction": direction}} for direction in ("asc", "desc")),
    *({"aggregations": [{"path": "name"}]}, {"page": 2, "perPage": 1}),
]
ASKED: list[dict[str, str]] = [
    *(
        {"data.name": "John Doe"},
        {"data.name__in": '"a,b",John Doe'},
        {"data.name__isnull": "true"},
    ),
    *({"data.name__startswith": "J"}, {"data.name__istartswith": "jo"}, {"q": "doe clinic"}),
    *({"data.name__iexact": "JOHN DOE"}, {"sort": "data.name"}, {"sort": "-data.name"}),
    *({"fields": "data.name,meta"}, {"explain": "true", "q": "j"}, {"total": "estimated"}),
]
LINKS_ASKED: list[dict[str, str]] = [
    *({"data.effective.start": "2024-01-01"}, {"from.data.name": "John Doe"}),
    *({"from.data.name__iexact": "john doe"}, {"to.data.name__startswith": "S", "sort": "id"}),
]
"""What makes sense of the lists and searches of the running example."""
HINDRANCES = ("If-Match", "If-None-Match", "cursor", "page")
"""They must not be there, and only the right value of them helps."""


def favoured(case: Case[Any]) -> st.SearchStrategy[Case[Any]]:
    """The case as it is, or made easier; one that is wrong on purpose stays so."""
    if case.meta is None or case.meta.generation.mode is not GenerationMode.POSITIVE:
        return st.just(case)
    bodies = st.sampled_from([case.body, *_examples(case), *_good_bodies(case) * 3])
    queries = st.sampled_from([None, *_good_queries(case)])
    return st.builds(_changed, st.just(case), bodies, queries, st.booleans())


def _examples(case: Case[Any]) -> Iterator[Any]:
    contents = case.operation.definition.raw.get("requestBody", {"content": {}})["content"]
    for example in contents.get(case.media_type, {"examples": {}})["examples"].values():
        yield example["value"]


def _good_bodies(case: Case[Any]) -> list[Any]:
    """One with data that fits, or that searches for some; none where it has neither."""
    if case.path.endswith("/query"):
        return [{"collectionKey": key, **asked} for key in PROFILES for asked in QUERIED]
    if case.path.endswith("/browse"):
        return [{"collectionKeys": PROFILES, "params": asked} for asked in SEARCHED]
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


def _good_queries(case: Case[Any]) -> list[dict[str, str]]:
    """Those of lists of records."""
    if case.method != "GET" or not {"type", "definition"} & case.path_parameters.keys():
        return []
    if case.path.endswith("/relationships/{definition}"):
        return LINKS_ASKED
    return ASKED if case.path.endswith("/resources/{type}") else []


def _changed(case: Case[Any], body: Any, query: dict[str, str] | None, is_eased: bool) -> Case[Any]:
    if body is not case.body:  # Once it is set, a body that was left out counts as wrong.
        case.body = body
    if query is not None:
        case.query = dict(query)
    for name in HINDRANCES if is_eased else ():
        case.headers.pop(name, None)
        case.query.pop(name, None)
    return case
