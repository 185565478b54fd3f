"""What is written as a table reads back as the same data: whatever the profile, and the records."""

from __future__ import annotations

import os
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.tables.columns import RecordType
from ingestion.tables.layout import MOST_COLUMNS, Layout
from ingestion.tables.reading import read_table
from ingestion.tables.writing import header_line, record_lines
from profiles.exact import Json, canonical, decode, encode
from profiles.reading import read_properties
from tests.strategies import BOUNDED
from tests.strategies.definitions import properties
from tests.strategies.values import members
from tests.tables.tables import PERSON, PROPERTIES

EXAMPLES = int(os.environ.get("HUNT_ROUNDS", "60"))


def written(record_type: RecordType, records: list[tuple[list[str], Json]]) -> str:
    layout = Layout(record_type.properties)
    for _, data in records:
        layout.look(data)
    columns = layout.columns()
    return header_line(record_type, columns) + record_lines(columns, records)


def read_back(record_type: RecordType, text: str) -> list[Any]:
    rows = read_table(BytesIO(text.encode()), record_type)
    return [decode(row.text)["upsert"] for row in rows]


def header(data: Json, *more: Json) -> str:
    records = [([str(number)], each) for number, each in enumerate([data, *more])]
    return written(PERSON, records).splitlines()[0]


@st.composite
def tables(draw: st.DrawFn) -> tuple[Any, list[Json]]:
    definitions = draw(properties(least=1))
    records = draw(st.lists(members(read_properties(definitions)), max_size=3))
    return definitions, [decode(encode(record)) for record in records]


@settings(BOUNDED, max_examples=EXAMPLES)
@given(tables())
def test_records_come_back_from_a_table(table: tuple[Any, list[Json]]) -> None:
    record_type = RecordType("top", read_properties(table[0]))
    records = [([f"r{number}"], data) for number, data in enumerate(table[1])]
    back = read_back(record_type, written(record_type, records))
    assert [each["id"] for each in back] == [ids[0] for ids, _ in records]
    assert [canonical(each["data"]) for each in back] == [canonical(each) for each in table[1]]


@settings(BOUNDED, max_examples=EXAMPLES // 4)
@given(tables())
def test_relationships_come_back_from_a_table(table: tuple[Any, list[Json]]) -> None:
    record_type = RecordType("top", read_properties(table[0]), {"from": "a", "to": "b"})
    records = [(["a", f"b{number}"], data) for number, data in enumerate(table[1])]
    back = read_back(record_type, written(record_type, records))
    assert [[each[end]["id"] for end in ("from", "to")] for each in back] == [i for i, _ in records]
    assert [canonical(each["data"]) for each in back] == [canonical(each) for each in table[1]]


def test_there_are_columns_for_the_parts_that_some_record_has() -> None:
    home = {"city": "Toronto", "line": ["a", "b"]}
    names = [{"given": ["Ada"]}, {"family": "Okafor"}]
    head = "id,name,rank,ratio,isOpen"
    assert header({}) == f"{head},specialities"
    assert header({"home": home}, {"names": names}) == (
        f"{head},home.line,home.city,specialities,names[0].given,names[1].family"
    )


@pytest.mark.parametrize(
    "data",
    [
        {"home": {}},
        {"home": {"period": {}}},
        {"names": []},
        {"names": [{}]},
        {"names": [{"family": "a"}] * (MOST_COLUMNS + 1)},
        {"names": [{"unknown": 1}]},
        {"names": "no array"},
        {"home": "no address"},
    ],
)
def test_what_parts_cannot_tell_is_written_as_json(data: Json) -> None:
    (key,) = data
    record_type = RecordType("person", read_properties({key: PROPERTIES[key]}))
    text = written(record_type, [(["a"], data), (["b"], {key: [{"family": "x"}]})])
    assert text.splitlines()[0] == f"id,{key}"
    assert read_back(record_type, text)[0]["data"] == data


def test_names_that_mean_something_of_the_record_have_a_prefix() -> None:
    part = {"type": "object", "properties": {"id": {"type": "symbol"}}}
    plain = {"type": "symbol"}
    record_type = RecordType("x", read_properties({"id": plain, "data": part, "from": part}))
    record = {"id": "a", "data": {"id": "b"}, "from": {"id": "c"}}
    text = written(record_type, [(["r"], record)])
    assert text.splitlines()[0] == "id,data.id,data.data.id,from.id"
    assert read_back(record_type, text)[0]["data"] == record
