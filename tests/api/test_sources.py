"""Sources over HTTP."""

from __future__ import annotations

from threading import Thread

import pytest
from django.db import connection, transaction

from profiles.models import Source
from profiles.sources import save_source
from tests import factories
from tests.clients import Answer, Api

CATALOGUE = "/catalog/v1/sources"
REGISTRY = {"type": "registry"}


@pytest.fixture
def admin(db: None) -> Api:
    """A system with the role admin, where there is no source yet."""
    return Api(factories.make_key("admin"))


def test_put_creates_a_source(admin: Api) -> None:
    answer = admin.put(f"{CATALOGUE}/clinics", REGISTRY)
    assert answer.status == 201
    assert answer.json == {"key": "clinics", "type": "registry"}


def test_a_source_is_read_as_it_was_put(admin: Api) -> None:
    body = {**REGISTRY, "name": "Cliniques é", "description": "Two\nlines"}
    admin.put(f"{CATALOGUE}/clinics", body)
    assert admin.get(f"{CATALOGUE}/clinics").json == {"key": "clinics", **body}


def test_put_takes_what_get_shows(admin: Api) -> None:
    admin.put(f"{CATALOGUE}/clinics", {**REGISTRY, "name": "Clinics"})
    shown = admin.get(f"{CATALOGUE}/clinics").json
    assert admin.put(f"{CATALOGUE}/clinics", shown).status == 200


def test_put_replaces_the_whole_source(admin: Api) -> None:
    admin.put(f"{CATALOGUE}/clinics", {**REGISTRY, "name": "Clinics"})
    answer = admin.put(f"{CATALOGUE}/clinics", REGISTRY)
    assert answer.status == 200
    assert "name" not in admin.get(f"{CATALOGUE}/clinics").json


def test_the_same_put_again_keeps_the_etag(admin: Api) -> None:
    first = admin.put(f"{CATALOGUE}/clinics", {**REGISTRY, "name": "Clinics"})
    second = admin.put(f"{CATALOGUE}/clinics", {**REGISTRY, "name": "Clinics"})
    assert second.etag == first.etag == admin.get(f"{CATALOGUE}/clinics").etag


def test_a_changed_source_has_another_etag(admin: Api) -> None:
    first = admin.put(f"{CATALOGUE}/clinics", REGISTRY)
    assert admin.put(f"{CATALOGUE}/clinics", {**REGISTRY, "name": "A"}).etag != first.etag


@pytest.mark.parametrize(
    ("body", "faults"),
    [
        ({}, [("/type", "required")]),
        ({"type": "warehouse"}, [("/type", "enum")]),
        ({**REGISTRY, "colour": "red"}, [("/colour", "unknown")]),
        ({**REGISTRY, "name": 1, "description": []}, [("/description", "type"), ("/name", "type")]),
        ({**REGISTRY, "name": "x" * 201}, [("/name", "max")]),
        ({**REGISTRY, "key": "other"}, [("/key", "place")]),
        ([REGISTRY], [("", "type")]),
        ('"registry"', [("", "type")]),
    ],
)
def test_a_faulty_source_is_refused_with_every_fault(
    admin: Api, body: object, faults: list[tuple[str, str]]
) -> None:
    answer = admin.put(f"{CATALOGUE}/clinics", body)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.faults == faults
    assert not Source.objects.exists()


@pytest.mark.parametrize("key", ["a", "A-1_b", "-", "0", "x" * 62])
def test_a_key_is_up_to_62_ascii_letters_digits_hyphens_and_underscores(
    admin: Api, key: str
) -> None:
    assert admin.put(f"{CATALOGUE}/{key}", REGISTRY).status == 201


@pytest.mark.parametrize("key", ["_a", "x" * 63, "a.b", "a%20b", "%C3%A9", "a%0A", "%20"])
def test_other_keys_are_refused(admin: Api, key: str) -> None:
    assert admin.put(f"{CATALOGUE}/{key}", REGISTRY).faults == [("", "name")]


def test_a_source_that_is_not_there_is_a_404(admin: Api) -> None:
    assert admin.get(f"{CATALOGUE}/clinics").error == (404, "NOT_FOUND")
    assert admin.delete(f"{CATALOGUE}/clinics").error == (404, "NOT_FOUND")


