"""Roles in sources: who gives them, to whom, and what cannot be reached by that."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ingestion.models import Resource
from profiles.access import Caller, Role
from profiles.bounded_forms import bounded
from profiles.forms import WritingForm
from profiles.models import Profile, Source, SourceRole
from profiles.staff import Staff
from relationships.models import Relationship
from tests.admin.every_page import Level
from tests.admin.pages import Page, Pages, address, change_page
from tests.admin.world import person, somebody
from tests.factories import (
    ResourceFactory,
    SourceFactory,
    SourceRoleFactory,
    UserFactory,
    clinic,
)


@pytest.fixture
def owner(source: Source) -> Pages:
    return Pages(somebody(Level.OWNER, source, "olga"))


def give(pages: Pages, source: Source, person: str, role: str, **typed: str) -> Page:
    """Add a row under the roles of a source, and save."""
    inputs = pages.open(change_page(source)).inputs
    count = int(inputs["staff_roles-TOTAL_FORMS"])
    row = {f"staff_roles-{count}-user": person, f"staff_roles-{count}-role": role}
    total = {"staff_roles-TOTAL_FORMS": str(count + 1)}
    return pages.send(change_page(source), {**inputs, **total, **row, **typed})


def roles(source: Source) -> dict[str, str]:
    rows = SourceRole.objects.filter(source=source)
    return {row.user.username: row.get_role_display() for row in rows.select_related("user")}


def test_an_owner_gives_roles_by_name(owner: Pages, source: Source) -> None:
    for name in ("vera", "stella"):
        UserFactory.create(username=name)
    give(owner, source, "vera", "reader")
    give(owner, source, "stella", "writer")
    assert roles(source) == {"olga": "owner", "vera": "viewer", "stella": "steward"}


def test_an_owner_changes_and_takes_roles(owner: Pages, source: Source) -> None:
    for name in ("anna", "vera"):
        SourceRoleFactory.create(user=UserFactory.create(username=name), source=source)
    changed = {"staff_roles-0-role": "writer", "staff_roles-2-DELETE": "on"}
    owner.change(source, **changed)
    assert roles(source) == {"anna": "steward", "olga": "owner"}


def test_somebody_keeps_the_role_whatever_name_is_sent(owner: Pages, source: Source) -> None:
    """Who has a role is not changed, only which one."""
    UserFactory.create(username="vera")
    owner.change(source, **{"staff_roles-0-user": "vera"})
    assert roles(source) == {"olga": "owner"}


@pytest.mark.parametrize(
    "fields", [{"is_staff": False}, {"is_active": False}, {"username": "another"}]
)
def test_who_is_no_staff_is_given_nothing(
    owner: Pages, source: Source, fields: dict[str, Any]
) -> None:
    UserFactory.create(**{"username": "vera", **fields})
    page = give(owner, source, "vera", "reader", name="Renamed")
    assert page.faulty_rows[-1] == {"user": ["Nobody of the staff is called so."]}
    assert "vera" in page.text
    assert roles(source) == {"olga": "owner"}


def test_a_fault_among_the_roles_saves_nothing_of_the_page(owner: Pages, source: Source) -> None:
    """Else the page would be out of date as soon as the fault is mended."""
    page = give(owner, source, "nobody", "reader", name="Renamed")
    source.refresh_from_db()
    assert source.name == ""
    UserFactory.create(username="nobody")
    owner.send(change_page(source), page.inputs)
    source.refresh_from_db()
    assert source.name == "Renamed"
    assert roles(source) == {"olga": "owner", "nobody": "viewer"}


def test_nobody_has_two_roles_in_a_source(owner: Pages, source: Source) -> None:
    give(owner, source, "olga", "reader")
    assert roles(source) == {"olga": "owner"}
    with pytest.raises(IntegrityError), transaction.atomic():
        SourceRole.objects.create(user=User.objects.get(), source=source, role="reader")


def test_only_roles_that_there_are_can_be_given(owner: Pages, source: Source) -> None:
    UserFactory.create(username="vera")
    page = give(owner, source, "vera", "superuser", **{"staff_roles-1-is_superuser": "on"})
    assert list(page.faulty_rows[-1]) == ["role"]
    assert not User.objects.filter(is_superuser=True).exists()


def test_an_owner_reaches_no_role_of_another_source(owner: Pages, source: Source) -> None:
    foreign = SourceRoleFactory.create(user=UserFactory.create(username="vera"))
    inputs = owner.open(change_page(source)).inputs
    for taken in ({"staff_roles-0-role": "admin"}, {"staff_roles-0-DELETE": "on"}):
        stolen = {"staff_roles-0-id": foreign.pk, **taken}
        owner.send(change_page(source), {**inputs, **stolen})
    owner.send(
        change_page(source),
        {**inputs, "staff_roles-0-source": foreign.source_id, "staff_roles-0-role": "admin"},
    )
    assert roles(source) == {"olga": "owner"}
    assert roles(foreign.source) == {"vera": "viewer"}


@pytest.mark.parametrize("level", [Level.VIEWER, Level.STEWARD])
def test_who_is_no_owner_neither_sees_nor_gives_roles(source: Source, level: Level) -> None:
    SourceRoleFactory.create(user=UserFactory.create(username="vera"), source=source)
    client = somebody(level, source, "stella")
    assert b"vera" not in client.get(change_page(source)).content
    sent = {
        **{f"staff_roles-{name}_FORMS": "0" for name in ("INITIAL", "TOTAL", "MAX_NUM", "MIN_NUM")},
        "staff_roles-0-user": "stella",
        "staff_roles-0-role": "admin",
    }
    assert client.post(change_page(source), sent).status_code == 403
    assert roles(source)["stella"] != "owner"


def test_who_gave_up_a_role_is_out(owner: Pages, source: Source) -> None:
    owner.change(source, **{"staff_roles-0-DELETE": "on"})
    assert roles(source) == {}
    assert owner.client.get(change_page(source)).status_code == 403


def test_a_superuser_gives_roles_on_the_page_of_a_user(steward: Pages, source: Source) -> None:
    vera = UserFactory.create(username="vera")
    other = SourceFactory.create()
    SourceRoleFactory.create(user=vera, source=other)
    inputs = steward.open(change_page(vera)).inputs
    row = {"source_roles-1-source": source.pk, "source_roles-1-role": "admin"}
    changed = {**row, "source_roles-TOTAL_FORMS": "2", "source_roles-0-role": "writer"}
    steward.send(change_page(vera), {**inputs, **changed})
    assert roles(source) == {"vera": "owner"}
    assert roles(other) == {"vera": "steward"}


def test_a_role_in_a_retired_source_is_no_fault(steward: Pages, source: Source) -> None:
    role = SourceRoleFactory.create(source=source)
    Source.objects.update(retired_at="2026-01-01T00:00Z")
    steward.change(role.user, first_name="Vera")
    role.user.refresh_from_db()
    assert role.user.first_name == "Vera"


def test_the_page_of_a_user_offers_no_permissions_of_django(steward: Pages) -> None:
    user = UserFactory.create()
    page = steward.open(change_page(user))
    assert not {"groups", "user_permissions"} & set(page.form.fields)


def test_an_owner_makes_no_source_and_no_user(owner: Pages, source: Source) -> None:
    for model, typed in (
        (Source, {"key": "new"}),
        (User, {"username": "x", "password1": "fjdkls7fd", "password2": "fjdkls7fd"}),
    ):
        assert owner.client.post(address(model, "add"), typed).status_code == 403
    assert not Source.objects.filter(key="new").exists()
    assert User.objects.count() == 1


def test_an_owner_writes_definitions_and_the_source(owner: Pages, source: Source) -> None:
    body = '{"properties":{}}'
    owner.add(Profile, source=source.pk, key="lab", body=body)
    assert Profile.objects.filter(source=source, key="lab").exists()
    owner.change(source, name="Ours")
    source.refresh_from_db()
    assert source.name == "Ours"


def test_a_steward_writes_records_and_no_definitions(source: Source, provider: Profile) -> None:
    pages = Pages(somebody(Level.STEWARD, source))
    pages.add(Resource, profile=provider.pk, public_id="han", data="{}")
    resource = Resource.objects.get()
    pages.change(resource, data='{"name":"Han"}')
    assert Resource.objects.get().data == {"name": "Han"}
    assert pages.client.post(change_page(provider), {"body": "{}"}).status_code == 403
    pages.delete(resource)
    assert not Resource.objects.exists()


def test_a_form_that_writes_elsewhere_is_undone(source: Source, provider: Profile) -> None:
    """Should one choose its source by something else than a field that is narrowed."""

    class Elsewhere(WritingForm):
        actor = "test"

        class Meta:
            model = Resource
            fields: list[str] = []

        def write(self) -> Resource:
            row: Resource = ResourceFactory.create(profile=provider)
            return row

    steward = Staff(Caller("test", roles={"other": Role.WRITER}), {"other": 1})
    with pytest.raises(PermissionDenied):
        bounded(Elsewhere, steward, Role.WRITER)({}).is_valid()
    owner = Staff(Caller("test", roles={source.key: Role.ADMIN}), {source.key: source.pk})
    assert bounded(Elsewhere, owner, Role.WRITER)({}).is_valid()


def statements(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(path).status_code == 200
    return len(queries)


def test_pages_take_as_many_statements_however_many_roles_and_sources_there_are(
    source: Source, provider: Profile, link: Relationship
) -> None:
    user = person(Level.OWNER, source)
    client = Client()
    client.force_login(user)
    rows = [source, provider, link, link.from_resource]
    pages = [
        *[change_page(row) for row in rows],
        *[address(type(row), page) for row in rows[1:] for page in ("changelist", "add")],
        address(Source, "changelist"),
    ]
    before = {page: min(statements(client, page) for _ in range(2)) for page in pages}
    for _ in range(5):
        SourceRoleFactory.create(user=user, source=clinic(), role=Role.WRITER)
        SourceRoleFactory.create(source=source)
    after = {page: statements(client, page) for page in pages}
    assert after == before
    assert max(after.values()) <= 13  # That of a profile, with its indexes and what does not fit.


@pytest.mark.parametrize("name", ["a\0b", "x" * 5000, "'; --", "１"])
def test_a_name_that_nobody_can_have_is_a_fault(owner: Pages, source: Source, name: str) -> None:
    page = give(owner, source, name, "reader")
    assert list(page.faulty_rows[-1]) == ["user"]
    assert roles(source) == {"olga": "owner"}
