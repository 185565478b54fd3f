"""ETags: If-Match and If-None-Match on every door (RFC 9110, section 13)."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.models import Change
from profiles.models import Source
from tests import examples, factories
from tests.clients import Answer, Api
from tests.kept import KeptSource

STALE = '"stale"'
CARD = {"type": "paymentMethod", "data": {"value": "Visa"}}
SOURCE = {"type": "registry", "name": "Changed"}
PROFILE = {**examples.PROVIDER, "description": "Changed"}
DEFINITION = {**examples.PROVIDER_OFFICE, "description": "Changed"}

Write = tuple[str, str, str, Any]
"""The address of what has the ETag; method, address and body of a write that changes it."""

PROVIDER = "resources/provider/ada"
OFFICE = "resources/office/west"
LINK = "relationships/provider-office/ada.west"
CARDS = f"{OFFICE}/alternativePaymentMethods"

WRITES: list[Write] = [
    (PROVIDER, "PUT", PROVIDER, {"data": {"name": "B"}}),
    (PROVIDER, "PATCH", PROVIDER, {"data": {"name": "B"}}),
    (PROVIDER, "PATCH", PROVIDER, [{"op": "add", "path": "/data/name", "value": "B"}]),
    (PROVIDER, "DELETE", PROVIDER, None),
    (OFFICE, "PUT", f"{CARDS}/visa", {**CARD, "data": {}}),
    (OFFICE, "POST", CARDS, CARD),
    (OFFICE, "DELETE", f"{CARDS}/visa", None),
    (LINK, "PUT", LINK, {"data": {"effective": {}}}),
    (LINK, "PATCH", LINK, {"data": {"effective": {}}}),
    (LINK, "DELETE", LINK, None),
    ("profiles/provider", "PUT", "profiles/provider", PROFILE),
    ("profiles/unused", "DELETE", "profiles/unused", None),
    (
        "relationship-definitions/provider-office",
        "PUT",
        "relationship-definitions/provider-office",
        DEFINITION,
    ),
    (
        "relationship-definitions/unused",
        "DELETE",
        "relationship-definitions/unused",
        None,
    ),
    ("/catalog/v1/sources/empty", "PUT", "/catalog/v1/sources/empty", SOURCE),
    ("/catalog/v1/sources/empty", "DELETE", "/catalog/v1/sources/empty", None),
]
NAMES = [f"{method} {path}" for _, method, path, _ in WRITES]

every_write = pytest.mark.parametrize("write", WRITES, ids=NAMES)


def store() -> Source:
    """Something behind every door."""
    source = factories.clinic()
    api = Api(factories.make_key("admin"), source.key)
    api.put(PROVIDER, {"data": {"name": "A"}})
    cards = {"alternativePaymentMethods": [{**CARD, "id": "visa"}]}
    api.put(OFFICE, {"data": {}, "contained": cards})
    api.put(LINK, {})
    api.put("profiles/unused", {"properties": {}})
    ends = {
        "from": {"profileKey": "provider", "includeKey": "a", "includeCardinality": "0:*"},
        "to": {"profileKey": "office", "includeKey": "b", "includeCardinality": "0:*"},
    }
    api.put("relationship-definitions/unused", ends)
    api.put("/catalog/v1/sources/empty", {"type": "registry"})
    return source


STORED = KeptSource(store)


@pytest.fixture
def stored(db: None) -> Api:
    return Api(factories.make_key("admin"), STORED().key)


def do(api: Api, write: Write, **headers: str) -> Answer:
    _, method, path, body = write
    return api.send(method, path, body, **headers)


@every_write
def test_if_match_lets_the_current_etag_pass(stored: Api, write: Write) -> None:
    etag = stored.get(write[0]).etag
    assert do(stored, write, if_match=etag).status in (200, 201, 204)


@every_write
def test_if_match_refuses_another_etag(stored: Api, write: Write) -> None:
    before = stored.get(write[0])
    answer = do(stored, write, if_match=STALE)
    assert answer.error == (412, "FAILED_PRECONDITION")
    after = stored.get(write[0])
    assert (after.text, after.etag) == (before.text, before.etag)


@every_write
def test_of_two_that_read_the_same_etag_one_writes(stored: Api, write: Write) -> None:
    etag = stored.get(write[0]).etag
    assert do(stored, write, if_match=etag).status in (200, 201, 204)
    assert do(stored, write, if_match=etag).status in (404, 412)


@every_write
def test_if_match_any_lets_what_is_there_pass(stored: Api, write: Write) -> None:
    assert do(stored, write, if_match="*").status in (200, 201, 204)


@every_write
def test_one_of_several_etags_is_enough(stored: Api, write: Write) -> None:
    etag = stored.get(write[0]).etag
    assert do(stored, write, if_match=f'{STALE} , {etag},"x"').status in (200, 201, 204)


@every_write
def test_a_weak_etag_never_matches(stored: Api, write: Write) -> None:
    """RFC 9110, section 13.1.1: If-Match compares strongly."""
    etag = stored.get(write[0]).etag
    assert do(stored, write, if_match=f"W/{etag}").status == 412


@every_write
@pytest.mark.parametrize("text", ["abc", '"abc', "", '"a" "b"', "*,*", "'a'"])
def test_what_is_no_etag_is_a_400(stored: Api, write: Write, text: str) -> None:
    before = stored.get(write[0]).text
    assert do(stored, write, if_match=text).error == (400, "INVALID_ARGUMENT")
    assert stored.get(write[0]).text == before


@every_write
def test_the_answer_to_a_write_has_the_new_etag(stored: Api, write: Write) -> None:
    before = stored.get(write[0]).etag
    answer = do(stored, write)
    if write[1] == "DELETE" and write[0] != OFFICE:
        assert "ETag" not in answer.headers
    else:
        assert answer.etag == stored.get(write[0]).etag != before


NEW_CARD = f"{CARDS}/{{}}"
NEW: list[tuple[str, str, Any]] = [
    ("PUT", "resources/provider/{}", {"data": {}}),
    ("PUT", "relationships/provider-office/ada.{}", {}),
    ("PUT", NEW_CARD, CARD),
    ("PUT", "profiles/{}", {"properties": {}}),
    ("PUT", "/catalog/v1/sources/{}", {"type": "registry"}),
]


@pytest.mark.parametrize("sent", ['"x"', "*"])
@pytest.mark.parametrize(("method", "path", "body"), [new for new in NEW if new[1] != NEW_CARD])
def test_if_match_never_creates(stored: Api, method: str, path: str, body: Any, sent: str) -> None:
    stored.put("resources/office/new", {"data": {}})
    address = path.format("new")
    assert stored.send(method, address, body, if_match=sent).status == 412
    assert stored.get(address).status == 404


def test_if_match_adds_a_contained_resource_to_the_root_that_was_read(stored: Api) -> None:
    assert stored.put(NEW_CARD.format("new"), CARD, if_match=STALE).status == 412
    etag = stored.get(OFFICE).etag
    assert stored.put(NEW_CARD.format("new"), CARD, if_match=etag).status == 201


@pytest.mark.parametrize(("method", "path", "body"), NEW)
def test_if_none_match_any_creates_and_never_replaces(
    stored: Api, method: str, path: str, body: Any
) -> None:
    stored.put("resources/office/new", {"data": {}})
    address = path.format("new")
    assert stored.send(method, address, body, if_none_match="*").status == 201
    etag = stored.get(address).etag
    answer = stored.send(method, address, body, if_none_match="*")
    assert answer.error == (412, "FAILED_PRECONDITION")
    assert stored.get(address).etag == etag


def test_if_none_match_any_deletes_no_contained_resource(stored: Api) -> None:
    assert stored.delete(f"{CARDS}/visa", if_none_match="*").status == 412
    assert stored.get(f"{CARDS}/visa").status == 200


@every_write
def test_if_none_match_refuses_the_etags_that_it_names(stored: Api, write: Write) -> None:
    """RFC 9110, section 13.1.2: 412 for any method but GET and HEAD, and compared weakly."""
    etag = stored.get(write[0]).etag
    for sent in (etag, f"W/{etag}", f"{STALE}, {etag}"):
        assert do(stored, write, if_none_match=sent).error == (412, "FAILED_PRECONDITION")
    assert stored.get(write[0]).etag == etag
    assert do(stored, write, if_none_match=STALE).status in (200, 201, 204)


READ = [
    PROVIDER,
    f"{CARDS}/visa",
    LINK,
    "profiles/provider",
    "profiles/provider/schema",
    "relationship-definitions/provider-office",
    "/catalog/v1/sources/empty",
]


@pytest.mark.parametrize("path", READ)
def test_a_client_that_has_it_already_gets_a_304(stored: Api, path: str) -> None:
    etag = stored.get(path).etag
    for known in (etag, f"W/{etag}", "*", f'"x", {etag}'):
        answer = stored.get(path, if_none_match=known)
        assert (answer.status, answer.text, answer.etag) == (304, "", etag)


@pytest.mark.parametrize("path", READ)
def test_a_client_that_has_an_older_one_gets_it(stored: Api, path: str) -> None:
    answer = stored.get(path, if_none_match=STALE)
    assert (answer.status, answer.text) == (200, stored.get(path).text)


@pytest.mark.parametrize("path", READ)
def test_what_is_no_etag_is_a_400_for_a_reader_too(stored: Api, path: str) -> None:
    assert stored.get(path, if_none_match="abc").error == (400, "INVALID_ARGUMENT")


def test_a_304_follows_the_root_for_a_contained_resource(stored: Api) -> None:
    etag = stored.get(f"{CARDS}/visa").etag
    stored.patch(OFFICE, {"data": {"name": "B"}})
    assert stored.get(f"{CARDS}/visa", if_none_match=etag).status == 200


CYCLES: dict[str, tuple[str, Any]] = {
    PROVIDER: (PROVIDER, {"data": {"name": "A"}}),
    LINK: (LINK, {}),
    "profiles/unused": ("profiles/unused", {"properties": {}}),
    "/catalog/v1/sources/empty": ("/catalog/v1/sources/empty", {"type": "registry"}),
}


@pytest.mark.parametrize("path", list(CYCLES))
def test_an_etag_never_comes_again_after_delete_and_create(stored: Api, path: str) -> None:
    if path == PROVIDER:
        stored.delete(LINK)
    address, body = CYCLES[path]
    seen = [stored.get(address).etag]
    for _ in range(3):
        assert stored.delete(address).status in (200, 204)
        seen.append(stored.put(address, body).etag)
    assert len(set(seen)) == 4
    assert stored.put(address, body, if_match=seen[0]).status == 412


def test_an_etag_differs_between_records(api: Api) -> None:
    etags = {api.put(f"resources/provider/p{n}", {"data": {}}).etag for n in range(5)}
    assert len(etags) == 5


UNCHANGED: list[tuple[str, Any, Any]] = [
    (PROVIDER, '{"data":{"name":"A"}}', '{ "data" : {"n\\u0061me":"\\u0041"} }'),
    (
        PROVIDER,
        {"data": {"practiceNumber": 1, "name": "A"}},
        {"data": {"name": "A", "practiceNumber": 1}},
    ),
    (PROVIDER, {"data": {"practiceNumber": 1000}}, '{"data":{"practiceNumber":1e3}}'),
    (PROVIDER, {"data": {"name": "A"}}, {"data": {"name": "A", "practiceNumber": None}}),
    (PROVIDER, {"data": {"name": "A"}}, {"data": {"name": "A"}, "contained": {}, "meta": {}}),
    (PROVIDER, {"data": {}, "meta": {"identifier": [{"value": "1"}]}}, {"data": {}}),
    (LINK, {"data": {"effective": {}}}, {"data": {"effective": {"start": None}}}),
    (
        OFFICE,
        {"data": {}, "contained": {"primaryPaymentMethod": [{**CARD, "id": "v"}]}},
        {
            "data": {},
            "contained": {
                "primaryPaymentMethod": [{**CARD, "id": "office/west/primaryPaymentMethod/v"}]
            },
        },
    ),
]


@pytest.mark.parametrize(("path", "first", "second"), UNCHANGED)
def test_a_put_that_changes_nothing_keeps_the_version_and_writes_no_change(
    stored: Api, path: str, first: Any, second: Any
) -> None:
    before = stored.put(path, first)
    changes = Change.objects.count()
    answer = stored.put(path, second)
    assert (answer.status, answer.etag) == (200, before.etag)
    assert stored.get(path).etag == before.etag
    assert Change.objects.count() == changes


CHANGED: list[tuple[str, Any, Any]] = [
    (PROVIDER, {"data": {"name": ""}}, {"data": {}}),
    (PROVIDER, {"data": {"specialities": []}}, {"data": {}}),
    (PROVIDER, {"data": {"specialities": ["a", "b"]}}, {"data": {"specialities": ["b", "a"]}}),
    (PROVIDER, '{"data":{"practiceNumber":1}}', '{"data":{"practiceNumber":1.0}}'),
    (PROVIDER, {"data": {"name": "é"}}, {"data": {"name": "e\u0301"}}),
    (PROVIDER, {"data": {}}, {"data": {}, "meta": {"identifier": [{"value": "1"}]}}),
    (PROVIDER, {"data": {}}, {"data": {}, "meta": {"createdAt": "2001-01-01T00:00:00Z"}}),
    (OFFICE, {"data": {}}, {"data": {}, "contained": {"primaryPaymentMethod": []}}),
]


@pytest.mark.parametrize(("path", "first", "second"), CHANGED)
def test_a_put_that_changes_anything_is_a_new_version(
    stored: Api, path: str, first: Any, second: Any
) -> None:
    before = stored.put(path, first).resource["meta"]["version"]
    changes = Change.objects.count()
    answer = stored.put(path, second)
    assert answer.resource["meta"]["version"] == before + 1
    assert Change.objects.count() == changes + 1


def test_a_precondition_is_judged_even_if_nothing_would_change(stored: Api) -> None:
    assert stored.put(PROVIDER, {"data": {"name": "A"}}, if_match=STALE).status == 412
