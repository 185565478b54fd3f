"""What people see where a page cannot be shown: plain words, and a way on."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import pytest
from django.http import QueryDict
from django.test import Client

from ingestion.models import Resource
from profiles.models import Profile
from tests.admin.conftest import signed_in
from tests.admin.every_page import INLINE
from tests.admin.pages import Pages, as_json, change_page, delete_page
from tests.factories import ResourceFactory

HOME = 'href="/admin/"'
HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)">')


def shown(answer: Any) -> str:
    text: str = answer.content.decode()
    assert HOME in text
    assert not INLINE.search(text)
    return text


@pytest.fixture
def han(provider: Profile) -> Resource:
    resource: Resource = ResourceFactory.create(profile=provider, id="han")
    return resource


def test_an_address_that_there_is_not(steward: Pages) -> None:
    answer = steward.client.get("/admin/ingestion/nothing/")
    assert answer.status_code == 404
    assert "This page is not there" in shown(answer)


def test_what_somebody_may_not_do(viewer: Pages, han: Resource) -> None:
    answer = viewer.client.get(delete_page(han))
    assert answer.status_code == 403
    assert "another role" in shown(answer)


def test_a_faulty_address(steward: Pages) -> None:
    answer = steward.client.get("/admin/", {"q": "\0"})
    assert answer.status_code == 400
    assert "could not be read" in shown(answer)


def test_a_fault_of_ours_names_its_request(steward: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*args: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr("config.site.source_cards", broken)
    steward.client.raise_request_exception = False
    answer = steward.client.get("/admin/")
    assert answer.status_code == 500
    assert re.search(r"by this number: <code>[0-9a-f-]{36}</code>", shown(answer))


def test_the_admin_is_found_without_its_last_slash(client: Client) -> None:
    answer = client.get("/admin")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/admin/")


def test_what_was_typed_is_kept_for_who_is_logged_out_meanwhile(han: Resource) -> None:
    path = change_page(han)
    client = signed_in(is_superuser=True)
    inputs = {**Pages(client).open(as_json(path)).inputs, "data": '{\n "name": "<Ha> \\"n"}'}
    client.logout()
    answer = client.post(as_json(path), {**inputs, "_continue": "Save"})
    assert answer.status_code == 403
    kept = QueryDict(mutable=True)
    for name, value in HIDDEN.findall(shown(answer)):
        kept.appendlist(unescape(name), unescape(value))
    assert {name: kept[name] for name in inputs} == inputs
    again = signed_in(username="back", is_superuser=True)
    assert again.post(as_json(path), kept.dict()).headers["Location"] == as_json(path)
    han.refresh_from_db()
    assert han.data["name"] == '<Ha> "n'


def test_passwords_are_not_kept(db: None) -> None:
    typed = {"old_password": "secret", "new_password1": "a", "new_password2": "a"}
    answer = Client().post("/admin/password_change/", typed)
    assert answer.status_code == 302
    assert answer.headers["Location"].startswith("/admin/login/")


def test_nothing_is_kept_of_what_was_forged(han: Resource) -> None:
    answer = Client(enforce_csrf_checks=True).post(change_page(han), {"data": "forged"})
    assert answer.status_code == 403
    assert "forged" not in shown(answer)
