"""Uploading in the admin, step by step, as it goes without a script."""

from __future__ import annotations

import gzip
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import zstandard
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from ingestion.admin.upload import columns as admin_upload_columns
from ingestion.admin.upload.columns import NOT_UTF8
from ingestion.models import Resource, Task, TaskMode
from profiles.contract import raise_contract_version
from profiles.models import Profile, Source
from relationships.models import Relationship
from tests.admin.every_page import Level
from tests.admin.pages import Page, Pages
from tests.admin.world import person, somebody
from tests.factories import ResourceFactory
from tests.tasks.doing import lines, upsert, work

pytestmark = pytest.mark.usefixtures("uploads_folder")

UPLOAD = "/admin/ingestion/task/add/"
TABLE = "ID,Name,practice number,,town\njane,Jane,7,x,Ulm\njohn,John,8,y,Bonn\n"


def of(source: Source, key: str = "provider", target: str = "RESOURCE") -> str:
    return f"{target}:{source.key}/{key}"


def upload(pages: Pages, source: Source, sent: bytes | str, name: str = "people.csv") -> Page:
    """The page on which it is looked through."""
    body = sent.encode() if isinstance(sent, str) else sent
    return pages.send(UPLOAD, {"of": of(source), "file": SimpleUploadedFile(name, body)})


def address(page: Page) -> str:
    """Where the browser is."""
    asked: Any = page.response.request  # type: ignore[attr-defined]
    return f"{asked['PATH_INFO']}?{asked['QUERY_STRING']}"


def send_off(pages: Pages, page: Page, mode: str = "plan", **columns: str) -> Page:
    """With what is chosen on the page, but for some columns."""
    shown = page.context["columns"]
    chosen = {one.input: one.chosen for one in shown.columns} if shown else {}
    return pages.send(address(page), {**chosen, **columns, "mode": mode})


def task_of(page: Page) -> Task:
    task: Task = page.context["original"]
    return task


def done(pages: Pages, page: Page) -> Page:
    """The page of a task when it has ended."""
    work(task_of(page).public_id)
    return pages.open(address(page))


def counts(page: Page) -> dict[str, int]:
    return {name: count for name, count, _ in page.context["told"].counts if count}


def test_columns_are_matched_by_their_names(steward: Pages, source: Source) -> None:
    page = upload(steward, source, TABLE)
    columns = page.context["columns"].columns
    assert [one.chosen for one in columns] == ["id", "name", "practiceNumber", "", ""]
    assert [list(one.cells) for one in columns][1:3] == [["Jane", "John"], ["7", "8"]]
    assert "Column 4 (no name)" in page.text


def test_other_letters_than_utf8_are_told_before_they_are_refused(
    steward: Pages, source: Source
) -> None:
    page = upload(steward, source, "id,name\nx,Höpital\n".encode("latin-1"))
    assert page.context["columns"].faults == [NOT_UTF8]
    assert NOT_UTF8 in page.text
    assert upload(steward, source, "id,name\nx,Höpital\n").context["columns"].faults == []


def test_a_table_is_tried_and_then_applied(steward: Pages, source: Source) -> None:
    page = send_off(steward, upload(steward, source, TABLE))
    assert task_of(page).mode == TaskMode.PLAN
    page = done(steward, page)
    assert counts(page) == {"created": 2}
    assert "would be created" in page.text
    assert not Resource.objects.exists()
    page = done(steward, steward.send(address(page), {"action": "apply"}))
    assert counts(page) == {"created": 2}
    assert Resource.objects.get(public_id="john").data == {"name": "John", "practiceNumber": 8}


def test_a_dry_run_tells_what_would_change(steward: Pages, source: Source, provider: Any) -> None:
    ResourceFactory.create(profile=provider, id="jane", data={"name": "Jane", "practiceNumber": 6})
    page = done(steward, send_off(steward, upload(steward, source, TABLE)))
    assert counts(page) == {"created": 1, "changed": 1}
    assert "/data/practiceNumber" in page.text


