"""A page on the wire."""

from __future__ import annotations

from ingestion.search.including import members
from ingestion.search.pages import FoundPage, find
from ingestion.search.parameters import ListRequest
from ingestion.search.scope import Scope
from ingestion.search.totals import total_of
from profiles.api.cursors import write_cursor
from profiles.exact import Json, encode


def page_json(scope: Scope, asked: ListRequest) -> bytes:
    found = find(asked.search)
    more, told = members(asked.include.bring([found.row_ids]) if asked.include else None)
    meta = encode({**page_meta(scope, asked, found), **told})
    return b'{"data":[%b]%b,"meta":%b}' % (b",".join(found.texts), more, meta)


def page_meta(scope: Scope, asked: ListRequest, found: FoundPage) -> dict[str, Json]:
    meta: dict[str, Json] = {}
    if found.has_more and found.last is not None:
        meta["cursor"] = write_cursor(found.last, scope.name)
    meta["perPage"] = asked.search.limit
    if (total := total_of(asked.search.rows, asked.total)) is not None:
        meta["total"] = total
    if asked.search.is_explained:
        meta["explain"] = found.plans
    return meta
