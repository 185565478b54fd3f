"""What is sent to break a search, and what its answers may be."""

from __future__ import annotations

from typing import Any

from tests.clients import Answer

PROPERTIES: dict[str, Any] = {
    "name": {"type": "symbol", "indexed": True},
    "n": {"type": "decimal", "indexed": True},
    "i": {"type": "integer", "indexed": True},
    "born": {"type": "date", "indexed": True},
    "at": {"type": "geopoint", "indexed": True},
    "plain": {"type": "symbol"},
    "flag": {"type": "boolean"},
    "tags": {"type": "array", "items": {"type": "symbol", "indexed": True}},
}
SQL = ["'", '"', "'; DROP TABLE ingestion_resource; --", "x')) OR 1=1 --", "$.a[*]", "{data}", "%s"]
NASTY = [
    *SQL,
    *("\\", "\\u0000", "%", "{}", "[]", "null", "a'b\"c", "\U0010ffff", "\u202e", "x" * 5_000),
    *("NaN", "Infinity", "-Infinity", "1e400", "1" + "0" * 400, "1e999999999", "-0", "0x10", "1_0"),
]


def is_in_shape(answer: Answer) -> bool:
    body = answer.json
    return (
        answer.status == 400
        and body["type"] == "INVALID_ARGUMENT"
        and bool(body["message"])
        and all({"path", "rule", "message"} <= fault.keys() for fault in body["details"])
    )


def is_harmless(answer: Answer) -> bool:
    """A value that is no nonsense for what it is compared with finds nothing, or is found."""
    return answer.status == 200 or is_in_shape(answer)
