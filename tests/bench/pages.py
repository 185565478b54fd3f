"""What the pages of the admin cost at many records: server time, and SQL statements."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator

from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings
from django.urls import reverse

from config import settings as registrar
from ingestion.models import Resource
from relationships.models import Relationship
from tests.bench.million import SOURCE
from tests.bench.workload import FIRST_NUMBER

TIMES = 7


def measure(records: int) -> Iterator[dict[str, object]]:
    """A row for each page, where a source has so many resources and relationships."""
    with override_settings(
        ROOT_URLCONF=registrar.ROOT_URLCONF,
        MIDDLEWARE=registrar.MIDDLEWARE,
        ALLOWED_HOSTS=["testserver"],
    ):
        client = Client()
        user = User.objects.create_superuser("bench-pages")
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        for name, path in pages(records):
            yield {"page": name, **_timed(client, path())}


def pages(records: int) -> list[tuple[str, Callable[[], str]]]:
    """Each page by what it is, and how its address is found."""
    resources = f"{reverse('admin:ingestion_resource_changelist')}?profile={SOURCE}/provider"
    links = reverse("admin:relationships_relationship_changelist")
    of_one = f"{links}?definition={SOURCE}/referral"
    middle = FIRST_NUMBER + records // 2
    return [
        ("home", lambda: reverse("admin:index")),
        ("list of resources", lambda: resources),
        ("sorted by a property", lambda: f"{resources}&sort=data.name"),
        ("the oldest first", lambda: f"{resources}&sort=createdAt"),
        ("filtered, a frequent value", lambda: f"{resources}&data.active=true"),
        ("filtered, one in 200", lambda: f"{resources}&data.address.city=City+7"),
        ("filtered, a rare value", lambda: f"{resources}&data.practiceNumber=1000123"),
        ("filtered, a range", lambda: f"{resources}&data.practiceNumber__gte={middle}"),
        ("filtered, a rare range", lambda: f"{resources}&data.practiceNumber__lte=1000009"),
        ("filtered and sorted", lambda: f"{resources}&data.active=false&sort=-data.since"),
        ("near a place", lambda: f"{resources}&data.position__near=43.65,-79.38,50000"),
        ("searched by id", lambda: f"{resources}&q=p777"),
        ("searched by words", lambda: f"{resources}&q=ada+provider"),
        ("searched by rare words", lambda: f"{resources}&q=ada+{records // 2}"),
        ("form of a resource", lambda: _page_of(Resource)),
        ("list of relationships", lambda: links),
        ("of one definition", lambda: f"{links}?source={SOURCE}&definition={SOURCE}/referral"),
        ("made in the past 7 days", lambda: f"{links}?definition={SOURCE}/referral&created=week"),
        ("by an end's rare value", lambda: f"{of_one}&from.data.practiceNumber={middle}"),
        ("by an end's frequent value", lambda: f"{of_one}&to.data.active=true"),
        ("searched by an end", lambda: f"{links}?definition={SOURCE}/referral&q=p777"),
        ("form of a relationship", lambda: _page_of(Relationship)),
        ("neighbourhood, three hops", lambda: f"{_page_of(Resource, 'neighbourhood')}?hops=3"),
        ("search over all sources", lambda: f"{reverse('admin:search')}?q=p777"),
    ]


def _page_of(model: type[Resource] | type[Relationship], page: str = "change") -> str:
    row = model.objects.filter(source__key=SOURCE).order_by("created_at")[0]
    name = f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"
    return reverse(name, args=[row.pk])


def _timed(client: Client, path: str) -> dict[str, object]:
    """The median of some times, the first left out; a page that fails is no page."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200, path
    statements = len(queries)  # Later requests empty the log.
    times = []
    for _ in range(TIMES):
        start = time.perf_counter()
        client.get(path)
        times.append(time.perf_counter() - start)
    return {"ms": round(statistics.median(times) * 1000), "statements": statements}
