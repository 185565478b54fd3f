"""Tables as texts, and the operations that are read from them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from ingestion.tables.columns import RecordType
from ingestion.tables.headers import Mapped
from ingestion.tables.reading import Row, read_table
from profiles.exact import decode
from profiles.faults import Refused
from profiles.reading import read_properties

PROPERTIES: Mapping[str, Any] = {
    "name": {"type": "symbol"},
    "rank": {"type": "integer"},
    "ratio": {"type": "decimal"},
    "isOpen": {"type": "boolean"},
    "home": {"type": "address"},
    "specialities": {"type": "array", "items": {"type": "symbol"}},
    "names": {"type": "array", "items": {"type": "humanname"}},
    "hours": {"type": "object", "properties": {"opens": {"type": "time"}}},
    "grid": {"type": "array", "items": {"type": "array", "items": {"type": "integer"}}},
}
PERSON = RecordType("person", read_properties(PROPERTIES))
KNOWS = RecordType(
    "knows",
    read_properties({"since": {"type": "date"}, "from": {"type": "reference"}}),
    {"from": "person", "to": "office"},
)


def rows(
    text: str | bytes,
    record_type: RecordType = PERSON,
    mapped: Mapped | None = None,
    limit: int = 10_000,
) -> list[Row]:
    raw = text if isinstance(text, bytes) else text.encode()
    return list(read_table(BytesIO(raw), record_type, mapped, limit))


def operations(
    text: str | bytes, record_type: RecordType = PERSON, mapped: Mapped | None = None
) -> Any:
    return [decode(row.text) for row in rows(text, record_type, mapped)]


def data(text: str | bytes, record_type: RecordType = PERSON) -> Any:
    """What the records hold, every digit as it was read."""
    read = [json.loads(row.text, parse_float=Decimal) for row in rows(text, record_type)]
    return [one[one["action"].lower()]["data"] for one in read]


def refused(
    text: str | bytes, record_type: RecordType = PERSON, mapped: Mapped | None = None
) -> Refused:
    with pytest.raises(Refused) as caught:
        rows(text, record_type, mapped)
    return caught.value


def faults(refused: Refused) -> list[tuple[str, str]]:
    return [(fault.path, fault.rule) for fault in refused.faults]
