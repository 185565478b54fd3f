"""Batches, straight through the write path."""

from __future__ import annotations

from functools import partial
from typing import Any

from ingestion.bodies.members import read_payload
from ingestion.operations import Action, Operation, Target
from profiles.exact import encode
from tests.sql_counts.cases import Cases, Measured, writes, written
from tests.sql_counts.desk import LINK, Desk
from tests.writing.asking import (
    create,
    define_link,
    delete,
    patch,
    patch_link,
    put,
    put_link,
    unlink,
)

NAMED = {"name": "B"}
EFFECTIVE: dict[str, Any] = {"effective": {}}


def link_by_ends(ends: str) -> Operation:
    """The ends stand in the body, in place of an id."""
    from_id, to_id = ends.split(".")
    body = {"from": {"id": from_id, "type": "provider"}, "to": {"id": to_id, "type": "office"}}
    payload = read_payload(encode(body))
    return Operation(Action.CREATE, Target.RELATIONSHIP, LINK, None, payload)


def come_and_go(desk: Desk, count: int) -> Measured:
    ids = desk.names(count)
    batch = [one for id in ids for one in (put("provider", id), delete("provider", id))]
    return written(desk, batch, {"CREATED", "DELETED"})


def link_pairs(desk: Desk, count: int) -> Measured:
    """Each end may have one partner only."""
    define_link(desk.source, desk.lot, "0:1", "0:1")
    pairs = zip(desk.providers(count), desk.offices(count), strict=True)
    batch = [put_link(desk.lot, ".".join(pair)) for pair in pairs]
    desk.warm()
    return written(desk, batch, {"CREATED"})


def link_new_offices(desk: Desk, count: int) -> Measured:
    batch = [put("provider", desk.lot)]
    for office in desk.names(count):
        batch += [put("office", office), put_link(LINK, f"{desk.lot}.{office}")]
    return written(desk, batch, {"CREATED"})


CASES: Cases = {
    "write CREATE resources": writes("CREATED", Desk.names, lambda _: create("provider", None)),
    "write CREATE resources, with ids": writes("CREATED", Desk.names, partial(create, "provider")),
    "write UPSERT resources, new": writes("CREATED", Desk.names, partial(put, "provider")),
    "write UPSERT resources, changed": writes(
        "CHANGED", Desk.providers, partial(put, "provider", data=NAMED)
    ),
    "write UPSERT resources, unchanged": writes(
        "UNCHANGED", Desk.providers, partial(put, "provider")
    ),
    "write UPDATE resources": writes(
        "CHANGED", Desk.providers, partial(patch, "provider", change={"data": NAMED})
    ),
    "write DELETE resources": writes("DELETED", Desk.providers, partial(delete, "provider")),
    "write DELETE resources, with relationships": writes(
        "DELETED", Desk.linked_offices, partial(delete, "office")
    ),
    "write resources, refused": writes(
        "400 /data/name type", Desk.names, partial(put, "provider", data={"name": 1})
    ),
    "write UPSERT and DELETE of the same resources": come_and_go,
    "write CREATE relationships": writes("CREATED", Desk.ends, link_by_ends),
    "write UPSERT relationships, new": writes("CREATED", Desk.ends, partial(put_link, LINK)),
    "write UPSERT relationships, changed": writes(
        "CHANGED", Desk.links, partial(put_link, LINK, data=EFFECTIVE)
    ),
    "write UPSERT relationships, at most one each": link_pairs,
    "write UPDATE relationships": writes(
        "CHANGED", Desk.links, partial(patch_link, LINK, change={"data": EFFECTIVE})
    ),
    "write DELETE relationships": writes("DELETED", Desk.links, partial(unlink, LINK)),
    "write resources and relationships together": link_new_offices,
}
