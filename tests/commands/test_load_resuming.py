"""`manage.py load` goes on where it broke off, and shares a file among processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from ingestion import writing
from ingestion.models import Change, Task, TaskChunk
from ingestion.tasks import plain_work
from ingestion.tasks.receipts import read_receipts
from profiles.models import Source
from relationships.models import Relationship
from tests import factories
from tests.commands.loading import Output, counts, ids, link, load, put, refuse, upsert


def break_off_after(monkeypatch: pytest.MonkeyPatch, batches: int) -> None:
    written: list[Any] = []

    def write(*args: Any, **options: Any) -> Any:
        if len(written) == batches:
            raise KeyboardInterrupt
        written.append(args)
        return writing.write(*args, **options)

    monkeypatch.setattr(plain_work, "write", write)


def break_off_in_the_middle(source: Source, file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of four resources two are written."""
    put(file, *(upsert(f"p{number}") for number in range(4)))
    with monkeypatch.context() as patch:
        break_off_after(patch, 1)
        refuse(source, file, batch=2)


def test_a_load_goes_on_behind_what_it_has_done(
    source: Source, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    put(file, *(upsert(f"p{number}", name=str(number)) for number in range(5)))
    with monkeypatch.context() as patch:
        break_off_after(patch, 1)
        assert "With --resume it goes on." in str(refuse(source, file, batch=2))
    capsys.readouterr()
    load(source, file, resume=True)
    assert counts(capsys).startswith("created 3, changed 0, unchanged 0")
    assert len(ids()) == Change.objects.count() == 5
    (task,) = Task.objects.all()
    assert task.status == "SUCCESS"
    receipts = [row for chunk in TaskChunk.objects.all() for row in read_receipts(chunk.receipts)]
    assert sorted(receipt.index for receipt in receipts) == list(range(5))


def test_a_file_that_was_changed_is_begun_anew(
    source: Source, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    break_off_in_the_middle(source, file, monkeypatch)
    put(file, *(upsert(f"q{number}") for number in range(3)))
    capsys.readouterr()
    load(source, file, resume=True)
    assert counts(capsys).startswith("created 3,")


def test_what_is_not_resumed_is_begun_anew_and_the_other_one_ends(
    source: Source, file: Path, monkeypatch: pytest.MonkeyPatch, capsys: Output
) -> None:
    break_off_in_the_middle(source, file, monkeypatch)
    capsys.readouterr()
    load(source, file)
    assert counts(capsys).startswith("created 2, changed 0, unchanged 2")
    statuses = Task.objects.order_by("id").values_list("status", flat=True)
    assert list(statuses) == ["CANCELLED", "SUCCESS"]


@pytest.mark.django_db(transaction=True)
def test_processes_share_a_file(file: Path, capsys: Output) -> None:
    source = factories.clinic()
    lines = [upsert(f"p{number}", name="A") for number in range(40)]
    put(file, *lines, upsert("bad", name=1), *(upsert(f"p{n}", name="B") for n in range(40)))
    error = refuse(source, file, jobs=2)
    assert str(error) == "Refused: 1 of 81 operations."
    output = capsys.readouterr()
    assert output.out.startswith("created 40, changed 40, unchanged 0, deleted 0, refused 1")
    assert output.err.startswith(f"{file}:41: /data/name ")
    offices = [upsert(f"o{number}", "office") for number in range(4)]
    put(file, *offices)
    load(source, file, jobs=2)
    put(file, *(link(f"p{number}", f"o{number % 4}") for number in range(40)))
    load(source, file, jobs=2)
    assert Relationship.objects.count() == 40
    assert {row["version"] for row in Relationship.objects.values("version")} == {1}


def test_who_reads_alone_is_told_so(source: Source, file: Path) -> None:
    put(file, upsert("a"), upsert("o", "office"), link("a", "o"))
    error = refuse(source, file, jobs=2)
    assert str(error).endswith("Load it with --jobs 1.")
    assert refuse(source, "-", jobs=2).returncode == 2
    assert ids() == []
