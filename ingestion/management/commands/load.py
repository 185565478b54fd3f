"""`manage.py load`: write resources and relationships from files of one operation a line."""

from __future__ import annotations

import sys
import time
import zlib
from argparse import ArgumentParser
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ingestion.loading.files import STANDARD_INPUT, LoadedChunk, begin, load
from ingestion.loading.progress import Progress, Reader
from ingestion.loading.rejects import Rejects
from ingestion.loading.together import JobFailed, is_mixed, load_together
from ingestion.models import Task
from ingestion.records import Outcome
from profiles.faults import Refused
from profiles.management.reasons import add_reason

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
        parser.add_argument("--jobs", type=int, default=1, help="processes that work together")
        parser.add_argument(
            "--resume", action="store_true", help="go on where a load of the same files broke off"
        )
        parser.add_argument(
            "--batch",
            type=int,
            help="operations a transaction; by default what takes half a second",
        )
        add_reason(parser)
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
        jobs: int,
        resume: bool,
        batch: int | None,
        all_faults: bool,
        rejects: Path | None,
        reason: str,
        verbosity: int,
        **options: Any,
    ) -> None:
        for name, number in (("--batch", batch), ("--jobs", jobs)):
            if number is not None and number < 1:
                raise CommandError(f"{name} must be at least 1.", returncode=USAGE)
        with ExitStack() as stack:
            kept = _rejects(stack, rejects, files) if rejects else None
            is_shown = verbosity > 0 and sys.stderr.isatty()
            progress = Progress(files, sys.stderr, is_shown=is_shown)
            report = Report(self, progress, None if all_faults else SHOWN_FAULTS)
            stack.enter_context(closing(report))
            stack.enter_context(closing(progress))
            loading = Loading(source, jobs, resume, batch, reason)
            try:
                for file in files:
                    for at, done in loading.load(file):
                        progress.count(done.counts.total(), at, done.position)
                        report.add(file, done)
                        if kept:
                            kept.add_all(file, done.rejects)
                    progress.next_file()
            except KeyboardInterrupt:
                message = "Interrupted. With --resume it goes on."
                raise CommandError(message, returncode=INTERRUPTED) from None
        if refusals := report.counts[Outcome.REFUSED]:
            told = f"Refused: {refusals} of {report.counts.total()} operations."
            raise CommandError(f"{told} They are in {rejects}." if rejects else told)


@dataclass(frozen=True, slots=True)
class Loading:
    source: str
    jobs: int
    resume: bool
    batch: int | None
    reason: str

    def load(self, file: Path) -> Iterator[tuple[Reader, LoadedChunk]]:
        """What is done of one file, and by whom. Raises `CommandError` for what stops it all."""
        try:
            if self.jobs > 1:
                self._refuse_what_has_to_be_read_by_one(file)
            task = self._begin(file)
            jobs = task.shares.count()
            if jobs > 1:
                together = load_together(task, file, jobs=jobs, chunk_size=self.batch)
                yield from ((Reader(number, jobs), done) for number, done in together)
            else:
                for done in load(task, 0, file, chunk_size=self.batch):
                    yield Reader(0, 1), done
        except (Refused, JobFailed) as error:
            message = error.message if isinstance(error, Refused) else str(error)
            raise CommandError(f"{self.source}: {message}", returncode=USAGE) from None
        except (OSError, EOFError, zlib.error) as error:
            reason = getattr(error, "strerror", None) or error
            raise CommandError(f"{file}: {reason}", returncode=USAGE) from None

    def _begin(self, file: Path) -> Task:
        return begin(self.source, file, shares=self.jobs, resume=self.resume, reason=self.reason)

    def _refuse_what_has_to_be_read_by_one(self, file: Path) -> None:
        if file == STANDARD_INPUT:
            message = "Standard input is read once: load it with --jobs 1, or from a file."
            raise CommandError(message, returncode=USAGE)
        if is_mixed(self.source, file):
            message = f"{file}: Holds resources and relationships, so their order matters."
            raise CommandError(f"{message} Load it with --jobs 1.", returncode=USAGE)


def _rejects(stack: ExitStack, rejects: Path, files: Sequence[Path]) -> Rejects:
    """Raises `CommandError` for a file that cannot be written, or is about to be read."""
    try:
        if rejects.exists() and any(file.exists() and file.samefile(rejects) for file in files):
            message = f"{rejects}: Is to be loaded, so it cannot take what is refused."
            raise CommandError(message, returncode=USAGE)
        return Rejects(stack.enter_context(rejects.open("wb")))
    except OSError as error:
        raise CommandError(f"{rejects}: {error.strerror}", returncode=USAGE) from None


class Report:
    """Prints faults as they come, the first ones only, and at the end what became of all."""

    def __init__(self, command: BaseCommand, progress: Progress, shown_faults: int | None) -> None:
        self._command = command
        self._progress = progress
        self._left = shown_faults
        self._untold = 0
        self._started = time.monotonic()
        self.counts: Counter[Outcome] = Counter()

    def add(self, file: Path, done: LoadedChunk) -> None:
        self.counts += done.counts
        for reject in done.rejects:
            for line in reject.faults:
                self._tell(f"{file}:{reject.number}: {line}")

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
