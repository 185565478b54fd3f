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


class Packages:
    """Those that were generated, each once for a document, in a folder that Python imports from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._names: dict[bytes, str] = {}

    def of(self, document: Document) -> str:
        text = encode(document.made)
        if text not in self._names:
            package = f"generated_{len(self._names)}"
            generate(text, self._folder, package)
            importlib.invalidate_caches()
            self._names[text] = package
        return self._names[text]


def generate(document: bytes, folder: Path, package: str) -> None:
    """A warning of the generator is a failure."""
    source, configuration = folder / f"{package}.json", folder / f"{package}.yaml"
    source.write_bytes(document)
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


@contextmanager
def client_of(package: str, root: str, key: str) -> Iterator[Generated]:
    module = importlib.import_module(package)
    options = {"token": key, "raise_on_unexpected_status": True}
    with module.AuthenticatedClient(base_url=root, **options) as client:
        yield Generated(package, client)
