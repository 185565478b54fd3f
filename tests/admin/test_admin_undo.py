"""Undo on the page of a task: a plan first, then the deed, for a reason."""

from __future__ import annotations

import pytest
from django.urls import reverse

from ingestion.models import Change, Task, TaskKind, TaskMode
from tests.admin.pages import Pages
from tests.clients import Api
from tests.tasks.doing import send, upsert, work

pytestmark = pytest.mark.usefixtures("uploads_folder")

WHY = "It was the wrong file."


def page_of(task: Task, **query: str) -> str:
    return reverse("admin:ingestion_task_change", args=[task.pk], query=query or None)


@pytest.fixture
def loaded(api: Api) -> Task:
    api.put("resources/provider/old", {"data": {"name": "As it was"}})
    work(send(api, [upsert("old"), upsert("new")]))
    api.put("resources/provider/old", {"data": {"name": "As somebody wants it"}})
    return Task.objects.get()


def planned(steward: Pages, loaded: Task) -> Task:
    steward.send(page_of(loaded), {"action": "undo"})
    plan = Task.objects.latest("id")
    work(plan.public_id)
    return Task.objects.get(pk=plan.pk)


def test_a_plan_comes_first_and_changes_nothing(steward: Pages, loaded: Task) -> None:
    changes = Change.objects.count()
    plan = planned(steward, loaded)
    assert (plan.kind, plan.mode, plan.undoes) == (TaskKind.UNDO, TaskMode.PLAN, loaded.public_id)
    assert Change.objects.count() == changes
    page = steward.open(page_of(plan))
    assert page.context["told"].title == "Dry run: Undo of Bulk"
    assert page.context["told"].refused == 1
    assert 'value="apply"' in page.text


def test_three_states_stand_side_by_side(steward: Pages, loaded: Task) -> None:
    page = steward.open(page_of(planned(steward, loaded), show="refused"))
    (conflict,) = page.context["page"].conflicts
    (row,) = conflict.rows
    assert row.path == "/data/name"
    assert [cell.text for cell in row.cells] == ["As it was", "Jane", "As somebody wants it"]
    assert [cell.is_changed for cell in row.cells] == [False, True, True]


def test_it_is_done_for_a_reason(steward: Pages, loaded: Task, api: Api) -> None:
    plan = planned(steward, loaded)
    for reason in ("", " ", "Two\nlines", "x" * 501):
        steward.send(page_of(plan), {"action": "apply", "reason": reason})
        assert Task.objects.latest("id") == plan
    steward.send(page_of(plan), {"action": "apply", "reason": WHY})
    undo = Task.objects.latest("id")
    work(undo.public_id)
    assert (undo.plan, undo.reason, undo.mode) == (plan, WHY, TaskMode.WRITE)
    assert api.get("resources/provider/new").status == 404
    (change,) = Change.objects.filter(task_id=undo.public_id)
    assert change.reason == WHY
    page = steward.open(page_of(undo, show="refused"))
    assert page.context["page"].conflicts
    assert undo.public_id in steward.open(page_of(loaded)).text
    assert 'value="undo"' in steward.open(page_of(undo)).text
    assert 'value="apply"' not in steward.open(page_of(plan)).text


def test_what_runs_or_is_a_plan_has_no_undo(steward: Pages, api: Api) -> None:
    for query, is_done in (("", False), ("?mode=plan", True)):
        id = send(api, [upsert("new")], f"resources/bulk{query}")
        if is_done:
            work(id)
        task = Task.objects.latest("id")
        assert 'value="undo"' not in steward.open(page_of(task)).text
        steward.send(page_of(task), {"action": "undo"})
        assert Task.objects.latest("id") == task


def test_who_may_not_undo_is_told_who_may(viewer: Pages, loaded: Task) -> None:
    page = viewer.open(page_of(loaded))
    assert "Whoever sent it, and owners of its source, can undo it." in page.text
    assert 'value="undo"' not in page.text
