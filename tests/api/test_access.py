"""Who may do what: keys, roles, limits, staff, throttling."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from profiles.access import Role
from profiles.api.authentication import FAILURES_A_MINUTE
from profiles.exact import encode
from profiles.models import ApiKey, Source, SourceRole
from tests import examples, factories
from tests.clients import Answer, Api

REGISTRY = {"type": "registry"}
CARD = {"type": "paymentMethod", "data": {}}
LINK = "relationships/provider-office/ada.west"
DEFINITION = "relationship-definitions/provider-office"

READS = [
    "profiles",
    "profiles/provider",
    "profiles/provider/schema",
    "openapi.json",
    "relationship-definitions",
    DEFINITION,
    "resources/provider",
    "resources/provider/ada",
    "resources/office/west/primaryPaymentMethod/visa",
    "relationships/provider-office",
    LINK,
]
RECORD_WRITES: list[tuple[str, str, Any]] = [
    ("POST", "resources/provider", {"data": {}}),
    ("PUT", "resources/provider/ada", {"data": {}}),
    ("PATCH", "resources/provider/ada", {}),
    ("POST", "resources/office/west/alternativePaymentMethods", CARD),
    ("PUT", "resources/office/west/alternativePaymentMethods/a", CARD),
    ("DELETE", "resources/office/west/primaryPaymentMethod/visa", None),
    ("PUT", LINK, {}),
    ("PATCH", LINK, {}),
    ("DELETE", LINK, None),
    ("POST", "relationships/provider-office", {}),
    ("DELETE", "resources/provider/ada", None),
]
DEFINITION_WRITES: list[tuple[str, str, Any]] = [
    ("PUT", "profiles/provider", examples.PROVIDER),
    ("DELETE", "profiles/provider", None),
    ("PUT", DEFINITION, examples.PROVIDER_OFFICE),
    ("DELETE", DEFINITION, None),
    ("PUT", "/catalog/v1/sources/{source}", REGISTRY),
    ("DELETE", "/catalog/v1/sources/{source}", None),
]
WRITES = RECORD_WRITES + DEFINITION_WRITES
EVERYTHING = [("GET", path, None) for path in [*READS, "/catalog/v1/sources"]] + WRITES


@pytest.fixture
def stored(api: Api, provider: str, office: str) -> Source:
    """A source with a record of each kind."""
    api.put(f"{office}/primaryPaymentMethod/visa", CARD)
    api.put(LINK, {})
    source: Source = Source.objects.get(key=api.source)
    return source


def do(api: Api, method: str, path: str, body: Any = None) -> Answer:
    return api.send(method, path.format(source=api.source), body)


def system(source: Source, role: str, **options: Any) -> Api:
    return Api(factories.make_key(role, **options), source.key)


@pytest.mark.parametrize(("method", "path", "body"), EVERYTHING)
def test_nothing_answers_without_a_key(stored: Source, method: str, path: str, body: Any) -> None:
    answer = do(Api(None, stored.key), method, path, body)
    assert answer.error == (401, "UNAUTHENTICATED")
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["details"] == []


@pytest.mark.parametrize(("method", "path", "body"), EVERYTHING)
def test_nothing_answers_a_wrong_key(stored: Source, method: str, path: str, body: Any) -> None:
    answer = do(Api(f"{'a' * 8}.{'b' * 32}", stored.key), method, path, body)
    assert answer.error == (401, "UNAUTHENTICATED")


@pytest.mark.parametrize("path", ["/healthz", "/readyz", "/docs"])
def test_what_holds_no_data_answers_without_a_key(db: None, path: str) -> None:
    assert Api(None).get(path).status == 200


@pytest.mark.parametrize("path", READS)
@pytest.mark.parametrize("role", ["reader", "writer", "admin"])
def test_every_role_reads(stored: Source, role: str, path: str) -> None:
    assert system(stored, role).get(path).status == 200


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_a_reader_writes_nothing(stored: Source, method: str, path: str, body: Any) -> None:
    answer = do(system(stored, "reader"), method, path, body)
    assert answer.error == (403, "PERMISSION_DENIED")


@pytest.mark.parametrize(("method", "path", "body"), RECORD_WRITES)
@pytest.mark.parametrize("role", ["writer", "admin"])
def test_a_writer_and_an_admin_write_records(
    stored: Source, role: str, method: str, path: str, body: Any
) -> None:
    assert do(system(stored, role), method, path, body).status in (200, 201, 400)


@pytest.mark.parametrize(("method", "path", "body"), DEFINITION_WRITES)
def test_a_writer_writes_no_definitions(stored: Source, method: str, path: str, body: Any) -> None:
    answer = do(system(stored, "writer"), method, path, body)
    assert answer.error == (403, "PERMISSION_DENIED")
    assert "admin" in answer.json["message"]


@pytest.mark.parametrize(("method", "path", "body"), DEFINITION_WRITES)
def test_an_admin_writes_definitions(stored: Source, method: str, path: str, body: Any) -> None:
    assert do(system(stored, "admin"), method, path, body).status in (200, 409)


@pytest.mark.parametrize(("method", "path", "body"), EVERYTHING)
def test_to_a_limited_key_another_source_is_not_there(
    stored: Source, method: str, path: str, body: Any
) -> None:
    own: Source = factories.SourceFactory.create()
    limited = system(stored, "admin", sources=[own])
    answer = do(limited, method, path, body)
    if path == "/catalog/v1/sources":
        assert [row["key"] for row in answer.json["data"]] == [own.key]
        assert answer.json["meta"]["total"] == 1
    else:
        missing = do(Api(factories.make_key("admin"), "nowhere"), "GET", "profiles")
        assert (answer.status, answer.json) == (404, missing.json)


@pytest.mark.parametrize("role", ["reader", "writer", "admin"])
def test_another_source_is_a_404_whatever_the_role(stored: Source, role: str) -> None:
    """A 403 would tell that it is there."""
    limited = system(stored, role, sources=[])
    for method, path, body in WRITES:
        assert do(limited, method, path, body).status == 404


@pytest.mark.parametrize(("method", "path", "body"), RECORD_WRITES)
def test_a_limited_key_writes_in_its_own_source(
    stored: Source, method: str, path: str, body: Any
) -> None:
    limited = system(stored, "writer", sources=[stored])
    assert do(limited, method, path, body).status in (200, 201, 400)


def test_a_limited_key_changes_its_own_source(stored: Source) -> None:
    limited = system(stored, "admin", sources=[stored])
    path = f"/catalog/v1/sources/{stored.key}"
    assert limited.put(path, {**REGISTRY, "name": "Mine"}).status == 200


def test_a_limited_key_creates_no_source(source: Source) -> None:
    limited = system(source, "admin", sources=[source])
    assert limited.put("/catalog/v1/sources/new", REGISTRY).status in (403, 404)
    assert not Source.objects.filter(key="new").exists()


def test_a_limited_key_does_not_bring_its_deleted_source_back(db: None) -> None:
    own: Source = factories.SourceFactory.create()
    limited = system(own, "admin", sources=[own])
    assert limited.delete(f"/catalog/v1/sources/{own.key}").status == 204
    answer = limited.put(f"/catalog/v1/sources/{own.key}", REGISTRY)
    assert answer.error == (403, "PERMISSION_DENIED")


def test_a_key_that_is_limited_to_none_sees_none(source: Source) -> None:
    limited = system(source, "admin", sources=[])
    assert limited.get("/catalog/v1/sources").json["data"] == []


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "Bearer {}"},
        {"Authorization": "bearer {}"},
        {"Authorization": "BEARER   {}"},
        {"X-API-Key": "{}"},
        {"X-Clinia-API-Key": "{}"},
    ],
)
def test_a_key_comes_in_one_of_three_headers(source: Source, headers: dict[str, str]) -> None:
    key = factories.make_key("reader")
    sent = {name: text.format(key) for name, text in headers.items()}
    response = Client(headers=sent).get(f"/sources/{source.key}/v1/profiles")
    assert response.status_code == 200


@pytest.mark.parametrize(
    "headers",
    [
        {"Authorization": "{}"},
        {"Authorization": "Basic {}"},
        {"Authorization": "Api-Key {}"},
        {"Authorization": "Bearer{}"},
        {"Authorization": "Bearer"},
        {"Authorization": ""},
        {"Authorization": "Bearer {} x"},
        {"Api-Key": "{}"},
        {"Authorization": "Bearer wrong", "X-API-Key": "{}"},
    ],
)
def test_a_key_elsewhere_is_no_key(source: Source, headers: dict[str, str]) -> None:
    key = factories.make_key("reader")
    sent = {name: text.format(key) for name, text in headers.items()}
    response = Client(headers=sent).get(f"/sources/{source.key}/v1/profiles")
    assert response.status_code == 401
    assert response["WWW-Authenticate"] == "Bearer"


def test_a_key_in_the_address_is_no_key(source: Source) -> None:
    key = factories.make_key("reader")
    answer = Api(None, source.key).get(f"profiles?api_key={key}")
    assert answer.status == 401


@pytest.mark.parametrize(
    "key",
    ["", "x", ".", "a.b", "é", "a" * 41, f"{'a' * 8}.{'b' * 33}", "0" * 100_000, "\x7f", "%00"],
)
def test_a_malformed_key_is_no_key(source: Source, key: str) -> None:
    assert Api(key, source.key).get("profiles").error == (401, "UNAUTHENTICATED")


def test_a_key_is_compared_to_its_last_character(source: Source) -> None:
    key = factories.make_key("reader")
    other = key[:-1] + ("a" if key[-1] != "a" else "b")
    assert Api(key, source.key).get("profiles").status == 200
    assert Api(other, source.key).get("profiles").status == 401


def test_an_expired_key_is_no_key(source: Source) -> None:
    past = timezone.now() - timedelta(seconds=1)
    assert system(source, "reader", expiry_date=past).get("profiles").status == 401


def test_a_key_that_expires_later_is_one(source: Source) -> None:
    future = timezone.now() + timedelta(minutes=1)
    assert system(source, "reader", expiry_date=future).get("profiles").status == 200


def test_a_revoked_key_is_no_key(source: Source) -> None:
    api = system(source, "reader")
    ApiKey.objects.update(revoked=True)
    assert api.get("profiles").status == 401


def test_a_holder_is_remembered_as_long_as_the_settings_say(
    source: Source, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.KEY_SECONDS = 5
    monkeypatch.setattr("profiles.keys.time.monotonic", lambda: 10.0)
    api = system(source, "reader")
    assert api.get("profiles").status == 200
    ApiKey.objects.update(revoked=True)
    assert api.get("profiles").status == 200
    monkeypatch.setattr("profiles.keys.time.monotonic", lambda: 15.0)
    assert api.get("profiles").status == 401


def test_that_a_key_is_unknown_is_not_remembered(source: Source, settings: Settings) -> None:
    settings.KEY_SECONDS = 10_000
    api = system(source, "reader")
    ApiKey.objects.update(revoked=True)
    assert api.get("profiles").status == 401
    ApiKey.objects.update(revoked=False)
    assert api.get("profiles").status == 200


def test_a_changed_role_holds_for_the_next_request(source: Source) -> None:
    api = system(source, "writer")
    ApiKey.objects.update(role="reader")
    assert api.post("resources/provider", {"data": {}}).status == 403


def test_who_keeps_guessing_is_throttled(source: Source) -> None:
    guesser = Api(f"{'a' * 8}.{'b' * 32}", source.key)
    statuses = [guesser.get("profiles").status for _ in range(FAILURES_A_MINUTE + 1)]
    assert statuses == [401] * FAILURES_A_MINUTE + [429]
    answer = guesser.get("profiles")
    assert answer.error == (429, "RESOURCE_EXHAUSTED")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.parametrize("key", ["x", ""])
def test_who_keeps_sending_malformed_keys_is_throttled_too(source: Source, key: str) -> None:
    guesser = Api(key, source.key)
    for _ in range(FAILURES_A_MINUTE):
        guesser.get("profiles")
    assert guesser.get("profiles").status == 429


def test_a_valid_key_from_a_throttled_address_passes(source: Source) -> None:
    """Many clients may share one address."""
    for _ in range(FAILURES_A_MINUTE + 1):
        Api("x", source.key).get("profiles")
    assert system(source, "reader").get("profiles").status == 200


def test_another_address_is_not_throttled_along(source: Source) -> None:
    for _ in range(FAILURES_A_MINUTE + 1):
        Api("x", source.key).get("profiles")
    client = Client(headers={"X-API-Key": "x"}, REMOTE_ADDR="10.1.1.1")
    assert client.get(f"/sources/{source.key}/v1/profiles").status_code == 401


def test_a_key_has_a_rate_limit_only_if_one_is_set(source: Source) -> None:
    free = system(source, "reader")
    assert {free.get("profiles").status for _ in range(50)} == {200}


def test_a_key_with_a_rate_limit_is_told_when_to_come_again(source: Source) -> None:
    slow = system(source, "reader", rate_limit=3)
    assert [slow.get("profiles").status for _ in range(4)] == [200, 200, 200, 429]
    answer = slow.get("profiles")
    assert answer.error == (429, "RESOURCE_EXHAUSTED")
    assert 0 < int(answer.headers["Retry-After"]) <= 61


def test_every_key_is_counted_for_itself(source: Source) -> None:
    first, second = (system(source, "reader", rate_limit=1) for _ in range(2))
    assert [first.get("profiles").status for _ in range(2)] == [200, 429]
    assert second.get("profiles").status == 200


def test_a_key_with_a_limit_of_none_a_minute_can_do_nothing(source: Source) -> None:
    assert system(source, "reader", rate_limit=0).get("profiles").status == 429


def person(**fields: Any) -> Client:
    """Somebody with a session of the admin, whose requests are checked for CSRF."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(factories.UserFactory.create(**fields))
    return client


