"""`manage.py load`: operations from files, in order, and what became of each."""

from __future__ import annotations

import gzip
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from pytest_django import Settings

from ingestion import writing
from ingestion.models import Change, Resource
from ingestion.tasks import plain_work
from profiles.access import COMMAND_LINE
from profiles.exact import encode
from profiles.models import Source
from relationships.models import Relationship
from tests.commands.loading import (
    Output,
    counts,
    create,
    delete,
    ids,
    link,
    load,
    put,
    refuse,
    upsert,
)
from tests.factories import ProfileFactory

NOTHING_DONE = "created 0, changed 0, unchanged 0, deleted 0, refused 0"


def test_resources_and_relationships_are_written(
    source: Source, file: Path, capsys: Output
) -> None:
    put(file, upsert("a", name="A"), upsert("o", "office"), link("a", "o"))
    load(source, file)
    assert counts(capsys) == "created 3, changed 0, unchanged 0, deleted 0, refused 0"
    assert (ids(), ids("office")) == (["a"], ["o"])
    assert Relationship.objects.get().from_public_id == "a"


def test_the_same_again_changes_nothing(source: Source, file: Path, capsys: Output) -> None:
    put(file, upsert("a", name="A"), upsert("o", "office"), link("a", "o"))
    load(source, file)
    capsys.readouterr()
    load(source, file)
    assert counts(capsys) == "created 0, changed 0, unchanged 3, deleted 0, refused 0"
    assert Change.objects.count() == 3


def test_each_outcome_is_counted(source: Source, file: Path, capsys: Output) -> None:
    lines = [upsert("a"), upsert("b"), upsert("a", name="A"), upsert("b"), delete("b"), create("a")]
    put(file, *lines)
    error = refuse(source, file)
    assert (error.returncode, str(error)) == (1, "Refused: 1 of 6 operations.")
    assert counts(capsys) == "created 2, changed 1, unchanged 1, deleted 1, refused 1"
    assert ids() == ["a"]


def test_history_names_the_command_line_and_one_task(source: Source, file: Path) -> None:
    put(file, *(upsert(f"p{number}") for number in range(5)))
    load(source, file, batch=2)
    assert set(Change.objects.values_list("actor", flat=True)) == {COMMAND_LINE}
    assert Change.objects.values("task_id").distinct().count() == 1


def test_times_and_identifiers_are_imported_and_history_keeps_its_own(
    source: Source, file: Path
) -> None:
    """For resources and relationships alike."""
    past = {"createdAt": "2001-02-03T04:05:06Z", "updatedAt": "2002-03-04T05:06:07+02:00"}
    meta = {**past, "identifier": [{"system": "urn:old", "value": "1"}]}
    lines = [create("a"), upsert("o", "office"), link("a", "o")]
    for line in lines:
        line[line["action"].lower()]["meta"] = meta
    before = datetime.now(UTC)
    put(file, *lines)
    load(source, file)
    times = [datetime.fromisoformat(time) for time in past.values()]
    records: list[Any] = [*Resource.objects.all(), Relationship.objects.get()]
    for record in records:
        assert [record.created_at, record.updated_at] == times
        assert record.identifiers == meta["identifier"]
    assert [change.at > before for change in Change.objects.all()] == [True, True, True]


def test_a_line_whose_meta_is_faulty_is_refused_alone(
    source: Source, file: Path, capsys: Output
) -> None:
    late = upsert("a")
    late["upsert"]["meta"] = {"updatedAt": "2001-02-03T04:05:06Z", "version": 3}
    put(file, late, upsert("b"))
    refuse(source, file)
    told = capsys.readouterr().err
    assert f"{file}:1: /meta/version" in told
    assert "/meta/createdAt Is required beside updatedAt." in told
    assert ids() == ["b"]


def test_every_fault_is_printed_with_its_place(source: Source, file: Path, capsys: Output) -> None:
    put(file, upsert("a"), b"", upsert("b", name=1, x=2), b"nonsense", delete("c"))
    refuse(source, file)
    faults = capsys.readouterr().err.splitlines()
    assert [line.split()[:2] for line in faults] == [
        [f"{file}:3:", "/data/name"],
        [f"{file}:3:", "/data/x"],
        [f"{file}:4:", "Is"],
        [f"{file}:5:", "There"],
    ]
    assert ids() == ["a"]


def test_only_the_first_faults_are_printed(source: Source, file: Path, capsys: Output) -> None:
    put(file, *(upsert(f"p{number}", x=1) for number in range(30)))
    refuse(source, file)
    lines = capsys.readouterr().err.splitlines()
    assert (len(lines), lines[-1]) == (21, "… and 10 more (--all-faults prints them)")
    refuse(source, file, all_faults=True)
    assert len(capsys.readouterr().err.splitlines()) == 30


@pytest.mark.parametrize("batch", [1, 2, 3, 1000])
def test_operations_are_carried_out_in_order_whatever_the_batch(
    source: Source, file: Path, capsys: Output, batch: int
) -> None:
    """A link before its office is refused, and one is deleted before its provider is."""
    put(
        file,
        upsert("a"),
        link("a", "o"),
        b"nonsense",
        upsert("o", "office"),
        link("a", "o"),
        delete("provider.a,office.o", "provider-office"),
        delete("a"),
        upsert("a"),
        link("a", "o"),
    )
    refuse(source, file, batch=batch)
    output = capsys.readouterr()
    assert output.out.startswith("created 5, changed 0, unchanged 0, deleted 2, refused 2")
    assert output.err.startswith(f"{file}:2: /to/id ")
    assert Relationship.objects.count() == 1


