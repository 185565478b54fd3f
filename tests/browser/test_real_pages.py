"""Every page of the admin with real records in it, in both themes and both widths.

With SCREENSHOTS naming a folder, each is seen in every look there is, and kept there: see `make
screenshots`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.urls import reverse
from playwright.sync_api import Page

from ingestion.models import Resource, Task
from profiles.exact import encode
from profiles.models import Profile, Source
from relationships.models import Relationship, RelationshipDefinition
from tests.admin.pages import address, change_page
from tests.browser.conftest import SitsDown
from tests.browser.watching import assert_accessible, assert_fits
from tests.commands.test_real_records import DATA, FILES, PLANNET, as_operation, facilities

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no records in {DATA}")

DESKTOP, NARROW = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
LOOKS: dict[str, dict[str, Any]] = {
    "desktop-light": {"viewport": DESKTOP},
    "desktop-dark": {"viewport": DESKTOP, "color_scheme": "dark"},
    "narrow-light": {"viewport": NARROW},
    "narrow-dark": {"viewport": NARROW, "color_scheme": "dark"},
}
BOTH = ("desktop-light", "narrow-dark")
"""Of each the one and the other, in half the time."""


def provider() -> Resource:
    resource: Resource = Resource.objects.get(public_id="plannet-practitioner-1239979820")
    return resource


def profile_of(key: str) -> Profile:
    profile: Profile = Profile.objects.get(source__key="plannet", key=key)
    return profile


PAGES: dict[str, Callable[[], str]] = {
    "home": lambda: reverse("admin:index"),
    "search": lambda: f"{reverse('admin:search')}?q={provider().public_id}",
    "list": lambda: f"{address(Resource, 'changelist')}?profile=plannet/provider",
    "facilities": lambda: f"{address(Resource, 'changelist')}?profile=facilities/office",
    "form": lambda: change_page(provider()),
    "json": lambda: f"{change_page(provider())}?tab=json",
    "add": lambda: address(Resource, "add"),
    "profile": lambda: change_page(profile_of("provider")),
    "columns": lambda: reverse("admin:profiles_profile_display", args=[profile_of("office").pk]),
    "picture": lambda: reverse(
        "admin:profiles_source_picture", args=[Source.objects.get(key="plannet").pk]
    ),
    "relationships": lambda: address(Relationship, "changelist"),
    "one-definition": lambda: (
        f"{address(Relationship, 'changelist')}?definition=plannet/provider-office"
    ),
    "neighbourhood": lambda: address(Resource, "neighbourhood", provider().pk),
    "definition": lambda: change_page(RelationshipDefinition.objects.get(source__key="plannet")),
    "relationship": lambda: change_page(Relationship.objects.earliest("created_at", "pk")),
    "history": lambda: address(Resource, "history", provider().pk),
    "tasks": lambda: address(Task, "changelist"),
    "task": lambda: change_page(Task.objects.earliest("id")),
    "upload": lambda: address(Task, "add"),
}


@pytest.fixture
def real_records(live_server: object, tmp_path: Path) -> None:
    call_command("define", PLANNET, source="plannet", verbosity=0)
    call_command("load", *FILES, source="plannet")
    file = tmp_path / "facilities.ndjson"
    file.write_bytes(b"\n".join(encode(as_operation(row)) for row in facilities()))
    call_command("define", PLANNET / "profiles" / "office.json", source="facilities", verbosity=0)
    with pytest.raises(CommandError):  # Three ids occur twice.
        call_command("load", file, source="facilities")


def test_every_page_is_good_in_both_themes_and_widths(
    sits_down: SitsDown, stella: User, real_records: None
) -> None:
    kept = os.environ.get("SCREENSHOTS")
    paths = {name: path() for name, path in PAGES.items()}
    faults = []
    for look in LOOKS if kept else BOTH:
        person = sits_down(stella, **LOOKS[look])
        for name, path in paths.items():
            person.go(path)
            person.page.wait_for_load_state("networkidle")
            if kept:
                person.page.screenshot(path=Path(kept) / f"{name}-{look}.png")
            faults += [f"{name}, {look}: {fault}" for fault in faults_of(person.page)]
    assert not faults, "\n\n".join(faults)


def faults_of(page: Page) -> Iterator[AssertionError]:
    for check in (assert_fits, assert_accessible):
        try:
            check(page)
        except AssertionError as fault:
            yield fault