def staff(role: Role, source: Source, **fields: Any) -> Client:
    user = factories.UserFactory.create(**fields)
    factories.SourceRoleFactory.create(user=user, source=source, role=role)
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def put(client: Client, source: Source, path: str, body: str, **headers: str) -> int:
    address = f"/sources/{source.key}/v1/{path}"
    response = client.put(address, body, content_type="application/json", headers=headers)
    return response.status_code


def with_token(client: Client) -> dict[str, str]:
    client.get("/admin/login/")
    client.cookies["csrftoken"] = "t" * 32
    return {"X-CSRFToken": "t" * 32}


@pytest.mark.parametrize("fields", [{"is_staff": False}, {}, {"is_active": False}])
def test_who_may_see_nothing_in_the_admin_may_see_nothing_here(
    source: Source, fields: dict[str, bool]
) -> None:
    response = person(**fields).get(f"/sources/{source.key}/v1/profiles")
    assert response.status_code == 401


@pytest.mark.parametrize("fields", [{"is_staff": False}, {"is_active": False}])
def test_somebody_who_is_not_staff_is_nobody_whatever_the_role(
    source: Source, fields: dict[str, bool]
) -> None:
    client = staff(Role.ADMIN, source, **fields)
    assert client.get(f"/sources/{source.key}/v1/profiles").status_code == 401


