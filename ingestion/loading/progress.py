"""How far a load has come: a bar on a terminal, nothing anywhere else."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

from tqdm import tqdm

KNOWN = "{percentage:3.0f}% |{bar}| {operations}, {remaining} left"
UNKNOWN = "{operations} in {elapsed}"
"""For what comes through a pipe, whose length nobody knows."""
COUNTED = "{percentage:3.0f}% |{bar}| {n:,} records,{rate_noinv_fmt}, {remaining} left"
SECONDS_BETWEEN = 0.1


class Bar(tqdm):  # type: ignore[misc]  # comes without types
    """Goes by bytes, since only they say how much is left, but tells of operations."""

    operations = 0

    @property
    def format_dict(self) -> dict[str, Any]:
        told: dict[str, Any] = super().format_dict
        rate = self.operations / told["elapsed"] if told["elapsed"] else 0
        return {**told, "operations": f"{self.operations:,} operations, {rate:,.0f} a second"}


@dataclass(frozen=True, slots=True)
class Reader:
    """One of those who read a file together."""

    number: int
    of: int


class Progress:
    """Of several files, one after the other."""

    def __init__(self, files: Sequence[Path], screen: TextIO, *, is_shown: bool) -> None:
        sizes = [file.stat().st_size if file.is_file() else None for file in files]
        total = None if None in sizes else sum(size or 0 for size in sizes)
        self._screen = screen
        self._before = self._here = 0
        self._positions: dict[int, int] = {}
        self._bar = Bar(
            total=total,
            file=screen,
            disable=not is_shown,
            bar_format=UNKNOWN if total is None else KNOWN,
            dynamic_ncols=True,
            leave=False,
            mininterval=SECONDS_BETWEEN,
            miniters=0,
        )

    def close(self) -> None:
        self._bar.close()

    def count(self, operations: int, reader: Reader, position: int) -> None:
        """So many operations more are done by one who has come so far in the file."""
        self._positions[reader.number] = position
        self._here = sum(self._positions.values()) // reader.of
        self._bar.operations += operations
        self._bar.update(self._before + self._here - self._bar.n)

    def next_file(self) -> None:
        self._before, self._here = self._before + self._here, 0
        self._positions.clear()

    def aside(self) -> AbstractContextManager[None]:
        """While something else is written to the screen."""
        beside: AbstractContextManager[None] = tqdm.external_write_mode(file=self._screen)
        return beside


def record_bar(total: int, screen: TextIO, *, is_shown: bool) -> tqdm[Any]:
    """For records of which somebody has counted how many there are."""
    return tqdm(
        total=total,
        file=screen,
        disable=not is_shown,
        bar_format=COUNTED,
        unit="",
        dynamic_ncols=True,
        leave=False,
        mininterval=SECONDS_BETWEEN,
    )
