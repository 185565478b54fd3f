"""`manage.py worker`, and how work gets into its queue."""

from __future__ import annotations

import json
import signal

import pytest
from django.db import connection, transaction
from procrastinate.contrib.django import app
from procrastinate.contrib.django.models import ProcrastinateJob
from procrastinate.jobs import Status

from config import jobs, worker
from tests.waiting import SECONDS, soon
from tests.workers import working

TIDY = "builtin:procrastinate.builtin_tasks.remove_old_jobs"


def put_in() -> int:
    """A job that does nothing here."""
    return app.configure_task(TIDY, allow_unknown=False).defer(max_hours=10_000)


def statuses() -> list[str]:
    """Of what was put in here; what comes by the minute is there as it happens."""
    rows = ProcrastinateJob.objects.filter(task_name=TIDY).order_by("id")
    return list(rows.values_list("status", flat=True))


def test_a_job_is_put_in_with_what_it_follows_from(queue: None) -> None:
    with transaction.atomic():
        put_in()
        assert statuses() == ["todo"]
        transaction.set_rollback(True)
    assert statuses() == []
    with transaction.atomic():
        put_in()
    assert statuses() == ["todo"]


def is_at_work() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE application_name = %s AND datname = current_database()",
            [worker.APPLICATION],
        )
        return bool(cursor.fetchone() != (0,))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_does_what_is_put_in_until_a_signal_ends_it(queue: None, number: signal.Signals) -> None:
    put_in()
    with working() as process:
        assert soon(lambda: not statuses())
        put_in()
        assert soon(lambda: not statuses())
        process.send_signal(number)
        output, log = process.communicate(timeout=SECONDS)
    assert (process.returncode, output, log) == (0, "", "")
    assert not is_at_work()


def test_its_log_is_json(queue: None) -> None:
    put_in()
    with working("--once", LOG_LEVEL="INFO") as process:
        _, log = process.communicate(timeout=SECONDS)
    assert process.returncode == 0
    events = [json.loads(line)["event"] for line in log.splitlines()]
    assert any("ended with status: Success" in event for event in events)


def test_without_a_database_it_says_so(queue: None) -> None:
    with working(DATABASE_URL="postgresql://registrar@127.0.0.1:1/nothing") as process:
        _, log = process.communicate(timeout=SECONDS)
    assert process.returncode == 1
    assert any("The worker needs the database" in line for line in log.splitlines())


def left_behind(attempts: int) -> None:
    """A job whose worker is gone."""
    job = put_in()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE procrastinate_jobs SET status = 'doing', attempts = %s WHERE id = %s",
            [attempts, job],
        )


def restart_stalled_jobs() -> None:
    app.configure_task(jobs.restart_stalled_jobs.name).defer(timestamp=0)
    worker.run(wait=False)


def test_a_job_whose_worker_was_killed_is_done_by_another(queue: None) -> None:
    left_behind(attempts=0)
    restart_stalled_jobs()
    worker.run(wait=False)
    assert statuses() == []


def test_a_job_that_kills_its_workers_is_given_up(queue: None) -> None:
    left_behind(attempts=jobs.MOST_ATTEMPTS)
    restart_stalled_jobs()
    assert statuses() == [Status.FAILED.value]


def test_a_job_that_was_killed_gives_way_to_one_that_waits_for_it(queue: None) -> None:
    """Of the same work only one may wait; and the lock of the killed one keeps that from it."""
    locks = {"lock": "the same", "queueing_lock": "the same"}
    for status in ("doing", "todo"):
        job = app.configure_task(TIDY, allow_unknown=False, **locks).defer(max_hours=10_000)
        ProcrastinateJob.objects.filter(pk=job).update(status=status)
    other = put_in()
    ProcrastinateJob.objects.filter(pk=other).update(status="doing")
    restart_stalled_jobs()
    worker.run(wait=False)
    assert statuses() == []
