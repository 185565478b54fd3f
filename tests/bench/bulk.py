"""What many records at once cost: the write path beside COPY of the same rows, in the same run.

The bare table has the indexes of ours, but neither foreign keys nor history, and what is copied
into it was checked before. Memory is the peak of the whole process. CPU is told too, in
microseconds a record: on a machine that is busy with other things it says more than the rate.
"""

from __future__ import annotations

import io
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from ingestion.loading.files import begin, load
from ingestion.records import Outcome
from profiles.definitions import profiles
from profiles.models import Source
from relationships.definitions import relationship_definitions
from tests.bench import bulk_lines as lines
from tests.bench.processes import cpu_seconds, parent_of

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
    copied: dict[str, Cost] = {}
    with tempfile.TemporaryDirectory() as folder:
        for case in CASES:
            path = lines.write_lines(Path(folder, "lines"), case.lines(records))
            cost = _load(path, case, records, batch_size)
            if case.table not in copied:
                copied[case.table] = _copy(case.table, Path(folder, "rows"))
            copy = copied[case.table]
            yield {
                "bulk": case.name,
                "records": records,
                "rate": round(cost.rate),
                "copy": round(copy.rate),
                "times_copy": round(cost.rate / copy.rate, 2),
                "python_us": round(cost.python, 1),
                "database_us": round(cost.database, 1),
                "copy_us": round(copy.database, 1),
                "peak_mb": round(cost.peak_mb),
            }
            if case.name == only:
                return


def prepare() -> None:
    """An empty source with the definitions."""
    Source.objects.create(key=SOURCE)
    profiles.save(SOURCE, "provider", lines.PROFILE, actor=ACTOR)
    relationship_definitions.save(SOURCE, "referral", lines.DEFINITION, actor=ACTOR)


@dataclass
class Cost:
    """What some records took; CPU in microseconds each."""

    rate: float = 0.0
    python: float = 0.0
    database: float = 0.0
    peak_mb: float = 0.0


@contextmanager
def _measured(records: int) -> Iterator[Cost]:
    connection.ensure_connection()
    database = parent_of(connection.connection.info.backend_pid)
    cost = Cost()
    forget_peak()
    start, python, of_database = time.perf_counter(), time.process_time(), cpu_seconds(database)
    yield cost
    cost.rate = records / (time.perf_counter() - start)
    cost.python = (time.process_time() - python) / records * 1e6
    cost.database = (cpu_seconds(database) - of_database) / records * 1e6
    cost.peak_mb = peak_mb()


def _load(path: Path, case: Case, records: int, batch_size: int) -> Cost:
    """Raises `RuntimeError` for what went wrong."""
    outcomes: Counter[Outcome] = Counter()
    with _measured(records) as cost:
        task = begin(SOURCE, path, shares=1, resume=False)
        for done in load(task, 0, path, chunk_size=batch_size):
            outcomes += done.counts
    if set(outcomes) - {case.expected, Outcome.REFUSED} or outcomes[case.expected] < records * 0.9:
        raise RuntimeError(f"{case.name}: {outcomes}")
    return cost


def _copy(table: str, path: Path) -> Cost:
    """Of the rows of a table, copied into a bare one that has its indexes."""
    bare = f"bare_{table}"
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS {bare}")
        cursor.execute(f"CREATE TABLE {bare} (LIKE {table} INCLUDING STORAGE INCLUDING INDEXES)")
        with path.open("wb") as file, cursor.copy(f"COPY {table} TO STDOUT") as copy:
            for chunk in copy:
                file.write(chunk)
        rows: int = cursor.rowcount
    with _measured(rows) as cost, transaction.atomic(), connection.cursor() as cursor:
        _copy_in(cursor, bare, path)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {bare}")
    return cost


def _copy_in(cursor: Any, table: str, path: Path) -> None:
    with path.open("rb") as file, cursor.copy(f"COPY {table} FROM STDIN") as copy:
        while chunk := file.read(COPIED):
            copy.write(chunk)


def forget_peak() -> None:
    """Linux: begin anew with the peak of this process' memory."""
    Path("/proc/self/clear_refs").write_text("5")


def peak_mb() -> float:
    status = io.StringIO(Path("/proc/self/status").read_text())
    (peak,) = (line.split()[1] for line in status if line.startswith("VmHWM"))
    return int(peak) / 1024
