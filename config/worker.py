"""The worker: one process that does what others have put into the queue, until it is stopped."""

from __future__ import annotations

from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

APPLICATION = "registrar worker"
"""What the database knows its connections by."""
STOP_SECONDS = 5
"""How long a job may go on once the worker is told to stop. Then its statement is cancelled."""
AT_ONCE = 4
"""Jobs. One that takes hours must not keep the queue from being looked after."""


def run(*, wait: bool = True) -> None:
    """Work until SIGTERM or SIGINT; without `wait`, until the queue is empty.

    Django's connections belong to threads, and those of a worker are waited for without any. So
    it has a few of its own, to the same database.
    """
    connector = PsycopgConnector(
        kwargs={**connector_params(), "application_name": APPLICATION},
        min_size=1,
        max_size=AT_ONCE,
    )
    with app.replace_connector(connector):
        app.run_worker(wait=wait, delete_jobs="successful", shutdown_graceful_timeout=STOP_SECONDS)
