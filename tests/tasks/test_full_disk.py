"""No room for an upload: a clear answer, and nothing half-done."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from errno import ENOSPC
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import FileSystemStorage
from django.test import override_settings

from ingestion.models import Task
from tests.clients import Api
from tests.tasks.doing import NDJSON, lines, send, task, upsert, work

pytestmark = pytest.mark.django_db

ROOM = 1 << 20


class SmallStorage(FileSystemStorage):
    """Of a disk that has room for `ROOM` bytes of a file."""

    def _save(self, name: str, content: File) -> str:  # type: ignore[type-arg]
        whole = content.chunks

        def as_much_as_fits() -> Iterator[bytes]:
            size = 0
            for chunk in whole():
                size += len(chunk)
                if size > ROOM:
                    raise OSError(ENOSPC, os.strerror(ENOSPC))
                yield chunk

        content.chunks = as_much_as_fits  # type: ignore[method-assign,assignment]
        return str(super()._save(name, content))  # type: ignore[misc]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real one where the tests may have it, else one that behaves so."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", str(folder)]
    is_real = os.geteuid() == 0 and subprocess.run(mount, check=False).returncode == 0
    storage = FileSystemStorage if is_real else SmallStorage
    own = {
        "BACKEND": f"{storage.__module__}.{storage.__qualname__}",
        "OPTIONS": {"location": str(folder)},
    }
    with override_settings(STORAGES={**settings.STORAGES, "uploads": own}):
        yield folder
    if is_real:
        subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_told_and_the_next_upload_works(api: Api, small_disk: Path) -> None:
    large = lines([upsert("one")]) + b"#" * 3 * ROOM
    answer = api.post("resources/bulk", large, content_type=NDJSON)
    assert answer.error == (507, "UNAVAILABLE")
    assert not list(small_disk.iterdir())
    assert not Task.objects.exists()
    task_id = send(api, [upsert("one")])
    work(task_id)
    assert task(api, task_id)["status"] == "SUCCESS"


def test_a_task_that_does_not_come_to_be_leaves_no_file(
    api: Api, small_disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_queue(*_: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("ingestion.tasks.submitting.ask_for_share", no_queue)
    with pytest.raises(RuntimeError):
        send(api, [upsert("one")])
    assert not list(small_disk.iterdir())
    assert not Task.objects.exists()
