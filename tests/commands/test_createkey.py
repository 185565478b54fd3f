"""`manage.py createkey`: a key for a system, shown once."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from profiles.access import Role
from profiles.keys import holder_of
from profiles.models import ApiKey
from tests.factories import SourceFactory

pytestmark = pytest.mark.django_db


def create(*words: str) -> None:
    call_command("createkey", *words)


def refuse(*words: str) -> CommandError:
    with pytest.raises(CommandError) as caught:
        create(*words)
    assert not ApiKey.objects.exists()
    return caught.value


def printed(capsys: pytest.CaptureFixture[str]) -> str:
    (key,) = capsys.readouterr().out.splitlines()
    return key


@pytest.mark.parametrize("role", Role)
def test_the_printed_key_opens_the_door(role: Role, capsys: pytest.CaptureFixture[str]) -> None:
    create("nightly import", "--role", role)
    holder = holder_of(printed(capsys))
    assert holder is not None
    assert holder.role is role
    assert holder.source_keys is None
    assert holder.actor.endswith(" nightly import")


def test_sources_limit_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    for key in ("clinic", "lab", "other"):
        SourceFactory.create(key=key)
    create("x", "--role", "writer", "--source", "clinic", "--source", "lab")
    holder = holder_of(printed(capsys))
    assert holder is not None
    assert holder.source_keys == frozenset({"clinic", "lab"})


def test_an_unknown_source_makes_no_key() -> None:
    SourceFactory.create(key="clinic")
    error = refuse("x", "--role", "writer", "--source", "clinic", "--source", "clinik")
    assert (error.returncode, str(error)) == (2, "There is no source clinik.")


def test_a_key_may_expire_and_have_a_rate_limit() -> None:
    create("x", "--role", "reader", "--expires", "2999-01-01", "--rate-limit", "60")
    key: Any = ApiKey.objects.get()
    assert key.expiry_date == datetime(2999, 1, 1, tzinfo=UTC)
    assert key.rate_limit == 60


@pytest.mark.parametrize(
    "words",
    [
        ["--role", "owner"],
        [],
        ["--role", "reader", "--expires", "tomorrow"],
        ["--role", "reader", "--expires", "2020-01-01"],
        ["--role", "reader", "--rate-limit", "-1"],
        ["--role", "reader", "--rate-limit", "many"],
    ],
)
def test_what_makes_no_sense_makes_no_key(words: list[str]) -> None:
    refuse("x", *words)


def test_a_name_that_is_too_long_is_refused() -> None:
    error = refuse("x" * 51, "--role", "reader")
    assert error.returncode == 2
    assert str(error).startswith("name: ")
