"""`manage.py dump`: what it writes is what `load` takes, and makes the same of it."""

from __future__ import annotations

import gzip
import os
import sys
from contextlib import redirect_stderr
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from ingestion.exporting.records import selected
from ingestion.models import Resource
from ingestion.operations import Action, Operation, Target
from ingestion.records import Outcome
from ingestion.writing import write
from profiles.contract import current_contract
from profiles.exact import Document
from profiles.models import Source
from relationships.contract import definitions_of
from relationships.models import Relationship
from tests import factories
from tests.clients import Api
from tests.commands.loading import load
from tests.commands.test_load_progress import Screen
from tests.strategies import BOUNDED
from tests.strategies.definitions import catalogues, properties
from tests.strategies.records import sound_bodies
from tests.strategies.values import members

EXAMPLES = int(os.environ.get("HUNT_ROUNDS", "5"))

Output = pytest.CaptureFixture[str]


def dump(source: Source, *types: str, **options: Any) -> None:
    call_command("dump", *types, source=source.key, **options)


def dumped(source: Source, *types: str, capsys: Output, **options: Any) -> list[str]:
    capsys.readouterr()
    dump(source, *types, **options)
    return capsys.readouterr().out.splitlines()


def refused(source: Source, *types: str, **options: Any) -> str:
    with pytest.raises(CommandError) as caught:
        dump(source, *types, **options)
    return str(caught.value)


def same_definitions(source: Source, folder: Path) -> Source:
    """Another source with the definitions of one."""
    dump(source, definitions=folder / "definitions", output=folder / "all.ndjson")
    other: Source = factories.SourceFactory.create()
    call_command("define", folder / "definitions", source=other.key)
    return other


def state(source: Source) -> list[Any]:
    """All that there is to know of the records of a source, but for what counts anew."""
    resources = Resource.objects.filter(source=source).select_related("profile")
    links = Relationship.objects.filter(source=source).select_related("definition")
    rows: list[Any] = [(row, row.profile.key, row.public_id, row.contained) for row in resources]
    rows += [(row, row.definition.key, str(row), {}) for row in links]
    return sorted(
        (key, id, *_texts(row.data, contained, row.identifiers), row.created_at, row.updated_at)
        for row, key, id, contained in rows
    )


def _texts(*values: Any) -> tuple[bytes, ...]:
    """JSON as it is stored, with every digit."""
    return tuple(Document.of(value).text for value in values)


@pytest.fixture
def records(source: Source, api: Api) -> Source:
    meta = {"createdAt": "2001-01-01T00:00:00.000001Z", "updatedAt": "2002-01-01T00:00:00Z"}
    number = {"identifier": [{"system": "npi", "value": "7"}], **meta}
    api.put("resources/provider/ada", {"data": {"practiceNumber": 7}, "meta": number})
    api.put("resources/provider/bo", {"data": {"name": "Bo\n\"'\\ é😀"}})
    card = [{"id": "visa", "type": "paymentMethod", "data": {"value": "Visa"}}]
    api.put("resources/office/west", {"data": {}, "contained": {"alternativePaymentMethods": card}})
    for id in ("bo", "ada"):
        api.put(
            f"relationships/provider-office/{id}.west",
            {"data": {"effective": {"start": "2024"}}, "meta": number},
        )
    return source


def test_a_line_is_an_operation(records: Source, capsys: Output) -> None:
    first, *_ = dumped(records, "provider", capsys=capsys)
    assert first == (
        '{"action":"UPSERT","upsert":{"id":"ada","type":"provider","data":{"practiceNumber": 7},'
        '"contained":{},"meta":{"createdAt":"2001-01-01T00:00:00.000001Z",'
        '"updatedAt":"2002-01-01T00:00:00.000000Z",'
        '"identifier":[{"value": "7", "system": "npi"}]}}}'
    )


def test_resources_come_before_relationships_and_all_by_their_ids(
    records: Source, capsys: Output
) -> None:
    lines = dumped(records, capsys=capsys)
    starts = [line.partition('"data"')[0].partition('"upsert":')[2] for line in lines]
    ends = '"from":{{"id":"{0}","type":"provider"}},"to":{{"id":"west","type":"office"}},'
    link = '{{"id":"provider.{0},office.west","type":"provider-office",' + ends
    assert starts == [
        '{"id":"west","type":"office",',
        '{"id":"ada","type":"provider",',
        '{"id":"bo","type":"provider",',
        link.format("ada"),
        link.format("bo"),
    ]


def test_what_is_loaded_again_is_the_same(records: Source, tmp_path: Path) -> None:
    other = same_definitions(records, tmp_path)
    load(other, tmp_path / "all.ndjson")
    assert state(other) == state(records)
    assert len(state(other)) == 5


def test_what_is_loaded_where_it_came_from_changes_nothing(
    records: Source, tmp_path: Path, capsys: Output
) -> None:
    dump(records, output=tmp_path / "all.ndjson")
    capsys.readouterr()
    load(records, tmp_path / "all.ndjson")
    assert "unchanged 5," in capsys.readouterr().out


