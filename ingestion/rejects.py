"""Refused lines, kept as they were sent under their faults: to be corrected, and loaded again."""

from __future__ import annotations

from typing import BinaryIO

from ingestion.lines import COMMENT, Line
from profiles.faults import Refused


class Rejects:
    """A file that `load` takes. The faults are comments in it, so they may stay when it does."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream

    def add(self, place: str, line: Line, refused: Refused) -> None:
        """Written out at once: whatever happens later, what was refused so far is there."""
        for fault in refused.lines():
            self._comment(f"{place}: {fault}")
        if line.text is None:
            self._comment("The line is too long to be repeated here.")
        else:
            self._stream.write(line.text.rstrip(b"\r\n") + b"\n")
        self._stream.flush()

    def _comment(self, text: str) -> None:
        """One line each: a member that nobody knows may have a name with a line's end in it."""
        shown = " ".join(text.splitlines())
        self._stream.write(b"%b %b\n" % (COMMENT, shown.encode(errors="backslashreplace")))
