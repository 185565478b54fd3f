"""How `include` is described, and what it brings along."""

from __future__ import annotations

from ingestion.search.including import INCLUDE, MOST_LINKS, MOST_PATHS, MOST_RECORDS, MOST_STEPS
from profiles.api.openapi.components import POSITIVE, query_parameter
from profiles.api.openapi.endpoints import Object, page_schema, schema
from profiles.api.openapi.refusals import refusal
from profiles.api.parameters import bad_parameter, refused_parameters
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.names import KEY_PATTERN

_PATH = rf"{KEY_PATTERN}(\.{KEY_PATTERN}){{0,{MOST_STEPS - 1}}}"
INCLUDE_DESCRIPTION = f"""\
What is brought along in `included`: up to {MOST_PATHS} paths with commas between them, each of up
to {MOST_STEPS} steps. A step is an `includeKey` of the resources that one has come to: `worksAt`
leads from providers to their offices, `worksAt.staff` on to all who work there. From relationships
the first step is `from` or `to`. Each step brings relationships and the resources at their other
ends, whole, each once, and none that is on the page itself.

Of one resource at most {MOST_LINKS} relationships by one definition are brought, and
{MOST_RECORDS:,} records in all: `includeIsCut` tells that there are more.
"""
IS_CUT: Schema = {
    "type": "boolean",
    "description": "There is more to include than the limits let through; else absent.",
}
PATHS: Schema = {
    "type": "array",
    "maxItems": MOST_PATHS,
    "items": {"type": "string", "pattern": f"^{_PATH}$"},
    "description": "Paths to what is brought along, as in the parameter `include` of lists.",
}
INCLUDED_ETAG = (
    "With `include` the ETag is that of the whole answer, for `If-None-Match` only: `If-Match`"
    " takes that of the record alone."
)

_UNKNOWN_STEP = bad_parameter(
    INCLUDE,
    "Holds an unknown step at the beginning of a path. There are: worksAt.",
    ["worksAt"],
)
LEFT_OUT: Schema = {
    **POSITIVE,
    "description": "So many are not included, since what they were has been erased.",
}
unknown_step = refusal(
    "A query parameter is unknown, or `include` leads to nothing.",
    unknownStep=refused_parameters([_UNKNOWN_STEP]),
)


def include_parameters() -> dict[str, Object]:
    pattern: Schema = {"type": "string", "pattern": f"^{_PATH}(,{_PATH})*$"}
    example = "worksAt,worksAt.staff"
    return {INCLUDE: query_parameter(INCLUDE, pattern, example, INCLUDE_DESCRIPTION)}


def included_schema() -> dict[str, Schema]:
    members: dict[str, Schema] = {
        "relationships": {"type": "array", "items": schema("Relationship")},
        "resources": {"type": "array", "items": schema("Resource")},
    }
    return {"Included": closed_object(members, list(members))}


def record_page(of: str) -> Schema:
    page = page_schema(of, schema("PageMeta"))
    return {**page, "properties": {**page["properties"], "included": schema("Included")}}


def including_schema(record: Schema) -> Schema:
    """A record read by its id, with what `include` brings along."""
    more = {"included": schema("Included"), "includeIsCut": IS_CUT, "erased": LEFT_OUT}
    return {**record, "properties": {**record["properties"], **more}}
