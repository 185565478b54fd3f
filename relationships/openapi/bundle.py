"""How the endpoint of bundles is described."""

from __future__ import annotations

from django.conf import settings
from drf_spectacular.utils import extend_schema_view

from ingestion.bodies.envelopes import ACTIONS
from ingestion.openapi.schemas import written_members
from profiles.api.openapi.components import KEY, TEXT
from profiles.api.openapi.endpoints import Components, answer, json_body, schema, starting
from profiles.api.openapi.refusals import refusal
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.faults import ErrorType, Refused
from relationships.openapi import bundle_examples as examples

BUNDLES = "Bundles"
TAGS = {BUNDLES: "Resources and relationships in one body, written all or not at all."}
TOLD = f"""\
Resources first, then relationships; one operation for each record. If one is refused, nothing is
done, and the answer names the faults of all: `operations` and `index` say of which.

A CREATE may give its resource a token as `id`, `@rootId1`, `@rootId2` and so on. It stands for the
id that is then made: in every `reference` of the bundle, and as `from.id` and `to.id`. The receipts
tell the ids. A body may have {settings.MAX_BUNDLE_BYTES} bytes.
"""


def components() -> Components:
    receipts: Schema = {"type": "array", "items": schema("Receipt")}
    return {
        "schemas": {
            "Bundle": closed_object(
                {
                    "resourceOperations": _operations("Resource"),
                    "relationshipOperations": _operations("Relationship"),
                },
                [],
            ),
            "ResourceOperation": _operation("ResourceBody"),
            "RelationshipOperation": _operation("RelationshipBody"),
            "DeleteOperation": closed_object({"type": KEY, "id": TEXT}, ["type", "id"]),
            "WrittenBundle": closed_object(
                {**written_members(), "receipts": receipts}, ["taskId", "status", "receipts"]
            ),
        }
    }


def _operations(of: str) -> Schema:
    return {"type": "array", "items": schema(f"{of}Operation")}


def _operation(body: str) -> Schema:
    """What is written is told as the single write's body, and its type."""
    written: Schema = {"type": "object", "description": f"As `{body}`, with the `type` of it."}
    members = {"create": written, "upsert": written, "delete": schema("DeleteOperation")}
    return closed_object({"action": {"enum": list(ACTIONS)}, **members}, ["action"])


describe_bundle = extend_schema_view(
    create=starting(
        "writeBundle",
        BUNDLES,
        "Write resources and relationships together",
        {
            200: answer("All was done.", "WrittenBundle", {"team": examples.TEAM_WRITTEN}, ()),
            400: refusal(
                "An operation is faulty: all faults of all of them, and nothing was done.",
                faultyTeam=examples.FAULTY_TEAM_REFUSED,
            ),
            409: refusal(
                "A record exists already, or lacks what it needs.", exists=examples.LINK_EXISTS
            ),
            413: refusal(
                "The body is larger than a bundle may be; see `MAX_BUNDLE_BYTES`.",
                body=Refused(
                    ErrorType.CONTENT_TOO_LARGE,
                    f"The body is larger than {settings.MAX_BUNDLE_BYTES} bytes.",
                ),
            ),
        },
        parameters=("source", "IdempotencyKey", "ChangeReason"),
        body=json_body("Bundle", {"team": examples.TEAM}),
        description=TOLD,
    )
)
