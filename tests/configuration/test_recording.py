"""What is recorded of roles, keys and users, through every door; never a secret."""

from __future__ import annotations

from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from ingestion.models import Change
from profiles.configuration import (
    Subject,
    key_body,
    record,
    record_all,
    role_body,
    source_body,
    user_body,
)
from profiles.models import (
    ApiKey,
    ConfigurationChange,
    ConfigurationKind,
    ProfileVersion,
    Source,
    SourceRole,
)
from profiles.sources import save_source
from tests.admin.conftest import signed_in
from tests.admin.pages import DELETE, SURE, Pages, address, change_page
from tests.commands.loading import load, put, upsert
from tests.configuration.past import recorded
from tests.factories import SourceFactory, SourceRoleFactory, UserFactory, make_key
from tests.writing.threads import Threads, is_waiting

pytestmark = pytest.mark.django_db

KEY, ROLE, USER = ConfigurationKind.KEY, ConfigurationKind.ROLE, ConfigurationKind.USER
STELLA = "user:stella"


@pytest.fixture
def steward(db: None) -> Pages:
    return Pages(signed_in(username="stella", is_superuser=True))


def test_of_a_key_all_is_recorded_but_the_key(steward: Pages) -> None:
    source = SourceFactory.create(key="clinics")
    steward.add(ApiKey, name="loader", role="writer", reason="For the nights.")
    key = ApiKey.objects.get()
    steward.change(key, is_limited="on", sources=[source.pk], rate_limit=5)
    steward.change(key, revoked="on", reason="Leaked.")
    given = {"name": "loader", "role": "writer"}
    limited = {**given, "sources": ["clinics"], "rateLimit": 5}
    assert recorded(KEY) == [
        (1, {**given, "revoked": False}, STELLA, "For the nights."),
        (2, {**limited, "revoked": False}, STELLA, ""),
        (3, {**limited, "revoked": True}, STELLA, "Leaked."),
    ]
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row::text, '') FROM profiles_configurationchange AS row")
        (text,) = cursor.fetchone()
    assert key.prefix in text
    assert key.hashed_key not in text
    assert key.hashed_key.rpartition("$")[2] not in text


def test_what_stays_the_same_is_not_recorded(steward: Pages) -> None:
    steward.add(ApiKey, name="loader", role="writer")
    steward.change(ApiKey.objects.get())
    assert len(recorded(KEY)) == 1


def test_keys_that_are_revoked_or_deleted_together_are_recorded_each(steward: Pages) -> None:
    for _ in range(2):
        make_key("reader")
    rows = list(ApiKey.objects.all())
    selected = {"_selected_action": [row.pk for row in rows]}
    listed = address(ApiKey, "changelist") + "?revoked__exact=0"
    steward.send(listed, {"action": "revoke", **SURE, **selected})
    steward.send(address(ApiKey, "changelist"), {**DELETE, **selected})
    found = [(n, body and body["revoked"], why) for n, body, _, why in recorded(KEY)]
    assert found == [(1, True, SURE["reason"])] * 2 + [(2, None, SURE["reason"])] * 2


def test_a_deleted_key_keeps_its_history_with_the_reason(steward: Pages) -> None:
    make_key("reader")
    key = ApiKey.objects.get()
    steward.send(address(ApiKey, "delete", key.pk), {"post": "yes", "reason": "Not used."})
    assert recorded(KEY) == [(1, None, STELLA, "Not used.")]


@pytest.mark.django_db(transaction=True)
def test_what_is_deleted_twice_at_once_is_recorded_once(steward: Pages, threads: Threads) -> None:
    make_key("reader")
    key = ApiKey.objects.get()
    with transaction.atomic():
        ApiKey.objects.select_for_update().get()
        other = threads.start(partial(steward.delete, key))
        assert is_waiting(other)
        record(Subject.key(key), None, actor="test", reason="First.")
        key.delete()
    other.result()
    assert recorded(KEY) == [(1, None, "test", "First.")]


def test_a_key_of_the_command_line_is_recorded(capsys: pytest.CaptureFixture[str]) -> None:
    source = SourceFactory.create(key="clinics")
    call_command("createkey", "nightly", "--role", "reader", "-s", source.key, "--reason", "Tests")
    secret = capsys.readouterr().out.strip().partition(".")[2]
    ((_, body, actor, reason),) = recorded(KEY)
    assert body == {"name": "nightly", "role": "reader", "sources": ["clinics"], "revoked": False}
    assert (actor, reason) == ("command line", "Tests")
    assert secret not in str(body)


def give(pages: Pages, source: Source, name: str, role: str, **typed: str) -> None:
    inputs = pages.open(change_page(source)).inputs
    count = int(inputs["staff_roles-TOTAL_FORMS"])
    row = {f"staff_roles-{count}-user": name, f"staff_roles-{count}-role": role}
    total = {"staff_roles-TOTAL_FORMS": str(count + 1)}
    pages.send(change_page(source), {**inputs, **total, **row, **typed})


def test_roles_are_recorded_on_the_page_of_a_source(steward: Pages) -> None:
    source = SourceFactory.create(key="clinics")
    UserFactory.create(username="vera")
    give(steward, source, "vera", "reader", reason="New here.")
    steward.change(source, **{"staff_roles-0-role": "writer"})
    steward.change(source, **{"staff_roles-0-DELETE": "on", "reason": "Left."})
    vera = {"user": "vera", "source": "clinics"}
    assert recorded(ROLE) == [
        (1, {**vera, "role": "viewer"}, STELLA, "New here."),
        (2, {**vera, "role": "steward"}, STELLA, ""),
        (3, None, STELLA, "Left."),
    ]


