"""No page fails for what an address, a query or a selection names."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote, unquote

import pytest
from django.contrib import admin
from django.db.models import Model
from django.test import Client
from django.urls import reverse

from profiles.models import ApiKey
from tests.admin.every_page import (
    RECORD_PAGES,
    RIGHTS,
    ROW_PAGES,
    VERSION_PAGES,
    Level,
    named,
    of,
    split,
    walked,
)
from tests.admin.pages import DELETE, address
from tests.admin.world import HERE, Place, make_place, somebody

NUL, TOO_LARGE = "\0", "9" * 25
ASKED = ("q", "p", "o", "pk__in", "source", "profile", "definition", "subscription", "by")
CHEAP = ("p", "pk__in")
"""For a NUL no list is made, but for what else is asked."""
OPEN, GONE_ON, BAD, REFUSED, NOT_FOUND = 200, 302, 400, 403, 404


@pytest.fixture
def here(db: None) -> Place:
    return make_place(HERE)


@pytest.fixture
def client(here: Place) -> Client:
    """A superuser's: everybody else is stopped before the database is asked."""
    return somebody(Level.SUPERUSER, here.source)


def misnamed(rows: list[Model], wrong: str) -> Iterator[str]:
    """Every address that names something, with another name in each place."""
    for name in walked():
        model, page = split(str(name)) if name and name.count("_") > 1 else ("", "")
        row = next((row for row in rows if of(row, model)), None)
        if row is not None and page in ROW_PAGES:
            yield reverse(f"admin:{name}", args=["ID"]).replace("ID", quote(wrong))
        elif row is not None and page in RECORD_PAGES + VERSION_PAGES:
            parts = named(row, page)
            steps = reverse(f"admin:{name}", args=parts).split("/")
            for part in map(quote, parts):
                yield "/".join(
                    quote(wrong) if quote(unquote(step)) == part else step for step in steps
                )


@pytest.mark.parametrize("wrong", [f"a{NUL}b", TOO_LARGE], ids=["nul", "too large"])
def test_what_names_nothing_is_not_there(here: Place, client: Client, wrong: str) -> None:
    paths = [*misnamed(here.rows, wrong)]
    assert len(paths) > 50
    expected = {NOT_FOUND} if NUL in wrong else {NOT_FOUND, REFUSED, GONE_ON}
    for path in paths:
        for send in (client.get, client.post):
            assert send(path).status_code in expected, path


@pytest.mark.parametrize("value", [f"a{NUL}b", TOO_LARGE], ids=["nul", "too large"])
def test_whatever_a_list_is_asked_for_is_answered(client: Client, value: str) -> None:
    expected = {BAD} if NUL in value else {OPEN, GONE_ON, BAD}
    for model in admin.site._registry:
        for name in ASKED if NUL in value else CHEAP:
            answer = client.get(address(model, "changelist"), {name: value})
            assert answer.status_code in expected, (model, name)
    for name in ("term", "app_label", "model_name", "field_name", "p"):
        asked = {"app_label": "ingestion", "model_name": "resource", "field_name": "profile"}
        answer = client.get("/admin/autocomplete/", {**asked, "term": "a", name: value})
        assert answer.status_code in expected | {REFUSED, NOT_FOUND}, name


def test_what_is_no_id_selects_nothing(client: Client) -> None:
    for model in admin.site._registry:
        rights = RIGHTS[f"{model._meta.app_label}_{model._meta.model_name}"]
        if rights.delete is Level.NOBODY:
            continue
        for id in (f"a{NUL}", "9" * 5_000, "²"):
            selected = {**DELETE, "_selected_action": [id]}
            answer = client.post(address(model, "changelist"), selected)
            is_id = model is ApiKey and NUL not in id  # Its ids are texts.
            assert answer.status_code == (GONE_ON if is_id else BAD), (model, id)
