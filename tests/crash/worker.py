"""A worker whose chunks are small, so that many of them lie between two crashes."""

from __future__ import annotations

import django
from django.core.management import call_command

CHUNK = 20


def main() -> None:
    django.setup()
    from ingestion.tasks import running

    running.FIRST_CHUNK = running.LEAST_CHUNK = running.MOST_CHUNK = CHUNK
    call_command("worker")


if __name__ == "__main__":
    main()
