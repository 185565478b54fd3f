"""Every endpoint refuses as the OpenAPI document says, with the error that it shows."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import OperationalError

from ingestion.openapi import examples as records
from ingestion.openapi import subscription_examples as subscriptions
from profiles import examples as definitions
from profiles.sources import save_source
from relationships.openapi import examples as links
from tests import factories
from tests.clients import Api
from tests.describing import KEYED, OPERATIONS, Operation, same_each_time

MISSING = {
    "source": {},
    "profile": {"profile": "missing", "type": "missing"},
    "resource": {"id": "urn:missing:1"},
    "containedResource": {"containKey": "alternativePaymentMethods/missing/inner"},
    "relationshipDefinition": {"definition": "missing"},
    "relationship": {"relationshipId": "no-id"},
    "task": {"id": "bk_missing"},
    "operation": {"operationId": "missing"},
    "subscription": {"subscription": "missing"},
    "deadLetter": {"deadLetterId": "missing"},
    "version": {"version": "missing"},
}
"""What to write into a path so that there is no such thing. A source is there, but not to see."""

MISSING_IN_ROOT = {**MISSING, "resource": {"id": "missing"}}
"""The same for a contained resource, whose root is named by its id only."""


def those_with(status: str) -> list[Operation]:
    """The operations that may answer a status. One test asks all: a refusal changes nothing."""
    return [operation for operation in KEYED if status in operation.described["responses"]]


def last_operation(api: Api, operation: Operation) -> dict[str, str]:
    """What to write into a path that names an operation of history."""
    if "{operationId}" not in operation.path:
        return {}
    listed = operation.address().partition("/operations/")[0]
    return {"operationId": api.get(f"{listed}/operations").json["data"][0]["operationId"]}


@pytest.fixture
def clinic(db: None) -> Api:
    """The source of the running example with its definitions and records, and an admin's key."""
    save_source("clinic", definitions.SOURCE_BODY, actor="test")
    api = Api(factories.make_key("admin"), "clinic")
    for key, body in definitions.PROFILES.items():
        api.put(f"profiles/{key}", body)
    api.put("relationship-definitions/provider-office", links.PROVIDER_OFFICE)
    api.post("resources/provider", records.PROVIDER_WITH_ID)
    api.put(f"resources/office/{records.OFFICE_ID}", records.OFFICE_BODY)
    api.post("relationships/provider-office", links.BODY)
    api.put("subscriptions/crm", subscriptions.BODY)
    return api


def test_without_a_key_there_is_no_answer(subtests: pytest.Subtests, db: None) -> None:
    for operation in KEYED:
        with subtests.test(operation.id):
            answer = operation.send(Api(None), operation.first_body())
            assert (answer.status, answer.json) == (401, operation.examples("401")["noKey"])


def test_an_accept_header_without_json_is_refused(subtests: pytest.Subtests, clinic: Api) -> None:
    for operation in KEYED:
        with subtests.test(operation.id):
            answer = operation.send(clinic, operation.first_body(), Accept="text/html")
            assert (answer.status, answer.json) == (406, operation.examples("406")["accept"])


def test_an_unknown_parameter_is_refused(subtests: pytest.Subtests, clinic: Api) -> None:
    for operation in KEYED:
        with subtests.test(operation.id):
            address = f"{operation.address()}?unknown=1"
            assert operation.send(clinic, operation.first_body(), address).status == 400


def test_another_method_is_refused(subtests: pytest.Subtests, clinic: Api) -> None:
    for operation in KEYED:
        with subtests.test(operation.id):
            answer = clinic.send("TRACE", operation.address())
            assert answer.status == 405
            told = f"TRACE is not allowed here, only {answer.headers['Allow']}."
            example = operation.examples("default")["methodNotAllowed"]
            assert answer.json == {**example, "message": told}
            assert operation.method.upper() in answer.headers["Allow"]


def test_a_key_may_ask_so_often_a_minute(subtests: pytest.Subtests, clinic: Api) -> None:
    hurried = Api(factories.make_key("admin", rate_limit=1))
    hurried.get("/catalog/v1/sources")
    for operation in KEYED:
        with subtests.test(operation.id):
            answer = operation.send(hurried, operation.first_body())
            assert (answer.status, answer.json["type"]) == (429, "RESOURCE_EXHAUSTED")
            assert 0 < int(answer.headers["Retry-After"]) <= 61


