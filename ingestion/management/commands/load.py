"""`manage.py load`: write resources and relationships from files of one operation a line."""

from __future__ import annotations

import gzip
import sys
import time
import zlib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError

from ingestion.loading import load
from ingestion.records import Outcome, Receipt, new_row_id
from profiles.access import COMMAND_LINE
from profiles.faults import Refused

STANDARD_INPUT = "-"
SHOWN_FAULTS = 20
USAGE = 2
INTERRUPTED = 130


class Command(BaseCommand):
    help = (
        "Write resources and relationships from NDJSON files, one operation a line: "
        '{"action": "CREATE", "create": {…}}, {"action": "UPSERT", "upsert": {…}} or '
        '{"action": "DELETE", "delete": {"id": …, "type": …}}. They are carried out in order; '
        "what is refused takes nothing else with it."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", help="NDJSON, also .gz; - is stdin")
        parser.add_argument("--source", required=True, metavar="KEY")
        parser.add_argument("--batch", type=int, default=1000, help="operations a transaction")
        parser.add_argument("--all-faults", action="store_true", help="print every fault")

    def handle(
        self, *, files: list[str], source: str, batch: int, all_faults: bool, **options: Any
    ) -> None:
        if batch < 1:
            raise CommandError("--batch must be at least 1.", returncode=USAGE)
        task_id = f"bk_{new_row_id().hex}"
        try:
            with closing(Report(self, None if all_faults else SHOWN_FAULTS)) as report:
                for name in files:
                    for number, receipt in _receipts(name, source, task_id, batch):
                        report.add(f"{name}:{number}", receipt)
        except KeyboardInterrupt:
            raise CommandError("Interrupted.", returncode=INTERRUPTED) from None
        if refusals := report.counts[Outcome.REFUSED]:
            raise CommandError(f"Refused: {refusals} of {report.counts.total()} operations.")


def _receipts(name: str, source: str, task_id: str, batch: int) -> Iterator[tuple[int, Receipt]]:
    """Line numbers and receipts of one file. Raises `CommandError` for what stops it all."""
    try:
        with opened(name) as stream:
            yield from load(source, stream, actor=COMMAND_LINE, task_id=task_id, batch_size=batch)
    except Refused as refused:
        raise CommandError(f"{source}: {refused.message}", returncode=USAGE) from None
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise CommandError(f"{name}: {reason}", returncode=USAGE) from None


@contextmanager
def opened(name: str) -> Iterator[BinaryIO]:
    if name == STANDARD_INPUT:
        yield sys.stdin.buffer
        return
    is_packed = name.endswith(".gz")
    with cast(BinaryIO, gzip.open(name) if is_packed else open(name, "rb")) as stream:  # noqa: PTH123
        yield stream


class Report:
    """Prints faults as they come, the first ones only, and at the end what became of all."""

    def __init__(self, command: BaseCommand, shown_faults: int | None) -> None:
        self._command = command
        self._left = shown_faults
        self._untold = 0
        self._started = time.monotonic()
        self.counts: Counter[Outcome] = Counter()

    def add(self, place: str, receipt: Receipt) -> None:
        self.counts[receipt.outcome] += 1
        if receipt.refused is not None:
            for line in receipt.refused.lines():
                self._tell(f"{place}: {line}")

    def _tell(self, line: str) -> None:
        if self._left == 0:
            self._untold += 1
            return
        if self._left is not None:
            self._left -= 1
        self._command.stderr.write(line)

    def close(self) -> None:
        if self._untold:
            self._command.stderr.write(f"… and {self._untold} more (--all-faults prints them)")
        seconds = time.monotonic() - self._started
        total = self.counts.total()
        counts = ", ".join(f"{outcome.lower()} {self.counts[outcome]}" for outcome in Outcome)
        rate = f"{total / seconds:,.0f} a second" if seconds else "at once"
        self._command.stdout.write(f"{counts} in {seconds:.1f} s ({rate})")
        self._command.stdout.flush()
