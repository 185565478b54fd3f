"""How the endpoints of contained resources are described."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_view

from ingestion.openapi import examples
from ingestion.openapi.resources import WRITTEN, written
from profiles.api.openapi.components import ID, KEY, path_parameter
from profiles.api.openapi.endpoints import Components, answer, json_body, reading, writing
from profiles.api.openapi.refusals import missing, refusal
from profiles.names import ID_PATTERN, KEY_PATTERN

CONTAINED = "Contained resources"
TAGS = {
    CONTAINED: (
        "They live inside their root, are written and versioned with it: the ETag is the root's."
        " A path takes bare ids, and nests: `…/{containKey}/{containedId}/{containKey}` and so on,"
        " up to five deep."
    ),
}
KEYS = ("source", "rootType", "rootId", "containKey")
ONE = (*KEYS, "containedId")


def components() -> Components:
    return {
        "parameters": {
            "rootType": path_parameter("type", KEY, "office", "The key of the root's profile."),
            "rootId": path_parameter(
                "id", ID, examples.OFFICE_ID, "The id of the root, and no identifier."
            ),
            "containKey": path_parameter(
                "containKey",
                {"type": "string", "pattern": f"^{KEY_PATTERN}(/{ID_PATTERN}/{KEY_PATTERN})*$"},
                "alternativePaymentMethods",
                "The contain key. Of a nested one, the way down to it:"
                " `<containKey>/<containedId>/<containKey>`; its slashes may stand as they are.",
            ),
            "containedId": path_parameter(
                "containedId", ID, "amex", "The last part of the contained resource's id."
            ),
        },
    }


_office = written("resource", examples.OFFICE, meta=examples.meta(2))
_without_amex = written(
    "resource",
    examples.OFFICE,
    contained={
        **examples.OFFICE["contained"],
        "alternativePaymentMethods": [examples.SHOWN_MASTERCARD],
    },
    meta=examples.meta(2),
)
_body = json_body("ContainedResourceBody", {"amex": examples.AMEX})
_missing = missing("contained resource", "resource", "profile")
_faulty = refusal(
    "The contained resource is faulty, or its root would be.",
    faultyValue=examples.FAULTY_AMEX_REFUSED,
)

_added = answer(
    "Added, as the last one. The root.", "WrittenResource", {"office": _office}, headers=WRITTEN
)

describe_contained = extend_schema_view(
    create=writing(
        "createContainedResource",
        CONTAINED,
        "Add a contained resource",
        {
            201: _added,
            400: _faulty,
            404: _missing,
            409: refusal(
                "There is one of this id.", exists=examples.exists_already("contained resource")
            ),
        },
        parameters=(*KEYS, "IfMatch", "ChangeReason", "IdempotencyKey"),
        body=_body,
    ),
    retrieve=reading(
        "getContainedResource",
        CONTAINED,
        "Read a contained resource",
        {
            200: answer(
                "The contained resource, with the ETag of its root.",
                "ContainedResource",
                {"amex": examples.SHOWN_AMEX},
            ),
            404: _missing,
        },
        parameters=(*ONE, "IfNoneMatch"),
    ),
    update=writing(
        "putContainedResource",
        CONTAINED,
        "Add a contained resource, or replace it in its place",
        {
            200: answer("Replaced. The root.", "WrittenResource", {"office": _office}),
            201: _added,
            400: _faulty,
            404: _missing,
        },
        parameters=(*ONE, "IfMatch", "ChangeReason", "IfNew"),
        body=_body,
    ),
    destroy=writing(
        "deleteContainedResource",
        CONTAINED,
        "Remove a contained resource",
        {
            200: answer("Removed. The root.", "WrittenResource", {"office": _without_amex}),
            400: refusal("The root needs it.", needed=examples.LAST_ONE_REFUSED),
            404: _missing,
        },
        parameters=(*ONE, "IfMatch", "ChangeReason"),
    ),
)
