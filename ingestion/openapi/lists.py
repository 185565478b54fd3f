"""How the parameters of lists are described: the same for both kinds of record."""

from __future__ import annotations

from datetime import datetime

from ingestion.api.export_parameters import EXPORT_PARAMETERS
from ingestion.filters.data import FLAGS
from ingestion.filters.resources import MOMENT, TimesFilter
from ingestion.openapi.examples import TIME
from ingestion.openapi.exports import export_parameters
from ingestion.openapi.including import include_parameters
from ingestion.past.erased import erased
from ingestion.past.horizon import not_kept
from ingestion.past.lists import LOOKED_AT
from ingestion.past.moments import AT
from ingestion.search.including import INCLUDE
from ingestion.search.orders import DEFAULT, SYSTEM_ORDERS
from ingestion.search.parameters import DATA_PARAMETER, LINKED_PARAMETER, RELATED_PARAMETER
from ingestion.search.totals import TOTALS
from profiles.api.openapi.components import TEXT, query_parameter, query_parameters
from profiles.api.openapi.endpoints import Object
from profiles.api.openapi.refusals import refusal
from profiles.datatypes.base import Schema
from profiles.faults import ErrorType, Fault, Refused
from profiles.names import KEY_PATTERN

LISTED = (
    *("cursor", "perPage", "sort", "total", "fields", "q", "explain", INCLUDE),
    *EXPORT_PARAMETERS,
    *TimesFilter.base_filters,
)
"""The names of the components of every list of records."""

AT_ETAG = "With `at` the ETag is the one that the record then had."
AT_TOLD = f"""\
As it was then: at any moment that is over, whatever was deleted or retired since. A record that was
not there then is a 404. A list goes by id, and takes nothing beside it but `cursor`, `perPage` and
`include`, which shows links and what they led to as they were then.
A page looks at no more than {LOOKED_AT:,} ids, so it may be shorter than `perPage`, or empty,
though a `cursor` leads on. A moment that is only just over may still change until the writes end
that ran then.
Where not all of history is kept (`retention`), a moment of which not everything is known is a 410
that tells the oldest one. What was erased is a 410; a list leaves it out, and `meta.erased` counts.
"""
_TOO_LONG_AGO = not_kept(datetime.fromisoformat(TIME))
too_long_ago = refusal(
    "With `at`: of moments so long ago not everything is kept.", tooLongAgo=_TOO_LONG_AGO
)
past_gone = refusal(
    "With `at`: of moments so long ago not everything is kept, or what was there has been erased.",
    tooLongAgo=_TOO_LONG_AGO,
    erased=erased(),
)

DATA_PATTERN = rf"^data(\.{KEY_PATTERN})+$"
"""A key may hold single underscores, so this takes the lookups too."""

DATA_FILTERS = """\
Only records whose `data` has this, by any property of the profile, each a parameter of its own:
`data.name=Ada`, nested `data.address.city=Toronto`, in an array any element will do
(`data.specialities=Pharmacist`, `data.telecom.system=phone`). Values are of the property's type;
numbers compare as numbers, text to the letter.

* `data.<path>__in=a,b`: one of up to 100 values. One that holds a comma or begins with a double
  quote stands in double quotes, as in CSV.
* `data.<path>__isnull=true`: nothing is there; `false`: something is.

These need the property to be marked `"indexed": true` in the profile:

* `__gte`, `__lte`: numbers, dates and times. A date that is told in part is compared by what it may
  mean: 2024 is both at least and at most 2024-05.
* `__startswith`, and in any case of letters `__istartswith`, `__iexact`: texts; in an array those
  within its first 4,000 words.
* `__near=<latitude>,<longitude>,<metres>`: positions.

What is made of parts (an address, an object) takes `__isnull`, and filters by its parts. All
filters of a request hold together. An unknown one is a 400 that lists what there is.
"""


def bad_search(name: str, remedy: str) -> Object:
    """The refusals of a list, with one of a filter that needs an index."""
    message = f"Needs an index. {remedy}"
    return refusal(
        "A parameter is unknown or ill-formed, or needs an index that there is not.",
        noIndex=Refused(
            ErrorType.INVALID_ARGUMENT,
            f"Bad query parameters. {name}: {message}",
            [Fault(f"?{name}", "index", message)],
        ),
    )


def list_parameters() -> dict[str, Object]:
    return {
        AT: query_parameter(
            AT, {"type": "string", "format": "date-time"}, "2024-05-31T13:30:00Z", AT_TOLD
        ),
        "sort": query_parameter(
            "sort",
            {"type": "string", "default": DEFAULT},
            DEFAULT,
            f"{', '.join(f'`{name}`' for name in SYSTEM_ORDERS)}, or `data.<path>` and"
            " `-data.<path>` for an indexed property: text in any case of letters, what is absent"
            " last, an array by its first element, descending by its last. Ties are broken by id.",
        ),
        "total": query_parameter(
            "total",
            {"type": "string", "enum": list(TOTALS), "default": TOTALS[0]},
            TOTALS[-1],
            "Whether to tell in `meta.total` how many there are: to count is to read them all."
            " An estimate is exact up to 10,000.",
        ),
        "fields": query_parameter(
            "fields",
            TEXT,
            "data,meta",
            "What is shown of each record, by names with commas between them: `data`,"
            " `data.address.city`, `contained`, `meta`. `id` and `type` always are, and of a"
            " relationship its ends. Without it all are.",
        ),
        "q": query_parameter(
            "q",
            TEXT,
            "south clinic",
            "Words of indexed texts, in any case; the last may be the beginning of one. Of each"
            " property the first 4,000 words are looked at.",
        ),
        "explain": query_parameter(
            "explain",
            {"type": "string", "enum": ["false", "true"], "default": "false"},
            "false",
            "Shows admins in `meta.explain` how the database finds the page, and by which index.",
        ),
        **{name: _time(name) for name in TimesFilter.base_filters},
        **include_parameters(),
        **export_parameters(),
        "data": query_parameters(
            DATA_PARAMETER, _family(""), {"data.specialities": "Pharmacist"}, DATA_FILTERS
        ),
        "relatedData": query_parameters(
            RELATED_PARAMETER,
            _family(rf"({KEY_PATTERN})\."),
            {"worksAt.data.name": "South West Clinic"},
            "Only what is related to a resource that has this, by the same filters. What a resource"
            " is linked to it calls by an `includeKey`, a relationship calls its ends `from` and"
            " `to`.",
        ),
        "related": query_parameters(
            LINKED_PARAMETER,
            {
                "type": "object",
                "propertyNames": {"pattern": f"^{KEY_PATTERN}__isnull$"},
                "additionalProperties": {"type": "string", "enum": list(FLAGS)},
            },
            {"worksAt__isnull": "true"},
            "`true`: only what is linked to nothing that it calls so (`includeKey`); `false`: only"
            " what is.",
        ),
    }


def _family(prefix: str) -> Schema:
    return {
        "type": "object",
        "propertyNames": {"pattern": DATA_PATTERN.replace("^", f"^{prefix}")},
        "additionalProperties": {"type": "string"},
    }


def _time(name: str) -> Object:
    what, _, lookup = name.partition("__")
    bound = {"gte": "or later", "lte": "or before"}[lookup]
    verb = {"createdAt": "created", "updatedAt": "last changed"}[what]
    return query_parameter(
        name, TEXT, "2024-05-31", f"Only what was {verb} then {bound}: {MOMENT}."
    )
