"""The one shape of every error, whatever went wrong, and nothing in it that leaks."""

from __future__ import annotations

import gzip
import json
from typing import Any

import pytest
from django.db import OperationalError
from django.test import Client
from pytest_django import Settings

from ingestion import single
from ingestion.models import Change, Receipt
from profiles.faults import MOST_FAULTS, ErrorType
from profiles.models import Profile, Source
from tests import examples, factories
from tests.api.conftest import Profiled
from tests.clients import Answer, Api

FAULT_MEMBERS = {"type", "path", "rule", "expected", "scope", "message"}


def assert_error(answer: Answer, status: int, type: str) -> None:
    """The shape of design.md, section 4."""
    assert answer.status == status, answer.text
    assert answer.headers["Content-Type"] == "application/json"
    body = answer.json
    assert list(body) == ["code", "type", "message", "details"]
    assert (body["code"], body["type"]) == (status, type)
    assert body["message"]
    for fault in body["details"]:
        assert {"type", "path", "rule", "message"} <= fault.keys() <= FAULT_MEMBERS
        assert fault["type"] in set(ErrorType)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/nothing",
        "/sources",
        "/sources/x",
        "/sources/x/v1",
        "/sources/x/v2/profiles",
        "/sources/x/v1/resources",
        "/sources/x/v1/resources/",
        "/catalog/v1/sources/",
        "/sources//v1/profiles",
        "//",
        "/healthz/",
        "/%00",
        "/sources/x/v1/profiles%0A",
        "/é",
    ],
)
@pytest.mark.parametrize("key", [True, False])
def test_a_404_of_the_router(db: None, path: str, key: bool) -> None:
    api = Api(factories.make_key("admin") if key else None)
    assert_error(api.get(path), 404, "NOT_FOUND")


@pytest.mark.parametrize("path", ["profiles/", "resources/provider/", "resources/provider/a/"])
def test_a_slash_at_the_end_is_another_address(api: Api, path: str) -> None:
    assert_error(api.get(path), 404, "NOT_FOUND")


@pytest.mark.parametrize("method", ["GET", "PUT", "PATCH", "DELETE", "POST"])
@pytest.mark.parametrize(
    "path",
    [
        "/sources/%00/v1/profiles/a",
        "/sources/%00/v1/resources/a/b",
        "/catalog/v1/sources/%00",
        "profiles/%00",
        "profiles/%00/schema",
        "relationship-definitions/%00",
        "resources/%00",
        "resources/%00/a",
        "resources/provider/%00",
        "resources/provider/a:%00",
        "resources/office/%00/primaryPaymentMethod/a",
        "resources/office/a/primaryPaymentMethod/%00",
        "resources/office/a/%00",
        "relationships/%00",
        "relationships/provider-office/%00",
    ],
)
def test_nothing_is_named_by_nul(api: Api, method: str, path: str) -> None:
    answer = api.send(method, path, {"data": {}, "properties": {}, "type": "registry"})
    if answer.status != 405:
        assert_error(answer, 404, "NOT_FOUND")


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "/catalog/v1/sources", "GET, HEAD"),
        ("PATCH", "/catalog/v1/sources/x", "GET, PUT, DELETE, HEAD"),
        ("POST", "profiles", "GET, HEAD"),
        ("PATCH", "profiles/provider", "GET, PUT, DELETE, HEAD"),
        ("PUT", "profiles/provider/schema", "GET, HEAD"),
        ("POST", "relationship-definitions", "GET, HEAD"),
        ("PUT", "resources/provider", "GET, POST, HEAD"),
        ("DELETE", "resources/provider", "GET, POST, HEAD"),
        ("POST", "resources/provider/a", "GET, PUT, PATCH, DELETE, HEAD"),
        ("GET", "resources/office/a/cards", "POST"),
        ("PATCH", "resources/office/a/cards/b", "GET, PUT, DELETE, HEAD"),
        ("DELETE", "relationships/provider-office", "GET, POST, HEAD"),
        ("POST", "relationships/provider-office/a.b", "GET, PUT, PATCH, DELETE, HEAD"),
        ("OPTIONS", "resources/provider", "GET, POST, HEAD"),
        ("TRACE", "resources/provider", "GET, POST, HEAD"),
        ("BREW", "resources/provider", "GET, POST, HEAD"),
        ("TRACE", "resources/provider?perPage=100", "GET, POST, HEAD"),
        ("POST", "profiles?page=1", "GET, HEAD"),
    ],
)
def test_a_method_that_there_is_not(api: Api, method: str, path: str, allowed: str) -> None:
    answer = api.send(method, path, {})
    assert_error(answer, 405, "METHOD_NOT_ALLOWED")
    assert set(answer.headers["Allow"].split(", ")) == set(allowed.split(", "))
    told = answer.json["message"].removeprefix(f"{method} is not allowed here, only ")
    assert set(told.removesuffix(".").split(", ")) == set(allowed.split(", "))


