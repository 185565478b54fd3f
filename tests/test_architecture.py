"""The house of the design, kept by tests."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from profiles.datatypes import DATA_TYPES

ROOT = Path(__file__).parent.parent
APPS = ("config", "profiles", "ingestion", "relationships")
CODE = [
    path
    for app in APPS
    for path in sorted((ROOT / app).rglob("*.py"))
    if "migrations" not in path.parts
]


def test_imports_run_downwards_only() -> None:
    lint = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run([lint], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", CODE, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_file_stays_small(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 300


def test_data_types_are_named_in_their_own_classes_only() -> None:
    """Adding a type is one class and one line, so no other code may know types by name."""
    others = DATA_TYPES.keys() - _words_with_another_meaning()
    named = {path: _texts(path) & others for path in CODE if not _may_name_types(path)}
    assert {path: names for path, names in named.items() if names} == {}


def _may_name_types(path: Path) -> bool:
    is_one = ROOT / "profiles" / "datatypes" in path.parents
    return is_one or "demo" in path.parts or path.name == "examples.py"


def _texts(path: Path) -> set[str]:
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }


def _words_with_another_meaning() -> set[str]:
    """Words of JSON Schema, members on the wire, and a parser's mode that keeps decimals."""
    return {"integer", "boolean", "array", "object", "identifier", "time", "code", "decimal", "url"}


def test_no_registry_address_is_committed() -> None:
    hosts = re.compile(r"index-url|extra-index|files\.pythonhosted|registry\.npmjs|pypi\.org")
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    offenders = [
        name
        for name in tracked
        if (ROOT / name).is_file()
        and Path(name).name != Path(__file__).name
        and hosts.search((ROOT / name).read_text(errors="ignore"))
    ]
    assert offenders == []
