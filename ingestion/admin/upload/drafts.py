"""What somebody has uploaded and not sent off yet.

No row tells of it: its address does, signed. Its bytes wait in the storage of uploads, and are
cleared from there after a day like everything that no task needs.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import islice
from typing import Any, BinaryIO
from uuid import UUID

from django.conf import settings
from django.core import signing

from ingestion.bodies.lines import COMMENT
from ingestion.models import UNCLAIMED, Task, TaskKind
from ingestion.operations import Target
from ingestion.records import new_row_id
from ingestion.search.record_types import record_type_of
from ingestion.search.registry import scope_makers
from ingestion.tables.columns import RecordType
from ingestion.tables.reading import read_names
from ingestion.tasks import uploads
from ingestion.tasks.reading import formats
from profiles.contract import Contract
from profiles.exact import Json, decode, pretty
from profiles.faults import ErrorType, Fault, Refused

SALT = "registrar.upload"
HEAD_BYTES = 1 << 16
SHOWN_BYTES = 5_000
MOST_COLUMNS = 900
"""One input each; Django takes no form of more than 1,000."""
PACKED = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
SPREADSHEET = b"PK\x03\x04"
"""How a zip file begins, as those of spreadsheet programs are."""

CSV = "csv"
_envelope = re.compile(rb'\{\s*"operations"\s*:')


@dataclass(frozen=True, slots=True)
class UploadTarget:
    """What the records of an upload are: written `RESOURCE:<source>/<key>`."""

    target: Target
    source: str
    key: str

    @classmethod
    def read(cls, text: str) -> UploadTarget | None:
        target, _, name = text.partition(":")
        source, _, key = name.partition("/")
        if target not in Target.__members__ or not source or not key:
            return None
        return cls(Target(target), source, key)

    def __str__(self) -> str:
        return f"{self.target.value}:{self.source}/{self.key}"

    def record_type(self, contract: Contract) -> RecordType:
        """Raises NOT_FOUND."""
        return record_type_of(scope_makers[self.target](contract, self.key))


@dataclass(frozen=True, slots=True)
class UploadDraft:
    id: UUID
    """That of its task, so that nothing is sent off twice."""
    choice: UploadTarget
    format: str
    name: str
    """Of the file, for people."""
    upload: str
    size: int
    plan: Task | None = None
    """The dry run that it was sent for already."""
    columns: Mapping[str, str | None] | None = None

    @property
    def is_table(self) -> bool:
        return self.format == CSV

    @property
    def asked(self) -> dict[str, Json]:
        """As `ingestion.tasks.reading` takes it; the name is for people."""
        type = {"type": self.choice.key} if self.is_table else {}
        told = {"target": self.choice.target.value, "format": self.format, "size": self.size}
        return {**told, **type, "name": self.name}

    def token(self, user_id: int) -> str:
        told = [str(self.choice), self.format, self.name, self.size, self.id.hex, user_id]
        return signing.dumps(told, salt=SALT, compress=True)


def read_draft(token: str, user_id: int) -> UploadDraft | None:
    """None for what is none of this user's, or is too old."""
    try:
        text, format, name, size, id, owner = signing.loads(token, salt=SALT, max_age=UNCLAIMED)
    except signing.BadSignature:
        return None
    choice = UploadTarget.read(text)
    if choice is None or owner != user_id:
        return None
    return UploadDraft(UUID(hex=id), choice, format, name, upload_name(UUID(hex=id)), size)


def draft_of(plan: Task) -> UploadDraft:
    """What was sent for a dry run, to be sent again with other columns."""
    asked: dict[str, Any] = plan.asked
    return UploadDraft(
        new_row_id(),
        UploadTarget(Target(asked["target"]), plan.source.key, asked.get("type", "")),
        asked["format"],
        asked.get("name", ""),
        plan.upload,
        asked["size"],
        plan,
        asked.get("columns"),
    )


def upload_name(id: UUID) -> str:
    return f"{TaskKind.BULK.value}_{id.hex}"


def keep_draft(choice: UploadTarget, name: str, sent: BinaryIO) -> UploadDraft:
    """Keep what was sent, and tell what it is. Raises `Refused`, and keeps nothing then."""
    head = sent.read(4)
    sent.seek(0)
    if head == SPREADSHEET:
        raise unreadable("Is a spreadsheet, or another zip file. Save it as CSV (UTF-8) first.")
    packed = (encoding for magic, encoding in PACKED.items() if head.startswith(magic))
    id = new_row_id()
    upload = uploads.keep(
        upload_name(id),
        sent,
        encoding=next(packed, "identity"),
        limit=settings.MAX_BULK_STREAM_BYTES,
        length=None,
    )
    with upload.or_discarded():
        return UploadDraft(id, choice, _format(upload), name, upload.name, upload.size)


def keep_text(choice: UploadTarget, text: str) -> UploadDraft:
    return keep_draft(choice, "Pasted text", BytesIO(text.encode()))


def first_operations(draft: UploadDraft, contract: Contract, count: int) -> list[str]:
    """The first operations of a draft that is no table, for people. Raises `Refused`."""
    with uploads.opened(draft.upload) as file:
        found = formats[draft.format].find(file, contract, draft.asked, 0, 0)
        return [_laid_out(one.text or b"") for one in islice(found, count)]


def _laid_out(text: bytes) -> str:
    if len(text) > SHOWN_BYTES:
        return text[:SHOWN_BYTES].decode(errors="replace") + "…"
    try:
        return pretty(decode(text))
    except Refused:
        return text.decode(errors="replace")


def unreadable(message: str) -> Refused:
    return Refused(ErrorType.INVALID_ARGUMENT, message, [Fault("", "format", message)])


def _format(upload: uploads.Upload) -> str:
    with uploads.opened(upload.name) as file:
        head = file.read(HEAD_BYTES).removeprefix(BOM_UTF8).lstrip()
        if not head:
            raise unreadable("There is nothing in it.")
        format = _told_by(head)
        if format == CSV:
            file.seek(0)
            _check_names(read_names(file))
    if format == "json" and upload.size > settings.MAX_BULK_BYTES:
        message = f"Is larger than {settings.MAX_BULK_BYTES} bytes: send an operation a line."
        raise Refused(ErrorType.CONTENT_TOO_LARGE, message)
    return format


def _check_names(names: Sequence[str]) -> None:
    """Raises `Refused` for what the next page could not show, or send."""
    if len(names) > MOST_COLUMNS:
        raise unreadable(f"Has more than {MOST_COLUMNS} columns: send it by the API.")
    if any("\0" in name for name in names):
        raise unreadable("The name of a column holds a NUL character.")


def _told_by(head: bytes) -> str:
    """JSON, NDJSON and tables begin in ways that cannot be mistaken."""
    if _envelope.match(head):
        return "json"
    lines = (line for line in head.splitlines() if line.strip() and not line.startswith(COMMENT))
    first = next(lines, b"").lstrip()
    if first.startswith(b"["):
        raise unreadable('A list must stand in {"operations": [...]}, or be an operation a line.')
    return "ndjson" if first.startswith(b"{") else CSV