@pytest.mark.parametrize(
    "accept", ["text/html", "application/xml", "garbage", "", "application/vnd.api+json", "text/*"]
)
def test_an_accept_header_that_excludes_json(api: Api, provider: str, accept: str) -> None:
    assert_error(api.get(provider, accept=accept), 406, "NOT_ACCEPTABLE")
    answer = api.put(provider, {"data": {}}, accept=accept)
    assert_error(answer, 406, "NOT_ACCEPTABLE")
    assert api.get(provider).json["data"]["name"] == "Ada", "nothing was written"


@pytest.mark.parametrize(
    "accept",
    [
        "*/*",
        "application/*",
        "application/json",
        "text/html, application/json;q=0.1",
        "application/json; charset=utf-8",
    ],
)
def test_an_accept_header_that_allows_json(api: Api, provider: str, accept: str) -> None:
    answer = api.get(provider, accept=accept)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/json"


BODIES: list[tuple[str, str]] = [
    ("PUT", "/catalog/v1/sources/x"),
    ("PUT", "profiles/provider"),
    ("PUT", "relationship-definitions/provider-office"),
    ("POST", "resources/provider"),
    ("PUT", "resources/provider/ada"),
    ("PATCH", "resources/provider/ada"),
    ("POST", "resources/office/west/primaryPaymentMethod"),
    ("PUT", "resources/office/west/primaryPaymentMethod/a"),
    ("POST", "relationships/provider-office"),
    ("PUT", "relationships/provider-office/ada.west"),
    ("PATCH", "relationships/provider-office/ada.west"),
]
every_door = pytest.mark.parametrize(("method", "path"), BODIES)


@pytest.mark.parametrize(
    "content_type",
    [
        "text/plain",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/xml",
        "application/json5",
        "garbage",
        "",
    ],
)
@every_door
def test_a_body_that_says_that_it_is_not_json(
    api: Api, method: str, path: str, content_type: str
) -> None:
    answer = api.send(method, path, '{"data":{}}', content_type=content_type)
    assert_error(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
    patches = ", application/json-patch+json, application/merge-patch+json"
    known = f"application/json{patches if method == 'PATCH' else ''}"
    assert answer.json["message"] == f"Content-Type must be one of: {known}."


@every_door
def test_a_body_that_says_that_it_is_packed(api: Api, method: str, path: str) -> None:
    packed = gzip.compress(b'{"data":{}}')
    answer = api.send(method, path, packed, content_encoding="gzip")
    assert_error(answer, 415, "UNSUPPORTED_MEDIA_TYPE")
    assert api.send(method, path, '{"data":', content_encoding="identity").status == 400


NO_JSON: list[bytes] = [
    b"",
    b" ",
    b"{",
    b"}",
    b"data",
    b"{'data':{}}",
    b'{"data":{}',
    b'{"data":{}}}',
    b'{"data":{}} {}',
    b'{"data":{},}',
    b'{"data":[1,]}',
    b'{"data":{}}\x00',
    b'{"data":/**/{}}',
    b"{data:{}}",
    b'{"data":"\x01"}',
    b'{"data":"\n"}',
    b'{"data":"\\x41"}',
    b'{"data":"\\u12"}',
    b'{"data":01}',
    b'{"data":+1}',
    b'{"data":.5}',
    b'{"data":1.}',
    b'{"data":1e}',
    b'{"data":-}',
    b'{"data":0x1}',
    b'{"data":NaN}',
    b'{"data":nan}',
    b'{"data":Infinity}',
    b'{"data":-Infinity}',
    b'{"data":True}',
    b'{"data":undefined}',
    b'\xef\xbb\xbf{"data":{}}',
    '{"data":{}}'.encode("utf-16"),
    b'{"data":"\xff"}',
    b'{"data":"\xc3"}',
    b'{"data":"\xc0\xaf"}',
    b'{"data":"\xed\xa0\x80"}',
    b'{"\xff":1}',
    b'{"data":"\\ud800"}',
    b'{"data":"\\udc00\\ud800"}',
    b'{"data":"\\ud83dx"}',
    b'{"\\ud800":1}',
    b'{"data":1,"data":2}',
    b'{"data":1,"d\\u0061ta":1}',
    b'{"data":{"a":{"b":1,"b":1}}}',
    b"[" * 1_000 + b"]" * 1_000,
    b'{"data":' * 1_000 + b"{}" + b"}" * 1_000,
    b"[" * 100_000,
    b'{"data":' + b"9" * 5_000 + b"}",
    b'{"data":1e99999999999999999999}',
    b'{"data":-1e-99999999999999999999}',
]


@every_door
def test_what_is_no_json(api: Api, method: str, path: str) -> None:
    """RFC 8259, without duplicate keys, and no deeper than 200 levels."""
    before = Change.objects.count()
    for body in NO_JSON:
        answer = api.send(method, path, body)
        assert_error(answer, 400, "INVALID_ARGUMENT")
        assert answer.faults == [("", "json")], body[:50]
    assert Change.objects.count() == before


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b'{"data":{"name":"secret"', "secret"),
        (b'{"data":{"secret":1,"secret":2}}', "secret"),
        (b'{"data":1e99999999999999999999}', "Internal"),
        (b'{"data":1e99999999999999999999}', "InvalidOperation"),
    ],
)
def test_a_syntax_error_tells_a_place_and_nothing_that_was_sent(
    api: Api, body: bytes, word: str
) -> None:
    answer = api.put("resources/provider/ada", body)
    assert word not in answer.text
    assert "line 1 column" in answer.json["message"]


