"""What sources keep is enforced in the background, in small steps."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from unittest.mock import patch

import pytest
from django.core.management import CommandError, call_command
from django.db.models import F

from ingestion.jobs import keep_to_retention
from ingestion.models import Change, Horizon, Receipt, Task
from ingestion.past.horizon import known_from
from ingestion.retention import sources
from ingestion.retention.sweeping import rule_of, sweep
from profiles.models import Source
from profiles.sources import retire_source
from tests import factories
from tests.clients import Api
from tests.feed.reading import page, refused_cursor, undisturbed
from tests.feed.seeing import own_changes_are_seen
from tests.history.past import operations
from tests.retention.ageing import keeps, make_older, swept
from tests.tasks.doing import send, upsert, work
from tests.writing.asking import ask, create, delete, put

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("uploads_folder")]

ADA = "resources/provider/ada"


@pytest.fixture(autouse=True)
def _own_changes_are_seen() -> Iterator[None]:
    with own_changes_are_seen():
        yield


def rewrite(source: Source, *names: str) -> None:
    for name in names:
        ask(source, put("provider", "ada", {"name": name}))


def versions() -> list[int]:
    return list(Change.objects.order_by("seq").values_list("version", flat=True))


def test_all_is_kept_by_default(source: Source) -> None:
    rewrite(source, *"abc")
    make_older(source, 10_000)
    sources.keep_to_retention()
    assert versions() == [1, 2, 3]
    assert not Horizon.objects.exists()


def test_the_newest_state_is_kept_however_old(source: Source, api: Api) -> None:
    rewrite(source, *"abc")
    make_older(source, 10_000)
    keeps(source, days=1)
    sources.keep_to_retention()
    assert versions() == [3]
    (only,) = operations(api, ADA)
    assert api.get(f"history/{ADA}/operations").json["meta"]["keptFrom"] == only["timestamp"]
    assert api.get(f"{ADA}?at={only['timestamp']}").json["data"] == {"name": "c"}
    answer = api.get(f"{ADA}?at=1990-01-01T00:00:00Z")
    assert answer.faults == [("?at", "retention")]
    assert answer.json["details"][0]["expected"] == {"min": only["timestamp"]}


def test_the_state_at_the_horizon_is_kept(source: Source) -> None:
    rewrite(source, "a", "b")
    make_older(source, 3)
    rewrite(source, "c", "d")
    keeps(source, days=2)
    sources.keep_to_retention()
    assert versions() == [2, 3, 4]


def test_so_many_versions_are_kept_beside_the_last_day(source: Source) -> None:
    rewrite(source, *"abcd")
    make_older(source, 2)
    rewrite(source, *"ef")
    keeps(source, versions=2)
    sources.keep_to_retention()
    assert versions() == [3, 4, 5, 6]


def test_days_leave_nothing_of_what_was_deleted(source: Source, api: Api) -> None:
    rewrite(source, *"ab")
    ask(source, delete("provider", "ada"))
    make_older(source, 3)
    keeps(source, days=2, versions=5)
    sources.keep_to_retention()
    assert versions() == []
    assert api.get(f"history/{ADA}/operations").status == 404
    rewrite(source, "new")
    assert [one["version"] for one in operations(api, ADA)] == [1]


def test_versions_alone_leave_the_last_ones_of_what_was_deleted(source: Source) -> None:
    rewrite(source, *"abc")
    ask(source, delete("provider", "ada"))
    make_older(source, 3)
    keeps(source, versions=2)
    sources.keep_to_retention()
    assert [one.action for one in Change.objects.order_by("seq")] == ["UPSERT", "DELETE"]


def test_another_rule_looks_at_everything_again(source: Source) -> None:
    rewrite(source, *"abcdef")
    make_older(source, 2)
    swept(source, keeps(source, versions=4))
    assert versions() == [3, 4, 5, 6]
    swept(source, keeps(source, versions=2))
    assert versions() == [5, 6]
    swept(source, keeps(source, versions=3))
    assert versions() == [5, 6]


def test_each_step_is_small(source: Source) -> None:
    rewrite(source, *"abcdefgh")
    ask(source, *(create("provider", f"p{n}") for n in range(5)))
    make_older(source, 2)
    rule = keeps(source, days=1)
    sizes: list[int] = []
    with (
        patch("ingestion.retention.sweeping.AT_A_TIME", 4),
        patch("ingestion.retention.sweeping.MOST_REMOVED", 2),
    ):
        before = Change.objects.count()
        while sweep(source, rule):
            sizes.append(before - Change.objects.count())
            before = Change.objects.count()
    assert max(sizes) == 2
    assert Change.objects.filter(public_id="ada").count() == 1
    assert Change.objects.count() == 6


def test_what_is_left_waits_for_the_next_time(source: Source) -> None:
    rewrite(source, *"abcdefgh")
    make_older(source, 2)
    keeps(source, days=1)
    with patch("ingestion.retention.sweeping.AT_A_TIME", 2):
        sources.keep_to_retention(lambda: True)
        assert versions() == [2, 3, 4, 5, 6, 7, 8]
        sources.keep_to_retention()
    assert versions() == [8]


def test_a_retired_source_is_erased_and_keeps_no_more(source: Source, api: Api) -> None:
    rewrite(source, *"abc")
    ask(source, delete("provider", "ada"))
    for path in ("relationship-definitions/provider-office", "profiles/provider"):
        assert api.delete(path).status == 204
    for key in ("office", "paymentMethod"):
        assert api.delete(f"profiles/{key}").status == 204
    retire_source(source.key, actor="test")
    named = (source.key, "resources", "provider", "ada")
    call_command("erase", *named, "--reason", "asked")
    assert not Change.objects.filter(is_erased=False).exists()
    make_older(source, 2)
    keeps(source, days=1)
    sources.keep_to_retention()
    assert versions() == []


def test_refusals_and_tasks_are_forgotten_with_their_days(source: Source, api: Api) -> None:
    assert api.put(ADA, {"data": 1}).status == 400
    work(send(api, [upsert("ada", practiceNumber="x")]))
    keeps(source, days=5)
    sources.keep_to_retention()
    assert (Receipt.objects.count(), Task.objects.count()) == (1, 1)
    make_older(source, 6)
    with patch("ingestion.retention.sources.first_row_id", lambda before: Task.objects.get().pk):
        sources.keep_to_retention()
    assert (Receipt.objects.count(), Task.objects.count()) == (0, 1)
    Task.objects.update(received_at=F("received_at"))
    later = factories.TaskFactory.create(source=source)
    with patch("ingestion.retention.sources.first_row_id", lambda before: later.pk):
        sources.keep_to_retention()
    assert list(Task.objects.all()) == [later]


def test_what_is_to_be_kept_by_now_stays(source: Source, api: Api) -> None:
    """Sources wait for their turn, and somebody may change his mind meanwhile."""
    rewrite(source, *"abc")
    assert api.put(ADA, {"data": 1}).status == 400
    make_older(source, 2)
    keeps(source, days=1)

    def changed_meanwhile(source: Source) -> Any:
        rule = rule_of(source)
        keeps(source, days=90)
        return rule

    with patch("ingestion.retention.sources.rule_of", changed_meanwhile):
        sources.keep_to_retention()
    assert versions() == [1, 2, 3]
    assert Receipt.objects.count() == 1


def test_a_plan_is_kept_for_the_task_that_carries_it_out(source: Source, api: Api) -> None:
    """Without what the plan saw, it would overwrite what somebody else has written since."""
    plan = send(api, [upsert("ada")], "resources/bulk?mode=plan")
    work(plan)
    applied = api.post(f"tasks/{plan}/apply", None).json["taskId"]
    make_older(source, 6)
    keeps(source, days=5)
    later = factories.TaskFactory.create(source=source)
    with patch("ingestion.retention.sources.first_row_id", lambda before: later.pk):
        sources.keep_to_retention()
        assert Task.objects.filter(mode="plan").exists()
        assert api.put(ADA, {"data": {"name": "Somebody else"}}).status == 201
        work(applied)
        assert api.get(ADA).json["data"] == {"name": "Somebody else"}
        sources.keep_to_retention()
        assert not Task.objects.filter(mode="plan").exists()


def test_it_is_a_job_of_the_worker(source: Source) -> None:
    rewrite(source, *"ab")
    make_older(source, 2)
    keeps(source, days=1)
    context: Any = type("Context", (), {"should_abort": lambda self: False})()
    keep_to_retention(context)
    assert versions() == [2]


def test_a_cursor_leads_on_from_what_is_gone(source: Source, api: Api) -> None:
    rewrite(source, "a")
    _, old = page(api, None, "limit=1")
    rewrite(source, *"bc")
    make_older(source, 2)
    swept(source, keeps(source, days=1))
    gone = api.get(f"changes?cursor={old}")
    assert (gone.status, gone.faults) == (410, [("?cursor", "retention")])
    assert api.get(f"changes?format=ndjson&cursor={old}").status == 410
    cursor = undisturbed(api, refused_cursor(api, old))
    assert page(api, cursor)[0] == []


def test_the_oldest_moment_only_moves_on(source: Source) -> None:
    rewrite(source, *"abc")
    make_older(source, 9)
    rewrite(source, *"de")
    make_older(source, 2)
    swept(source, keeps(source, days=5))
    first = known_from(source.pk)
    swept(source, keeps(source, days=1))
    second = known_from(source.pk)
    assert first is not None
    assert second is not None
    assert first < second


def test_a_source_says_what_it_keeps(api: Api) -> None:
    path = f"/catalog/v1/sources/{api.source}"
    body = {"type": "registry", "retention": {"days": 90, "versions": 10}}
    etag = api.get(path).etag
    saved = api.put(path, body)
    assert saved.json == {"key": api.source, **body}
    assert api.get(path).json == saved.json
    assert api.put(path, body).etag == saved.etag != etag
    assert "retention" not in api.put(path, {"type": "registry"}).json
    for bad in ({}, {"days": 0}, {"days": 1.5}, {"versions": None}, {"weeks": 1}, 90):
        assert api.put(path, {"type": "registry", "retention": bad}).status == 400, bad


def test_the_command_line_erases(source: Source, capsys: pytest.CaptureFixture[str]) -> None:
    rewrite(source, *"ab")
    named = (source.key, "resources", "provider", "ada")
    call_command("erase", *named, "--reason", "asked", "--past")
    assert "provider/ada: erased 1 changes" in capsys.readouterr().out
    call_command("erase", *named, "--reason", "asked")
    assert not Change.objects.filter(is_erased=False).exists()
    for bad, reason in ((("provider", "bo"), "asked"), (("provider", "ada"), "a\nb")):
        with pytest.raises(CommandError):
            call_command("erase", source.key, "resources", *bad, "--reason", reason)
