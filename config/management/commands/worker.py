"""`manage.py worker`: do the background work, until SIGTERM or Ctrl-C."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import OperationalError, connection
from procrastinate.exceptions import ConnectorException

from config import worker


class Command(BaseCommand):
    help = "Do the background work, as building indexes, until SIGTERM or Ctrl-C."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="end when the queue is empty")

    def handle(self, *, once: bool, **options: Any) -> None:
        try:
            connection.ensure_connection()  # Says so at once where the worker would ask on.
            connection.close()
            worker.run(wait=not once)
        except (OperationalError, ConnectorException) as error:
            message = f"The worker needs the database, with every migration: {error}"
            raise CommandError(message) from None