NUL: list[tuple[str, list[tuple[str, str]]]] = [
    (r'{"data":{"name":"\u0000"}}', [("/data/name", "nul")]),
    (
        r'{"data":{"name":"a\u0000b","specialities":["\u0000"]}}',
        [("/data/name", "nul"), ("/data/specialities/0", "nul")],
    ),
    (r'{"data":{"name":"\\\u0000"}}', [("/data/name", "nul")]),
    (r'{"\u0000":1}', [("/\ufffd", "nul")]),
    (r'{"data":{"a\u0000":1}}', [("/data/a\ufffd", "nul")]),
    (r'{"meta":{"identifier":[{"value":"\u0000"}]}}', [("/meta/identifier/0/value", "nul")]),
]


@pytest.mark.parametrize(("body", "faults"), NUL)
@every_door
def test_a_nul_character_is_refused_at_its_place(
    api: Api, method: str, path: str, body: str, faults: list[tuple[str, str]]
) -> None:
    answer = api.send(method, path, body)
    assert_error(answer, 400, "INVALID_ARGUMENT")
    assert answer.faults == faults


@pytest.mark.parametrize("text", [r"\\u0000", r"a\\u0000b", r"\\\\u0000", r"u0000", r"\\\\\\u0000"])
def test_a_backslash_before_u0000_is_no_nul_character(api: Api, text: str) -> None:
    api.put("resources/provider/ada", f'{{"data":{{"name":"{text}"}}}}')
    assert api.get("resources/provider/ada").json["data"]["name"] == json.loads(f'"{text}"')


@pytest.mark.parametrize(
    "number", ["1e101", "-1e101", "1e-101", "1e400", "1e999999999", "-1e-999999999", "9" * 101]
)
def test_a_number_out_of_range_is_refused_at_its_place(
    api: Api, profiled: Profiled, number: str
) -> None:
    key = profiled({"size": {"type": "decimal"}})
    answer = api.put(f"resources/{key}/one", f'{{"data":{{"size":{number}}}}}')
    assert_error(answer, 400, "INVALID_ARGUMENT")
    assert answer.faults == [("/data/size", "range")]


@pytest.mark.parametrize("number", ["1e101", "1e999999999", "1e-999999999", "9" * 4_000])
def test_a_number_out_of_range_is_refused_wherever_it_stands(api: Api, number: str) -> None:
    for method, path in BODIES:
        for body in (f'{{"data":{number}}}', f'{{"data":{{"name":{number}}}}}', number):
            answer = api.send(method, path, body)
            assert answer.status in (400, 404), (method, path, answer.text)


@every_door
def test_a_body_over_the_limit(api: Api, settings: Settings, method: str, path: str) -> None:
    settings.MAX_BODY_BYTES = 100
    answer = api.send(method, path, b" " * 101)
    assert_error(answer, 413, "CONTENT_TOO_LARGE")
    answer = api.send(method, path, b" " * 100)
    assert_error(answer, 400, "INVALID_ARGUMENT")


