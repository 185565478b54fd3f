"""How it is described which resources do not fit their profile."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_view

from ingestion.openapi import examples
from profiles.api.openapi.components import COUNT, ID, KEY, PER_PAGE, POSITIVE, TEXT
from profiles.api.openapi.endpoints import Components, answer, page_schema, reading, schema
from profiles.api.openapi.plans import COMPUTED
from profiles.api.openapi.refusals import missing
from profiles.datatypes.nested import closed_object
from profiles.openapi import PROFILES

TAGS: dict[str, str] = {}
"""It is told beside the profiles."""


def components() -> Components:
    row = {
        "id": ID,
        "type": KEY,
        "version": POSITIVE,
        "faults": {"type": "array", "items": schema("Fault"), "minItems": 1},
    }
    meta = {
        "cursor": {**TEXT, "description": "Leads to the next page; absent on the last."},
        "perPage": PER_PAGE,
        **COMPUTED,
        "checked": {**COUNT, "description": "How many resources there were then."},
        "total": {**COUNT, "description": "How many of them did not fit."},
    }
    return {
        "schemas": {
            "NonconformingResource": closed_object(row, list(row)),
            "NonconformingMeta": closed_object(meta, ["perPage", "state"]),
            "NonconformingPage": page_schema("NonconformingResource", schema("NonconformingMeta")),
        }
    }


describe_nonconforming = extend_schema_view(
    list=reading(
        "listNonconforming",
        PROFILES,
        "List the resources that do not fit a profile as it is now",
        {
            200: answer(
                "A page of them, by id.",
                "NonconformingPage",
                {"namelessProvider": examples.NONCONFORMING_PAGE},
                headers=(),
            ),
            404: missing("profile"),
        },
        parameters=("source", "profile", "cursor", "perPage"),
        description=(
            "A profile governs writes from when it is saved; what was stored before stays as it is."
            " Few resources (10,000, unless `CHECK_AT_ONCE` says otherwise) are judged at once;"
            " more of them in the background, and `meta` tells as of when its numbers are. What"
            " was corrected or deleted since is never listed, so a page may be shorter than"
            " `perPage` though a `cursor` leads on."
        ),
    )
)
