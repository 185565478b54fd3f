"""Compiled contracts are cached by their version, so no writer judges by an old one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from functools import partial

import pytest
from django.conf import settings
from django.db import connection, transaction

from ingestion.operations import Operation
from profiles.contract import current_contract
from profiles.definitions import profiles
from profiles.exact import Json
from profiles.models import Source
from relationships.contract import definitions_of
from tests.writing.asking import answer, create, define_link, link, make, retire, save
from tests.writing.threads import Threads

pytestmark = pytest.mark.django_db

TEXT: Json = {"properties": {"value": {"type": "symbol"}}}
NUMBER: Json = {"properties": {"value": {"type": "integer"}}}
PLACE = "/contained/primaryPaymentMethod/0/data/value"


def paid_by(value: Json, id: str = "o") -> Operation:
    row = {"id": "m", "type": "paymentMethod", "data": {"value": value}}
    return create("office", id, contained={"primaryPaymentMethod": [row]})


def test_a_changed_contained_profile_is_a_changed_root(source: Source) -> None:
    assert answer(source, paid_by("cash", "a")) == "CREATED"
    save(profiles, source, "paymentMethod", NUMBER)
    assert answer(source, paid_by("cash", "b")) == f"400 {PLACE} type"
    assert answer(source, paid_by(1, "b")) == "CREATED"


def test_the_next_relationship_is_judged_by_the_changed_definition(source: Source) -> None:
    make(source, providers=1, offices=2)
    define_link(source, "few")
    assert answer(source, link("few", "p0.o0")) == "CREATED"
    define_link(source, "few", "0:1")
    assert answer(source, link("few", "p0.o1")) == "409 /from/id cardinality"


def test_a_new_profile_is_known_at_once(source: Source) -> None:
    assert answer(source, create("thing", "t")) == "404"
    save(profiles, source, "thing", TEXT)
    assert answer(source, create("thing", "t")) == "CREATED"


def test_a_retired_profile_is_forgotten_at_once(source: Source) -> None:
    save(profiles, source, "thing", TEXT)
    assert answer(source, create("thing", "t", {"value": 1})) == "400 /data/value type"
    retire(profiles, source, "thing")
    assert answer(source, create("thing", "t")) == "404"


def test_a_retired_profile_comes_back_as_it_is_saved_then(source: Source) -> None:
    save(profiles, source, "thing", TEXT)
    retire(profiles, source, "thing")
    save(profiles, source, "thing", NUMBER)
    assert answer(source, create("thing", "t", {"value": "one"})) == "400 /data/value type"


def save_and_roll_back(source: Source, body: Json) -> None:
    """With a write in between, so that what is rolled back was compiled."""
    with transaction.atomic():
        save(profiles, source, "paymentMethod", body)
        assert answer(source, paid_by("cash", "never")) == f"400 {PLACE} type"
        transaction.set_rollback(True)


def test_a_definition_that_was_rolled_back_is_not_judged_by(source: Source) -> None:
    save_and_roll_back(source, NUMBER)
    assert answer(source, paid_by("cash")) == "CREATED"


def test_what_was_compiled_for_a_rolled_back_definition_is_not_taken_for_the_next(
    source: Source,
) -> None:
    save_and_roll_back(source, NUMBER)
    save(profiles, source, "paymentMethod", {**TEXT, "description": "saved after all"})
    assert answer(source, paid_by("cash")) == "CREATED"


def test_two_sources_are_judged_by_their_own_contracts(source: Source) -> None:
    other = Source.objects.create(key="other")
    for one, body in ((source, TEXT), (other, NUMBER)):
        save(profiles, one, "thing", body)
    assert answer(source, create("thing", "t", {"value": "one"})) == "CREATED"
    assert answer(other, create("thing", "t", {"value": "one"})) == "400 /data/value type"


@pytest.mark.django_db(transaction=True)
def test_what_a_slow_reader_compiles_is_not_judged_by(source: Source, threads: Threads) -> None:
    """It has the old number and, since it is read late, the new definitions."""
    old = current_contract(source.key)
    save(profiles, source, "paymentMethod", NUMBER)
    assert old.profiles
    assert definitions_of(old)
    save(profiles, source, "paymentMethod", TEXT)
    assert answer(source, paid_by("cash")) == "CREATED"


@pytest.mark.django_db(transaction=True)
def test_other_threads_judge_by_the_changed_definition(source: Source, threads: Threads) -> None:
    jobs = [partial(answer, source, paid_by("cash", f"o{number}")) for number in range(4)]
    assert threads.together(*jobs) == ["CREATED"] * 4
    save(profiles, source, "paymentMethod", NUMBER)
    assert threads.together(*jobs) == [f"400 {PLACE} type"] * 4


WRITER = """
import sys, django
from django.conf import settings
settings.DATABASES["default"]["NAME"] = sys.argv[1]
django.setup()
from profiles.models import Source
from tests.writing.asking import answer
from tests.writing.test_contract_cache import paid_by
for line in sys.stdin:
    source, id = line.split()
    print(answer(Source.objects.get(key=source), paid_by("cash", id)), flush=True)
"""


class Process:
    """A server process beside ours."""

    def __init__(self, popen: subprocess.Popen[str]) -> None:
        self.popen = popen

    def pay_in_cash(self, source: Source, id: str) -> str:
        assert self.popen.stdin
        assert self.popen.stdout
        self.popen.stdin.write(f"{source.key} {id}\n")
        self.popen.stdin.flush()
        return self.popen.stdout.readline().strip()


@pytest.fixture
def process(source: Source) -> Iterator[Process]:
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, connection.settings_dict["NAME"]],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        cwd=settings.BASE_DIR,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "config.settings"},
    ) as popen:
        yield Process(popen)


@pytest.mark.django_db(transaction=True)
def test_other_processes_judge_by_the_changed_definition(source: Source, process: Process) -> None:
    assert process.pay_in_cash(source, "a") == "CREATED"
    save(profiles, source, "paymentMethod", NUMBER)
    assert process.pay_in_cash(source, "b") == f"400 {PLACE} type"