def test_a_body_as_large_as_the_limit_is_taken(api: Api, settings: Settings) -> None:
    settings.MAX_BODY_BYTES = 1_000_000
    frame = '{"data":{"name":""}}'
    name = "é" * ((settings.MAX_BODY_BYTES - len(frame)) // 2)
    body = f'{{"data":{{"name":"{name}"}}}}'.encode()
    assert api.put("resources/provider/ada", body).status == 201
    assert api.get("resources/provider/ada").json["data"]["name"] == name
    assert_error(api.put("resources/provider/ada", body + b"   "), 413, "CONTENT_TOO_LARGE")


def test_a_large_body_is_read_no_further_than_the_limit(api: Api) -> None:
    assert_error(api.put("resources/provider/ada", b" " * 5_000_000), 413, "CONTENT_TOO_LARGE")


def test_messages_repeat_no_value_that_was_sent(api: Api, profiled: Profiled) -> None:
    rules = [{"max": 3, "pattern": "^a", "enum": ["abc"]}]
    key = profiled({"name": {"type": "symbol", "rules": rules}, "born": {"type": "date"}})
    secret = "zzz-secret"
    body = {"data": {"name": secret, "born": secret}, "id": secret + "!", "meta": secret}
    for answer in (
        api.put(f"resources/{key}/one", body),
        api.post(f"resources/{key}", {"data": secret, "meta": {"identifier": [{"use": secret}]}}),
        api.post("relationships/provider-office", {"from": secret, "to": {"id": secret + "!"}}),
    ):
        assert answer.status == 400
        assert secret not in answer.text


def bug(*args: Any, **kwargs: Any) -> None:
    raise ZeroDivisionError("zzz-secret")


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch, api: Api) -> Api:
    """A system that asks while the write path has a bug."""
    monkeypatch.setattr(single, "write", bug)
    api.client.raise_request_exception = False
    return api


def test_a_bug_tells_a_request_id_and_no_detail(broken: Api) -> None:
    answer = broken.put("resources/provider/ada", {"data": {"name": "zzz-secret"}})
    assert_error(answer, 500, "INTERNAL")
    assert "zzz" not in answer.text
    assert "ZeroDivision" not in answer.text
    assert "Its id is " in answer.json["message"]


def test_a_bug_leaves_nothing_behind(broken: Api) -> None:
    broken.put("resources/provider/ada", {"data": {}})
    assert not Change.objects.exists()
    assert not Receipt.objects.exists()


def test_a_database_that_goes_away_during_a_write_is_no_bug(
    api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lose_connection(*_: Any, **__: Any) -> None:
        raise OperationalError("zzz-host does not answer")

    monkeypatch.setattr(single, "write", lose_connection)
    answer = api.put("resources/provider/ada", {"data": {}})
    assert_error(answer, 503, "UNAVAILABLE")
    assert answer.headers["Retry-After"] == "1"
    assert "zzz" not in answer.text


def test_countless_faults_make_no_large_answer_and_receipt(api: Api, profiled: Profiled) -> None:
    """Each names what there is: of a body of some kilobytes that was more than jsonb holds."""
    codes = [f"code-{number:03}" for number in range(300)]
    rules = [{"enum": codes}]
    profile = profiled({"a": {"type": "array", "items": {"type": "code", "rules": rules}}})
    answer = api.put(f"resources/{profile}/x", {"data": {"a": ["x"] * 5_000}})
    assert_error(answer, 400, "INVALID_ARGUMENT")
    assert len(answer.json["details"]) == MOST_FAULTS
    assert len(answer.text) < 500_000
    assert Receipt.objects.get().error == answer.json


def test_a_404_in_the_admin_is_a_page(admin_client: Client) -> None:
    response = admin_client.get("/admin/nothing/")
    assert response.status_code == 404
    assert response["Content-Type"].startswith("text/html")


def test_types_and_codes_are_those_of_the_design() -> None:
    assert {type.value: type.status for type in ErrorType} == {
        "INVALID_ARGUMENT": 400,
        "UNAUTHENTICATED": 401,
        "PERMISSION_DENIED": 403,
        "NOT_FOUND": 404,
        "METHOD_NOT_ALLOWED": 405,
        "NOT_ACCEPTABLE": 406,
        "ALREADY_EXISTS": 409,
        "FAILED_PRECONDITION": 409,
        "CONTENT_TOO_LARGE": 413,
        "UNSUPPORTED_MEDIA_TYPE": 415,
        "RESOURCE_EXHAUSTED": 429,
        "INTERNAL": 500,
        "UNAVAILABLE": 503,
    }


def test_a_fault_says_what_was_expected(api: Api) -> None:
    answer = api.put("resources/provider/ada", {"data": {"practiceNumber": "x"}})
    assert answer.json == {
        "code": 400,
        "type": "INVALID_ARGUMENT",
        "message": "1 fault in the resource.",
        "details": [
            {
                "type": "INVALID_ARGUMENT",
                "path": "/data/practiceNumber",
                "rule": "type",
                "expected": "integer",
                "message": "Must be a whole number.",
            }
        ],
    }


def test_a_place_is_a_json_pointer(api: Api) -> None:
    answer = api.put("resources/provider/ada", {"data": {"a/b~c": 1, "": 1, "é": 1}})
    assert {path for path, _ in answer.faults} == {"/data/a~1b~0c", "/data/", "/data/é"}


def test_a_refused_definition_leaves_nothing_behind(api: Api, source: Source) -> None:
    source.refresh_from_db()
    version = source.contract_version
    api.put("profiles/provider", {**examples.PROVIDER, "colour": "red"})
    source.refresh_from_db()
    assert source.contract_version == version
    assert Profile.objects.get(key="provider").version == 1
