"""From the rows of a table to operations."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest

from ingestion.bodies.envelopes import read_operation
from ingestion.operations import Action, Target
from ingestion.tables.headers import suggested
from ingestion.tables.reading import read_names, read_table
from tests.tables.tables import KNOWS, PERSON, data, faults, operations, refused, rows


def test_a_row_is_the_operation_of_its_record() -> None:
    assert operations("id,name,rank\nada,Ada,7\n") == [
        {
            "action": "UPSERT",
            "upsert": {"id": "ada", "type": "person", "data": {"name": "Ada", "rank": 7}},
        }
    ]


@pytest.mark.parametrize("text", ["id,name\n,Ada\n", "name\nAda\n"])
def test_a_row_without_an_id_creates(text: str) -> None:
    create = {"type": "person", "data": {"name": "Ada"}}
    assert operations(text) == [{"action": "CREATE", "create": create}]


def test_the_text_of_a_row_is_an_operation_for_the_write_path() -> None:
    (row,) = rows("id,name\nada,Ada\n")
    operation = read_operation(row.text, lambda _: Target.RESOURCE)
    assert (operation.action, operation.collection, operation.id) == (
        Action.UPSERT,
        "person",
        "ada",
    )
    assert operation.refused is None


@pytest.mark.parametrize(
    ("header", "cells", "expected"),
    [
        (
            "home.city,home.line",
            "Toronto,1 Main Street|Floor 2",
            {"home": {"city": "Toronto", "line": ["1 Main Street", "Floor 2"]}},
        ),
        ("home.line[0],home.line[1]", "a,b", {"home": {"line": ["a", "b"]}}),
        ("specialities", "a|b", {"specialities": ["a", "b"]}),
        ("specialities[1],specialities[0]", "b,a", {"specialities": ["a", "b"]}),
        ("specialities[0],specialities[5]", ",b", {"specialities": ["b"]}),
        (
            "names[0].family,names[0].given,names[1].family",
            "Okafor,Ada|B,Byron",
            {"names": [{"family": "Okafor", "given": ["Ada", "B"]}, {"family": "Byron"}]},
        ),
        ("names[1].family,names[0].family", "Byron,", {"names": [{"family": "Byron"}]}),
        ("names[0].period.start", "2024", {"names": [{"period": {"start": "2024"}}]}),
        ("hours.opens", "09:00:00", {"hours": {"opens": "09:00:00"}}),
        ("grid[0],grid[1]", "1|2,3", {"grid": [[1, 2], [3]]}),
        ("grid[0][0],grid[0][1]", "1,2", {"grid": [[1, 2]]}),
        ("home", '"{""city"":""Toronto""}"', {"home": {"city": "Toronto"}}),
        ("data.name,data.home.city", "Ada,Toronto", {"name": "Ada", "home": {"city": "Toronto"}}),
        ("name,rank,home.city", "Ada,,", {"name": "Ada"}),
        ("name,rank", "Ada", {"name": "Ada"}),
        ("name,rank", "Ada,,,", {"name": "Ada"}),
        ("rank,isOpen", "seven,perhaps", {"rank": "seven", "isOpen": "perhaps"}),
        ("name", '"line 1\r\nline 2"', {"name": "line 1\r\nline 2"}),
    ],
)
def test_columns_make_up_the_data(header: str, cells: str, expected: Any) -> None:
    assert data(f"{header}\n{cells}\n") == [expected]


def test_no_digit_is_lost() -> None:
    text = "54.717240000000004000000000000000000001"
    (read,) = data(f"ratio\n{text}\n")
    assert read == {"ratio": Decimal(text)}


@pytest.mark.parametrize(
    "text",
    [
        b"\xef\xbb\xbfid,name\r\nada,\xc3\x89va\r\n",
        "id;name\nada;Éva\n".encode(),
        "id\tname\nada\tÉva".encode(),
        '"id","name"\n"ada","Éva"\n'.encode(),
    ],
)
def test_marks_delimiters_and_ends_of_lines_of_other_programs(text: bytes) -> None:
    (read,) = operations(text)
    assert read["upsert"] == {"id": "ada", "type": "person", "data": {"name": "Éva"}}


def test_a_semicolon_beside_a_comma_delimits_nothing() -> None:
    assert data("name,home.city\na;b,c\n") == [{"name": "a;b", "home": {"city": "c"}}]


def test_rows_are_numbered_as_spreadsheets_do() -> None:
    read = rows('name\nAda\n\n,,\n"two\nlines"\nEva\n')
    assert [row.number for row in read] == [2, 5, 6]


def test_a_cell_beyond_the_header_is_a_fault_of_its_record() -> None:
    (read,) = operations("id,name\nada,Ada,what\n")
    assert read["upsert"]["column 3"] == "what"


def test_a_column_without_a_name_is_none() -> None:
    first, second = operations("id,name,\na,Ada,\nb,Eva,x\n")
    assert (first["upsert"]["data"], second["upsert"]["column 3"]) == ({"name": "Ada"}, "x")


def test_every_wrong_column_is_named_with_what_there_is() -> None:
    error = refused("id,nmae,home.town,names.family,specialities[x],name\n")
    assert faults(error) == [
        ("/nmae", "unknown"),
        ("/home.town", "unknown"),
        ("/names.family", "unknown"),
        ("/specialities[x]", "unknown"),
    ]
    assert error.faults[0].expected[:5] == ["id", "name", "rank", "ratio", "isOpen"]
    assert {"home.city", "home.line", "names[0].family", "grid[0]"} <= {*error.faults[0].expected}


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("name,name", [("/name", "unique")]),
        ("name,data.name", [("/data.name", "unique")]),
        ("id,id", [("/id", "unique")]),
        ("home,home.city", [("/home.city", "conflict")]),
        ("home.city,home", [("/home.city", "conflict")]),
        ("specialities,specialities[0]", [("/specialities[0]", "conflict")]),
        ("names,names[0].given[1]", [("/names[0].given[1]", "conflict")]),
        ("contained,meta", [("/contained", "unknown"), ("/meta", "unknown")]),
    ],
)
def test_columns_do_not_clash(header: str, expected: Any) -> None:
    assert faults(refused(f"{header}\n")) == expected


@pytest.mark.parametrize("text", ["", "\n", "\ufeff", ",,\na,b,c\n"])
def test_a_table_has_a_header(text: str) -> None:
    assert faults(refused(text)) == [("", "header")]


def test_a_header_that_is_not_utf8_is_refused() -> None:
    assert faults(refused("id,größe\n".encode("latin-1"))) == [("", "encoding")]


def test_a_row_that_is_not_utf8_is_refused_alone() -> None:
    read = rows("id,name\na,ä\nb,b\n".encode("latin-1"))
    assert [row.refused and faults(row.refused) for row in read] == [[("", "encoding")], None]


@pytest.mark.parametrize(
    ("text", "rule"),
    [('"b', "csv"), ('"b"x', "csv"), ('"' + "b" * 200, "length"), ("b" * 200, "length")],
)
def test_nothing_is_read_behind_what_has_no_end(text: str, rule: str) -> None:
    read = rows(f"name\na\n{text}\nc\n", limit=100)
    assert [row.number for row in read] == [2, 3]
    assert read[1].refused is not None
    assert faults(read[1].refused) == [("", rule)]


def test_a_long_cell_is_read() -> None:
    text = "x" * 200_000
    (row,) = rows(f"name\n{text}\n", limit=300_000)
    assert text.encode() in row.text


def test_a_row_is_read_before_the_next_one_is_there() -> None:
    class Endless(BytesIO):
        def readline(self, size: int | None = -1, /) -> bytes:
            return super().readline(size) or b"Ada\n"

    table = read_table(Endless(b"name\n"), PERSON)
    assert [next(table).number for _ in range(3)] == [2, 3, 4]


def test_columns_can_be_mapped() -> None:
    mapped = {"": None, "Key": "id", "LAT": "ratio", "Town": "home.city"}
    (read,) = operations(",Key,LAT,Town,name\n9,ada,1.50,Toronto,Ada\n", mapped=mapped)
    assert read["upsert"]["id"] == "ada"
    assert read["upsert"]["data"] == {
        "ratio": Decimal("1.50"),
        "home": {"city": "Toronto"},
        "name": "Ada",
    }


def test_a_mapping_is_judged_as_a_header_is() -> None:
    mapped = {"A": "name", "B": "name", "C": "town", "D": "rank"}
    assert faults(refused("A,B,C\n", mapped=mapped)) == [
        ("/D", "unknown"),
        ("/C", "unknown"),
        ("/B", "unique"),
    ]


def test_names_suggest_what_columns_are() -> None:
    names = ["ID", "Name", "name", "is open", "HOME_CITY", "Postal Code", "home", "text", "LAT"]
    assert suggested(names, PERSON) == {
        "ID": "id",
        "Name": None,
        "name": "name",
        "is open": "isOpen",
        "HOME_CITY": "home.city",
        "Postal Code": "home.postalCode",
        "home": None,
        "text": None,
        "LAT": None,
    }


def test_the_names_of_columns_can_be_read_alone() -> None:
    assert read_names(BytesIO("\ufeff,ID;Größe\n1,2\n".encode())) == ["", "ID;Größe"]


def test_a_relationship_is_told_by_its_ends() -> None:
    (read,) = operations("from.id,to.id,since\nada,west,2024\n", KNOWS)
    assert read == {
        "action": "UPSERT",
        "upsert": {
            "type": "knows",
            "from": {"id": "ada", "type": "person"},
            "to": {"id": "west", "type": "office"},
            "data": {"since": "2024"},
        },
    }


def test_a_property_can_be_called_as_an_end_is() -> None:
    (read,) = operations("from.id,to.id,data.from.id,data.from.type\na,b,c,office\n", KNOWS)
    assert read["upsert"]["data"] == {"from": {"id": "c", "type": "office"}}
    assert read["upsert"]["from"]["id"] == "a"


def test_relationships_need_columns_for_their_ends() -> None:
    assert faults(refused("from.id,since\n", KNOWS)) == [("/to.id", "required")]


def test_an_end_that_is_empty_is_absent() -> None:
    (read,) = operations("from.id,to.id\nada,\n", KNOWS)
    assert "to" not in read["upsert"]
