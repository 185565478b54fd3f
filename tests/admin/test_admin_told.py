"""Changes and receipts lead to what they are about; what nobody edits has no history of its own."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.urls import reverse

from ingestion.models import Change, Receipt, Task
from profiles.models import SOURCE_TYPE, ConfigurationChange
from profiles.sources import save_source
from relationships.models import Relationship
from tests.admin.pages import Pages, change_page
from tests.clients import Api
from tests.tasks.doing import send, upsert, work


def tools(pages: Pages, row: Change | Receipt) -> dict[str, str]:
    found: dict[str, str] = pages.open(change_page(row)).context["tools"]
    return found


def test_a_change_leads_to_the_history_of_its_record(steward: Pages, link: Relationship) -> None:
    page = steward.open(change_page(Change.objects.get(record_id=link.pk)))
    past = page.context["tools"]["History"]
    assert f'<a href="{past}">History</a>' in page.text
    assert "han" in steward.open(past).context["title"]


@pytest.mark.usefixtures("uploads_folder")
def test_what_a_task_did_and_refused_leads_to_it(steward: Pages, api: Api) -> None:
    work(send(api, [upsert("one"), upsert("two", name=5)], "resources/bulk"))
    page = reverse("admin:ingestion_task_change", args=[Task.objects.get().pk])
    assert tools(steward, Change.objects.get())["Task"] == page


def test_a_single_write_has_no_task(steward: Pages, viewer: Pages, api: Api) -> None:
    api.post("resources/provider", {"id": "one", "data": {}})
    api.post("resources/provider", {"id": "two", "data": {"x": 1}})
    assert tools(steward, Receipt.objects.get()) == {}
    assert set(tools(steward, Change.objects.get())) == {"Erase", "History"}
    assert set(tools(viewer, Change.objects.get())) == {"History"}


def test_what_nobody_edits_has_no_history_of_its_own(steward: Pages) -> None:
    save_source("clinic", {"type": SOURCE_TYPE}, actor="somebody")
    change = ConfigurationChange.objects.get()
    assert "historylink" not in steward.open(change_page(change)).text


def test_a_new_user_is_of_the_staff(steward: Pages) -> None:
    password = "correct horse battery staple"
    typed = {"username": "new", "password1": password, "password2": password}
    steward.send(reverse("admin:auth_user_add"), {"usable_password": "true", **typed})
    assert User.objects.get(username="new").is_staff