def test_a_relationship_is_deleted_by_its_full_and_its_short_id(source: Source, file: Path) -> None:
    put(file, upsert("a"), upsert("b"), upsert("o", "office"), link("a", "o"), link("b", "o"))
    load(source, file)
    put(
        file,
        delete("provider.a,office.o", "provider-office"),
        delete("b.o", "provider-office"),
    )
    load(source, file)
    assert Relationship.objects.count() == 0


def test_a_profile_may_have_the_key_of_a_definition(source: Source, file: Path) -> None:
    ProfileFactory.create(source=source, key="provider-office")
    put(file, upsert("x", "provider-office"), upsert("a"), upsert("o", "office"), link("a", "o"))
    load(source, file)
    assert ids("provider-office") == ["x"]
    assert Relationship.objects.count() == 1


def test_the_text_that_was_sent_comes_back(source: Source, file: Path) -> None:
    body = {"properties": {"price": {"type": "decimal"}}}
    ProfileFactory.create(source=source, key="item", body=body)
    operation = b'{"action":"UPSERT","upsert":{"id":"%s","type":"item","data":{"price":%s}}}'
    put(file, operation % (b"a", b"1.10"), operation % (b"b", b"12345678901234567890.00123"))
    load(source, file)
    prices = [str(row.data["price"]) for row in Resource.objects.order_by("public_id")]
    assert prices == ["1.10", "12345678901234567890.00123"]


def test_a_packed_file_is_unpacked(source: Source, tmp_path: Path) -> None:
    file = tmp_path / "operations.ndjson.gz"
    file.write_bytes(gzip.compress(encode(upsert("a"))))
    load(source, file)
    assert ids() == ["a"]


def test_a_hyphen_is_standard_input(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    text = io.TextIOWrapper(io.BytesIO(encode(upsert("a"))))
    monkeypatch.setattr(sys, "stdin", text)
    load(source, "-")
    assert ids() == ["a"]


def test_several_files_are_loaded_in_their_order(source: Source, tmp_path: Path) -> None:
    first, second = tmp_path / "1.ndjson", tmp_path / "2.ndjson"
    put(first, upsert("a"), upsert("o", "office"))
    put(second, link("a", "o"))
    load(source, first, second)
    assert Relationship.objects.count() == 1


def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(source: Source, file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbf" + encode(upsert("a")) + b"\r\n\r\n" + encode(upsert("b")))
    load(source, file)
    assert ids() == ["a", "b"]


def test_a_line_that_is_too_long_is_refused_alone(
    source: Source, file: Path, settings: Settings, capsys: Output
) -> None:
    settings.MAX_BODY_BYTES = 100
    put(file, upsert("a"), upsert("b", name="x" * 1000), upsert("c"))
    refuse(source, file)
    assert capsys.readouterr().err.startswith(f"{file}:2: Is longer than 100 bytes")
    assert ids() == ["a", "c"]


def test_the_longest_line_passes(source: Source, file: Path, settings: Settings) -> None:
    line = encode(upsert("a", name="x" * 100))
    settings.MAX_BODY_BYTES = len(line)
    file.write_bytes(line + b"\r\n" + line)
    load(source, file)
    assert ids() == ["a"]


def test_an_empty_file_is_nothing_to_do(source: Source, file: Path, capsys: Output) -> None:
    put(file)
    load(source, file)
    assert counts(capsys) == NOTHING_DONE


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing.ndjson"], "nothing.ndjson: No such file or directory"),
        (["."], ".: Is a directory"),
        (["--batch", "0", "nothing.ndjson"], "--batch must be at least 1."),
    ],
)
def test_what_cannot_be_read_is_a_usage_error(
    source: Source, words: list[str], message: str
) -> None:
    error = refuse(source, *words)
    assert (error.returncode, str(error)) == (2, message)


def test_a_broken_archive_stops_after_what_was_read(source: Source, tmp_path: Path) -> None:
    file = tmp_path / "operations.ndjson.gz"
    lines = b"\n".join(encode(upsert(f"p{number}", name=str(number))) for number in range(3000))
    file.write_bytes(gzip.compress(lines)[:-2000])
    assert refuse(source, file, batch=500).returncode == 2
    assert Resource.objects.exists()


@pytest.mark.django_db
def test_a_source_that_is_not_there_is_a_usage_error(file: Path) -> None:
    put(file, upsert("a"))
    error = refuse(Source(key="clinik"), file)
    assert (error.returncode, str(error)) == (2, "clinik: There is no such source.")


def test_an_interruption_keeps_what_was_written(
    source: Source, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    written: list[Any] = []

    def write_once(*args: Any, **options: Any) -> Any:
        if written:
            raise KeyboardInterrupt
        written.append(args)
        return writing.write(*args, **options)

    monkeypatch.setattr(plain_work, "write", write_once)
    put(file, *(upsert(f"p{number}") for number in range(4)))
    assert refuse(source, file, batch=2).returncode == 130
    assert counts(capsys).startswith("created 2,")
    assert ids() == ["p0", "p1"]


def test_the_help_shows_the_form_of_a_line(capsys: Output) -> None:
    with pytest.raises(SystemExit):
        call_command("load", "--help")
    shown = " ".join(capsys.readouterr().out.split())
    assert json.dumps({"action": "UPSERT", "upsert": {}})[:-3] in shown
