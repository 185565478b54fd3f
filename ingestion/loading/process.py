"""What one of the processes does that load a file together.

It is imported before Django is set up, so it imports nothing of ours that knows models.
"""

from __future__ import annotations

import os
import signal
import zlib
from multiprocessing.queues import Queue
from multiprocessing.synchronize import Event
from pathlib import Path
from typing import Any
from uuid import UUID

import django
from django.conf import settings


def work(
    task_id: UUID,
    number: int,
    file: Path,
    chunk_size: int | None,
    database: str,
    messages: Queue[Any],
    stop: Event,
) -> None:
    """Do one share of a task. Tells `ingestion.loading.together.Message`s.

    A signal from the terminal is the business of the first process. Where that one is gone, this
    one goes too.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    settings.DATABASES["default"]["NAME"] = database
    django.setup()
    from ingestion.loading.files import load
    from ingestion.models import Task
    from profiles.faults import Refused

    parent = os.getppid()

    def must_stop() -> bool:
        return stop.is_set() or os.getppid() != parent

    try:
        task = Task.objects.select_related("source").get(pk=task_id)
        for done in load(task, number, file, chunk_size=chunk_size, must_stop=must_stop):
            messages.put((number, done))
        messages.put((number, None))
    except Refused as refused:
        messages.put((number, refused.message))
    except (OSError, EOFError, zlib.error) as error:
        messages.put((number, str(error)))
