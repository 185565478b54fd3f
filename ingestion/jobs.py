"""The background work of this layer. What a job does stands in a module of its own."""

from __future__ import annotations

import time
from uuid import UUID

from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app

from ingestion import queueing, statistics
from ingestion.api import idempotency
from ingestion.conformity import checks, plans
from ingestion.indexes.building import follow_rows
from ingestion.retention import sources
from ingestion.tasks.housekeeping import (
    end_cancelled_loads,
    forget_old_uploads,
    unfinished_shares,
)
from ingestion.tasks.running import run_share
from profiles.contract import current_contract
from profiles.faults import Refused

TURN_SECONDS = 3.0


class ShareTurn:
    """What a share has of a worker before it is other tasks' turn, if there are any."""

    def __init__(self, task: UUID) -> None:
        self._task = task
        self._until = time.monotonic() + TURN_SECONDS

    def is_over(self) -> bool:
        return time.monotonic() > self._until and queueing.others_wait(self._task)


@app.periodic(cron="17 * * * *")
@app.task(
    name=queueing.INDEXES,
    lock="data indexes",
    retry=RetryStrategy(max_attempts=5, exponential_wait=2),
)
async def build_data_indexes(timestamp: int = 0) -> None:
    """Put in whenever the rows change; each hour for what went wrong with the database itself."""
    await follow_rows()


@app.task(name=queueing.CHECK)
def check_profile(source_key: str, profile_key: str) -> None:
    """Find the resources that do not fit a profile, unless it was deleted since."""
    try:
        contract = current_contract(source_key)
        contract.profile(profile_key)
    except Refused:
        return
    checks.check(contract, profile_key)


@app.task(name=queueing.PLAN)
def find_plan(id: int) -> None:
    """Find what a planned definition would leave behind."""
    plans.make_plan(id)


@app.task(name=queueing.STATISTICS)
def refresh_statistics(source_id: int) -> None:
    """Asked for by tasks that wrote many records."""
    statistics.refresh(source_id)


@app.task(
    name=queueing.SHARE,
    pass_context=True,
    retry=RetryStrategy(max_attempts=5, exponential_wait=2),
)
def work_on_task(context: JobContext, id: str, number: int) -> None:
    """Do what is left of a share, unless others wait for so long: then what is left waits too.

    A worker that is told to stop leaves the rest to the next.
    """
    turn = ShareTurn(UUID(id))
    if not run_share(UUID(id), number, lambda: context.should_abort() or turn.is_over()):
        queueing.ask_for_share(UUID(id), number)


@app.periodic(cron="* * * * *")
@app.task(queueing_lock="unfinished tasks")
def resume_tasks(timestamp: int = 0) -> None:
    """Ask for the work on every task that has not ended: a job may be lost, a task is not."""
    end_cancelled_loads()
    for task, number in unfinished_shares():
        if not queueing.is_asked_for(task, number):
            queueing.ask_for_share(task, number)


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="old uploads")
def clear_uploads(timestamp: int = 0) -> None:
    forget_old_uploads()


@app.periodic(cron="43 * * * *")
@app.task(queueing_lock="old answers")
def forget_old_answers(timestamp: int = 0) -> None:
    """Each hour, since without them every answer would be kept for ever."""
    idempotency.forget_answers()


@app.periodic(cron="*/10 * * * *")
@app.task(queueing_lock="retention", lock="retention", pass_context=True)
def keep_to_retention(context: JobContext, timestamp: int = 0) -> None:
    """Each source for a while: what is left waits for the next time."""
    sources.keep_to_retention(context.should_abort)
