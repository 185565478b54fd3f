"""`manage.py dump`: write the records of a source to a file that `load` takes."""

from __future__ import annotations

import gzip
import sys
import time
from argparse import ArgumentParser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, BinaryIO, cast

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from ingestion.exporting.dumping import Part, dumped
from ingestion.feed.starting import followed_snapshot
from ingestion.loading.progress import record_bar
from profiles.contract import current_contract
from profiles.faults import Refused
from relationships.dumping import NotThere, parts, write_definitions

STANDARD_OUTPUT = Path("-")
USAGE = 2
INTERRUPTED = 130
PACKED = 6
"""As `gzip` does; 9 takes three times as long for a hundredth."""


class Command(BaseCommand):
    help = (
        "Write resources and relationships as they are at one moment: each line an operation that "
        "`load` takes. Loaded into a source with the same definitions, they are the same records; "
        "only their versions count anew. It ends with the cursor behind which the change feed "
        "tells what was written since."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "types", nargs="*", metavar="TYPE", help="profiles and definitions; all if none"
        )
        parser.add_argument("--source", required=True, metavar="KEY")
        parser.add_argument(
            "--output",
            type=Path,
            default=STANDARD_OUTPUT,
            metavar="FILE",
            help="packed if it ends with .gz; FILE.part until it is whole",
        )
        parser.add_argument(
            "--after",
            metavar="TYPE/ID",
            help="only what comes behind this record, to go on after a dump that broke off",
        )
        parser.add_argument(
            "--definitions", type=Path, metavar="DIR", help="also write files that `define` takes"
        )

    def handle(
        self,
        *,
        types: list[str],
        source: str,
        output: Path,
        after: str | None,
        definitions: Path | None,
        verbosity: int,
        **options: Any,
    ) -> None:
        self._place = after
        try:
            with followed_snapshot() as followed:
                contract = current_contract(source)
                chosen = parts(contract, types, after)
                if definitions is not None:
                    write_definitions(contract, definitions)
                is_shown = verbosity > 0 and sys.stderr.isatty()
                told = self._dump(chosen, output, is_shown=is_shown)
            teller = self.stderr if output == STANDARD_OUTPUT else self.stdout
            teller.write(told)
            if after is None:
                teller.write(f"changes since: cursor={followed.cursor(source)}")
        except (Refused, NotThere) as error:
            raise CommandError(str(error), returncode=USAGE) from None
        except OSError as error:  # Nobody knows how much of what was written is there.
            message = f"{error.filename or output}: {error.strerror}"
            raise CommandError(message, returncode=USAGE) from None
        except DatabaseError as error:
            raise self._broken_off(str(error).strip()) from None
        except KeyboardInterrupt:
            raise self._broken_off("Interrupted.", INTERRUPTED) from None

    def _dump(self, chosen: Sequence[Part], output: Path, *, is_shown: bool) -> str:
        """What is to be told of it."""
        started = time.monotonic()
        count = 0
        total = sum(part.scope.rows.count() for part in chosen) if is_shown else 0
        with written(output) as stream, record_bar(total, sys.stderr, is_shown=is_shown) as bar:
            for part in chosen:
                for record in dumped(part):
                    stream.write(record.line)
                    self._place = f"{part.scope.collection}/{record.id}"
                    count += 1
                    bar.update()
        seconds = time.monotonic() - started
        return f"dumped {count} in {seconds:.1f} s ({count / seconds:,.0f} a second)"

    def _broken_off(self, reason: str, returncode: int = 1) -> CommandError:
        on = f" Broke off: go on with --after {self._place}." if self._place else ""
        return CommandError(f"{reason}{on}", returncode=returncode)


@contextmanager
def written(output: Path) -> Iterator[BinaryIO]:
    """A file has its name once it is whole, lest half of one passes for all."""
    if output == STANDARD_OUTPUT:
        yield sys.stdout.buffer
        sys.stdout.buffer.flush()
        return
    part = output.with_name(f"{output.name}.part")
    is_packed = output.suffix == ".gz"
    with (
        part.open("wb") as file,
        cast(BinaryIO, gzip.GzipFile("", "wb", PACKED, file))
        if is_packed
        else nullcontext(file) as stream,
    ):
        yield stream
    part.replace(output)
