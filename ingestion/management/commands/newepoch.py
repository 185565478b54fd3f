"""`manage.py newepoch`: have followers of the change feed hear that a backup was restored."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from ingestion.feed.ticks import begin_epoch


class Command(BaseCommand):
    help = (
        "Begin a new epoch of the change feed. To be run once a database was restored from a "
        "backup, before anybody writes: cursors of before then answer 410, since what they have "
        "seen may never have happened here."
    )

    def handle(self, **options: Any) -> None:
        self.stdout.write(f"epoch {begin_epoch()}")
