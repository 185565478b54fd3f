"""Rejects that are corrected in the form of their profile."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from ingestion.models import Resource, Task
from profiles.models import Source
from tests.admin.every_page import Level
from tests.admin.pages import Page, Pages
from tests.admin.world import somebody
from tests.clients import Api
from tests.factories import TaskFactory
from tests.inputs.browsing import sent as inputs_of
from tests.tasks.doing import send, upsert, work

pytestmark = pytest.mark.usefixtures("uploads_folder")


def refused(api: Api, operation: Any) -> Task:
    work(send(api, [operation]))
    return Task.objects.latest("id")


def way_to(pages: Pages, task: Task) -> str:
    page = pages.open(reverse("admin:ingestion_task_change", args=[task.pk]), show="refused")
    (one,) = page.context["page"].corrections
    assert one.has_form
    return reverse("admin:ingestion_task_correct", args=[task.pk], query={"at": one.place})


def typed(page: Page, **others: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for field in page.context["form"]:
        value = field.value()
        if hasattr(value, "place"):
            found |= dict(inputs_of(value).lists())
        elif value is not None:
            found[field.html_name] = value
    return {**found, **{name.replace("__", "/"): text for name, text in others.items()}}


def faults(page: Page) -> list[str]:
    return [str(fault) for fault in page.context["faults"]]


def test_a_form_shows_what_was_sent_and_what_is_wrong(steward: Pages, api: Api) -> None:
    page = steward.open(way_to(steward, refused(api, upsert("one", practiceNumber="7.50"))))
    (fault,) = faults(page)
    assert 'href="#' in fault
    assert typed(page)["data/name"] == ["Jane"]
    assert typed(page)["public_id"] == "one"


def test_what_was_corrected_in_a_form_is_sent_again(steward: Pages, api: Api) -> None:
    identifier = {"system": "s", "value": "v", "use": "official"}
    operation = upsert("one", practiceNumber=True, specialities=["a", "b"])
    operation["upsert"]["meta"] = {"identifier": [identifier], "createdAt": "2020-01-01T00:00:00Z"}
    task = refused(api, operation)
    way = way_to(steward, task)
    page = steward.send(way, typed(steward.open(way), data__practiceNumber="7"))
    again = page.context["original"]
    assert again.asked["resubmits"] == task.public_id
    work(again.public_id)
    stored = Resource.objects.get()
    assert stored.data == {"name": "Jane", "practiceNumber": 7, "specialities": ["a", "b"]}
    assert stored.identifiers == [identifier]
    assert stored.created_at.year == 2020


def test_what_is_still_wrong_in_a_form_is_told(steward: Pages, api: Api) -> None:
    way = way_to(steward, refused(api, upsert("one", practiceNumber=True)))
    page = steward.send(way, typed(steward.open(way), data__practiceNumber="x", public_id="a b"))
    assert "Nothing was sent yet" in page.text
    assert any("practiceNumber" in fault for fault in faults(page))
    assert page.context["form"]["public_id"].errors
    assert Task.objects.count() == 1


def test_what_no_form_can_show_stays_in_sight(steward: Pages, api: Api) -> None:
    """A member that the profile does not know is a fault, not something to be dropped."""
    way = way_to(steward, refused(api, upsert("one", unknown={"x": 1})))
    page = steward.open(way)
    assert '"x": 1' in typed(page)["data/unknown"][0]
    (fault,) = faults(page)
    assert "unknown" in fault
    removed = {"data__unknown~remove": "on"}
    again = steward.send(way, typed(page, **removed)).context["original"]
    work(again.public_id)
    assert Resource.objects.get().data == {"name": "Jane"}


@pytest.mark.parametrize(
    "operation",
    [
        {"action": "UPSERT", "upsert": {"type": "provider", "id": "x", "data": 5}},
        {"action": "UPSERT", "upsert": {"type": "nothing", "id": "x", "data": {}}},
        {"action": "DELETE", "delete": {"type": "provider", "id": "x"}},
        b"no JSON",
    ],
)
def test_what_has_no_form_leads_back(steward: Pages, api: Api, operation: Any) -> None:
    task = refused(api, operation)
    way = reverse("admin:ingestion_task_correct", args=[task.pk])
    page = steward.open(way)
    assert page.messages == ["It can be corrected as JSON only."]
    assert page.context["page"].is_refused


def test_a_task_that_runs_has_no_form_yet(steward: Pages, source: Source) -> None:
    task = TaskFactory.create(source=source)
    page = steward.open(reverse("admin:ingestion_task_correct", args=[task.pk]))
    assert page.context["original"] == task


def test_a_viewer_corrects_nothing(api: Api, source: Source) -> None:
    task = refused(api, upsert("one", practiceNumber=True))
    way = reverse("admin:ingestion_task_correct", args=[task.pk])
    assert somebody(Level.VIEWER, source).get(way).status_code == 403
