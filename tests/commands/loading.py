"""Operations as lines of a file, and the command that loads them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from ingestion.models import Resource
from profiles.exact import encode
from profiles.models import Source

Output = pytest.CaptureFixture[str]


def upsert(id: str, type: str = "provider", **data: Any) -> Any:
    return {"action": "UPSERT", "upsert": {"id": id, "type": type, "data": data}}


def create(id: str, type: str = "provider", **data: Any) -> Any:
    return {"action": "CREATE", "create": {"id": id, "type": type, "data": data}}


def delete(id: str, type: str = "provider") -> Any:
    return {"action": "DELETE", "delete": {"id": id, "type": type}}


def link(provider: str, office: str) -> Any:
    ends = {
        "from": {"id": provider, "type": "provider"},
        "to": {"id": office, "type": "office"},
    }
    return {"action": "UPSERT", "upsert": {"type": "provider-office", **ends}}


def put(file: Path, *lines: Any) -> None:
    texts = [line if isinstance(line, bytes) else encode(line) for line in lines]
    file.write_bytes(b"\n".join(texts))


def load(source: Source, *files: Path | str, **options: Any) -> None:
    call_command("load", *files, source=source.key, **options)


def refuse(source: Source, *files: Path | str, **options: Any) -> CommandError:
    with pytest.raises(CommandError) as caught:
        load(source, *files, **options)
    return caught.value


def ids(type: str = "provider") -> list[str]:
    rows = Resource.objects.filter(profile__key=type).order_by("public_id")
    return list(rows.values_list("public_id", flat=True))


def counts(output: Output) -> str:
    return output.readouterr().out.partition(" in ")[0]
