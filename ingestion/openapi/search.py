"""How `query` and `browse` are described."""

from __future__ import annotations

from ingestion.filters.conditions import Words
from ingestion.openapi import examples
from ingestion.openapi.including import IS_CUT, PATHS
from ingestion.search.bodies import (
    DEFAULT_BUCKETS,
    DEFAULT_HITS,
    DIRECTIONS,
    MOST_AGGREGATIONS,
    MOST_BUCKETS,
)
from ingestion.search.including import INCLUDE
from ingestion.search.operators import OPERATORS
from ingestion.search.totals import TOTALS
from profiles.api.openapi.components import COUNT, KEY, POSITIVE, TEXT
from profiles.api.openapi.endpoints import Components, Object, answer, asking, json_body, schema
from profiles.api.openapi.refusals import refusal
from profiles.api.parameters import DEFAULT_PER_PAGE, MAX_PER_PAGE
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.exact import Json
from profiles.faults import Fault, faulty

TAG = "Search"
TAGS = {TAG: "Records found with operators, in one profile or definition or through several."}

OPERATORS_TOLD = """\
A filter is an object with one operator:

* `and`, `or`: a list of filters; `not`: one filter. What is absent is not equal to anything.
* `eq`: `{"name": "Jo*"}`. Text in any case of letters; `*` stands for any characters, but not at
  the beginning; `*` alone asks whether something is there.
* `any`, `all`: `{"specialities": ["Nurse", "Pharmacist"]}`, exactly.
* `gt`, `lt`: at least, at most. A date told in part is compared by what it may mean.
* `match`: `{"note": {"value": "best services", "type": "phrase"}}`, by words.
* `geoDistance`: `{"position": {"radius": 20000, "coordinates": {"longitude": -79.4,
  "latitude": 43.7}}}`, in metres.

Paths lead into `data`, with dots, and through arrays: any element will do. `eq` of text, `gt`,
`lt`, `match` and `geoDistance` need the property to be marked `"indexed": true` in its profile.
"""

QUERIED: Json = {
    "collectionKey": "provider",
    "filter": {"any": {"specialities": ["Pharmacist", "Nurse"]}},
    "aggregations": [{"path": "specialities", "size": 5}],
}
BROWSED: Json = {"collectionKeys": ["provider"], "params": {"perPage": 100}}
HIT: Json = {"hitType": "RESOURCE", "resource": examples.PROVIDER}
FOUND: Json = {
    "hits": [HIT],
    "meta": {"perPage": DEFAULT_HITS},
    "aggregations": [
        {
            "path": "specialities",
            "buckets": [{"value": "Pharmacist", "count": 1}],
            "isExact": True,
        }
    ],
}
THERE: Json = ["name", "practiceNumber", "specialities"]


def no_property(place: str) -> Object:
    """The refusals of a search, with one of a filter at this place."""
    fault = Fault(f"{place}/eq/nmae", "exists", "Is no property of provider.", THERE)
    return refusal(
        "The search is faulty: all faults at once.", noProperty=faulty("search", [fault])
    )


def components() -> Components:
    total: Schema = {"enum": list(TOTALS), "default": TOTALS[0]}
    members: dict[str, Schema] = {
        "cursor": {**TEXT, "description": "`meta.cursor` of the page before."},
        "filter": schema("Filter"),
        "query": {**TEXT, "description": "Words of indexed texts; the last may be a beginning."},
        "properties": schema("ShownProperties"),
        "total": total,
        INCLUDE: PATHS,
    }
    collection: Schema = {
        "collectionType": {"enum": ["resources", "relationships"], "default": "resources"}
    }
    sort = closed_object({"path": TEXT, "direction": {"enum": list(DIRECTIONS)}}, ["path"])
    asked = closed_object(
        {
            "path": TEXT,
            "size": {**POSITIVE, "maximum": MOST_BUCKETS, "default": DEFAULT_BUCKETS},
        },
        ["path"],
    )
    query = {
        "collectionKey": KEY,
        **collection,
        **members,
        "perPage": {**POSITIVE, "maximum": MAX_PER_PAGE, "default": DEFAULT_HITS},
        "page": {**POSITIVE, "description": f"Leads to the first {MAX_PER_PAGE} hits only."},
        "sort": sort,
        "aggregations": {"type": "array", "maxItems": MOST_AGGREGATIONS, "items": asked},
    }
    params = {
        **members,
        "perPage": {**POSITIVE, "maximum": MAX_PER_PAGE, "default": DEFAULT_PER_PAGE},
    }
    browse = {
        "collectionKeys": {"type": "array", "minItems": 1, "items": KEY, "uniqueItems": True},
        **collection,
        "params": closed_object(params, []),
    }
    return {
        "schemas": {
            "Query": closed_object(query, ["collectionKey"]),
            "Browse": closed_object(browse, ["collectionKeys"]),
            "Filter": _filter(),
            "ShownProperties": closed_object(
                {name: {"type": "array", "items": TEXT} for name in ("include", "exclude")}, []
            ),
            **_answers(),
        }
    }


