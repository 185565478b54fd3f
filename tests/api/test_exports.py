"""Exports of lists: all records by id, as NDJSON and as CSV."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from functools import partial
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client

from ingestion.api.exports import Pieces
from ingestion.bodies.envelopes import read_operation
from ingestion.exporting.records import Export, ExportFormat, exported
from ingestion.kinds import meant_target
from ingestion.operations import Action, Operation, Target
from ingestion.records import Outcome
from ingestion.search.record_types import record_type_of
from ingestion.search.resources import resource_scope
from ingestion.sql import run
from ingestion.tables.reading import read_table
from ingestion.walking import AT_A_TIME
from ingestion.writing import write
from profiles.contract import current_contract
from profiles.exact import Document, decode
from profiles.models import Source
from relationships.scope import relationship_scope
from tests import factories
from tests.clients import Answer, Api

PROVIDERS = "resources/provider"
LINKS = "relationships/provider-office"


@pytest.fixture
def records(api: Api) -> Api:
    for id, data in (
        ("b", {"name": "Bo", "specialities": ["Nurse", "a|b"], "practiceNumber": 2}),
        ("a", {"name": "Ada, \"the\" first", "practiceNumber": 1}),
        ("c", {"name": ""}),
    ):  # fmt: skip
        api.put(f"{PROVIDERS}/{id}", {"data": data})
    api.put("resources/office/west", {"data": {"name": "West"}})
    for id in ("b", "a"):
        api.put(f"{LINKS}/{id}.west", {"data": {"effective": {"start": "2024"}}})
    return api


def lines(answer: Answer) -> list[Any]:
    assert (answer.status, answer.headers["Content-Type"]) == (200, "application/x-ndjson")
    return [json.loads(line, parse_float=Decimal) for line in answer.text.splitlines()]


def ids(answer: Answer) -> list[str]:
    return [line["id"] for line in lines(answer)]


def table(answer: Answer) -> list[str]:
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/csv; charset=utf-8")
    assert answer.text.endswith("\r\n")
    return str(answer.text).split("\r\n")[:-1]


def test_a_line_is_a_record_as_it_is_read_alone(records: Api) -> None:
    answer = records.get(f"{PROVIDERS}?format=ndjson")
    assert lines(answer) == [records.get(f"{PROVIDERS}/{id}").json for id in "abc"]
    answer = records.get(f"{LINKS}?format=ndjson")
    assert lines(answer) == [records.get(f"{LINKS}/{id}.west").json for id in "ab"]


def test_a_table_has_a_column_for_each_property(records: Api) -> None:
    assert table(records.get(f"{PROVIDERS}?format=csv")) == [
        "id,name,practiceNumber,specialities",
        'a,"Ada, ""the"" first",1,',
        "b,Bo,2,Nurse|a\\|b",
        'c,"""""",,',
    ]


def test_a_table_of_relationships_tells_their_ends(records: Api) -> None:
    assert table(records.get(f"{LINKS}?format=csv")) == [
        "from.id,to.id,effective.start",
        "a,west,2024",
        "b,west,2024",
    ]


def test_an_export_is_a_file_with_a_name(records: Api) -> None:
    headers = records.get(f"{PROVIDERS}?format=csv").headers
    assert headers["Content-Disposition"] == 'attachment; filename="provider.csv"'
    headers = records.get(f"{LINKS}?format=ndjson").headers
    assert headers["Content-Disposition"] == 'attachment; filename="provider-office.ndjson"'
    assert "ETag" not in headers


def test_an_empty_export(api: Api) -> None:
    assert lines(api.get(f"{PROVIDERS}?format=ndjson")) == []
    assert table(api.get(f"{PROVIDERS}?format=csv")) == ["id,name,practiceNumber,specialities"]


def test_the_header_may_ask_for_a_format(records: Api) -> None:
    assert ids(records.get(PROVIDERS, accept="application/x-ndjson")) == ["a", "b", "c"]
    for accept in ("text/csv", "text/csv; charset=utf-8"):
        assert len(table(records.get(PROVIDERS, accept=accept))) == 4
    assert ids(records.get(f"{PROVIDERS}?after=b", accept="application/x-ndjson")) == ["c"]
    assert ids(records.get(f"{PROVIDERS}?format=ndjson", accept="application/json")) == list("abc")
    for accept in (
        "application/json",
        "*/*",
        "application/*",
        "text/html, */*",
        "text/csv, application/json",
    ):
        assert records.get(PROVIDERS, accept=accept).json["meta"] == {"perPage": 100}


def test_what_is_refused_is_refused_in_json(records: Api) -> None:
    answer = records.get(f"{PROVIDERS}?perPage=1", accept="text/csv")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.faults == [("?perPage", "parameter")]
    assert records.get(f"{PROVIDERS}/a", accept="text/csv").error == (406, "NOT_ACCEPTABLE")


def test_an_export_goes_on_behind_an_id(records: Api) -> None:
    assert ids(records.get(f"{PROVIDERS}?format=ndjson&after=a")) == ["b", "c"]
    assert ids(records.get(f"{PROVIDERS}?format=ndjson&after=aa")) == ["b", "c"]
    assert ids(records.get(f"{PROVIDERS}?format=ndjson&after=c")) == []
    (rest,) = lines(records.get(f"{LINKS}?format=ndjson&after=provider.a,office.west"))
    assert rest["id"] == "provider.b,office.west"
    assert lines(records.get(f"{LINKS}?format=ndjson&after=a.west")) == [rest]


def test_a_table_that_goes_on_has_the_same_columns(source: Source) -> None:
    profile = factories.ProfileFactory.create(
        source=source, body={"properties": {"home": {"type": "address"}}}
    )
    api = Api(factories.make_key("reader"), source.key)
    for id, home in (("a", {"city": "Toronto"}), ("b", {"state": "ON"})):
        factories.ResourceFactory.create(profile=profile, id=id, data={"home": home})
    whole = table(api.get(f"resources/{profile.key}?format=csv"))
    assert whole == ["id,home.city,home.state", "a,Toronto,", "b,,ON"]
    rest = table(api.get(f"resources/{profile.key}?format=csv&after=a"))
    assert rest == [whole[0], whole[2]]


def test_filters_hold_for_exports(records: Api) -> None:
    assert ids(records.get(f"{PROVIDERS}?format=ndjson&data.name=Bo")) == ["b"]
    assert ids(records.get(f"{PROVIDERS}?format=ndjson&worksAt__isnull=true")) == ["c"]
    assert ids(records.get(f"{PROVIDERS}?format=ndjson&data.name__in=Bo,x&after=b")) == []
    assert len(table(records.get(f"{LINKS}?format=csv&from=a"))) == 2
    assert len(lines(records.get(f"{LINKS}?format=ndjson&from.data.name=Bo"))) == 1
    assert records.get(f"{PROVIDERS}?format=csv&data.nmae=x").faults == [
        ("?data.nmae", "parameter")
    ]


def test_an_export_may_show_some_fields_only(records: Api) -> None:
    answer = records.get(f"{PROVIDERS}?format=ndjson&fields=data.name&after=a")
    assert lines(answer)[0] == {"id": "b", "type": "provider", "data": {"name": "Bo"}}
    assert table(records.get(f"{PROVIDERS}?format=csv&fields=id,data.name"))[0] == "id,name"
    assert table(records.get(f"{LINKS}?format=csv&fields=data.effective.end"))[0] == "from.id,to.id"
    answer = records.get(f"{LINKS}?format=csv&fields=data.effective.start")
    assert table(answer)[0] == "from.id,to.id,effective.start"
    for member in ("contained", "meta"):
        answer = records.get(f"{PROVIDERS}?format=csv&fields=data,{member}")
        assert answer.faults == [("?fields", "parameter")]


@pytest.mark.parametrize(
    "parameter",
    ["cursor=x", "perPage=10", "sort=id", "include=worksAt", "total=exact", "explain=true"],
)
def test_what_is_for_pages_does_not_go_with_a_format(records: Api, parameter: str) -> None:
    for format in ExportFormat:
        answer = records.get(f"{PROVIDERS}?format={format}&{parameter}")
        assert answer.faults == [(f"?{parameter.partition('=')[0]}", "parameter")]
        assert "Does not go with format" in answer.json["message"]


@pytest.mark.parametrize(
    "query", ["format=xml", "format=json", "after=a", "format=csv&after=a/b", "format=csv&after=_"]
)
def test_ill_formed_parameters_are_refused(records: Api, query: str) -> None:
    answer = records.get(f"{PROVIDERS}?{query}")
    assert [rule for _, rule in answer.faults] == ["parameter"]


@pytest.mark.parametrize("after", ["a", "provider.a,provider.west", "a.west.x"])
def test_relationships_go_on_behind_an_id_of_theirs(records: Api, after: str) -> None:
    assert records.get(f"{LINKS}?format=csv&after={after}").faults == [("?after", "parameter")]


def test_a_head_reads_nothing(records: Api) -> None:
    answer = records.send("HEAD", f"{PROVIDERS}?format=csv")
    assert (answer.status, answer.text) == (200, "")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"


def test_only_lists_are_exported(records: Api) -> None:
    assert records.get(f"{PROVIDERS}/a?format=csv").faults == [("?format", "parameter")]


def many(source: Source, count: int, prefix: str = "p") -> None:
    """Providers, in one batch."""
    operations = [
        Operation(
            Action.UPSERT,
            Target.RESOURCE,
            "provider",
            f"{prefix}{number:04}",
            {"data": Document.of({"practiceNumber": number})},
        )
        for number in reversed(range(count))
    ]
    write(source.key, operations, actor="test")


def test_an_export_of_many_pieces_is_whole_and_in_order(source: Source, api: Api) -> None:
    count = 2 * AT_A_TIME + 1
    many(source, count)
    expected = [f"p{number:04}" for number in range(count)]
    assert ids(api.get(f"{PROVIDERS}?format=ndjson")) == expected
    rows = table(api.get(f"{PROVIDERS}?format=csv"))
    assert [row.partition(",")[0] for row in rows] == ["id", *expected]


def begun(source: Source, format: ExportFormat) -> Iterator[bytes]:
    """An export of which one piece was taken."""
    scope = resource_scope(current_contract(source.key), "provider")
    pieces = exported(Export(scope, scope.rows, format))
    assert next(pieces)
    return pieces


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("format", ExportFormat)
def test_an_export_holds_what_was_there_when_it_began(format: ExportFormat) -> None:
    source = factories.clinic()
    many(source, 2 * AT_A_TIME)
    pieces = begun(source, format)

    def change() -> None:
        many(source, 1, prefix="q")
        run("DELETE FROM ingestion_resource WHERE public_id = 'p0399'", [])
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(change).result()
    rest = b"".join(pieces)
    assert b"p0399" in rest
    assert b"q0000" not in rest


@pytest.mark.django_db(transaction=True)
def test_an_export_that_nobody_takes_any_more_ends_its_transaction() -> None:
    source = factories.clinic()
    many(source, 2 * AT_A_TIME)
    pieces = begun(source, ExportFormat.NDJSON)
    assert connection.in_atomic_block
    pieces.close()  # type: ignore[attr-defined]  # as the server does when the client is gone
    assert not connection.in_atomic_block
    (level,) = run("SHOW transaction_isolation", [])
    assert level == ("read committed",)


@pytest.mark.django_db(transaction=True)
def test_a_request_gives_its_connection_back() -> None:
    source = factories.clinic()
    many(source, 2 * AT_A_TIME)
    client = Client(headers={"X-API-Key": factories.make_key("reader")})
    response: Any = client.get(f"/sources/{source.key}/v1/{PROVIDERS}?format=ndjson")
    stream = iter(response.streaming_content)
    assert next(stream)
    assert connection.in_atomic_block
    response.close()
    assert not connection.in_atomic_block


def test_what_is_exported_as_a_table_can_be_read_again(records: Api, source: Source) -> None:
    contract = current_contract(source.key)
    for path, scope in (
        (PROVIDERS, resource_scope(contract, "provider")),
        (LINKS, relationship_scope(contract, "provider-office")),
    ):
        text = records.get(f"{path}?format=csv").text
        rows = list(read_table(BytesIO(text.encode()), record_type_of(scope)))
        shown = [decode(row.text)["upsert"] for row in rows]
        exported = lines(records.get(f"{path}?format=ndjson"))
        assert [row["data"] for row in shown] == [line["data"] for line in exported]
        operations = [read_operation(row.text, partial(meant_target, contract)) for row in rows]
        written = write(source.key, operations, actor="test")
        assert all(receipt.outcome is Outcome.UNCHANGED for receipt in written.receipts)


def test_only_so_many_exports_are_on_the_way(records: Api, source: Source, settings: Any) -> None:
    settings.EXPORTS_AT_ONCE = 1
    scope = resource_scope(current_contract(source.key), "provider")
    first = Pieces(exported(Export(scope, scope.rows, ExportFormat.NDJSON)))
    answer = records.get(f"{PROVIDERS}?format=csv")
    assert answer.error == (429, "RESOURCE_EXHAUSTED")
    assert records.send("HEAD", f"{PROVIDERS}?format=csv").status == 200
    assert records.get(PROVIDERS).status == 200
    first.close()
    assert len(ids(records.get(f"{PROVIDERS}?format=ndjson"))) == 3
    assert len(ids(records.get(f"{PROVIDERS}?format=ndjson"))) == 3