def test_a_reader_writes_nothing(subtests: pytest.Subtests, clinic: Api) -> None:
    reader = Api(factories.make_key("reader"))
    for operation in those_with("403"):
        if operation.method == "get":
            continue  # It depends on what is asked.
        with subtests.test(operation.id):
            answer = operation.send(reader, operation.first_body())
            assert answer.status == 403
            assert answer.json in operation.examples("403").values()


def test_what_is_not_there_is_named(subtests: pytest.Subtests, clinic: Api) -> None:
    blind = Api(factories.make_key("admin", sources=[]))
    for operation in those_with("404"):
        with subtests.test(operation.id):
            for what, example in operation.examples("404").items():
                api = blind if what == "source" else clinic
                places = MISSING_IN_ROOT if "{containKey}" in operation.path else MISSING
                address = operation.address(**places[what])
                answer = operation.send(api, operation.first_body(), address)
                assert (answer.status, answer.json) == (404, example), what


def test_nothing_is_named_by_nul(subtests: pytest.Subtests, clinic: Api) -> None:
    for operation in KEYED:
        named = last_operation(clinic, operation)
        for place in (row["name"] for row in operation.parameters if row["in"] == "path"):
            with subtests.test(f"{operation.id} {place}"):
                address = operation.address(**{**named, place: "%00"})
                answer = operation.send(clinic, operation.first_body(), address)
                assert answer.error == (404, "NOT_FOUND")


def test_a_precondition_that_does_not_hold_is_refused(
    subtests: pytest.Subtests, clinic: Api
) -> None:
    for operation in those_with("412"):
        with subtests.test(operation.id):
            address = operation.address(**last_operation(clinic, operation))
            answer = operation.send(clinic, operation.first_body(), address, If_Match='"another"')
            assert answer.status == 412
            assert answer.json in operation.examples("412").values()


def test_a_body_may_be_so_large(subtests: pytest.Subtests, clinic: Api, settings: Any) -> None:
    settings.MAX_BODY_BYTES = settings.MAX_BULK_BYTES = 1_000_000
    for operation in those_with("413"):
        with subtests.test(operation.id):
            answer = operation.send(clinic, b" " * 1_000_001)
            assert (answer.status, answer.json) == (413, operation.examples("413")["body"])


def test_a_body_of_another_media_type_is_refused(subtests: pytest.Subtests, clinic: Api) -> None:
    for operation in those_with("415"):
        with subtests.test(operation.id):
            answer = operation.send(clinic, "a: 1", content_type="application/yaml")
            assert (answer.status, answer.json) == (415, operation.examples("415")["yaml"])


def test_what_the_client_has_is_not_sent_again(subtests: pytest.Subtests, clinic: Api) -> None:
    for operation in those_with("304"):
        with subtests.test(operation.id):
            etag = operation.send(clinic).etag
            assert operation.send(clinic, If_None_Match=etag).status == 304


def test_a_parameter_out_of_range_is_refused_as_shown(clinic: Api) -> None:
    listing = OPERATIONS["listSources"]
    answer = listing.send(clinic, address="/catalog/v1/sources?perPage=0")
    assert answer.json == listing.examples("400")["badParameter"]


def test_an_ill_formed_precondition_is_refused_as_shown(clinic: Api) -> None:
    reading = OPERATIONS["getSource"]
    answer = reading.send(clinic, If_None_Match="no quotes")
    assert answer.json == reading.examples("400")["badPrecondition"]


def test_a_bug_is_answered_as_shown(clinic: Api, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError

    listing = OPERATIONS["listSources"]
    monkeypatch.setattr("profiles.views.catalogue_page", fail)
    clinic.client.raise_request_exception = False
    answer = clinic.get("/catalog/v1/sources")
    assert same_each_time(answer.json) == same_each_time(listing.examples("default")["internal"])


def test_a_database_that_is_away_is_answered_as_shown(
    subtests: pytest.Subtests, clinic: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OperationalError

    monkeypatch.setattr("profiles.api.authentication.recent_holder_of", fail)
    for operation in KEYED:
        with subtests.test(operation.id):
            answer = operation.send(clinic, operation.first_body())
            assert (answer.status, answer.headers["Retry-After"]) == (503, "1")
            assert answer.json == operation.examples("503")["noDatabase"]
