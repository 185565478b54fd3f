"""`manage.py erase`: erase what was ever stored of one record."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from ingestion.erasing.records import erasable, erase
from ingestion.models import ErasureScope
from ingestion.operations import Target
from profiles.access import COMMAND_LINE
from profiles.faults import Refused
from profiles.reasons import REASON_FORM, is_reason

KINDS = {f"{target.lower()}s": target for target in Target}
USAGE = 2


class Command(BaseCommand):
    help = (
        "Erase what was ever stored of one record, in all its lives. A record that is there is "
        "deleted first, with its relationships. That it was changed, by whom and when, stays."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("source", help="the key of the source")
        parser.add_argument("kind", choices=KINDS)
        parser.add_argument("key", help="of the profile or relationship definition")
        parser.add_argument("id")
        parser.add_argument("--reason", required=True)
        parser.add_argument(
            "--past", action="store_true", help="keep the newest state of a record that is there"
        )

    def handle(
        self, *, source: str, kind: str, key: str, id: str, reason: str, past: bool, **options: Any
    ) -> None:
        text = reason.strip()
        if not is_reason(text):
            raise CommandError(f"--reason {REASON_FORM}.", returncode=USAGE)
        try:
            record = erasable(source, KINDS[kind], key, id)
            scope = ErasureScope.PAST if past else ErasureScope.ALL
            done = erase(record, scope, actor=COMMAND_LINE, reason=text)
        except Refused as refused:
            raise CommandError(refused.message) from None
        counts = ", ".join(f"{count} {name}" for name, count in done.erasure.erased.items())
        self.stdout.write(f"{key}/{record.key.public_id}: erased {counts}")
