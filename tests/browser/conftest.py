"""A browser, a server, and people who sit at it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator

import pytest
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Browser, expect, sync_playwright
from pytest_django.live_server_helper import LiveServer

from ingestion.models import Resource
from profiles.access import Role
from profiles.models import Profile, Source, SourceRole
from tests.browser.clinics import a_clinic, clinic_profile
from tests.browser.people import Person
from tests.browser.watching import Watch, assert_accessible
from tests.factories import UserFactory

CHROMIUM = shutil.which("chromium")
FLAGS = [
    "--no-sandbox",
    "--headless",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PATIENCE = 60_000
"""Milliseconds: the machine may have a lot to do."""


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """One browser for as long as tests of this folder run.

    Playwright keeps an event loop in the thread of the tests, in which Django would then allow no
    query, and others no loop. So it ends with the last of them.
    """
    if CHROMIUM is None:
        pytest.skip("Chromium is not installed.")
    expect.set_options(timeout=PATIENCE)  # By itself it waits for 5 seconds.
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def live_server(chromium: Browser) -> Iterator[LiveServer]:
    """In place of that of pytest-django, which would run on while others are tested."""
    server = LiveServer("127.0.0.1")
    yield server
    server.stop()


SitsDown = Callable[..., Person]


@pytest.fixture
def sits_down(chromium: Browser, live_server: LiveServer) -> Iterator[SitsDown]:
    """Gives a user a browser window of their own.

    However a test ends, nothing may have gone wrong on the way, nor be wrong with what is shown.
    """
    people: list[Person] = []

    def open_window(user: User, **options: object) -> Person:
        context = chromium.new_context(base_url=live_server.url, **options)  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE)
        session = _signed_in(user)
        context.add_cookies([{"name": "sessionid", "value": session, "url": live_server.url}])
        page = context.new_page()
        people.append(Person(page, live_server.url, Watch(page)))
        return people[-1]

    yield open_window
    try:
        for person in people:
            assert person.watch.troubles == []
            if person.is_checked:
                assert_accessible(person.page)
    finally:
        for person in people:
            person.page.context.close()


@pytest.fixture
def stella(live_server: LiveServer) -> User:
    """A steward."""
    user: User = UserFactory.create(username="stella", is_superuser=True)
    return user


@pytest.fixture
def steward(sits_down: SitsDown, stella: User) -> Person:
    return sits_down(stella)


@pytest.fixture
def vera(live_server: LiveServer, source: Source) -> User:
    """Somebody who may look at the source."""
    user: User = UserFactory.create(username="vera")
    SourceRole.objects.create(user=user, source=source, role=Role.READER)
    return user


@pytest.fixture
def profile(live_server: LiveServer, source: Source) -> Profile:
    return clinic_profile(source)


@pytest.fixture
def clinic(profile: Profile) -> Resource:
    return a_clinic(profile)


def _signed_in(user: User) -> str:
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value