def test_a_viewer_of_a_source_reads(source: Source) -> None:
    client = staff(Role.READER, source)
    assert client.get(f"/sources/{source.key}/v1/resources/provider").status_code == 200
    token = with_token(client)
    assert put(client, source, "resources/provider/a", '{"data":{}}', **token) == 403


def test_a_steward_of_a_source_writes_records(source: Source) -> None:
    client = staff(Role.WRITER, source)
    token = with_token(client)
    assert put(client, source, "resources/provider/a", '{"data":{}}', **token) == 201
    assert put(client, source, "profiles/a", '{"properties":{}}', **token) == 403


def test_an_owner_of_a_source_writes_definitions_and_creates_no_source(source: Source) -> None:
    client = staff(Role.ADMIN, source)
    token = with_token(client)
    assert put(client, source, "profiles/a", '{"properties":{}}', **token) == 201
    address = "/catalog/v1/sources/new"
    answer = client.put(address, REGISTRY, content_type="application/json", headers=token)
    assert answer.status_code == 404
    assert not Source.objects.filter(key="new").exists()


def test_to_staff_another_source_is_not_there(stored: Source) -> None:
    own: Source = factories.SourceFactory.create()
    client = staff(Role.ADMIN, own)
    token = with_token(client)
    for method, path, body in EVERYTHING:
        answers = []
        for key in (stored.key, "nowhere"):
            address = path.format(source=key)
            address = address if path.startswith("/") else f"/sources/{key}/v1/{address}"
            raw = b"" if body is None else encode(body)
            response = client.generic(method, address, raw, "application/json", headers=token)
            answers.append((response.status_code, response.content))
        assert answers[0] == answers[1]
        assert stored.key not in answers[0][1].decode()
        assert answers[0][0] == (200 if path == "/catalog/v1/sources" else 404)


