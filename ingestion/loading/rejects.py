"""Refused lines, kept as they were sent under their faults: to be corrected, and loaded again."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO

from ingestion.bodies.lines import COMMENT
from ingestion.loading.files import RejectedLine


class Rejects:
    """A file that `load` takes. The faults are comments in it, so they may stay when it does."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def add_all(self, file: Path, rejects: Iterable[RejectedLine]) -> None:
        for reject in rejects:
            self._add(f"{file}:{reject.number}", reject)

    def _add(self, place: str, reject: RejectedLine) -> None:
        """Written out at once: whatever happens later, what was refused so far is there."""
        for fault in reject.faults:
            self._comment(f"{place}: {fault}")
        if reject.text is None:
            self._comment("The line is too long to be repeated here.")
        else:
            self._stream.write(reject.text.rstrip(b"\r\n") + b"\n")
        self._stream.flush()

    def _comment(self, text: str) -> None:
        """One line each: a member that nobody knows may have a name with a line's end in it."""
        shown = " ".join(text.splitlines())
        self._stream.write(b"%b %b\n" % (COMMENT, shown.encode(errors="backslashreplace")))
