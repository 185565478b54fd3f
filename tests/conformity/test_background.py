"""A worker finds what does not fit, while others write."""

from __future__ import annotations

from threading import Event, Thread

import pytest
from django.db import connections

from config import worker
from ingestion.models import ConformityCheck
from tests.clients import Api
from tests.conformity.conftest import NEEDS_EMAIL, listed
from tests.waiting import SECONDS
from tests.workers import working

pytestmark = pytest.mark.django_db(transaction=True)

LIST = "profiles/provider/nonconforming"
COUNT = 60


@pytest.fixture
def changed(api: Api, queue: None, in_background: None) -> list[str]:
    """The ids of many providers that do not fit."""
    ids = [f"p{n:02}" for n in range(COUNT)]
    for id in ids:
        api.put(f"resources/provider/{id}", {"data": {"name": id}})
    api.put("profiles/provider", NEEDS_EMAIL)
    return ids


def test_a_worker_finds_what_does_not_fit(api: Api, changed: list[str]) -> None:
    assert api.get(LIST).json["meta"]["state"] == "computing"
    worker.run(wait=False)
    meta = api.get(LIST).json["meta"]
    assert (meta["state"], meta["checked"], meta["total"]) == ("ready", COUNT, COUNT)


def test_a_worker_makes_a_plan(api: Api, changed: list[str]) -> None:
    assert api.put("profiles/provider?mode=plan", NEEDS_EMAIL).status == 202
    worker.run(wait=False)
    plan = api.put("profiles/provider?mode=plan", NEEDS_EMAIL).json
    assert (plan["state"], plan["nonconforming"]) == ("ready", COUNT)


@pytest.mark.parametrize("is_large", [True, False])
def test_nothing_untouched_is_missed_or_told_twice_while_others_write(
    api: Api, changed: list[str], is_large: bool, settings: object
) -> None:
    """Each third one is corrected meanwhile, each sixth deleted, and it is found anew."""
    if is_large:
        api.get(LIST)
        worker.run(wait=False)
    else:
        settings.CHECK_AT_ONCE = 10_000  # type: ignore[attr-defined]
    over = Event()

    def write() -> None:
        try:
            correct_and_delete()
        finally:
            over.set()
            connections.close_all()

    def correct_and_delete() -> None:
        for id in changed[::-3]:
            body = {"data": {"email": f"{id}@example.org"}}
            assert api.put(f"resources/provider/{id}", body).status == 200
        for id in changed[::-6]:
            assert api.delete(f"resources/provider/{id}").status == 200
        if is_large:
            ConformityCheck.objects.update(since=0)
            api.get(LIST)
            with working("--once") as process:  # One in a thread would take our queue over.
                assert process.wait(SECONDS) == 0

    writer = Thread(target=write)
    writer.start()
    untouched = sorted(set(changed) - set(changed[::-3]))
    rounds = 0
    while not over.is_set() or rounds == 0:
        seen = [row["id"] for row in listed(api, LIST, per_page=3)]
        assert len(seen) == len(set(seen))
        assert [id for id in seen if id in set(untouched)] == untouched
        rounds += 1
    writer.join()
    assert [row["id"] for row in listed(api, LIST, per_page=3)] == untouched
