"""How the endpoints of resources are described."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_view

from ingestion.edits.patches import JSON_PATCH, MERGE_PATCH
from ingestion.openapi import examples
from ingestion.openapi.exports import listed
from ingestion.openapi.including import INCLUDED_ETAG, unknown_step
from ingestion.openapi.lists import (
    AT_ETAG,
    LISTED,
    bad_search,
    list_parameters,
    past_gone,
    too_long_ago,
)
from ingestion.openapi.once import once_components
from ingestion.openapi.schemas import record_schemas, resource_schemas
from profiles.api.openapi.components import (
    ID,
    KEY,
    path_parameter,
    query_parameter,
)
from profiles.api.openapi.endpoints import (
    JSON,
    Components,
    Examples,
    Object,
    answer,
    content,
    json_body,
    reading,
    schema,
    writing,
)
from profiles.api.openapi.refusals import missing, refusal
from profiles.exact import Json

RESOURCES = "Resources"
TAGS = {
    RESOURCES: "Records with an id, data, contained resources and meta. Each fits its profile.",
}
TYPE = ("source", "type")
RESOURCE = (*TYPE, "id")
PRECONDITIONS = ("IfMatch", "ChangeReason", "IfNew")
WRITTEN = ("ETag", "Location")


def components() -> Components:
    once = once_components()
    return {
        **once,
        "schemas": {**record_schemas(), **resource_schemas()},
        "parameters": {
            "type": path_parameter("type", KEY, "provider", "The key of a ROOT profile."),
            "id": path_parameter(
                "id",
                {"anyOf": [ID, {"type": "string", "pattern": ":"}]},
                "john-doe",
                "The id of a resource; or in place of it one of its identifiers,"
                " `<system>:<value>:<use>` or without use. What holds a `:` is an identifier,"
                " with all that follows: its slashes may stand as they are, or encoded as `%2F`.",
            ),
            "identifier": query_parameter(
                "identifier",
                {"type": "string", "minLength": 1},
                "http://hl7.org/fhir/sid/us-npi:1020993:official",
                "Only resources with this identifier: `<system>:<value>:<use>`, or without use.",
            ),
            **list_parameters(),
            **once["parameters"],
        },
    }


def written(member: str, record: Json, **changes: Json) -> Json:
    """The answer to a write of a record."""
    shown = {**record, **changes}
    return {"taskId": examples.TASK_ID, "status": "PERSISTED", member: shown}


def patch_body(name: str, json_patch: Json, merge_patch: Json) -> Object:
    """The body of a PATCH of a resource or relationship (`name`), in all of its forms."""
    as_json: Examples = {"jsonPatch": json_patch}
    as_merge: Examples = {"mergePatch": merge_patch}
    return {
        "required": True,
        "content": {
            JSON: content(schema(f"{name}Patch"), {**as_json, **as_merge}),
            JSON_PATCH: content(schema(f"{name}JsonPatch"), as_json),
            MERGE_PATCH: content(schema(f"{name}MergePatch"), as_merge),
        },
    }


_shared_identifier = refusal(
    "Several resources have the identifier.", sharedIdentifier=examples.SHARED_IDENTIFIER_REFUSED
)
_faulty_body = refusal(
    "The resource is faulty: all faults at once.", faultyOffice=examples.FAULTY_OFFICE_REFUSED
)
_replaced = {**examples.PROVIDER, "meta": examples.meta(2, examples.NPI)}
_nurse = {**examples.JOHN_DOE, "specialities": ["Pharmacist", "Nurse"]}
_merged = {"name": "John Doe", "specialities": ["Pharmacist", "Nurse"]}

describe_resources = extend_schema_view(
    list=reading(
        "listResources",
        RESOURCES,
        "List the resources of a type",
        {
            200: listed(
                "A page of resources.",
                "ResourcePage",
                {"provider": {"data": [examples.PROVIDER], "meta": {"perPage": 100}}},
            ),
            400: bad_search(
                "data.practiceNumber__gte", 'Mark data.practiceNumber "indexed": true in provider.'
            ),
            404: missing("profile"),
            410: too_long_ago,
        },
        parameters=(
            *TYPE,
            *LISTED,
            "identifier",
            "data",
            "relatedData",
            "related",
            "at",
            "IfNoneMatch",
        ),
    ),
    create=writing(
        "createResource",
        RESOURCES,
        "Create a resource",
        {
            201: answer(
                "Created.",
                "WrittenResource",
                {"providerWithId": written("resource", examples.PROVIDER)},
                headers=WRITTEN,
            ),
            400: _faulty_body,
            404: missing("profile"),
            409: refusal("There is one of this id.", exists=examples.exists_already("resource")),
        },
        parameters=(*TYPE, "IdempotencyKey", "ChangeReason"),
        body=json_body(
            "ResourceBody",
            {"providerWithId": examples.PROVIDER_WITH_ID, "provider": examples.PROVIDER_BODY},
        ),
        description="An id is made where the body has none.",
    ),
    retrieve=reading(
        "getResource",
        RESOURCES,
        "Read a resource",
        {
            200: answer("The resource.", "ResourceWithIncluded", {"provider": examples.PROVIDER}),
            400: unknown_step,
            404: missing("resource", "profile"),
            409: _shared_identifier,
            410: past_gone,
        },
        parameters=(*RESOURCE, "include", "at", "IfNoneMatch"),
        description=f"{INCLUDED_ETAG}\n\n{AT_ETAG}",
    ),
    update=writing(
        "putResource",
        RESOURCES,
        "Create a resource, or replace it whole",
        {
            200: answer(
                "Replaced, or the same as before.",
                "WrittenResource",
                {"provider": written("resource", _replaced)},
            ),
            201: answer(
                "Created.",
                "WrittenResource",
                {"office": written("resource", examples.OFFICE)},
                headers=WRITTEN,
            ),
            400: _faulty_body,
            404: missing("resource", "profile"),
            409: _shared_identifier,
        },
        parameters=(*RESOURCE, *PRECONDITIONS),
        body=json_body(
            "ResourceBody",
            {
                "provider": examples.PROVIDER_BODY,
                "office": examples.OFFICE_BODY,
                "imported": examples.IMPORTED_BODY,
            },
        ),
        description=(
            "Without `contained`, contained resources are removed. Without `meta`, identifiers and"
            " `createdAt` stay; an empty `identifier` clears them."
        ),
    ),
    partial_update=writing(
        "patchResource",
        RESOURCES,
        "Change a resource",
        {
            200: answer(
                "Changed, or the same as before.",
                "WrittenResource",
                {
                    "jsonPatch": written("resource", _replaced, data=_nurse),
                    "mergePatch": written("resource", _replaced, data=_merged),
                },
            ),
            400: refusal(
                "The patch or its result is faulty.", failedTest=examples.FAILING_PATCH_REFUSED
            ),
            404: missing("resource", "profile"),
            409: _shared_identifier,
        },
        parameters=(*RESOURCE, "IfMatch", "ChangeReason"),
        body=patch_body("Resource", examples.PATCH, examples.MERGE),
        description=(
            "With JSON Patch (RFC 6902), an array, or JSON Merge Patch (RFC 7396), an object, on"
            " the document `{data, contained, meta: {identifier}}`, in which all are always there."
        ),
    ),
    destroy=writing(
        "deleteResource",
        RESOURCES,
        "Delete a resource with its relationships",
        {
            200: answer("Deleted.", "Deletion", {"provider": examples.DELETION}, headers=()),
            404: missing("resource", "profile"),
            409: _shared_identifier,
        },
        parameters=(*RESOURCE, "IfMatch", "ChangeReason"),
    ),
)