def test_a_table_is_loaded_at_once(steward: Pages, source: Source) -> None:
    page = done(steward, send_off(steward, upload(steward, source, TABLE), "write"))
    assert task_of(page).mode == TaskMode.WRITE
    assert Resource.objects.count() == 2


def test_a_column_without_a_name_can_be_a_property(steward: Pages, source: Source) -> None:
    page = upload(steward, source, ",name\n9,Jane\n")
    send = {"column-0": "id"}
    done(steward, send_off(steward, page, "write", **send))
    assert Resource.objects.get().public_id == "9"


def test_a_wrong_match_is_told_at_its_column(steward: Pages, source: Source) -> None:
    page = send_off(steward, upload(steward, source, TABLE), **{"column-4": "name"})
    assert page.context["columns"].columns[4].faults == ["Is there twice."]
    assert page.context["columns"].columns[2].chosen == "practiceNumber"
    assert not Task.objects.exists()


def test_names_are_typed_where_lists_of_them_would_be_too_long(
    steward: Pages, source: Source, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(admin_upload_columns, "MOST_OPTIONS", 10)
    page = upload(steward, source, TABLE)
    assert '<datalist id="known">' in page.text
    page = send_off(steward, page, **{"column-4": "nothing"})
    (fault,) = page.context["columns"].columns[4].faults
    assert "not known" in fault


def test_what_it_is_for_may_be_gone_meanwhile(
    steward: Pages, source: Source, office: Profile
) -> None:
    page = steward.send(UPLOAD, {"of": of(source, "office"), "text": "id,name\n1,A\n"})
    Profile.objects.filter(pk=office.pk).update(retired_at=timezone.now())
    raise_contract_version(source)
    page = send_off(steward, page)
    assert page.messages == ["There is no such profile."]


def test_a_dry_run_is_tried_again_with_other_columns(steward: Pages, source: Source) -> None:
    page = done(steward, send_off(steward, upload(steward, source, TABLE), **{"column-2": ""}))
    plan = task_of(page)
    assert "Change the columns" in page.text
    page = steward.open(reverse("admin:ingestion_task_start"), plan=plan.pk)
    assert page.context["columns"].columns[2].chosen == ""
    page = done(steward, send_off(steward, page, **{"column-2": "practiceNumber"}))
    assert task_of(page).asked["columns"]["practice number"] == "practiceNumber"
    page = steward.send(reverse("admin:ingestion_task_change", args=[plan.pk]), {"action": "apply"})
    assert page.messages == [
        "Only a plan that is ready can be carried out, and only once and within a day."
    ]


def test_what_is_sent_off_twice_is_one_task(steward: Pages, source: Source) -> None:
    page = upload(steward, source, TABLE)
    first, second = (send_off(steward, page, "write") for _ in range(2))
    assert task_of(first) == task_of(second) == Task.objects.get()


def test_operations_are_looked_through_and_loaded(steward: Pages, source: Source) -> None:
    page = upload(steward, source, lines([upsert("one"), upsert("two", name=1)]), "x.ndjson")
    assert page.context["columns"] is None
    assert '"id": "one"' in page.text
    page = done(steward, send_off(steward, page, "write"))
    assert counts(page) == {"created": 1, "refused": 1}


def test_what_is_pasted_is_taken(steward: Pages, source: Source) -> None:
    page = steward.send(UPLOAD, {"of": of(source), "text": TABLE})
    assert counts(done(steward, send_off(steward, page))) == {"created": 2}


@pytest.mark.parametrize("pack", [gzip.compress, zstandard.compress], ids=["gzip", "zstd"])
def test_packed_files_are_taken(steward: Pages, source: Source, pack: Any) -> None:
    page = upload(steward, source, pack(TABLE.encode()), "people.csv.gz")
    assert page.context["columns"].names[0] == "ID"


def test_relationships_are_taken_too(steward: Pages, source: Source, link: Relationship) -> None:
    chosen = of(source, "provider-office", "RELATIONSHIP")
    page = steward.send(UPLOAD, {"of": chosen, "text": "from.id,to.id\nhan,falcon\n"})
    page = done(steward, send_off(steward, page, "write"))
    assert counts(page) == {"unchanged": 1}


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        (b"", "The submitted file is empty."),
        (b" \n ", "There is nothing in it."),
        (b"PK\x03\x04 a workbook", "Is a spreadsheet"),
        (b'[{"action": "UPSERT"}]', "A list must stand in"),
        (b",,\n1,2,3\n", "Has no header"),
        (b"a\0b,c\n1,2\n", "holds a NUL"),
        (gzip.compress(b"id,name\n1,2\n")[:-4], "ends too early"),
        (",".join(f"c{n}" for n in range(901)).encode() + b"\n", "more than 900 columns"),
    ],
    ids=["empty", "blank", "workbook", "list", "header", "nul", "broken", "wide"],
)
def test_what_cannot_be_read_is_refused_at_once(
    steward: Pages, source: Source, uploads_folder: Any, sent: bytes, told: str
) -> None:
    page = upload(steward, source, sent)
    assert told in page.text
    assert page.context["form"].errors
    assert not uploads_folder.exists() or not list(uploads_folder.iterdir())


