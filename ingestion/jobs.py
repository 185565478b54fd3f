"""The background work of this layer. What a job does stands in a module of its own."""

from __future__ import annotations

from procrastinate import RetryStrategy
from procrastinate.contrib.django import app

from ingestion.index_building import follow_rows


@app.periodic(cron="17 * * * *")
@app.task(lock="data indexes", retry=RetryStrategy(max_attempts=5, exponential_wait=2))
async def build_data_indexes(timestamp: int = 0) -> None:
    """Put in whenever the rows change; each hour for what went wrong with the database itself."""
    await follow_rows()
