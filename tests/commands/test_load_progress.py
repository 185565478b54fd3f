"""`manage.py load` on a terminal: a bar that tells how many, how fast and how long still."""

from __future__ import annotations

import gzip
import io
import sys
from contextlib import redirect_stderr, suppress
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError

from ingestion.loading.progress import Progress
from profiles.exact import encode
from profiles.models import Source
from tests.commands.loading import load, put, upsert


class Screen(io.StringIO):
    """What a terminal was sent, each state of the bar on a line of its own."""

    def isatty(self) -> bool:
        return True

    @property
    def lines(self) -> list[str]:
        return [line.strip() for line in self.getvalue().replace("\n", "\r").split("\r")]


@pytest.fixture
def screen(monkeypatch: pytest.MonkeyPatch) -> Screen:
    """Of a terminal on which the bar is drawn for each operation, not ten times a second."""
    monkeypatch.setattr("ingestion.loading.progress.Bar.monitor_interval", 0)
    monkeypatch.setattr("ingestion.loading.progress.SECONDS_BETWEEN", 0)
    return Screen()


def watch(screen: Screen, source: Source, *files: Path | str, **options: Any) -> None:
    with redirect_stderr(screen), suppress(CommandError):
        load(source, *files, **options)


def shown(screen: Screen, part: str) -> list[str]:
    return [line for line in screen.lines if part in line]


def test_a_bar_tells_share_number_rate_and_time_left(
    source: Source, file: Path, screen: Screen
) -> None:
    put(file, *(upsert(f"p{number}") for number in range(4)))
    watch(screen, source, file, batch=2)
    last = shown(screen, "4 operations")[-1]
    assert last.startswith("100% |")
    assert " a second, " in last
    assert last.endswith(" left")


def test_the_share_is_that_of_all_files(source: Source, tmp_path: Path, screen: Screen) -> None:
    first, second = tmp_path / "1.ndjson", tmp_path / "2.ndjson"
    put(first, upsert("a"))
    put(second, upsert("b"))
    watch(screen, source, first, second)
    assert shown(screen, "1 operations")[0].startswith("50% |")
    assert shown(screen, "2 operations")[-1].startswith("100% |")


def test_the_share_of_a_packed_file_is_that_of_its_packed_bytes(
    source: Source, tmp_path: Path, screen: Screen
) -> None:
    file = tmp_path / "operations.ndjson.gz"
    file.write_bytes(gzip.compress(b"\n".join(encode(upsert(f"p{n}")) for n in range(50))))
    watch(screen, source, file)
    assert shown(screen, "50 operations")[-1].startswith("100% |")


def test_what_comes_through_a_pipe_has_no_share(
    source: Source, screen: Screen, monkeypatch: pytest.MonkeyPatch
) -> None:
    text = io.TextIOWrapper(io.BytesIO(encode(upsert("a"))))
    monkeypatch.setattr(sys, "stdin", text)
    watch(screen, source, "-")
    assert "%" not in screen.getvalue()
    assert " a second in 00:0" in shown(screen, "1 operations")[-1]


def test_faults_stand_on_lines_of_their_own(source: Source, file: Path, screen: Screen) -> None:
    put(file, upsert("a"), upsert("b", x=1), upsert("c"))
    watch(screen, source, file)
    (fault,) = shown(screen, f"{file}:2:")
    assert fault.startswith(f"{file}:2: /data/x")
    assert "%" not in fault


def test_the_bar_is_gone_at_the_end(source: Source, file: Path, screen: Screen) -> None:
    put(file, upsert("a"))
    watch(screen, source, file)
    assert screen.lines[-1] == ""


def test_no_terminal_no_bar(source: Source, file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    put(file, upsert("a"))
    load(source, file)
    assert capsys.readouterr().err == ""


def test_who_wants_it_quiet_gets_no_bar(source: Source, file: Path, screen: Screen) -> None:
    put(file, upsert("a"))
    watch(screen, source, file, verbosity=0)
    assert screen.getvalue() == ""


def test_a_file_that_is_not_there_leaves_the_length_open(tmp_path: Path) -> None:
    screen = Screen()
    Progress([tmp_path / "nothing"], screen, is_shown=True).close()
    assert "%" not in screen.getvalue()
