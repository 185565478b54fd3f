"""How the endpoints of indexes are described."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from drf_spectacular.utils import extend_schema_view

from profiles.api.openapi.components import TEXT
from profiles.api.openapi.endpoints import Components, answer, reading, schema
from profiles.api.openapi.refusals import missing
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.exact import Json

TAGS: dict[str, str] = {}
"""They are told beside the definitions that they belong to."""

PROBLEM = "The database could not build it: disk full (53100)."
READY: Json = {"state": "ready", "changedAt": "2026-11-25T18:00:00.000000Z"}
FAILED: Json = {**READY, "state": "failed", "problem": PROBLEM}

DESCRIPTION = """\
One row for each property that is marked `"indexed": true`, by path. An index is built in the
background, while others read and write: `building` until it is `ready`. Of one that `failed`,
`problem` tells why; it is tried again when the definition is changed."""


def components() -> Components:
    index = closed_object(
        {
            "path": {**TEXT, "description": "As filters write it, without `data.`."},
            "state": {"enum": ["building", "ready", "failed"]},
            "problem": TEXT,
            "changedAt": {"type": "string", "format": "date-time"},
        },
        ["path", "state", "changedAt"],
    )
    page: Schema = closed_object({"data": {"type": "array", "items": schema("Index")}}, ["data"])
    return {"schemas": {"Index": index, "Indexes": page}}


def describe_indexes(name: str, what: str, tag: str, path: str) -> Callable[[Any], Any]:
    """`path` is the property that the examples show."""
    parameter = what.split()[-1]
    shown = {row["state"]: {"data": [{"path": path, **row}]} for row in (READY, FAILED)}
    return extend_schema_view(
        retrieve=reading(
            f"get{name}Indexes",
            tag,
            f"Read how far the indexes of a {what} are",
            {
                200: answer("The marked properties.", "Indexes", shown, headers=()),
                404: missing(what),
            },
            parameters=("source", parameter),
            description=DESCRIPTION,
        )
    )