@pytest.mark.django_db
def test_random_records_are_the_same_once_they_are_loaded(tmp_path: Path) -> None:
    @settings(BOUNDED, max_examples=EXAMPLES)
    @given(st.data())
    def check(draw: st.DataObject) -> None:
        with transaction.atomic():
            source = random_source(draw)
            other = same_definitions(source, tmp_path)
            load(other, tmp_path / "all.ndjson", verbosity=0)
            assert state(other) == state(source)
            transaction.set_rollback(True)

    check()


def random_source(draw: st.DataObject) -> Source:
    source: Source = factories.SourceFactory.create()
    bodies = draw.draw(catalogues())
    for key in reversed(bodies):
        factories.ProfileFactory.create(source=source, key=key, body=bodies[key])
    side = {"profileKey": "top", "includeCardinality": "0:*"}
    ends = {"from": {**side, "includeKey": "next"}, "to": {**side, "includeKey": "before"}}
    link = {**ends, "properties": draw.draw(properties())}
    factories.RelationshipDefinitionFactory.create(source=source, key="follows", body=link)
    contract = current_contract(source.key)
    records = draw.draw(st.lists(sound_bodies("top", contract.catalogue), max_size=3))
    _write(source, Target.RESOURCE, "top", {f"r{n}": body for n, body in enumerate(records)})
    shape = draw.draw(st.lists(members(_of(source, "follows")), max_size=len(records)))
    links = {f"r0.r{n}": {"data": data} for n, data in enumerate(shape)}
    _write(source, Target.RELATIONSHIP, "follows", links)
    return source


def _of(source: Source, key: str) -> Any:

    return definitions_of(current_contract(source.key)).get(key).properties


def _write(source: Source, target: Target, key: str, bodies: dict[str, Any]) -> None:
    operations = [
        Operation(
            Action.UPSERT,
            target,
            key,
            id,
            {member: Document.of(value) for member, value in body.items()},
        )
        for id, body in bodies.items()
    ]
    receipts = write(source.key, operations, actor="test").receipts if operations else ()
    assert all(receipt.outcome is Outcome.CREATED for receipt in receipts)


def test_some_types_can_be_chosen(records: Source, capsys: Output) -> None:
    assert len(dumped(records, "office", "provider-office", capsys=capsys)) == 3
    known = "There is no nurse. There are: office, paymentMethod, provider, provider-office."
    assert refused(records, "office", "nurse") == known


def test_an_unknown_source_is_refused(db: None) -> None:
    with pytest.raises(CommandError, match="There is no such source"):
        call_command("dump", source="nowhere")


@pytest.mark.parametrize(
    ("after", "left"),
    [
        ("office/west", 4),
        ("provider/ada", 3),
        ("provider/zoe", 2),
        ("provider-office/ada.west", 1),
        ("provider-office/provider.ada,office.west", 1),
        ("provider-office/bo.west", 0),
    ],
)
def test_a_dump_goes_on_behind_a_record(
    records: Source, capsys: Output, after: str, left: int
) -> None:
    whole = dumped(records, capsys=capsys)
    assert dumped(records, capsys=capsys, after=after) == whole[len(whole) - left :]


@pytest.mark.parametrize("after", ["provider", "nurse/ada", "office/a.b", "provider-office/ada"])
def test_a_dump_goes_on_behind_what_there_may_be(records: Source, after: str) -> None:
    assert refused(records, after=after) == f"{after} is no <type>/<id> of what is dumped."


def test_a_file_is_packed_by_its_name(records: Source, tmp_path: Path, capsys: Output) -> None:
    lines = dumped(records, capsys=capsys)
    file = tmp_path / "all.ndjson.gz"
    dump(records, output=file)
    assert gzip.decompress(file.read_bytes()).decode().splitlines() == lines
    capsys.readouterr()
    load(records, file)
    assert "unchanged 5," in capsys.readouterr().out


def test_what_became_of_it_is_told(records: Source, tmp_path: Path, capsys: Output) -> None:
    dump(records, output=tmp_path / "all.ndjson")
    told = capsys.readouterr()
    assert told.out.startswith("dumped 5 in ")
    assert not told.err
    dump(records)
    assert "dumped 5 in " in capsys.readouterr().err


def test_a_dump_that_breaks_off_tells_how_to_go_on(
    records: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaking(*args: Any) -> Any:
        yield next(selected(*args))
        raise DatabaseError("The server went away.")

    monkeypatch.setattr("ingestion.exporting.dumping.selected", breaking)
    file = tmp_path / "all.ndjson"
    told = refused(records, output=file)
    assert told == "The server went away. Broke off: go on with --after office/west."
    assert not file.exists()
    assert len((tmp_path / "all.ndjson.part").read_text().splitlines()) == 1


def test_a_file_that_cannot_be_written_is_named(records: Source, tmp_path: Path) -> None:
    file = tmp_path / "missing" / "all.ndjson"
    assert refused(records, output=file) == f"{file}.part: No such file or directory"


def test_a_bar_tells_how_far_it_has_come(
    records: Source, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingestion.loading.progress.SECONDS_BETWEEN", 0)
    screen = Screen()
    with redirect_stderr(screen):
        dump(records, output=tmp_path / "all.ndjson")
    assert any("100% |" in line and "5 records" in line for line in screen.lines)


def test_bytes_go_to_standard_output(records: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    class Pipe:
        buffer = BytesIO()

    monkeypatch.setattr(sys, "stdout", Pipe)
    dump(records)
    assert Pipe.buffer.getvalue().count(b"\n") == 5
