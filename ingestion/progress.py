"""How far a load has come: a bar on a terminal, nothing anywhere else."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, BinaryIO, TextIO

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


class Progress:
    """Of several files, one after the other."""

    def __init__(self, files: Sequence[Path], screen: TextIO, *, is_shown: bool) -> None:
        sizes = [file.stat().st_size if file.is_file() else None for file in files]
        total = None if None in sizes else sum(size or 0 for size in sizes)
        self._screen = screen
        self._before = 0
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

    @contextmanager
    def reading(self, file: BinaryIO) -> Iterator[None]:
        """While one file is read; if it is packed, then the packed one."""
        self._file = file
        yield
        self._before += self._position()

    def count(self) -> None:
        """One operation more is done."""
        self._bar.operations += 1
        self._bar.update(self._before + self._position() - self._bar.n)

    def aside(self) -> AbstractContextManager[None]:
        """While something else is written to the screen."""
        beside: AbstractContextManager[None] = tqdm.external_write_mode(file=self._screen)
        return beside

    def _position(self) -> int:
        return self._file.tell() if self._file.seekable() else 0


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
