"""How the endpoints that follow relationships are described."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_view

from profiles.api.openapi.components import (
    COUNT,
    ID,
    POSITIVE,
    path_parameter,
    query_parameter,
)
from profiles.api.openapi.endpoints import Components, Object, answer, reading, schema
from profiles.api.openapi.refusals import missing, refusal
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.names import ID_PATTERN, KEY_PATTERN
from relationships.openapi import examples
from relationships.traversal import (
    DEFAULT_LINKS,
    DEFAULT_NODES,
    EDGES_FOR_EACH_NODE,
    MAX_DEPTH,
    MAX_LINKS,
    MAX_NODES,
    MOST_VISITED,
)

TRAVERSAL = "Traversal"
TAGS = {TRAVERSAL: "From resource to resource along their relationships, in both directions."}
RESOURCE = ("source", "type", "resourceId")
IS_CUT: Schema = {"type": "boolean"}


def components() -> Components:
    return {
        "schemas": _schemas(),
        "parameters": {
            "resourceId": path_parameter(
                "id", ID, "john-doe", "The id of a resource, and no identifier."
            ),
            "definitions": query_parameter(
                "definitions",
                {"type": "string", "pattern": f"^{KEY_PATTERN}(,{KEY_PATTERN})*$"},
                "provider-office",
                "Only relationships of these definitions are followed: keys, between commas.",
            ),
            "depth": query_parameter(
                "depth", _up_to(MAX_DEPTH, 1), 2, "How many relationships away a resource may be."
            ),
            "limit": query_parameter(
                "limit",
                _up_to(MAX_NODES, DEFAULT_NODES),
                100,
                "How many resources there may be. In one hop, for each direction,"
                f" {EDGES_FOR_EACH_NODE} times as many relationships are looked at.",
            ),
            "maxDepth": query_parameter(
                "maxDepth",
                _up_to(MAX_LINKS, DEFAULT_LINKS),
                DEFAULT_LINKS,
                "How many relationships long the chain may be.",
            ),
            "pathTo": _required(
                query_parameter(
                    "to",
                    {"type": "string", "pattern": f"^{KEY_PATTERN}/{ID_PATTERN}$"},
                    "office/south-west-clinic",
                    "The resource at the other end: `<type>/<id>`.",
                )
            ),
        },
    }


def _up_to(maximum: int, default: int) -> Schema:
    return {"type": "integer", "minimum": 1, "maximum": maximum, "default": default}


def _required(parameter: Object) -> Object:
    return {**parameter, "required": True}


def _schemas() -> dict[str, Schema]:
    graph_meta = {
        "depth": POSITIVE,
        "limit": POSITIVE,
        "isCut": {**IS_CUT, "description": "There is more within this depth than is shown."},
    }
    path_meta = {
        "length": {
            "type": ["integer", "null"],
            "minimum": 0,
            "description": "How many relationships there are; null where there is no chain.",
        },
        "isCut": {
            **IS_CUT,
            "description": "Not all was looked at: there may be a shorter chain, or one at all.",
        },
    }
    node = {"resource": schema("Resource"), "depth": {**COUNT, "description": "How far away."}}
    return {
        "Graph": _graph("GraphNode", "GraphMeta"),
        "GraphNode": closed_object(node, list(node)),
        "GraphMeta": closed_object(graph_meta, list(graph_meta)),
        "Path": _graph("Resource", "PathMeta"),
        "PathMeta": closed_object(path_meta, list(path_meta)),
    }


def _graph(node: str, meta: str) -> Schema:
    members = {
        "nodes": {"type": "array", "items": schema(node)},
        "edges": {"type": "array", "items": schema("Relationship")},
        "meta": schema(meta),
    }
    return closed_object(members, list(members))


_missing = missing("resource", "profile")

describe_graph = extend_schema_view(
    retrieve=reading(
        "getResourceGraph",
        TRAVERSAL,
        "Read what is around a resource",
        {
            200: answer(
                "The resources, the nearest first, and the relationships between them.",
                "Graph",
                {"worksAt": examples.GRAPH},
                headers=(),
            ),
            400: refusal(
                "A query parameter is unknown, ill-formed or out of range.",
                unknownDefinition=examples.UNKNOWN_DEFINITION_REFUSED,
            ),
            404: _missing,
        },
        parameters=(*RESOURCE, "depth", "definitions", "limit"),
        description=(
            "Breadth first, by hop; of one hop the oldest relationships first. There are the"
            " relationships of every resource nearer than `depth`; not those of two that are both"
            " that far away. `isCut` says that a limit was met: each resource is then still shown"
            " with its true depth, but which of those at the limit are shown is left open."
        ),
    )
)

describe_path = extend_schema_view(
    retrieve=reading(
        "getResourcePath",
        TRAVERSAL,
        "Find a shortest chain of relationships to another resource",
        {
            200: answer(
                "The chain in order, with both ends; empty if there is none.",
                "Path",
                {"worksAt": examples.PATH, "none": examples.NO_PATH},
                headers=(),
            ),
            400: refusal(
                "A query parameter is unknown, ill-formed or out of range, or `to` names nothing.",
                noResource=examples.NO_RESOURCE_REFUSED,
                unknownDefinition=examples.UNKNOWN_DEFINITION_REFUSED,
            ),
            404: _missing,
        },
        parameters=(*RESOURCE, "pathTo", "maxDepth", "definitions"),
        description=(
            f"At most {MOST_VISITED} resources are looked at, from both ends. Where that does not"
            " do, `isCut` says so."
        ),
    )
)
