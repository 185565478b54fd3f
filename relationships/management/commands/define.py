"""`manage.py define`: save profiles and relationship definitions from JSON files."""

from __future__ import annotations

from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from profiles.access import COMMAND_LINE
from profiles.exact import decode
from profiles.faults import Refused
from profiles.management.reasons import add_reason
from profiles.models import SOURCE_TYPE, Source
from profiles.sources import save_source
from relationships.defining import Proposal, define

USAGE = 2


class Command(BaseCommand):
    help = (
        "Save profiles and relationship definitions from JSON files, in whatever order they come. "
        "A file is named after its key; one that holds `from` and `to` defines relationships. "
        "The source is created if there is none."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", nargs="+", metavar="FILE", type=Path, help="or a directory")
        parser.add_argument("--source", required=True, metavar="KEY")
        add_reason(parser)

    def handle(self, *, files: list[Path], source: str, reason: str, **options: Any) -> None:
        proposals: dict[Path, Proposal] = {}
        refusals: dict[Path, Refused] = {}
        for path in _json_files(files):
            try:
                proposals[path] = Proposal(path.stem, decode(_text(path)))
            except Refused as refused:
                refusals[path] = refused
        _refuse_doubles(proposals)
        total = len(proposals) + len(refusals)
        self._create_missing(source, reason)
        results = define(source, proposals.values(), actor=COMMAND_LINE, reason=reason)
        for path, proposal in proposals.items():
            result = results[proposal]
            if isinstance(result, Refused):
                refusals[path] = result
            else:
                self.stdout.write(f"{path}: {proposal.what} {proposal.key} {result.lower()}")
        self._report(refusals, total)

    def _create_missing(self, source: str, reason: str) -> None:
        if Source.objects.filter(key=source).exists():
            return
        try:
            save_source(source, {"type": SOURCE_TYPE}, actor=COMMAND_LINE, reason=reason)
        except Refused as refused:
            message = refused.faults[0].message
            raise CommandError(f"--source {source}: {message}", returncode=USAGE) from None
        self.stdout.write(f"source {source} created")

    def _report(self, refusals: dict[Path, Refused], total: int) -> None:
        for path, refused in refusals.items():
            for line in refused.lines():
                self.stderr.write(f"{path}: {line}")
        if refusals:
            raise CommandError(f"Refused: {len(refusals)} of {total} files.")


def _json_files(paths: list[Path]) -> Iterator[Path]:
    for path in paths:
        found = sorted(path.rglob("*.json")) if path.is_dir() else [path]
        if not found:
            raise CommandError(f"{path} holds no JSON file.", returncode=USAGE)
        yield from found


def _text(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path}: {error.strerror}", returncode=USAGE) from None


def _refuse_doubles(proposals: dict[Path, Proposal]) -> None:
    """Two files of one name: which of them is meant?"""
    seen: dict[tuple[str, str], Path] = {}
    for path, proposal in proposals.items():
        other = seen.setdefault((proposal.what, proposal.key), path)
        if other != path:
            message = f"{other} and {path} both define the {proposal.what} {proposal.key}."
            raise CommandError(message, returncode=USAGE)
