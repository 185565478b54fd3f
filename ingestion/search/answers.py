"""A page on the wire."""

from __future__ import annotations

from ingestion.search.cursors import write_cursor
from ingestion.search.including import members
from ingestion.search.pages import Found, find
from ingestion.search.parameters import ESTIMATED, EXACT, Asked
from ingestion.search.scope import Scope
from ingestion.search.totals import estimated_total, exact_total
from profiles.exact import Json, encode


def page_json(scope: Scope, asked: Asked) -> bytes:
    found = find(asked.search)
    more, told = members(asked.include.bring([found.row_ids]) if asked.include else None)
    meta = encode({**page_meta(scope, asked, found), **told})
    return b'{"data":[%b]%b,"meta":%b}' % (b",".join(found.texts), more, meta)


def page_meta(scope: Scope, asked: Asked, found: Found) -> dict[str, Json]:
    meta: dict[str, Json] = {}
    if found.has_more and found.last is not None:
        meta["cursor"] = write_cursor(found.last, scope.name)
    meta["perPage"] = asked.search.limit
    if asked.total == EXACT:
        meta["total"] = exact_total(asked.search.rows)
    elif asked.total == ESTIMATED:
        meta["total"] = estimated_total(asked.search.rows)
    if asked.search.is_explained:
        meta["explain"] = found.plans
    return meta