@pytest.mark.parametrize(
    "inputs", [{}, {"text": "id\n1\n", "file": SimpleUploadedFile("a.csv", b"id\n1\n")}]
)
def test_one_thing_is_uploaded_at_a_time(
    steward: Pages, source: Source, inputs: dict[str, Any]
) -> None:
    page = steward.send(UPLOAD, {"of": of(source), **inputs})
    assert list(page.context["form"].errors) == ["file"]


def test_a_script_is_told_where_to_go_on(steward: Pages, source: Source) -> None:
    def answer(inputs: dict[str, Any]) -> Any:
        return steward.client.post(UPLOAD, inputs, headers={"Accept": "application/json"}).json()

    assert answer({"of": of(source), "text": TABLE})["next"].startswith("/admin/ingestion/task/")
    assert answer({"of": of(source)}) == {"faults": {"file": ["Choose a file, or paste a text."]}}


def test_a_draft_is_only_of_who_uploaded_it(steward: Pages, source: Source) -> None:
    page = upload(steward, source, TABLE)
    other = Pages(somebody(Level.STEWARD, source))
    assert other.open(address(page)).messages == [
        "What was uploaded is not there any more. Upload it again."
    ]


def test_a_draft_that_was_cleared_is_asked_for_again(
    steward: Pages, source: Source, uploads_folder: Any
) -> None:
    page = upload(steward, source, TABLE)
    for file in uploads_folder.iterdir():
        file.unlink()
    assert "Upload it again." in steward.open(address(page)).text
    assert "Upload it again." in steward.open(f"{address(page)}x").text


def test_only_stewards_upload_and_only_where_they_are(source: Source) -> None:
    viewer = somebody(Level.VIEWER, source)
    for path in (UPLOAD, reverse("admin:ingestion_task_start")):
        assert viewer.get(path).status_code == 403
    user = person(Level.STEWARD, source, "stan")
    client = Client()
    client.force_login(user)
    page = upload(Pages(client), source, TABLE)
    user.source_roles.update(role="reader")
    person(Level.STEWARD, Source.objects.create(key="elsewhere"), "else")
    assert client.post(address(page), {"mode": "write"}).status_code == 403
    assert not Task.objects.exists()


def test_what_is_not_offered_is_not_taken(source: Source) -> None:
    elsewhere = Source.objects.create(key="elsewhere")
    pages = Pages(somebody(Level.STEWARD, elsewhere))
    page = upload(pages, source, TABLE)
    assert list(page.context["form"].errors) == ["of"]
    assert source.key not in str(page.context["form"]["of"])


def test_lists_lead_to_the_upload_of_theirs(steward: Pages, source: Source) -> None:
    listed = f"{source.key}/provider"
    text = steward.open(reverse("admin:ingestion_resource_changelist"), profile=listed).text
    way = f"{UPLOAD}?of={of(source)}"
    assert f'href="{way}"' in text
    chosen = steward.open(UPLOAD, of=of(source)).context["form"]["of"].value()
    assert chosen == parse_qs(urlsplit(way).query)["of"][0]
    assert f'href="{UPLOAD}?source={source.key}"' in steward.open(reverse("admin:index")).text
