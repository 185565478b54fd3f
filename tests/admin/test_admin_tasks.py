"""The pages of tasks: what became of what was sent, and what can be done about it."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ingestion.models import Resource, Task, TaskChunk, TaskKind, TaskStatus
from profiles.models import Source
from tests.admin.every_page import Level
from tests.admin.pages import Page, Pages
from tests.admin.world import somebody
from tests.clients import Api
from tests.factories import TaskFactory
from tests.tasks.doing import lines, send, upsert, work

pytestmark = pytest.mark.usefixtures("uploads_folder")

LIST = "/admin/ingestion/task/"
WRONG: dict[str, Any] = {"name": 5}


def page_of(task: Task, **query: Any) -> str:
    return reverse("admin:ingestion_task_change", args=[task.pk], query=query or None)


def sent(api: Api, *operations: Any, mode: str = "write", is_done: bool = True) -> Task:
    id = send(api, operations, f"resources/bulk?mode={mode}")
    if is_done:
        work(id)
    return Task.objects.latest("id")


def refused_page(pages: Pages, task: Task) -> Page:
    return pages.open(page_of(task, show="refused"))


def corrections(page: Page) -> list[Any]:
    """In the order of the operations: two processes may have shared them."""
    return sorted(page.context["page"].corrections, key=lambda one: one.index)


def test_a_page_tells_what_became_of_each(steward: Pages, api: Api) -> None:
    page = steward.open(page_of(sent(api, upsert("one"), upsert("two", **WRONG))))
    told = page.context["told"]
    assert (told.status, told.done, told.total) == ("done, some refused", 2, 2)
    assert reverse("admin:ingestion_resource_change", args=[Resource.objects.get().pk]) in page.text
    assert "<code>/data/name</code>" in page.text
    assert "Must be text." in page.text


def test_what_has_ended_is_full_though_nobody_counted_it(steward: Pages, api: Api) -> None:
    """As a load, which reads a file of any length."""
    task = sent(api, upsert("one"))
    Task.objects.update(total=None)
    assert 'max="1" value="1"' in steward.open(page_of(task)).text
    Task.objects.update(is_cancelled=True, status=TaskStatus.CANCELLED)
    assert 'max="1" value="0"' in steward.open(page_of(task)).text


def test_a_page_follows_what_has_not_ended(steward: Pages, api: Api) -> None:
    task = sent(api, upsert("one"), is_done=False)
    page = steward.open(page_of(task))
    followed = f"/sources/{task.source.key}/v1/tasks/{task.public_id}"
    assert f'data-progress="{followed}"' in page.text
    assert steward.client.get(followed).json()["progress"]["done"] == 0
    work(task.public_id)
    assert "data-progress" not in steward.open(page_of(task)).text


def test_what_is_refused_is_shown_exactly_with_its_faults(steward: Pages, api: Api) -> None:
    task = sent(api, upsert("one"), upsert("two", **WRONG, practiceNumber=Decimal("1.10")))
    (one,) = corrections(refused_page(steward, task))
    assert [fault["path"] for fault in one.faults] == ["/data/name", "/data/practiceNumber"]
    assert '"practiceNumber": 1.10' in one.text
    assert '"faults"' not in one.text


def test_what_was_corrected_is_sent_again(steward: Pages, api: Api) -> None:
    task = sent(api, upsert("one", **WRONG), upsert("two", **WRONG))
    first, _ = corrections(refused_page(steward, task))
    text = first.text.replace("5", '"Jane\u2028"').replace("\n", "\r\n")
    page = steward.send(
        page_of(task, show="refused"), {"action": "resend", "send": "0", first.input: text}
    )
    again = page.context["original"]
    assert again.asked["resubmits"] == task.public_id
    work(again.public_id)
    assert Resource.objects.get().data["name"] == "Jane\u2028"
    assert page_of(task) in steward.open(page_of(again)).text


def test_what_is_no_json_is_not_sent_and_not_lost(steward: Pages, api: Api) -> None:
    task = sent(api, upsert("one", **WRONG), upsert("two", **WRONG))
    typed = {"text-0": '{"action": ', "text-1": "{}", "send": ["0", "1"]}
    page = steward.send(page_of(task, show="refused"), {"action": "resend", **typed})
    first, second = corrections(page)
    assert (first.text, second.text) == ('{"action": ', "{}")
    assert "Is not valid JSON" in first.faults[0]["message"]
    assert [fault["path"] for fault in second.faults] == ["/action"]
    assert first.is_faulty
    assert second.is_chosen
    assert Task.objects.count() == 1


def test_what_is_still_wrong_is_told_in_its_place(steward: Pages, api: Api) -> None:
    task = sent(api, upsert("one", **WRONG), upsert("two", **WRONG))
    typed = {"text-0": corrections(refused_page(steward, task))[0].text.replace("5", "[]")}
    inputs = {"action": "resend", "send": "0", **typed}
    first, second = corrections(steward.send(page_of(task, show="refused"), inputs))
    assert (first.is_faulty, second.is_faulty) == (True, False)
    assert '"name": []' in first.text
    assert not Resource.objects.exists()


def test_nothing_is_sent_where_nothing_is_chosen(steward: Pages, api: Api) -> None:
    task = sent(api, upsert("one", **WRONG))
    page = steward.send(page_of(task, show="refused"), {"action": "resend", "text-0": "{}"})
    assert page.messages == ["Nothing was sent: choose something."]
    assert corrections(page)[0].text == "{}"


def test_all_that_was_refused_is_sent_again_as_it_was(steward: Pages, api: Api) -> None:
    task = sent(api, upsert("one", **WRONG), upsert("two"), b"no JSON", upsert("one"))
    page = steward.send(page_of(task), {"action": "resend-all"})
    again = page.context["original"]
    work(again.public_id)
    assert steward.open(page_of(again)).context["told"].refused == 2


def test_rejects_of_a_dry_run_are_tried_again(steward: Pages, api: Api) -> None:
    task = sent(api, upsert("one", **WRONG), mode="plan")
    page = steward.send(page_of(task), {"action": "resend-all"})
    assert page.context["told"].is_plan


@pytest.mark.parametrize("line", [b"no JSON", b'{"x": "\x00"}', b'{"x": "\\u0000"}', b"\xff"])
def test_what_could_not_be_read_is_shown_as_it_came(steward: Pages, api: Api, line: bytes) -> None:
    (one,) = corrections(refused_page(steward, sent(api, line)))
    assert one.faults
    assert one.text


def test_refusals_go_on_from_page_to_page(steward: Pages, api: Api) -> None:
    task = sent(api, *(upsert(f"n{n}", **(WRONG if n % 2 else {})) for n in range(50)))
    page, seen = refused_page(steward, task), []
    while True:
        seen += [one.index for one in corrections(page)]
        following = page.context["page"].following
        if following is None:
            break
        page = steward.open(f"{page_of(task)}?{following}")
    assert sorted(seen) == list(range(1, 50, 2))


def test_receipts_go_on_from_page_to_page(steward: Pages, api: Api) -> None:
    task = sent(api, *(upsert(f"n{n}") for n in range(70)))
    first = steward.open(page_of(task)).context["page"]
    second = steward.open(f"{page_of(task)}?{first.following}").context["page"]
    seen = [line.receipt["index"] for line in (*first.lines, *second.lines)]
    assert sorted(seen) == list(range(70))
    assert second.following is None


def test_the_usual_faults_are_counted(steward: Pages, api: Api) -> None:
    task = sent(api, *(upsert(f"n{n}", **WRONG) for n in range(3)), upsert("x", unknown=1))
    usual = steward.open(page_of(task)).context["usual"]
    assert usual.looked_at == 4
    assert [(fault[0], count) for fault, count in usual.found] == [
        ("/data/name", 3),
        ("/data/unknown", 1),
    ]


def test_a_file_that_was_loaded_is_shown_and_not_sent_again(
    steward: Pages, source: Source, tmp_path: Path
) -> None:
    file = tmp_path / "people.ndjson"
    file.write_bytes(lines([upsert("one", **WRONG)]))
    with pytest.raises(CommandError):
        call_command("load", file, source=source.key, verbosity=0)
    task = Task.objects.get()
    page = refused_page(steward, task)
    assert page.context["title"] == "people.ndjson"
    assert "<textarea" not in page.text
    page = steward.send(page_of(task), {"action": "resend-all"})
    assert page.context["original"] == task


def test_a_refused_operation_that_was_not_kept_is_shown_by_its_faults(
    steward: Pages, api: Api
) -> None:
    """As those of a bundle, which is sent again as a whole."""
    task = sent(api, upsert("one", **WRONG))
    TaskChunk.objects.update(rejects=b"")
    Task.objects.update(kind=TaskKind.BUNDLE, asked={})
    (one,) = corrections(refused_page(steward, task))
    assert one.text == ""
    assert one.faults[0]["path"] == "/data/name"


def test_a_purge_is_shown_and_cancelled(steward: Pages, api: Api) -> None:
    answer = api.post("purge", {"collectionType": "resources", "collectionKey": "office"})
    assert answer.status == 202, answer.text
    task = Task.objects.get()
    assert "office" in steward.open(page_of(task)).text
    page = steward.send(page_of(task), {"action": "cancel"})
    assert page.context["original"].status == TaskStatus.CANCELLED


def test_who_sent_it_cancels_it(source: Source) -> None:
    pages = Pages(somebody(Level.STEWARD, source, "stan"))
    task = TaskFactory.create(source=source, actor="user:stan")
    assert "Cancel" in pages.open(page_of(task)).text
    page = pages.send(page_of(task), {"action": "cancel"})
    assert page.context["original"].status == TaskStatus.CANCELLED
    assert pages.send(page_of(task), {"action": "cancel"}).messages == ["It had ended already."]


@pytest.mark.parametrize("action", ["cancel", "apply", "undo"])
@pytest.mark.parametrize(
    ("level", "status"), [(Level.VIEWER, 403), (Level.STEWARD, 403), (Level.OWNER, 302)]
)
def test_only_owners_steer_what_others_sent(
    source: Source, action: str, level: Level, status: int
) -> None:
    task = TaskFactory.create(source=source)
    client = somebody(level, source)
    is_offered = f'value="{action}"' in client.get(page_of(task)).content.decode()
    assert is_offered is (level is Level.OWNER and action == "cancel")  # It has not ended.
    assert client.post(page_of(task), {"action": action}).status_code == status


def test_a_viewer_sees_what_was_refused_and_sends_nothing(viewer: Pages, api: Api) -> None:
    task = sent(api, upsert("one", **WRONG))
    page = refused_page(viewer, task)
    assert '"id": "one"' in page.text
    assert "<textarea" not in page.text
    assert viewer.client.post(page_of(task), {"action": "resend-all"}).status_code == 403
    download = f"{page.context['told'].api_path}/rejects"
    assert f'href="{download}"' in page.text
    assert viewer.client.get(download).status_code == 200


def test_what_is_asked_in_vain_leads_back(steward: Pages, api: Api) -> None:
    task = sent(api, upsert("one"), mode="plan")
    page = steward.send(page_of(task), {"action": "dance"})
    assert page.context["original"] == task
    assert steward.open(page_of(task), after="x", show="nothing").status == 200


def test_the_list_is_filtered_and_tells_how_far_each_is(steward: Pages, api: Api) -> None:
    done = sent(api, upsert("one"), upsert("two", **WRONG))
    TaskFactory.create(source=done.source, actor="user:stella", asked={"name": "mine.csv"})
    assert steward.open(LIST).rows[1:] == [done.public_id]
    assert "2 (1 refused)" in steward.open(LIST, status="FAILURE").text
    mine = steward.open(LIST, by="me")
    assert "mine.csv" in mine.text
    assert len(mine.rows) == 1


@pytest.mark.parametrize("show", ["all", "refused"])
def test_a_page_costs_the_same_however_much_was_sent(steward: Pages, api: Api, show: str) -> None:
    tasks = [sent(api, *(upsert(f"n{n}", **WRONG) for n in range(count))) for count in (2, 40)]
    few, many = (statements(steward, page_of(task, show=show)) for task in tasks)
    assert many <= few <= 12


def test_the_list_costs_the_same_however_many_there_are(steward: Pages, source: Source) -> None:
    TaskFactory.create(source=source)
    few = statements(steward, LIST)
    TaskFactory.create_batch(20, source=source)
    assert statements(steward, LIST) == few <= 12


def statements(pages: Pages, path: str) -> int:
    with CaptureQueriesContext(connection) as asked:
        assert pages.open(path).status == 200
    return len(asked)