def test_the_role_of_one_source_is_not_that_of_another(source: Source) -> None:
    other = factories.clinic()
    client = staff(Role.ADMIN, other)
    SourceRole.objects.create(
        user=SourceRole.objects.get().user, source=source, role=Role.READER.value
    )
    token = with_token(client)
    assert put(client, source, "resources/provider/a", '{"data":{}}', **token) == 403
    assert put(client, other, "resources/provider/a", '{"data":{}}', **token) == 201


def test_a_role_that_was_revoked_ends_with_the_request(source: Source) -> None:
    client = staff(Role.READER, source)
    address = f"/sources/{source.key}/v1/profiles"
    assert client.get(address).status_code == 200
    SourceRole.objects.all().delete()
    assert client.get(address).status_code == 401


def test_a_superuser_writes_definitions(source: Source) -> None:
    client = person(is_superuser=True)
    assert put(client, source, "profiles/a", '{"properties":{}}', **with_token(client)) == 201


def test_a_session_writes_nothing_without_a_csrf_token(source: Source) -> None:
    """A page of somebody else could make the browser send it."""
    client = person(is_superuser=True)
    assert put(client, source, "profiles/a", '{"properties":{}}') == 403
    wrong = {"X-CSRFToken": "u" * 32}
    with_token(client)
    assert put(client, source, "profiles/a", '{"properties":{}}', **wrong) == 403
    assert not Source.objects.get().profile_set.filter(key="a").exists()


def test_a_key_needs_no_csrf_token(source: Source) -> None:
    client = Client(enforce_csrf_checks=True, headers={"X-API-Key": factories.make_key("admin")})
    assert put(client, source, "profiles/a", '{"properties":{}}') == 201


def test_a_wrong_key_is_refused_beside_a_session(source: Source) -> None:
    client = person(is_superuser=True)
    address = f"/sources/{source.key}/v1/profiles"
    assert client.get(address, headers={"X-API-Key": "x"}).status_code == 401
