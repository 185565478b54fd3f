"""The login: guarded by django-axes, for each name at each address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from axes.models import AccessAttempt
from django.conf import settings as configured
from django.test import Client, RequestFactory
from django.utils import timezone
from pytest_django import Settings

from profiles.api.addresses import client_address
from tests.admin.pages import Pages, address, change_page
from tests.factories import UserFactory

PASSWORD = "correct horse battery staple"
HERE, THERE = "192.0.2.1", "192.0.2.2"


@pytest.fixture(autouse=True)
def _sonja(db: None) -> None:
    UserFactory.create(username="sonja", password=PASSWORD)


def log_in(password: str, name: str = "sonja", come_from: str = HERE, **headers: str) -> Any:
    client = Client(REMOTE_ADDR=come_from, headers=headers)
    return client.post("/admin/login/?next=/admin/", {"username": name, "password": password})


def fail(times: int, **options: str) -> list[int]:
    return [log_in("wrong", **options).status_code for _ in range(times)]


def test_the_right_password_opens_the_admin() -> None:
    answer = log_in(PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


def test_who_fails_too_often_is_locked_out_even_with_the_right_password() -> None:
    limit = configured.AXES_FAILURE_LIMIT
    assert fail(limit) == [200] * (limit - 1) + [429]
    answer = log_in(PASSWORD)
    assert answer.status_code == 429
    assert "Too many attempts" in answer.content.decode()
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


def test_a_name_that_there_is_not_is_locked_in_the_same_way() -> None:
    limit = configured.AXES_FAILURE_LIMIT
    assert fail(limit, name="nobody") == [200] * (limit - 1) + [429]


def test_others_are_not_locked_out_along() -> None:
    """Neither the same person elsewhere, or anybody could keep stewards from their work."""
    UserFactory.create(username="olga", password=PASSWORD)
    fail(6)
    assert log_in(PASSWORD, come_from=THERE).status_code == 302
    assert log_in(PASSWORD, name="olga").status_code == 302


def test_a_login_forgets_the_failures_before() -> None:
    limit = configured.AXES_FAILURE_LIMIT
    for _ in range(2):
        fail(limit - 1)
        assert log_in(PASSWORD).status_code == 302


def test_the_lock_opens_after_a_while() -> None:
    fail(6)
    AccessAttempt.objects.update(
        attempt_time=timezone.now() - configured.AXES_COOLOFF_TIME - timedelta(seconds=1)
    )
    assert log_in(PASSWORD).status_code == 302


def test_a_superuser_unlocks(steward: Pages) -> None:
    fail(6)
    attempt = AccessAttempt.objects.get()
    page = steward.open(change_page(attempt))
    assert "wrong" not in page.text
    assert steward.list(AccessAttempt).status == 200
    steward.delete(attempt)
    assert log_in(PASSWORD).status_code == 302


def test_passwords_are_not_kept() -> None:
    fail(2)
    attempt = AccessAttempt.objects.get()
    assert "wrong" not in str(vars(attempt))


def test_axes_shows_no_pages_of_its_own() -> None:
    assert not configured.AXES_ENABLE_ADMIN
    assert address(AccessAttempt, "changelist") == "/admin/axes/accessattempt/"


def test_behind_a_proxy_everybody_is_counted_for_themselves(settings: Settings) -> None:
    settings.PROXIES = 1
    for _ in range(6):
        log_in("wrong", **{"X-Forwarded-For": f"10.9.9.9, {HERE}"})
    assert log_in(PASSWORD, **{"X-Forwarded-For": f"10.8.8.8, {HERE}"}).status_code == 429
    assert log_in(PASSWORD, **{"X-Forwarded-For": THERE}).status_code == 302


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", HERE),
        (0, THERE, HERE),
        (1, THERE, THERE),
        (1, f"10.0.0.1, {THERE}", THERE),
        (2, f"10.0.0.1, {THERE}, 10.0.0.2", THERE),
        (2, THERE, HERE),
        (1, "2001:DB8::1", "2001:db8::1"),
        (1, "nonsense", None),
        (1, "10.0.0.1, ", None),
    ],
)
def test_the_address_is_the_one_that_our_own_proxies_saw(
    settings: Settings, proxies: int, forwarded: str, address: str | None
) -> None:
    settings.PROXIES = proxies
    request = RequestFactory(REMOTE_ADDR=HERE).get("/", headers={"X-Forwarded-For": forwarded})
    assert client_address(request) == address


def test_a_request_without_an_address_fails_as_any_other() -> None:
    """As over a socket of the machine."""
    assert fail(6, come_from="")[-1] == 429
