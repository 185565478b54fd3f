"""A client that `openapi-python-client` writes from a document, as somebody would use it."""

from __future__ import annotations

import importlib
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from profiles.exact import encode
from tests.typed.documents import Document

CONFIGURATION = """\
post_hooks: []
content_type_overrides:
  application/x-ndjson: application/octet-stream
  text/csv: application/octet-stream
"""
"""Without formatting. The generator has no words of its own for what is sent as it is."""


@dataclass(frozen=True)
class Generated:
    package: str
    client: Any

    def model(self, name: str) -> Any:
        return getattr(self._module("models"), name)

    def call(self, tag: str, operation: str, *arguments: Any, **options: Any) -> Any:
        """What an operation answers: status, headers and `parsed`."""
        module = self._module(f"api.{tag}.{operation}")
        return module.sync_detailed(*arguments, client=self.client, **options)

    def _module(self, name: str) -> Any:
        return importlib.import_module(f"{self.package}.{name}")


def generate(document: Document, folder: Path, package: str, patch: pytest.MonkeyPatch) -> None:
    """Writes the package and makes it importable. A warning of the generator is a failure."""
    source, configuration = folder / "openapi.json", folder / "configuration.yaml"
    source.write_bytes(encode(document.made))
    configuration.write_text(CONFIGURATION)
    options = ["--meta=none", "--fail-on-warning", f"--config={configuration}"]
    places = [f"--path={source}", f"--output-path={folder / package}"]
    done = subprocess.run(
        [Path(sys.executable).parent / "openapi-python-client", "generate", *options, *places],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    patch.syspath_prepend(folder)


@contextmanager
def client_of(package: str, root: str, key: str) -> Iterator[Generated]:
    module = importlib.import_module(package)
    options = {"token": key, "raise_on_unexpected_status": True}
    with module.AuthenticatedClient(base_url=root, **options) as client:
        yield Generated(package, client)
