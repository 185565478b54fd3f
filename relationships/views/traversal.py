"""The API of what is around a resource, and of the way from one to another."""

from __future__ import annotations

from uuid import UUID

from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.resources import root_profile
from ingestion.sql import run
from profiles.api.parameters import number_parameter, refused_parameter
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import Contract, current_contract
from profiles.faults import not_found
from profiles.names import is_id
from profiles.properties import ProfileType
from relationships.contract import definitions_of
from relationships.openapi.traversal import describe_graph, describe_path
from relationships.traversal import (
    DEFAULT_LINKS,
    DEFAULT_NODES,
    MAX_DEPTH,
    MAX_LINKS,
    MAX_NODES,
    graph_json,
    path_json,
)


@describe_graph
class GraphViewSet(RegistrarViewSet):
    query_parameters = {"retrieve": ("depth", "definitions", "limit")}

    def retrieve(self, request: Request, source: str, type: str, id: str) -> Response:
        contract = current_contract(source)
        start = _start(contract, type, id)
        depth = number_parameter(request, "depth", 1, MAX_DEPTH)
        limit = number_parameter(request, "limit", DEFAULT_NODES, MAX_NODES)
        followed = _followed(request, contract)
        return Response(graph_json(contract, start, depth, limit, followed))


@describe_path
class PathViewSet(RegistrarViewSet):
    query_parameters = {"retrieve": ("to", "maxDepth", "definitions")}

    def retrieve(self, request: Request, source: str, type: str, id: str) -> Response:
        contract = current_contract(source)
        start = _start(contract, type, id)
        most_links = number_parameter(request, "maxDepth", DEFAULT_LINKS, MAX_LINKS)
        followed = _followed(request, contract)
        end = _end(request, contract)
        return Response(path_json(contract, start, end, most_links, followed))


def _start(contract: Contract, type: str, id: str) -> UUID:
    """The row of the resource that the address names. Raises NOT_FOUND."""
    found = _row_id(contract, root_profile(contract, type).id, id)
    if found is None:
        raise not_found("resource")
    return found


def _end(request: Request, contract: Contract) -> UUID:
    """The row of the resource that `to` names. Raises `Refused`."""
    type, slash, id = request.query_params.get("to", "").partition("/")
    if not slash or not is_id(id):
        raise refused_parameter("to", "Must name a resource: <type>/<id>.")
    types = [key for key, one in contract.catalogue.items() if one.type is ProfileType.ROOT]
    if type not in types:
        message = f"Its type is not known. There are: {', '.join(sorted(types))}."
        raise refused_parameter("to", message, expected=sorted(types))
    found = _row_id(contract, contract.profiles[type].id, id)
    if found is None:
        raise refused_parameter("to", f"There is no such {type}.")
    return found


def _row_id(contract: Contract, profile_id: int, public_id: str) -> UUID | None:
    """BETWEEN leaves only the unique index, as for `resource_rows.lock`."""
    rows = run(
        """
        SELECT id FROM ingestion_resource
        WHERE source_id = %s AND profile_id = %s AND public_id BETWEEN %s AND %s
        ORDER BY public_id LIMIT 1
        """,
        [contract.source_id, profile_id, public_id, public_id],
    )
    return rows[0][0] if rows else None


def _followed(request: Request, contract: Contract) -> list[int] | None:
    """The definitions that `definitions` names; None where it is not given. Raises `Refused`."""
    text = request.query_params.get("definitions")
    if text is None:
        return None
    definitions, keys = definitions_of(contract), text.split(",")
    if not all(key in definitions for key in keys):
        there = sorted(one.key for one in definitions.all)
        message = f"Holds one that is not known. There are: {', '.join(there) or 'none'}."
        raise refused_parameter("definitions", message, expected=there)
    return sorted({definitions.get(key).id for key in keys})