def _filter() -> Schema:
    one: Schema = {"type": "object", "minProperties": 1, "maxProperties": 1}
    several: Schema = {"type": "array", "minItems": 1, "items": schema("Filter")}
    words: Schema = closed_object(
        {"value": TEXT, "type": {"enum": [how.value for how in Words]}}, ["value"]
    )
    degrees: Schema = {"type": "number"}
    circle: Schema = closed_object(
        {
            "radius": {"type": "number", "minimum": 0},
            "coordinates": closed_object(
                {"longitude": degrees, "latitude": degrees}, ["longitude", "latitude"]
            ),
        },
        ["radius", "coordinates"],
    )
    values: Schema = {"type": "array", "minItems": 1, "items": {}}
    operands: dict[str, Schema] = {
        "and": several,
        "or": several,
        "not": schema("Filter"),
        "any": {**one, "additionalProperties": values},
        "all": {**one, "additionalProperties": values},
        "match": {**one, "additionalProperties": words},
        "geoDistance": {**one, "additionalProperties": circle},
    }
    members = {name: operands.get(name, one) for name in OPERATORS}
    return {**closed_object(members, []), **{key: one[key] for key in one if key != "type"}}


def _answers() -> dict[str, Schema]:
    hit = closed_object(
        {
            "hitType": {"enum": ["RESOURCE", "RELATIONSHIP"]},
            "resource": {"type": "object"},
            "relationship": {"type": "object"},
        },
        ["hitType"],
    )
    bucket = closed_object({"value": {}, "count": COUNT}, ["value", "count"])
    counted = closed_object(
        {
            "path": TEXT,
            "buckets": {"type": "array", "items": bucket},
            "isExact": {
                "type": "boolean",
                "description": "False where only the first 100,000 records were looked at.",
            },
        },
        ["path", "buckets", "isExact"],
    )
    meta = closed_object(
        {"cursor": TEXT, "perPage": POSITIVE, "total": COUNT, "includeIsCut": IS_CUT}, []
    )
    hits: Schema = {"type": "array", "items": hit}
    return {
        "Hits": closed_object(
            {
                "hits": hits,
                "included": schema("Included"),
                "meta": meta,
                "aggregations": {"type": "array", "items": counted},
            },
            ["hits", "meta"],
        )
    }


describe_query = asking(
    "queryRecords",
    TAG,
    "Search the records of one profile or definition",
    {
        200: answer("A page of hits.", "Hits", {"pharmacists": FOUND}, headers=()),
        400: no_property("/filter"),
    },
    parameters=("source",),
    body=json_body("Query", {"pharmacists": QUERIED}),
    description=OPERATORS_TOLD,
)

describe_browse = asking(
    "browseRecords",
    TAG,
    "List the records of several profiles or definitions",
    {
        200: answer("A page of hits.", "Hits", {"providers": {"hits": [HIT], "meta": {}}}, ()),
        400: no_property("/params/filter"),
    },
    parameters=("source",),
    body=json_body("Browse", {"providers": BROWSED}),
    description="Collection by collection, and in each by id. Filters are those of `query`.",
)
