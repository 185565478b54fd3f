"""Who may see and do what: every page of the admin, asked by everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.db import transaction
from django.test import Client
from django.urls import reverse

from profiles.admin.access import SourceBoundAdmin, SuperuserAdmin
from tests.admin.conftest import signed_in
from tests.admin.every_page import (
    ELSEWHERE,
    INLINE,
    LIST_PAGES,
    RECORD_PAGES,
    RIGHTS,
    ROW_PAGES,
    SHARED,
    VERSION_PAGES,
    Level,
    pages_of_models,
    split,
    walked,
)
from tests.admin.pages import SURE
from tests.admin.world import HERE, Place, everything, make_place, somebody

LEVELS = [level for level in Level if level is not Level.NOBODY]
SEEN, GONE_ON, REFUSED = 200, 302, 403


@pytest.fixture
def here(db: None) -> Place:
    return make_place(HERE)


def passed(answer: Any) -> bool:
    """Not refused, nor sent to the index, as from a row that is not there."""
    if answer.status_code == GONE_ON:
        return str(answer.headers["Location"]) != "/admin/"
    assert answer.status_code in (SEEN, REFUSED)
    return bool(answer.status_code == SEEN)


def test_the_table_knows_every_page() -> None:
    for name in walked():
        if name not in SHARED | ELSEWHERE:
            model, page = split(str(name))
            known = (*LIST_PAGES, *ROW_PAGES, *RECORD_PAGES, *VERSION_PAGES)
            assert model in RIGHTS, f"{name} is not in the table"
            assert page in known, f"{name} is not in the table"


def test_no_page_asks_the_permissions_of_django() -> None:
    for model, pages in admin.site._registry.items():
        assert isinstance(pages, (SourceBoundAdmin, SuperuserAdmin)), model


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_pages_open_for_whoever_may_see_them(here: Place, level: Level) -> None:
    client = somebody(level, here.source)
    for path, needed in pages_of_models(here.rows, "GET"):
        answer = client.get(path)
        assert passed(answer) is (level >= needed), path


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_writes_pass_for_whoever_may_do_them(here: Place, level: Level) -> None:
    client = somebody(level, here.source)
    for path, needed in pages_of_models(here.rows, "POST"):
        before = everything()
        with transaction.atomic():
            answer = client.post(path, SURE)
            after = everything()
            transaction.set_rollback(True)
        wrote = after != before
        assert (wrote or passed(answer)) is (level >= needed), path


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize("level", ["stranger", "user"])
def test_who_is_no_staff_is_sent_to_the_login_by_every_page(
    here: Place, level: str, method: str
) -> None:
    client = Client() if level == "stranger" else signed_in(is_staff=False, is_superuser=True)
    before = everything()
    shared = [reverse(f"admin:{name}") for name in sorted(SHARED - {"logout"})]
    guessed = ["/admin/profiles/", "/admin/profiles/source/1/", "/admin/r/1/1/", "/admin/nothing/"]
    pages = [path for path, _ in pages_of_models(here.rows, method)]
    for path in [*shared, *guessed, *pages]:
        answer = client.generic(method, path)
        assert answer.status_code == GONE_ON, path
        assert answer.headers["Location"].startswith("/admin/login/"), path
    assert everything() == before


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_the_index_and_the_lists_of_apps_name_what_one_may_see(here: Place, level: Level) -> None:
    client = somebody(level, here.source)
    index = client.get("/admin/").content.decode()
    for model, rights in RIGHTS.items():
        address = reverse(f"admin:{model}_changelist")
        assert (f'href="{address}"' in index) is (level >= rights.see)
        listed = client.get(f"/admin/{model.partition('_')[0]}/")
        assert listed.status_code in (SEEN, 404)
        assert (f'href="{address}"' in listed.content.decode()) is (level >= rights.see)


@pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())
def test_staff_change_their_own_password_and_leave(here: Place, level: Level) -> None:
    client = somebody(level, here.source)
    for name in ("password_change", "password_change_done", "jsi18n"):
        assert client.get(reverse(f"admin:{name}")).status_code == SEEN
    assert client.post(reverse("admin:logout")).status_code == SEEN
    assert client.get("/admin/").status_code == GONE_ON


@pytest.mark.parametrize("level", [Level.SUPERUSER, Level.OWNER, Level.VIEWER])
def test_no_page_holds_a_script_or_style_of_its_own(here: Place, level: Level) -> None:
    client = somebody(level, here.source)
    shared = [reverse(f"admin:{name}") for name in ("index", "password_change")]
    for path in [*shared, *(path for path, _ in pages_of_models(here.rows, "GET"))]:
        for page in (client.get(path), client.post(path, {})):
            found = INLINE.search(page.content.decode())
            assert found is None, f"{found} in {path}"


@pytest.mark.parametrize("path", ["/admin/login/", "/docs", "/admin/nothing/", "/nothing"])
def test_every_page_tells_the_browser_what_it_may_do(db: None, path: str) -> None:
    headers = Client().get(path).headers
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "geolocation=()" in headers["Permissions-Policy"]


def test_a_refused_form_holds_no_style_of_its_own(db: None) -> None:
    page = Client(enforce_csrf_checks=True).post("/admin/login/")
    assert page.status_code == REFUSED
    assert not INLINE.search(page.content.decode())
