"""The schemas of records, as OpenAPI describes them. What `data` holds is said by each profile."""

from __future__ import annotations

from ingestion.bodies.meta import meta_validator
from ingestion.edits.patches import PATCH_OPERATIONS
from ingestion.openapi.including import included_schema, including_schema, record_page
from profiles.api.openapi.compiled import FULL_ID_PATTERN
from profiles.api.openapi.components import COUNT, ID, KEY, POSITIVE, TEXT
from profiles.api.openapi.endpoints import lifted, schema
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.schema import CONTAINED_ID_PATTERN

DATA: Schema = {
    "type": "object",
    "description": "As its definition says. A member that is null is absent.",
}
MADE_ID: Schema = {
    "type": "string",
    "description": "An id, or `@rootId` for one that is to be made, as where it is absent.",
}


def record_schemas() -> dict[str, Schema]:
    """What both kinds of record have."""
    sent, lower = lifted(meta_validator().schema)
    shown = {"source": KEY, "version": POSITIVE, **sent["properties"]}
    return {
        "MetaBody": {
            **sent,
            "description": (
                "Times are for historical imports. Without `meta`, identifiers and `createdAt`"
                " stay; an empty `identifier` clears them."
            ),
        },
        "Meta": closed_object(shown, list(shown)),
        "Deletion": closed_object(
            {**written_members(), "deletedRelationships": COUNT},
            ["taskId", "status", "deletedRelationships"],
        ),
        **included_schema(),
        **lower,
    }


def resource_schemas() -> dict[str, Schema]:
    members = {
        "id": ID,
        "type": KEY,
        "data": DATA,
        "contained": schema("Contained"),
        "meta": schema("Meta"),
    }
    shown = closed_object(members, list(members))
    sent = {"contained": schema("ContainedBody"), "meta": schema("MetaBody")}
    return {
        "Resource": shown,
        "ResourceWithIncluded": including_schema(shown),
        "ResourceBody": closed_object({**members, "id": MADE_ID, **sent}, ["data"]),
        **patch_schemas("Resource", "data", "contained"),
        "ListedResource": closed_object(members, ["id", "type"]),
        "ResourcePage": record_page("ListedResource"),
        "WrittenResource": written("resource", "Resource"),
        "Contained": _contained_by_key("ContainedResource"),
        "ContainedBody": _contained_by_key("ContainedResourceBody"),
        "ContainedResource": _contained("Contained", FULL_ID_PATTERN, ["id", "type", "data"]),
        "ContainedResourceBody": _contained(
            "ContainedBody", CONTAINED_ID_PATTERN, ["type", "data"]
        ),
    }


def written(member: str, name: str) -> Schema:
    """The schema of the answer to a write."""
    return closed_object({**written_members(), member: schema(name)}, ["taskId", "status", member])


def written_members() -> dict[str, Schema]:
    return {"taskId": TEXT, "status": {"type": "string", "enum": ["PERSISTED"]}}


def patch_schemas(name: str, *members: str) -> dict[str, Schema]:
    """The two forms of a patch of a document that has `members` and `meta.identifier`."""
    json_patch, merge_patch = f"{name}JsonPatch", f"{name}MergePatch"
    return {
        json_patch: _json_patch(*members),
        merge_patch: _merge_patch(*members),
        f"{name}Patch": {"anyOf": [schema(json_patch), schema(merge_patch)]},
    }


def _merge_patch(*members: str) -> Schema:
    object_or_null: Schema = {"type": ["object", "null"]}
    sent, _ = lifted(meta_validator().schema)
    identifiers = {**sent["properties"]["identifier"], "type": ["array", "null"]}
    meta = closed_object({"identifier": identifiers}, [])
    return {
        **closed_object({**dict.fromkeys(members, object_or_null), "meta": meta}, []),
        "description": "RFC 7396: members to set; a null removes.",
    }


def _json_patch(*members: str) -> Schema:
    places = "|".join((*members, "meta/identifier"))
    pointer: Schema = {
        "type": "string",
        "pattern": f"^/({places})(/.*)?$",
        "description": "A JSON Pointer (RFC 6901).",
    }
    operation: Schema = {
        "type": "object",
        "properties": {
            "op": {"enum": list(PATCH_OPERATIONS)},
            "path": pointer,
            "from": pointer,
            "value": {},
        },
        "required": ["op", "path"],
        "allOf": [_needs("from", "move", "copy"), _needs("value", "add", "replace", "test")],
    }
    return {
        "type": "array",
        "description": "RFC 6902: operations in order. The first that fails is the fault.",
        "items": operation,
    }


def _needs(member: str, *operations: str) -> Schema:
    condition = {"properties": {"op": {"enum": list(operations)}}, "required": ["op"]}
    return {"if": condition, "then": {"required": [member]}}


def _contained_by_key(name: str) -> Schema:
    return {
        "type": "object",
        "description": "Contained resources by contain key: always arrays.",
        "propertyNames": KEY,
        "additionalProperties": {"type": "array", "items": schema(name)},
    }


def _contained(inner: str, id_pattern: str, required: list[str]) -> Schema:
    id: Schema = {
        "type": "string",
        "pattern": id_pattern,
        "description": (
            "Shown as `<rootType>/<rootId>/<containKey>/<id>`, nested ones as"
            " `<parent's full id>/<containKey>/<id>`. The last part alone is taken too."
        ),
    }
    members = {"id": id, "type": KEY, "data": DATA, "contained": schema(inner)}
    return closed_object(members, required)