def test_roles_that_were_refused_are_not_recorded(steward: Pages) -> None:
    source = SourceFactory.create()
    give(steward, source, "nobody", "reader", reason="Why")
    assert not ConfigurationChange.objects.exists()


def test_users_and_their_roles_are_recorded_on_their_page(steward: Pages) -> None:
    source = SourceFactory.create(key="clinics")
    user = UserFactory.create(username="vera")
    inputs = steward.open(change_page(user)).inputs
    row = {"source_roles-0-source": str(source.pk), "source_roles-0-role": "admin"}
    steward.send(
        change_page(user),
        {**inputs, "is_superuser": "on", "source_roles-TOTAL_FORMS": "1", **row, "reason": "Why"},
    )
    user.refresh_from_db()
    assert user.is_superuser
    rights = {"username": "vera", "active": True, "staff": True, "superuser": True}
    assert recorded(USER) == [(1, rights, STELLA, "Why")]
    assert recorded(ROLE) == [
        (1, {"user": "vera", "source": "clinics", "role": "owner"}, STELLA, "Why")
    ]
    steward.send(address(User, "delete", user.pk), {"post": "yes", "reason": "Left."})
    assert recorded(USER)[1:] == [(2, None, STELLA, "Left.")]
    assert recorded(ROLE)[1:] == [(2, None, STELLA, "Left.")]


def test_a_new_user_is_recorded_without_the_password(steward: Pages) -> None:
    password = "correct horse battery"
    typed = {"username": "vera", "password1": password, "password2": password}
    steward.send(address(User, "add"), {**typed, "usable_password": "true", "reason": "New"})
    ((_, body, _, reason),) = recorded(USER)
    assert (sorted(body), reason) == (["active", "staff", "superuser", "username"], "New")


def test_several_are_recorded_with_two_statements(
    django_assert_num_queries: Any,
) -> None:
    roles = [SourceRoleFactory.create() for _ in range(5)]
    bodies = {Subject.role(role): role_body(role) for role in roles}
    with django_assert_num_queries(2):
        record_all(bodies, actor="test")
    assert len(recorded(ROLE)) == 5


def test_a_number_is_given_once() -> None:
    """What serialises the writers is the lock of what they write; this is behind it."""
    record(Subject(KEY, "prefix"), {}, actor="test")
    again = ConfigurationChange(kind=KEY, subject="prefix", version=1, body={}, actor="test")
    with pytest.raises(IntegrityError), transaction.atomic():
        again.save()


def test_history_begins_with_what_was_there_before() -> None:
    """The statement of the migration tells the same as the functions do."""
    migration = import_module("profiles.migrations.0007_configuration")
    clinics = SourceFactory.create(key="clinics", name="Clinics")
    sources = [clinics, SourceFactory.create(key="b-c", retention_days=9)]
    sources += [SourceFactory.create(key="bC"), SourceFactory.create(key="gone")]
    Source.objects.filter(key="gone").update(retired_at=timezone.now())
    make_key("writer", sources, rate_limit=3)
    make_key("admin")
    SourceRoleFactory.create(source=clinics, role="admin")
    with connection.cursor() as cursor:
        cursor.execute(migration.BASELINE)
    expected = [
        *(key_body(key) for key in ApiKey.objects.order_by("pk")),
        *(user_body(user) for user in User.objects.all()),
        *(role_body(role) for role in SourceRole.objects.all()),
    ]
    found = [body for kind in (KEY, USER, ROLE) for _, body, *_ in recorded(kind)]
    assert sorted(map(str, found)) == sorted(map(str, expected))
    told = [body for _, body, *_ in recorded(ConfigurationKind.SOURCE)]
    assert sorted(map(str, told)) == sorted(str(source_body(row)) for row in Source.objects.all())


@pytest.mark.django_db(transaction=True)
def test_writers_at_once_leave_no_gap_and_no_double(threads: Threads) -> None:
    bodies = [{"type": "registry", "name": str(n)} for n in range(8)]
    jobs = [partial(save_source, "clinics", body, actor="test") for body in bodies]
    for future in [threads.start(job) for job in jobs]:
        future.result()
    versions = recorded(ConfigurationKind.SOURCE)
    assert [number for number, *_ in versions] == list(range(1, 9))
    assert versions[-1][1]["name"] == Source.objects.get().name


# Commands


def test_a_load_keeps_its_reason_with_every_change(source: Source, tmp_path: Path) -> None:
    file = tmp_path / "a.ndjson"
    put(file, upsert("a"), upsert("b"))
    load(source, file, reason="From the old system.")
    assert {change.reason for change in Change.objects.all()} == {"From the old system."}


def test_what_was_defined_from_files_has_the_reason(tmp_path: Path) -> None:
    (tmp_path / "thing.json").write_text('{"properties":{}}')
    call_command("define", tmp_path, "--source", "clinics", "--reason", "Agreed.")
    assert ProfileVersion.objects.get().reason == "Agreed."
    assert recorded(ConfigurationKind.SOURCE) == [
        (1, {"key": "clinics", "type": "registry"}, "command line", "Agreed.")
    ]