def test_an_empty_source_can_be_deleted(admin: Api) -> None:
    admin.put(f"{CATALOGUE}/clinics", REGISTRY)
    answer = admin.delete(f"{CATALOGUE}/clinics")
    assert (answer.status, answer.text) == (204, "")
    assert admin.get(f"{CATALOGUE}/clinics").status == 404
    assert admin.get(CATALOGUE).json["data"] == []


def test_a_source_in_use_cannot_be_deleted(api: Api, source: Source) -> None:
    answer = api.delete(f"{CATALOGUE}/{source.key}")
    assert answer.error == (409, "FAILED_PRECONDITION")
    assert sorted(fault["message"] for fault in answer.json["details"]) == [
        "Is used by 1 relationship definition: provider-office.",
        "Is used by 3 profiles: office, paymentMethod, provider.",
    ]


def test_a_source_whose_definitions_were_deleted_can_be_deleted(admin: Api) -> None:
    admin.put(f"{CATALOGUE}/clinics", REGISTRY)
    inside = Api(factories.make_key("admin"), "clinics")
    inside.put("profiles/office", {"properties": {}})
    inside.delete("profiles/office")
    assert admin.delete(f"{CATALOGUE}/clinics").status == 204


def test_nothing_is_left_to_see_of_a_deleted_source(admin: Api) -> None:
    admin.put(f"{CATALOGUE}/clinics", REGISTRY)
    admin.delete(f"{CATALOGUE}/clinics")
    inside = Api(factories.make_key("admin"), "clinics")
    assert inside.get("profiles").error == (404, "NOT_FOUND")
    assert inside.put("profiles/office", {"properties": {}}).error == (404, "NOT_FOUND")


def test_a_deleted_source_can_be_made_anew(admin: Api) -> None:
    admin.put(f"{CATALOGUE}/clinics", {**REGISTRY, "name": "Old"})
    admin.delete(f"{CATALOGUE}/clinics")
    answer = admin.put(f"{CATALOGUE}/clinics", REGISTRY)
    assert (answer.status, answer.json) == (201, {"key": "clinics", "type": "registry"})


@pytest.mark.django_db(transaction=True)
def test_two_at_once_may_create_the_same_source() -> None:
    """The second one waits for the first, and then finds its source."""
    answers: list[Answer] = []
    key = factories.make_key("admin")
    second = Thread(target=_put, args=(key, answers))
    with transaction.atomic():
        save_source("clinics", REGISTRY, actor="test")
        second.start()
        second.join(timeout=0.3)
        assert second.is_alive()
    second.join()
    assert [answer.status for answer in answers] == [200]


def _put(key: str, answers: list[Answer]) -> None:
    answers.append(Api(key).put(f"{CATALOGUE}/clinics", REGISTRY))
    connection.close()


def test_the_catalogue_is_ordered_by_key_and_counted(admin: Api) -> None:
    for key in ("b", "a", "c"):
        factories.SourceFactory.create(key=key)
    assert admin.get(CATALOGUE).json == {
        "meta": {"numPages": 1, "page": 1, "perPage": 100, "total": 3},
        "data": [{"key": key, "type": "registry"} for key in ("a", "b", "c")],
    }


def test_the_catalogue_comes_in_numbered_pages(admin: Api) -> None:
    for key in ("b", "a", "c"):
        factories.SourceFactory.create(key=key)
    answer = admin.get(f"{CATALOGUE}?page=2&perPage=2")
    assert answer.json == {
        "meta": {"numPages": 2, "page": 2, "perPage": 2, "total": 3},
        "data": [{"key": "c", "type": "registry"}],
    }


def test_an_empty_catalogue_has_one_page(admin: Api) -> None:
    meta = admin.get(CATALOGUE).json["meta"]
    assert meta == {"numPages": 1, "page": 1, "perPage": 100, "total": 0}


@pytest.mark.parametrize("query", ["page=2", "page=0", "page=x", "perPage=1001", "cursor=a"])
def test_the_catalogue_refuses_pages_that_there_are_not(admin: Api, query: str) -> None:
    assert admin.get(f"{CATALOGUE}?{query}").faults == [(f"?{query.split('=')[0]}", "parameter")]
