"""Two clients with one key at the same time, and one that comes back after a crash."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import connections

from ingestion.models import Change, KeptAnswer
from tests.clients import Api
from tests.once.test_once import BODY, is_replayed, post, told
from tests.writing.threads import COMMIT, Threads, is_waiting

pytestmark = pytest.mark.django_db(transaction=True)


def test_whoever_comes_second_waits_and_hears_the_same(api: Api, threads: Threads) -> None:
    first = threads.pause(partial(post, api, "k"), before=COMMIT)
    second = threads.start(partial(post, api, "k"))
    assert is_waiting(second)
    done = first.go_on()
    assert done.status == 201
    assert told(second.result()) == told(done)
    assert Change.objects.count() == 1


def test_many_at_once_do_it_once(api: Api, threads: Threads) -> None:
    answers = threads.together(*[partial(post, api, "k")] * 6)
    assert len({told(answer) for answer in answers}) == 1
    assert [is_replayed(answer) for answer in answers].count(False) == 1
    assert Change.objects.count() == 1


def test_another_body_at_the_same_time_is_refused(api: Api, threads: Threads) -> None:
    first = threads.pause(partial(post, api, "k"), before=COMMIT)
    second = threads.start(partial(post, api, "k", {"data": {}}))
    assert is_waiting(second)
    assert first.go_on().status == 201
    assert second.result().status == 422


def test_many_at_once_renew_an_old_answer_once(api: Api, threads: Threads) -> None:
    post(api, "k")
    KeptAnswer.objects.update(asked_at="2020-01-01T00:00:00Z")
    answers = threads.together(*[partial(post, api, "k")] * 4)
    assert len({told(answer) for answer in answers}) == 1
    assert Change.objects.count() == 2


def test_what_a_crash_undid_is_done_anew(api: Api, threads: Threads) -> None:
    """The database ends the first one's connection before it commits."""
    api.client.raise_request_exception = False
    first = threads.pause(partial(post, api, "k"), before=COMMIT)
    second = threads.start(partial(post, api, "k"))
    assert is_waiting(second)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            """
            SELECT pg_terminate_backend(pid) FROM pg_stat_activity
            WHERE datname = current_database() AND state = 'idle in transaction'
            """
        )
    assert second.result(30).status == 201
    assert not is_replayed(second.result())
    assert first.go_on().status == 503
    assert told(post(api, "k", BODY)) == told(second.result())
    assert Change.objects.count() == 1
