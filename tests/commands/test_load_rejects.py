"""`manage.py load --rejects`: what was refused is kept, to be corrected and loaded again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from pytest_django import Settings

from ingestion import writing
from ingestion.tasks import plain_work
from profiles.models import Source
from tests.commands.loading import Output, counts, ids, load, put, refuse, upsert


@pytest.fixture
def rejects(tmp_path: Path) -> Path:
    return tmp_path / "rejects.ndjson"


def test_refused_lines_are_kept_as_sent_under_their_faults(
    source: Source, file: Path, rejects: Path
) -> None:
    spaced = b' {"action": "UPSERT",  "upsert": {"id":"b","type":"provider","data":{"x":1.10}}}'
    put(file, upsert("a"), spaced + b"\r", b"nonsense", upsert("c", name=1, y=2))
    error = refuse(source, file, rejects=rejects)
    assert str(error) == f"Refused: 3 of 4 operations. They are in {rejects}."
    lines = rejects.read_bytes().splitlines()
    assert [line for line in lines if not line.startswith(b"#")] == [
        spaced,
        b"nonsense",
        json.dumps(upsert("c", name=1, y=2), separators=(",", ":")).encode(),
    ]
    told = [line.decode().split()[:3] for line in lines if line.startswith(b"#")]
    assert told == [
        ["#", f"{file}:2:", "/data/x"],
        ["#", f"{file}:3:", "Is"],
        ["#", f"{file}:4:", "/data/name"],
        ["#", f"{file}:4:", "/data/y"],
    ]


def test_corrected_rejects_can_be_loaded_as_they_are(
    source: Source, file: Path, rejects: Path
) -> None:
    put(file, upsert("a"), upsert("b", name=1))
    refuse(source, file, rejects=rejects)
    rejects.write_bytes(rejects.read_bytes().replace(b'"name":1', b'"name":"1"'))
    load(source, rejects)
    assert ids() == ["a", "b"]


def test_rejects_that_were_not_corrected_are_refused_again_with_their_faults_anew(
    source: Source, file: Path, rejects: Path
) -> None:
    put(file, upsert("b", name=1))
    refuse(source, file, rejects=rejects)
    again = rejects.with_name("again.ndjson")
    refuse(source, rejects, rejects=again)
    assert again.read_text().startswith(f"# {rejects}:2: /data/name Must be text")
    assert again.read_bytes().count(b"#") == 1


def test_what_was_refused_is_kept_before_the_next_batch(
    source: Source, file: Path, rejects: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = []

    def look_and_write(*args: Any, **options: Any) -> Any:
        kept.append(rejects.read_bytes().count(b"#"))
        return writing.write(*args, **options)

    monkeypatch.setattr(plain_work, "write", look_and_write)
    put(file, *(upsert(f"p{number}", x=1) for number in range(4)))
    refuse(source, file, rejects=rejects, batch=2)
    assert kept == [0, 2]


def test_a_fault_stays_a_comment_whatever_its_place_is_called(
    source: Source, file: Path, rejects: Path
) -> None:
    strange: dict[str, Any] = {"x\n{}": 1, "y\u2028z": 1}
    put(file, upsert("b", **strange))
    refuse(source, file, rejects=rejects)
    assert [line[:1] for line in rejects.read_bytes().splitlines()] == [b"#", b"#", b"{"]


def test_a_line_that_is_too_long_is_told_of_only(
    source: Source, file: Path, rejects: Path, settings: Settings
) -> None:
    settings.MAX_BODY_BYTES = 100
    put(file, upsert("b", name="x" * 1000))
    refuse(source, file, rejects=rejects)
    assert "too long to be repeated" in rejects.read_text()
    assert max(map(len, rejects.read_text().splitlines())) < 1000


def test_without_refusals_the_file_is_empty(source: Source, file: Path, rejects: Path) -> None:
    rejects.write_text("of yesterday")
    put(file, upsert("a"))
    load(source, file, rejects=rejects)
    assert rejects.read_bytes() == b""


def test_the_file_that_is_loaded_is_never_overwritten(source: Source, file: Path) -> None:
    put(file, upsert("a"))
    error = refuse(source, file, rejects=file)
    assert (error.returncode, str(error)) == (
        2,
        f"{file}: Is to be loaded, so it cannot take what is refused.",
    )
    assert file.stat().st_size
    assert ids() == []


def test_a_place_that_cannot_be_written_is_a_usage_error_before_anything_is_loaded(
    source: Source, file: Path, tmp_path: Path, capsys: Output
) -> None:
    put(file, upsert("a"))
    error = refuse(source, file, rejects=tmp_path / "nowhere" / "rejects.ndjson")
    assert error.returncode == 2
    assert "No such file or directory" in str(error)
    assert counts(capsys) == ""
    assert ids() == []
