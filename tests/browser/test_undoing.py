"""A load is undone in the browser: first the plan with what others changed, then the deed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import expect

from ingestion.models import Change, Task, TaskKind
from profiles.models import Source
from tests.browser.conftest import SitsDown
from tests.browser.people import Person
from tests.browser.watching import assert_accessible, assert_fits
from tests.clients import Api
from tests.tasks.doing import send, upsert, work
from tests.undo.undoing import kept

pytestmark = pytest.mark.usefixtures("uploads_folder")

DESKTOP = {"width": 1280, "height": 1000}
PHONE = {"width": 390, "height": 844}
PICTURES = os.environ.get("UNDO_PICTURES")
"""A folder for pictures of the pages, for whoever wants to look at them."""


def shown(person: Person, name: str) -> None:
    for check in (assert_accessible, assert_fits):
        check(person.page)
    if PICTURES:
        person.page.screenshot(path=Path(PICTURES) / f"{name}.png", full_page=True)


def pressed(person: Person, button: str) -> Task:
    """The task that it leads to, which is done then."""
    with person.page.expect_navigation():
        person.page.get_by_role("button", name=button, exact=True).click()
    task: Task = Task.objects.latest("id")
    work(task.public_id)
    person.page.reload()
    return task


def test_a_load_is_undone_by_a_steward(
    sits_down: SitsDown, stella: User, source: Source, api: Api
) -> None:
    api.put("resources/provider/old", {"data": {"name": "As it was", "specialities": ["Nurse"]}})
    loaded = send(api, [upsert(id) for id in ("old", "one", "two", "three")])
    work(loaded)
    why = {"x_change_reason": "She married."}
    api.put("resources/provider/one", {"data": {"name": "Somebody else", "practiceNumber": 7}})
    api.delete("resources/provider/two")
    api.put("resources/provider/old", {"data": {"name": "Jane Roe-Poe"}}, **why)
    now = kept(source)
    steward = sits_down(stella, viewport=DESKTOP)
    steward.go(f"/admin/ingestion/task/{Task.objects.get(kind=TaskKind.BULK).pk}/change/")
    shown(steward, "1-task")
    plan = pressed(steward, "Undo")
    assert (plan.kind, plan.undoes) == (TaskKind.UNDO, loaded)
    assert kept(source) == now
    expect(steward.page.locator('[data-count="deleted"]')).to_have_text("1")
    expect(steward.page.locator('[data-count="refused"]')).to_have_text("2")
    shown(steward, "2-plan")
    steward.page.get_by_role("link", name="Left alone", exact=True).click()
    expect(steward.page.get_by_role("heading", name="provider / old")).to_be_visible()
    row = steward.page.get_by_role("row", name="/data/name").last
    expect(row.get_by_role("cell")).to_have_text(["As it was", "Jane", "Jane Roe-Poe"])
    shown(steward, "3-conflicts")
    steward.page.get_by_label("Reason", exact=True).fill("It was the wrong file.")
    undo = pressed(steward, "Undo it")
    assert undo.reason == "It was the wrong file."
    assert {key.public_id for key in now.keys() - kept(source).keys()} == {"three"}
    assert set(Change.objects.filter(task_id=undo.public_id).values_list("actor", "reason")) == {
        ("user:stella", "It was the wrong file.")
    }
    shown(steward, "4-undone")
    steward.page.set_viewport_size(PHONE)  # type: ignore[arg-type]
    steward.page.get_by_role("link", name="Left alone", exact=True).click()
    shown(steward, "5-phone")
