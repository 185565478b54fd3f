"""`manage.py load`: write resources and relationships from files of one operation a line."""

from __future__ import annotations

import gzip
import sys
import time
import zlib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError

from ingestion.lines import Line
from ingestion.loading import load
from ingestion.progress import Progress
from ingestion.records import Outcome, Receipt, new_row_id
from ingestion.rejects import Rejects
from profiles.access import COMMAND_LINE
from profiles.faults import Refused

STANDARD_INPUT = Path("-")
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
        parser.add_argument(
            "files", nargs="+", type=Path, metavar="FILE", help="NDJSON, also .gz; - is stdin"
        )
        parser.add_argument("--source", required=True, metavar="KEY")
        parser.add_argument("--batch", type=int, default=1000, help="operations a transaction")
        parser.add_argument("--all-faults", action="store_true", help="print every fault")
        parser.add_argument(
            "--rejects",
            type=Path,
            metavar="FILE",
            help="keep each refused line here under its faults, which are comments: correct the "
            "lines, and load the file as it is",
        )

    def handle(
        self,
        *,
        files: list[Path],
        source: str,
        batch: int,
        all_faults: bool,
        rejects: Path | None,
        verbosity: int,
        **options: Any,
    ) -> None:
        if batch < 1:
            raise CommandError("--batch must be at least 1.", returncode=USAGE)
        task_id = f"bk_{new_row_id().hex}"
        with ExitStack() as stack:
            kept = _rejects(stack, rejects, files) if rejects else None
            is_shown = verbosity > 0 and sys.stderr.isatty()
            progress = Progress(files, sys.stderr, is_shown=is_shown)
            report = Report(self, progress, None if all_faults else SHOWN_FAULTS)
            stack.enter_context(closing(report))
            stack.enter_context(closing(progress))
            try:
                for file in files:
                    for line, receipt in _receipts(file, source, task_id, batch, progress):
                        progress.count()
                        report.add(f"{file}:{line.number}", receipt)
                        if kept and receipt.refused:
                            kept.add(f"{file}:{line.number}", line, receipt.refused)
            except KeyboardInterrupt:
                raise CommandError("Interrupted.", returncode=INTERRUPTED) from None
        if refusals := report.counts[Outcome.REFUSED]:
            told = f"Refused: {refusals} of {report.counts.total()} operations."
            raise CommandError(f"{told} They are in {rejects}." if rejects else told)


def _rejects(stack: ExitStack, rejects: Path, files: Sequence[Path]) -> Rejects:
    """Raises `CommandError` for a file that cannot be written, or is about to be read."""
    try:
        if rejects.exists() and any(file.exists() and file.samefile(rejects) for file in files):
            message = f"{rejects}: Is to be loaded, so it cannot take what is refused."
            raise CommandError(message, returncode=USAGE)
        return Rejects(stack.enter_context(rejects.open("wb")))
    except OSError as error:
        raise CommandError(f"{rejects}: {error.strerror}", returncode=USAGE) from None


def _receipts(
    file: Path, source: str, task_id: str, batch: int, progress: Progress
) -> Iterator[tuple[Line, Receipt]]:
    """Lines and receipts of one file. Raises `CommandError` for what stops it all."""
    try:
        with opened(file, progress) as stream:
            yield from load(source, stream, actor=COMMAND_LINE, task_id=task_id, batch_size=batch)
    except Refused as refused:
        raise CommandError(f"{source}: {refused.message}", returncode=USAGE) from None
    except (OSError, EOFError, zlib.error) as error:
        reason = getattr(error, "strerror", None) or error
        raise CommandError(f"{file}: {reason}", returncode=USAGE) from None


@contextmanager
def opened(file: Path, progress: Progress) -> Iterator[BinaryIO]:
    is_packed = file.suffix == ".gz"
    with (
        nullcontext(sys.stdin.buffer) if file == STANDARD_INPUT else file.open("rb") as stream,
        progress.reading(stream),
        cast(BinaryIO, gzip.open(stream)) if is_packed else nullcontext(stream) as unpacked,
    ):
        yield unpacked


class Report:
    """Prints faults as they come, the first ones only, and at the end what became of all."""

    def __init__(self, command: BaseCommand, progress: Progress, shown_faults: int | None) -> None:
        self._command = command
        self._progress = progress
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
        with self._progress.aside():
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
