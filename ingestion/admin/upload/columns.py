"""The columns of a table that was uploaded: which property each of them becomes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice

from django.conf import settings
from django.http import QueryDict

from ingestion.admin.upload.drafts import UploadDraft
from ingestion.tables.columns import RecordType, known_columns
from ingestion.tables.headers import read_header, suggested
from ingestion.tables.lines import read_rows
from ingestion.tasks import uploads
from profiles.faults import Refused, pointer

SHOWN_ROWS = 3
LONGEST_CELL = 60
MOST_OPTIONS = 20_000
"""On one page, of all its selects; where there would be more, names are typed."""
NOT_UTF8 = (
    "It is not in UTF-8: rows with other letters than English ones will be refused. Save it as CSV"
    " (UTF-8), and upload it again."
)

Mapped = dict[str, str | None]


@dataclass(slots=True)
class FileColumn:
    """A column of the file. `chosen` is the property that it becomes; empty if it is left out."""

    place: int
    name: str
    cells: Sequence[str]
    chosen: str
    faults: list[str] = field(default_factory=list)

    @property
    def input(self) -> str:
        return f"column-{self.place}"

    @property
    def label(self) -> str:
        return self.name.strip() or f"Column {self.place + 1} (no name)"


class Columns:
    """All columns of a draft, with the first rows. Raises `Refused` for what is no table."""

    def __init__(
        self, draft: UploadDraft, record_type: RecordType, sent: QueryDict | None = None
    ) -> None:
        with uploads.opened(draft.upload) as file:
            rows = list(islice(read_rows(file, settings.MAX_BODY_BYTES), 1 + SHOWN_ROWS))
        self.names, *self.rows = rows
        self._record_type = record_type
        self._chosen = self._sent(sent) if sent is not None else self._known(draft)
        self.columns = [self._column(place, name) for place, name in enumerate(self.names)]
        is_text = all(_is_text(cell) for row in self.rows for cell in row)
        self.faults: list[str] = [] if is_text else [NOT_UTF8]

    @property
    def mapped(self) -> Mapped:
        return {one.name: one.chosen or None for one in self.columns}

    @property
    def options(self) -> list[str]:
        """What a column may become. A further element of an array is there once it is used."""
        known = dict.fromkeys(known_columns(self._record_type))
        return list(known | dict.fromkeys(one.chosen for one in self.columns if one.chosen))

    @property
    def are_typed(self) -> bool:
        return len(self.options) * len(self.columns) > MOST_OPTIONS

    def check(self) -> bool:
        """Whether a table can be read with them; else the faults are shown at their columns."""
        try:
            read_header(self.names, self._record_type, self.mapped)
        except Refused as refused:
            self._show(refused)
            return False
        return True

    def _known(self, draft: UploadDraft) -> Mapping[int, str]:
        found = draft.columns or suggested(self.names, self._record_type)
        return {place: found.get(name) or "" for place, name in enumerate(self.names)}

    def _sent(self, sent: QueryDict) -> Mapping[int, str]:
        return {
            place: sent.get(f"column-{place}", "").strip() for place, _ in enumerate(self.names)
        }

    def _column(self, place: int, name: str) -> FileColumn:
        cells = [_short(row[place]) if place < len(row) else "" for row in self.rows]
        return FileColumn(place, name, cells, self._chosen[place])

    def _show(self, refused: Refused) -> None:
        for fault in refused.faults:
            at = list(self._at(fault.path))
            for column in at:
                column.faults.append(fault.message)
            if not at:
                self.faults.append(f"{fault.path.removeprefix('/')}: {fault.message}")

    def _at(self, path: str) -> Iterator[FileColumn]:
        return (one for one in self.columns if pointer(one.name) == path)


def _is_text(cell: str) -> bool:
    """Bytes that are no UTF-8 are read as halves of characters, which no text has."""
    return not any("\ud800" <= character <= "\udfff" for character in cell)


def _short(text: str) -> str:
    shown = text.encode(errors="replace").decode()
    return shown if len(shown) <= LONGEST_CELL else f"{shown[:LONGEST_CELL]}…"
