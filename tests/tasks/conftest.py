"""Uploads go to a folder of the test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import override_settings


@pytest.fixture(autouse=True)
def uploads_folder(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "uploads"
    storages: dict[str, Any] = settings.STORAGES
    own = {**storages["uploads"], "OPTIONS": {"location": str(folder)}}
    with override_settings(STORAGES={**storages, "uploads": own}):
        yield folder
