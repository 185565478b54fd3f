"""How the endpoint of purges is described."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_view

from ingestion.models import TaskMode
from profiles.api.openapi.components import COUNT, KEY, query_parameter
from profiles.api.openapi.endpoints import Components, answer, json_body, starting
from profiles.api.openapi.refusals import refusal
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.exact import Json
from profiles.faults import Fault, faulty

PURGES = "Purges"
TAGS = {PURGES: "All records of a profile or relationship definition deleted, in the background."}
TOLD = """\
Everything goes that is there when it is asked for; what is made afterwards stays. Relationships go
along with their resources. History is kept. The task tells `deletedCount`, and can be cancelled
between chunks. `mode=plan` deletes nothing, and tells how many would go.
"""
OFFICES: Json = {"collectionType": "resources", "collectionKey": "office"}
NO_NURSES: Json = {**OFFICES, "collectionKey": "nurse"}
ACCEPTED: Json = {"taskId": "pg_01956f3a0b7c7d0e8a6b5c4d3e2f1a09", "status": "ACCEPTED"}
PREVIEW: Json = {"mode": "plan", **OFFICES, "resources": 2, "relationships": 1}
NO_COLLECTION = faulty(
    "purge", [Fault("/collectionKey", "exists", "There are no resources of this key.")]
)


def components() -> Components:
    asked: dict[str, Schema] = {
        "collectionType": {"enum": ["resources", "relationships"]},
        "collectionKey": KEY,
    }
    told = {"mode": {"const": "plan"}, **asked, "resources": COUNT, "relationships": COUNT}
    return {
        "schemas": {
            "Purge": closed_object(asked, list(asked)),
            "PurgePreview": closed_object(told, list(told)),
        },
        "parameters": {
            "purgeMode": query_parameter(
                "mode",
                {"enum": TaskMode.values, "default": TaskMode.WRITE.value},
                "plan",
                "`plan` deletes nothing, and tells how many would go.",
            )
        },
    }


describe_purge = extend_schema_view(
    create=starting(
        "purgeCollection",
        PURGES,
        "Delete all records of a profile or relationship definition",
        {
            200: answer("What would go.", "PurgePreview", {"offices": PREVIEW}, ()),
            202: answer("It will be done.", "Accepted", {"offices": ACCEPTED}, ()),
            400: refusal("There is no such collection.", noNurses=NO_COLLECTION),
        },
        parameters=("source", "purgeMode", "IdempotencyKey", "ChangeReason"),
        body=json_body("Purge", {"offices": OFFICES}),
        description=TOLD,
    )
)
