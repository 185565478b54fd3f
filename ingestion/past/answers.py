"""Records and lists as they were, on the wire."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rest_framework.request import Request

from ingestion.operations import Target
from ingestion.past.changes import PastRecord
from ingestion.past.erased import ERASED
from ingestion.past.horizon import refuse_older
from ingestion.past.lists import past_page
from ingestion.past.moments import AT
from ingestion.search.including import INCLUDE, Include, Included, include_parameter, members
from ingestion.search.registry import scope_makers
from profiles.api.id_pages import ID_PAGE_PARAMETERS, cursor_behind, position_of
from profiles.api.parameters import bad_parameter, per_page, refuse_parameters
from profiles.contract import Contract
from profiles.exact import encode

PAST_LIST = (AT, INCLUDE, *ID_PAGE_PARAMETERS)
"""What a list of the past may be asked for."""


def past_list(
    request: Request, contract: Contract, target: Target, collection: str, at: datetime
) -> bytes:
    """Raises `Refused`, with NOT_FOUND for a profile or definition that nobody ever used.

    What was erased cannot be shown: `meta` tells how many that concerns.
    """
    size, include = per_page(request), _include(request, contract, target, collection)
    listed = f"{contract.source_key}/{target}/{collection}/at"
    (after,) = position_of(request, listed) or [""]
    page = past_page(contract, target, collection, at, after, size)
    if not page.rows and page.following is None:
        scope_makers[target](contract, collection)  # Tells whether there is such a thing.
    cursor = {"cursor": cursor_behind(listed, page.following)} if page.following else {}
    rows = [row for row in page.rows if not row.is_erased]
    included = (
        include.bring_past(at, {row.row_id: row.public_id for row in rows}) if include else None
    )
    refuse_older(contract.source_id, at)
    more, told = members(included)
    erased = len(page.rows) - len(rows) + (included.erased if included else 0)
    lacks = {ERASED: erased} if erased else {}
    meta = encode({**cursor, "perPage": size, **told, **lacks})
    return b'{"data":[%b]%b,"meta":%b}' % (b",".join(row.text for row in rows), more, meta)


def past_included(
    request: Request, record: PastRecord, at: datetime, row_id: UUID
) -> Included | None:
    """What a record was linked to, as far as the request asks for it. Raises `Refused`."""
    include = _include(request, record.contract, record.target, record.key.collection)
    if include is None:
        return None
    found = include.bring_past(at, {row_id: record.key.public_id})
    refuse_older(record.contract.source_id, at)
    return found


def _include(
    request: Request, contract: Contract, target: Target, collection: str
) -> Include | None:
    """Paths are those of the definitions as they are now."""
    if INCLUDE not in request.query_params:
        return None
    return include_parameter(request.query_params, scope_makers[target](contract, collection))


def refuse_beside_at(request: Request, known: tuple[str, ...]) -> None:
    """Raises `Refused` for parameters that make no sense of the past."""
    message = f"Does not go with {AT}. There are: {', '.join(known)}."
    others = [name for name in request.query_params if name not in known]
    refuse_parameters([bad_parameter(name, message) for name in others])
