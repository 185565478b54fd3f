"""What many records at once cost: the write path beside COPY of the same rows, in the same run.

The bare table has the indexes of ours, but neither foreign keys nor history, and what is copied
into it was checked before. Memory is the peak of the whole process.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.db import connection, transaction

from ingestion.loading import begin, load
from ingestion.records import Outcome
from profiles.definitions import profiles
from profiles.models import Source
from relationships.definitions import relationship_definitions
from tests.bench import bulk_lines as lines

SOURCE = "bulk"
ACTOR = "bench"
COPIED = 1 << 16
RESOURCES, RELATIONSHIPS = "ingestion_resource", "relationships_relationship"

Row = dict[str, object]


@dataclass(frozen=True)
class Case:
    name: str
    table: str
    lines: Callable[[int], Iterator[lines.Line]]
    expected: Outcome
    """What becomes of every operation but the faulty ones."""


CASES = (
    Case("create", RESOURCES, lambda n: lines.providers("CREATE", n), Outcome.CREATED),
    Case(
        "upsert, changed",
        RESOURCES,
        lambda n: lines.providers("UPSERT", n, edition=2),
        Outcome.CHANGED,
    ),
    Case(
        "upsert, unchanged",
        RESOURCES,
        lambda n: lines.providers("UPSERT", n, edition=2),
        Outcome.UNCHANGED,
    ),
    Case("link, create", RELATIONSHIPS, lambda n: lines.referrals("CREATE", n), Outcome.CREATED),
    Case(
        "link, changed",
        RELATIONSHIPS,
        lambda n: lines.referrals("UPSERT", n, edition=2),
        Outcome.CHANGED,
    ),
    Case(
        "link, unchanged",
        RELATIONSHIPS,
        lambda n: lines.referrals("UPSERT", n, edition=2),
        Outcome.UNCHANGED,
    ),
    Case(
        "link, delete",
        RELATIONSHIPS,
        lambda n: lines.deletions("referral", n, lines.referral_id(n)),
        Outcome.DELETED,
    ),
    Case(
        "delete",
        RESOURCES,
        lambda n: lines.deletions("provider", n, lines.provider_id),
        Outcome.DELETED,
    ),
)


def measure(records: int, batch_size: int, only: str = "") -> Iterator[Row]:
    """A row for each case. They build on each other, so `only` leaves out later ones alone."""
    prepare()
    copied: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            path = lines.write_lines(Path(folder, "lines"), case.lines(records))
            rate, peak = _load(path, case, records, batch_size)
            if case.table not in copied:
                copied[case.table] = _copy(case.table, Path(folder, "rows"))
            yield {
                "bulk": case.name,
                "records": records,
                "rate": round(rate),
                "copy": round(copied[case.table]),
                "times_copy": round(rate / copied[case.table], 2),
                "peak_mb": round(peak),
            }
            if case.name == only:
                return


def prepare() -> None:
    """An empty source with the definitions."""
    Source.objects.create(key=SOURCE)
    profiles.save(SOURCE, "provider", lines.PROFILE, actor=ACTOR)
    relationship_definitions.save(SOURCE, "referral", lines.DEFINITION, actor=ACTOR)


def _load(path: Path, case: Case, records: int, batch_size: int) -> tuple[float, float]:
    """Records a second, and the peak of memory in MB. Raises `RuntimeError` for what went wrong."""
    forget_peak()
    start = time.perf_counter()
    outcomes: Counter[Outcome] = Counter()
    task = begin(SOURCE, path, shares=1, resume=False)
    for done in load(task, 0, path, chunk_size=batch_size):
        outcomes += done.counts
    seconds = time.perf_counter() - start
    if set(outcomes) - {case.expected, Outcome.REFUSED} or outcomes[case.expected] < records * 0.9:
        raise RuntimeError(f"{case.name}: {outcomes}")
    return records / seconds, peak_mb()


def _copy(table: str, path: Path) -> float:
    """Rows of a table a second, copied into a bare one that has its indexes."""
    bare = f"bare_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {bare}")
        cursor.execute(f"CREATE TABLE {bare} (LIKE {table} INCLUDING STORAGE INCLUDING INDEXES)")
        with path.open("wb") as file, cursor.copy(f"COPY {table} TO STDOUT") as copy:
            for chunk in copy:
                file.write(chunk)
    start = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor, path.open("rb") as file:
        _copy_in(cursor, bare, file)
        rows: int = cursor.rowcount
    seconds = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {bare}")
    return rows / seconds


def _copy_in(cursor: Any, table: str, file: IO[bytes]) -> None:
    with cursor.copy(f"COPY {table} FROM STDIN") as copy:
        while chunk := file.read(COPIED):
            copy.write(chunk)


def forget_peak() -> None:
    """Linux: begin anew with the peak of this process' memory."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    status = io.StringIO(Path("/proc/self/status").read_text())
    (peak,) = (line.split()[1] for line in status if line.startswith("VmHWM"))
    return int(peak) / 1024
