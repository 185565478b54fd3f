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
from ingestion.operations import Action, Operation, Target
from ingestion.payloads import read_payload
from ingestion.writing import write
from profiles.definitions import profiles
from profiles.exact import encode
from profiles.models import Source
from relationships.definitions import relationship_definitions
from relationships.models import Relationship
from tests.bench.workload import DEFINITION, PROFILE, provider

SOURCE = "pages"
BATCH = 1_000
TIMES = 7


def measure(records: int) -> Iterator[dict[str, object]]:
    """A row for each page, with so many resources and relationships in its source."""
    fill(records)
    with override_settings(
        ROOT_URLCONF=registrar.ROOT_URLCONF,
        MIDDLEWARE=registrar.MIDDLEWARE,
        ALLOWED_HOSTS=["testserver"],
    ):
        client = Client()
        user = User.objects.create_superuser("bench-pages")
        client.force_login(user, "django.contrib.auth.backends.ModelBackend")
        for name, path in pages():
            yield {"page": name, **_timed(client, path())}


def fill(records: int) -> None:
    Source.objects.create(key=SOURCE)
    profiles.save(SOURCE, "provider", PROFILE, actor=SOURCE)
    relationship_definitions.save(SOURCE, "referral", DEFINITION, actor=SOURCE)
    for start in range(0, records, BATCH):
        numbers = range(start, min(start + BATCH, records))
        write(SOURCE, [_resource(number) for number in numbers], actor=SOURCE)
    for start in range(0, records, BATCH):
        numbers = range(start, min(start + BATCH, records))
        write(SOURCE, [_link(number, records) for number in numbers], actor=SOURCE)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def pages() -> list[tuple[str, Callable[[], str]]]:
    """Each page by what it is, and how its address is found."""
    resources = f"{reverse('admin:ingestion_resource_changelist')}?profile={SOURCE}/provider"
    links = reverse("admin:relationships_relationship_changelist")
    return [
        ("home", lambda: reverse("admin:index")),
        ("list of resources", lambda: resources),
        ("its last page", lambda: f"{resources}&before={_oldest()}"),
        ("filtered, a frequent value", lambda: f"{resources}&data.city=City+7"),
        ("filtered, a rare value", lambda: f"{resources}&data.practiceNumber=1000123"),
        ("searched by id", lambda: f"{resources}&q=p777"),
        ("form of a resource", lambda: _page_of(Resource)),
        ("list of relationships", lambda: links),
        ("of one definition", lambda: f"{links}?source={SOURCE}&definition={SOURCE}/referral"),
        ("made in the past 7 days", lambda: f"{links}?definition={SOURCE}/referral&created=week"),
        ("searched by an end", lambda: f"{links}?definition={SOURCE}/referral&q=p777"),
        ("form of a relationship", lambda: _page_of(Relationship)),
        ("neighbourhood, three hops", lambda: f"{_page_of(Resource, 'neighbourhood')}?hops=3"),
        ("search over all sources", lambda: f"{reverse('admin:search')}?q=p777"),
    ]


def _resource(number: int) -> Operation:
    payload = read_payload(encode({"data": provider(number)}))
    return Operation(Action.UPSERT, Target.RESOURCE, "provider", f"p{number}", payload)


def _link(number: int, records: int) -> Operation:
    ends = f"p{number}.p{(number * 7 + 1) % records}"
    return Operation(Action.UPSERT, Target.RELATIONSHIP, "referral", ends, read_payload(b"{}"))


def _oldest() -> str:
    row = Resource.objects.filter(source__key=SOURCE).earliest("created_at", "public_id")
    return f"{row.created_at.isoformat()},{row.public_id}".replace("+", "%2B")


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
