"""The API of searches: `query` among the records of one collection, `browse` through several."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.openapi.search import describe_browse, describe_query
from ingestion.operations import Target
from ingestion.search.aggregations import aggregate
from ingestion.search.bodies import BodyReader
from ingestion.search.browsing import browse, read_browsing
from ingestion.search.including import INCLUDE, members
from ingestion.search.pages import find
from ingestion.search.registry import scope_makers
from ingestion.search.scope import Scope
from ingestion.search.totals import total_of
from profiles.access import Role
from profiles.api.bodies import body_of
from profiles.api.cursors import write_cursor
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import Contract, current_contract
from profiles.exact import Json, decode, encode
from profiles.faults import ErrorType, Fault, Refused, faulty, pointer

QUERY_MEMBERS = (
    *("collectionKey", "collectionType", "filter", "query", "sort", "properties"),
    *("cursor", "page", "perPage", "total", "aggregations", INCLUDE),
)
BROWSE_MEMBERS = ("collectionKeys", "collectionType", "params")
BROWSE_PARAMS = ("cursor", "filter", "query", "properties", "perPage", "total", INCLUDE)
COLLECTION_TYPES = {"resources": Target.RESOURCE, "relationships": Target.RELATIONSHIP}
MOST_COLLECTIONS = 20


class SearchViewSet(RegistrarViewSet):
    """They change nothing, so whoever may read may send them."""

    write_role = Role.READER

    @describe_query
    def query(self, request: Request, source: str) -> Response:
        contract = current_contract(source)
        body = _members(decode(body_of(request)), "", QUERY_MEMBERS)
        (scope,) = _scopes(contract, body, "collectionKey", [body.get("collectionKey")])
        question = BodyReader(body, scope).question()
        found = find(question.search)
        meta: dict[str, Json] = {"perPage": question.per_page}
        if found.has_more and found.last is not None:
            meta["cursor"] = write_cursor(found.last, scope.name)
        if (total := total_of(question.search.rows, question.total)) is not None:
            meta["total"] = total
        own_page = slice((question.page - 1) * question.per_page, None)
        bring = question.include.bring if question.include else None
        more, told = members(bring([found.row_ids[own_page]]) if bring else None)
        counted = aggregate(question.search.rows, question.aggregations)
        if counted:
            more += b',"aggregations":' + encode(counted)
        hits = [(scope, text) for text in found.texts[own_page]]
        return Response(_hits(hits, {**meta, **told}, more))

    @describe_browse
    def browse(self, request: Request, source: str) -> Response:
        contract = current_contract(source)
        body = _members(decode(body_of(request)), "", BROWSE_MEMBERS)
        keys = body.get("collectionKeys")
        if not isinstance(keys, list) or not 1 <= len(keys) <= MOST_COLLECTIONS:
            message = f"Must be a list of 1 to {MOST_COLLECTIONS} keys."
            raise faulty("search", [Fault("/collectionKeys", "type", message)])
        if len(set(map(str, keys))) < len(keys):
            message = "Each may be named once."
            raise faulty("search", [Fault("/collectionKeys", "unique", message)])
        params = _members(body.get("params", {}), "/params", BROWSE_PARAMS)
        scopes = list(_scopes(contract, body, "collectionKeys", keys))
        browsed = browse(read_browsing(params, scopes))
        meta: dict[str, Json] = {}
        if browsed.cursor is not None:
            meta["cursor"] = browsed.cursor
        if browsed.total is not None:
            meta["total"] = browsed.total
        more, told = members(browsed.included)
        return Response(_hits(browsed.hits, {**meta, **told}, more))


def _members(body: Json, place: str, known: Sequence[str]) -> Mapping[str, Any]:
    """The members of an object. Raises `Refused` for anything else, and for unknown ones."""
    if not isinstance(body, dict):
        raise faulty("search", [Fault(place, "type", "Must be a JSON object.", "object")])
    message = f"Is not known. There are: {', '.join(known)}."
    unknown = [name for name in body if name not in known]
    if unknown:
        faults = [Fault(place + pointer(name), "unknown", message) for name in unknown]
        raise faulty("search", faults)
    return body


def _scopes(
    contract: Contract, body: Mapping[str, Json], member: str, keys: Sequence[Json]
) -> Iterator[Scope]:
    """What a body searches. Raises `Refused` for a key that is none."""
    kind = body.get("collectionType", "resources")
    target = COLLECTION_TYPES.get(kind) if isinstance(kind, str) else None
    if target is None:
        message = f"Must be one of: {', '.join(COLLECTION_TYPES)}."
        fault = Fault("/collectionType", "enum", message, list(COLLECTION_TYPES))
        raise faulty("search", [fault])
    for index, key in enumerate(keys):
        place = pointer(member, index) if isinstance(body.get(member), list) else pointer(member)
        try:
            if not isinstance(key, str):
                raise faulty("search", [Fault(place, "type", "Must be a key.", "string")])
            yield scope_makers[target](contract, key)
        except Refused as refused:
            if refused.type is not ErrorType.NOT_FOUND:
                raise
            message = f"There are no {kind} of this key."
            raise faulty("search", [Fault(place, "exists", message)]) from None


def _hits(hits: Sequence[tuple[Scope, bytes]], meta: Json, more: bytes = b"") -> bytes:
    texts = (
        b'{"hitType":"%b","%b":%b}' % (scope.target.encode(), scope.target.lower().encode(), text)
        for scope, text in hits
    )
    return b'{"hits":[' + b",".join(texts) + b'],"meta":' + encode(meta) + more + b"}"
