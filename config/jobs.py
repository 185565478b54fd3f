"""Background work that no other layer owns: to keep the queue itself in order."""

from __future__ import annotations

from django.conf import settings
from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.exceptions import UniqueViolation
from procrastinate.jobs import Job, Status
from procrastinate.manager import JobManager

from ingestion.queueing import SHARE

MOST_ATTEMPTS = 5
"""A job whose worker died this often is what it dies of."""
OFTEN = max(1, settings.WORKER_STALLED_SECONDS // 3)
"""Seconds between looks for them."""


@app.periodic(cron=f"* * * * * */{OFTEN}")
@app.task(queueing_lock="stalled jobs", pass_context=True)
async def restart_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Start jobs again whose worker was killed: it can no longer say what became of them."""
    queue = context.app.job_manager
    stalled = settings.WORKER_STALLED_SECONDS
    for job in await queue.get_stalled_jobs(seconds_since_heartbeat=stalled):
        # A share of a task counts by itself how often it was begun in vain.
        if job.attempts < MOST_ATTEMPTS or job.task_name == SHARE:
            await _start_again(queue, job)
        else:
            await queue.finish_job(job, Status.FAILED, delete_job=False)


async def _start_again(queue: JobManager, job: Job) -> None:
    """Unless the same is asked for anew: it waits for this one to end, and there is no other."""
    try:
        await queue.retry_job(job)
    except UniqueViolation:
        await queue.finish_job(job, Status.FAILED, delete_job=True)
