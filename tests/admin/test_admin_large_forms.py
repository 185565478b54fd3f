"""Records whose forms have thousands of inputs."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ingestion.models import Resource
from ingestion.records import etag_of
from profiles.models import Profile, Source
from tests.admin.pages import Pages, change_page
from tests.factories import ProfileFactory, ResourceFactory
from tests.inputs.browsing import sent

TYPES = ("symbol", "integer", "decimal", "date", "boolean")
VALUES: dict[str, Any] = {
    "symbol": "a",
    "integer": 1,
    "decimal": 1.5,
    "date": "2024",
    "boolean": True,
}
FIELDS = {f"field{n}": TYPES[n % len(TYPES)] for n in range(30)}
DJANGO_LIMIT = 1000


@pytest.fixture
def store(source: Source) -> Profile:
    """It contains items of 30 fields."""
    properties = {key: {"type": type} for key, type in FIELDS.items()}
    item = {"type": "CONTAINED", "properties": properties}
    ProfileFactory.create(source=source, key="item", body=item)
    contained = {"items": {"types": ["item"], "cardinality": "0:*"}}
    body = {"properties": {"name": {"type": "symbol"}}, "contained": contained}
    profile: Profile = ProfileFactory.create(source=source, key="store", body=body)
    return profile


def stored(profile: Profile, items: int) -> Resource:
    data = {key: VALUES[type] for key, type in FIELDS.items()}
    rows = [{"type": "item", "id": f"i{n}", "data": data} for n in range(items)]
    resource: Resource = ResourceFactory.create(profile=profile, contained={"items": rows})
    return resource


def inputs(steward: Pages, resource: Resource, **typed: str) -> QueryDict:
    """What a browser would send."""
    form = steward.open(change_page(resource)).form
    data = QueryDict(mutable=True)
    data["etag"] = etag_of(resource.pk, resource.version)
    for part in form.shaped:
        for name, texts in sent(form[part].value()).lists():
            data.setlist(name, texts)
    for name, text in typed.items():
        data[name.replace("__", "/")] = text
    return data


def send(client: Client, path: str, data: QueryDict) -> Any:
    return client.post(path, data.urlencode(), content_type="application/x-www-form-urlencoded")


def statements(steward: Pages, resource: Resource) -> int:
    """How many it takes to save a change of one field."""
    data = inputs(steward, resource, contained__items__0__data__field0="changed")
    with CaptureQueriesContext(connection) as queries:
        assert send(steward.client, change_page(resource), data).status_code == 302
    resource.refresh_from_db()
    assert resource.contained["items"][0]["data"]["field0"] == "changed"
    return len(queries)


def test_many_items_are_saved_in_as_many_statements_as_one(steward: Pages, store: Profile) -> None:
    one = stored(store, 1)
    statements(steward, one)  # Fills the caches.
    assert statements(steward, stored(store, 200)) == statements(steward, stored(store, 1))


def test_all_of_them_come_back_as_they_were(steward: Pages, store: Profile) -> None:
    resource = stored(store, 200)
    before = resource.contained
    data = inputs(steward, resource, data__name="New")
    assert len([text for _, texts in data.lists() for text in texts]) > 6 * DJANGO_LIMIT
    assert send(steward.client, change_page(resource), data).status_code == 302
    resource.refresh_from_db()
    assert resource.data == {"name": "New"}
    assert resource.contained == before


def test_a_form_may_be_ten_times_as_long_as_a_body(
    steward: Pages, store: Profile, settings: Any
) -> None:
    resource = stored(store, 1)
    data = inputs(steward, resource, data__name="New")
    settings.MAX_BODY_BYTES = len(data.urlencode()) // 10
    assert send(steward.client, change_page(resource), data).status_code == 400
    settings.MAX_BODY_BYTES += 1
    assert send(steward.client, change_page(resource), data).status_code == 302


def test_other_pages_keep_the_limit(steward: Pages) -> None:
    data = QueryDict(mutable=True)
    data.setlist("name", ["a"] * (DJANGO_LIMIT + 1))
    path = reverse("admin:ingestion_resource_changelist")
    assert send(steward.client, path, data).status_code == 400


def test_what_a_stranger_sends_is_read_within_the_limit_of_others(store: Profile) -> None:
    data = QueryDict(mutable=True)
    data.setlist("name", ["a"] * (DJANGO_LIMIT + 1))
    assert send(Client(), change_page(stored(store, 1)), data).status_code == 400


def test_a_forged_form_is_refused(steward: Pages, store: Profile) -> None:
    resource = stored(store, 1)
    data = inputs(steward, resource, data__name="New")
    forging = Client(enforce_csrf_checks=True)
    forging.cookies = steward.client.cookies
    assert send(forging, change_page(resource), data).status_code == 403
    resource.refresh_from_db()
    assert resource.version == 1
