from datetime import timedelta

from django.contrib import admin
from django.utils import timezone
from rest_framework_api_key.models import APIKey

from profiles.models import ApiKey
from tests.admin.pages import SURE, Pages, change_page
from tests.clients import Api
from tests.factories import SourceFactory, make_key


def shown_key(message: str) -> str:
    return message.partition(" is: ")[2].split(" ")[0].rstrip(".")


def test_a_key_is_shown_once_and_works(steward: Pages) -> None:
    page = steward.add(ApiKey, name="loader", role="writer")
    key = shown_key(page.messages[0])
    assert Api(key).get("/catalog/v1/sources").status == 200
    row = ApiKey.objects.get()
    assert key not in steward.open(change_page(row)).text
    assert key not in steward.list(ApiKey).text
    assert (row.name, row.role, row.is_limited) == ("loader", "writer", False)


def test_changing_a_key_does_not_show_or_change_it(steward: Pages) -> None:
    secret = make_key("reader")
    row = ApiKey.objects.get()
    page = steward.change(row, name="renamed", role="admin", rate_limit=5)
    assert secret not in page.text
    assert len(page.messages) == 1
    row.refresh_from_db()
    assert (row.name, row.role, row.rate_limit) == ("renamed", "admin", 5)
    assert Api(secret).get("/catalog/v1/sources").status == 200


def test_a_key_is_limited_to_sources(steward: Pages) -> None:
    source = SourceFactory.create()
    steward.add(ApiKey, name="one", role="reader", is_limited="on", sources=[source.pk])
    assert list(ApiKey.objects.get().sources.all()) == [source]
    assert source.key in steward.list(ApiKey).text


def test_a_limited_key_without_sources_sees_none(steward: Pages) -> None:
    page = steward.add(ApiKey, name="none", role="reader", is_limited="on")
    SourceFactory.create()
    answer = Api(shown_key(page.messages[0])).get("/catalog/v1/sources")
    assert answer.json["data"] == []


def test_a_key_with_sources_that_is_not_limited_is_a_mistake(steward: Pages) -> None:
    source = SourceFactory.create()
    page = steward.add(ApiKey, name="all", role="reader", sources=[source.pk])
    assert list(page.errors) == ["is_limited"]
    assert not ApiKey.objects.exists()


def test_a_key_is_revoked_for_good(steward: Pages) -> None:
    secret = make_key()
    row = ApiKey.objects.get()
    assert steward.change(row, revoked="on").errors == {"reason": ["Say why it is revoked."]}
    steward.change(row, revoked="on", reason="Leaked.")
    assert Api(secret).get("/catalog/v1/sources").status == 401
    assert "revoked" not in steward.open(change_page(row)).inputs


def test_selected_keys_are_revoked(steward: Pages) -> None:
    make_key()
    row = ApiKey.objects.get()
    path = "/admin/profiles/apikey/"
    selected = {"action": "revoke", "_selected_action": [row.pk]}
    for answer in ({}, {"post": "yes", "reason": " "}):
        page = steward.send(path, {**selected, **answer})
        assert "They never work again." in page.text
        assert page.context["reason_form"].is_bound == bool(answer)
        row.refresh_from_db()
        assert not row.revoked
    steward.send(path, {**selected, **SURE})
    row.refresh_from_db()
    assert row.revoked


def test_a_key_expires(steward: Pages) -> None:
    over = timezone.now() - timedelta(days=1)
    page = steward.add(
        ApiKey,
        name="over",
        role="reader",
        expiry_date_0=over.date().isoformat(),
        expiry_date_1="00:00",
    )
    assert Api(shown_key(page.messages[0])).get("/catalog/v1/sources").status == 401


def test_keys_of_the_library_are_not_shown() -> None:
    assert not admin.site.is_registered(APIKey)


def test_the_list_tells_which_keys_open_a_door(steward: Pages) -> None:
    for changed in ({}, {"expiry_date": timezone.now() - timedelta(days=1)}, {"revoked": True}):
        make_key("reader")
        ApiKey.objects.filter(name="test").update(name="seen", **changed)
    page = steward.list(ApiKey).text
    assert [page.count(f">{state}<") for state in ("valid", "expired", "revoked")] == [1, 1, 1]
