"""Background work that no other layer owns: to keep the queue itself in order."""

from __future__ import annotations

from procrastinate import JobContext
from procrastinate.contrib.django import app
from procrastinate.jobs import Status

MOST_ATTEMPTS = 5
"""A job whose worker died this often is what it dies of."""


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="stalled jobs", pass_context=True)
async def restart_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Start jobs again whose worker was killed: it can no longer say what became of them."""
    queue = context.app.job_manager
    for job in await queue.get_stalled_jobs():
        if job.attempts < MOST_ATTEMPTS:
            await queue.retry_job(job)
        else:
            await queue.finish_job(job, Status.FAILED, delete_job=False)
