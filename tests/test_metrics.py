"""What monitoring asks."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from ingestion.models import DataIndex, Subscription
from profiles.models import Source
from tests import factories
from tests.admin.world import subscribed
from tests.clients import Api
from tests.indexes.worker import marked, save

Sample = tuple[str, tuple[str, ...]]
OPENMETRICS = "application/openmetrics-text"


@pytest.fixture
def monitoring(db: None) -> Api:
    return Api(factories.make_key("reader"))


def samples(api: Api) -> Mapping[Sample, float]:
    """Values by name and labels."""
    answer = api.get("/metrics")
    assert answer.status == 200, answer.text
    return {
        (sample.name, tuple(sample.labels.values())): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_a_key_for_some_sources_is_refused(source: Source) -> None:
    answer = Api(factories.make_key("admin", sources=[source])).get("/metrics")
    assert answer.error == (403, "PERMISSION_DENIED")
    assert "not limited" in answer.json["message"]


@pytest.mark.parametrize("accept", ["*/*", "text/plain", OPENMETRICS])
def test_nothing_is_told_without_a_key(db: None, accept: str) -> None:
    assert Api(None).get("/metrics", accept=accept).error == (401, "UNAUTHENTICATED")


def test_what_is_asked_for_is_answered(monitoring: Api) -> None:
    assert monitoring.get("/metrics").headers["Content-Type"].startswith("text/plain; version=0.0")
    asked = f"{OPENMETRICS};version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.4,*/*;q=0.1"
    answer = monitoring.get("/metrics", accept=asked)
    assert answer.headers["Content-Type"].startswith(f"{OPENMETRICS}; version=1.0.0")
    assert answer.text.count("# TYPE registrar_") == answer.text.count("# HELP registrar_") == 13
    assert answer.text.endswith("# EOF\n")
    for other in ("text/html", "application/json"):
        assert monitoring.get("/metrics", accept=other).error == (406, "NOT_ACCEPTABLE")
    assert monitoring.get("/metrics?source=clinic").status == 400


def test_work_that_nobody_does_is_told(monitoring: Api, source: Source) -> None:
    assert samples(monitoring)["registrar_worker_heartbeat_age_seconds", ()] == math.inf
    save(source, {"age": marked("integer")})
    task = factories.TaskFactory.create(
        source=source, received_at=timezone.now() - timedelta(hours=1)
    )
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '1 minute'")
        cursor.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
    found = samples(monitoring)
    assert found["registrar_jobs", ("build_data_indexes", "todo")] == 1
    assert 60 <= found["registrar_job_wait_seconds", ()] < 600
    assert found["registrar_worker_heartbeat_age_seconds", ()] < 600
    assert found["registrar_tasks_unfinished", (task.source.key,)] == 1
    assert 3600 <= found["registrar_task_unfinished_seconds", (task.source.key,)] < 4000
    assert found["registrar_indexes", ("building",)] == DataIndex.objects.count() == 1


def test_a_job_for_later_does_not_wait(monitoring: Api, source: Source) -> None:
    save(source, {"age": marked("integer")})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_events SET at = now() - interval '1 hour'")
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() + interval '1 hour'")
        assert samples(monitoring)["registrar_job_wait_seconds", ()] == 0
        cursor.execute("UPDATE procrastinate_jobs SET scheduled_at = now() - interval '1 minute'")
    assert 60 <= samples(monitoring)["registrar_job_wait_seconds", ()] < 600


def test_a_job_that_failed_is_told_for_a_day(monitoring: Api, source: Source) -> None:
    save(source, {"age": marked("integer")})
    failed = ("build_data_indexes", "failed")
    with connection.cursor() as cursor:
        for status in ("doing", "failed"):
            cursor.execute("UPDATE procrastinate_jobs SET status = %s", [status])
        assert samples(monitoring)["registrar_jobs", failed] == 1
        cursor.execute("UPDATE procrastinate_events SET at = at - interval '1 day'")
    assert ("registrar_jobs", failed) not in samples(monitoring)


def test_subscriptions_in_trouble_are_told(monitoring: Api, source: Source) -> None:
    profile = factories.ProfileFactory.create(source=source)
    Api(factories.make_key("admin"), source.key).put(f"resources/{profile.key}/ada", {"data": {}})
    subscribed(source, "lab")
    named = (source.key, "lab-s")
    Subscription.objects.update(status="PAUSED", attempts=3, received_at=timezone.now())
    found = samples(monitoring)
    assert found["registrar_subscription_paused", named] == 1
    assert found["registrar_subscription_attempts", named] == 3
    assert found["registrar_subscription_dead_letters", named] == 1
    received = found["registrar_subscription_received_timestamp_seconds", named]
    assert received == pytest.approx(timezone.now().timestamp(), abs=600)


def test_growth_is_told(monitoring: Api, api: Api) -> None:
    before = samples(monitoring)
    api.put("profiles/provider", {"properties": {"name": {"type": "symbol"}}})
    api.put("resources/provider/ada", {"data": {"name": "Ada"}})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE ingestion_resource")
    after = samples(monitoring)
    assert after["registrar_changes_total", ()] == before["registrar_changes_total", ()] + 1
    assert after["registrar_table_bytes", ("ingestion_change",)] > 0
    assert after["registrar_table_rows", ("ingestion_resource",)] >= 1
