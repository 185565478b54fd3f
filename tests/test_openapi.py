"""The OpenAPI document: it is valid, whole, and the one that was reviewed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, resolve
from drf_spectacular.drainage import GENERATOR_STATS
from openapi_spec_validator import OpenAPIV31SpecValidator

from config.openapi import document
from profiles import examples as profiles
from profiles.faults import ErrorType
from tests.describing import KEYED, OPERATIONS, Operation, fits, resolved, values

SNAPSHOT = Path(__file__).parent.parent / "docs" / "openapi.json"

each = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)


def test_it_is_a_valid_openapi_3_1_document() -> None:
    assert document()["openapi"].startswith("3.1.")
    assert document()["jsonSchemaDialect"] == "https://json-schema.org/draft/2020-12/schema"
    OpenAPIV31SpecValidator(document()).validate()


def test_it_is_made_without_a_warning() -> None:
    document.cache_clear()
    document()
    assert not GENERATOR_STATS


def test_it_is_the_one_that_was_reviewed() -> None:
    reviewed = json.loads(SNAPSHOT.read_text())
    assert reviewed == json.loads(json.dumps(document())), "The API has changed: run make openapi."


def test_it_is_served_as_json_without_a_key(client: Client) -> None:
    response = client.get("/api/schema")
    assert response["Content-Type"] == "application/json"
    assert response.json() == json.loads(json.dumps(document()))


def test_it_is_sent_once_to_who_keeps_it(client: Client) -> None:
    etag = client.get("/api/schema")["ETag"]
    assert client.get("/api/schema", headers={"If-None-Match": etag}).status_code == 304


def test_every_address_is_described_and_every_described_one_is_there() -> None:
    assert {name_and_method(operation) for operation in OPERATIONS.values()} == set(addresses())


def name_and_method(operation: Operation) -> tuple[str, str]:
    match = resolve(operation.address())
    handlers = getattr(match.func, "actions", {"get": "get"})
    assert operation.method in handlers, operation
    return match.url_name or match.route, operation.method


def addresses() -> Iterator[tuple[str, str]]:
    """Names of addresses and their methods, but the admin's, and what a parameter tells of."""
    for pattern in patterns(get_resolver().url_patterns):
        name = pattern.name or str(pattern.pattern)
        if name not in ("admin", "resource-identified"):
            methods: dict[str, str] = getattr(pattern.callback, "actions", {"get": "get"})
            for method in methods.keys() - {"head"}:  # Which Django adds to every GET.
                yield name, method


def patterns(urlpatterns: Any) -> Iterator[URLPattern]:
    for pattern in urlpatterns:
        if isinstance(pattern, URLPattern):
            yield pattern
        elif isinstance(pattern, URLResolver) and pattern.app_name != "admin":
            yield from patterns(pattern.url_patterns)


@pytest.mark.parametrize("operation", KEYED, ids=lambda operation: operation.id)
def test_the_query_parameters_are_those_of_the_view(operation: Operation) -> None:
    view = resolve(operation.address()).func
    action = view.actions[operation.method]  # type: ignore[attr-defined]
    known = view.cls.query_parameters.get(action, ())  # type: ignore[attr-defined]
    described = [row["name"] for row in operation.parameters if row["in"] == "query"]
    assert sorted(described) == sorted(known)


@each
def test_path_parameters_are_those_of_the_path(operation: Operation) -> None:
    described = {row["name"] for row in operation.parameters if row["in"] == "path"}
    assert operation.path.count("{") == len(described)
    assert operation.path.format(**dict.fromkeys(described, "x")).count("{") == 0


@each
def test_examples_of_parameters_fit(operation: Operation) -> None:
    for parameter in operation.parameters:
        schema = parameter["schema"]
        for example in [parameter["example"]] if "example" in parameter else schema["examples"]:
            fits(schema, example)


@each
def test_examples_of_bodies_fit(operation: Operation) -> None:
    contents = operation.described.get("requestBody", {"content": {}})["content"]
    for media_type, body in contents.items():
        assert operation.bodies[media_type]
        for example in operation.bodies[media_type].values():
            fits(body["schema"], example)


@each
def test_every_answer_has_examples_and_they_fit(operation: Operation) -> None:
    for status in operation.described["responses"]:
        for content in operation.response(status).get("content", {}).values():
            assert operation.examples(status)
            for example in values(content.get("examples", {})).values():
                fits(content["schema"], example)


@each
def test_every_header_of_an_answer_has_an_example_that_fits(operation: Operation) -> None:
    for status in operation.described["responses"]:
        for header in operation.response(status).get("headers", {}).values():
            fits(resolved(header)["schema"], resolved(header)["example"])


@each
def test_the_headers_of_what_went_well_are_always_there(operation: Operation) -> None:
    """And a client that is made from the document may count on them. A file has none of a page."""
    for status in operation.described["responses"]:
        response = operation.response(status)
        may_be_file = len(response.get("content", {})) > 1
        if status[0] in "23":
            for header in response.get("headers", {}).values():
                assert resolved(header).get("required", False) is not may_be_file


def test_errors_have_the_types_that_there_are() -> None:
    types = document()["components"]["schemas"]["Error"]["properties"]["type"]["enum"]
    assert types == [type.value for type in ErrorType]


def test_clients_can_be_generated() -> None:
    """Schemas become classes, operations functions, tags modules."""
    for name in document()["components"]["schemas"]:
        assert re.fullmatch(r"([A-Z][a-z]+)+", name)
    for id, operation in OPERATIONS.items():
        verbs = (
            "list|get|create|put|patch|delete|query|browse|bulk|apply|cancel|write|purge|restore"
            "|erase|undo|rotate|pause|resume|give|test|replay"
        )
        assert re.fullmatch(rf"({verbs})([A-Z][a-z]+)+", id)
        assert len(operation.described["tags"]) == 1


def test_a_property_has_the_members_of_every_type() -> None:
    schemas = document()["components"]["schemas"]
    own = [schema["properties"] for name, schema in schemas.items() if name.endswith("Property")]
    assert schemas["Property"]["properties"].keys() == set().union(*own)
    for body in profiles.PROFILES.values():
        for prop in body["properties"].values():
            fits(schemas["Property"], prop)


def test_every_shared_piece_is_used() -> None:
    text = json.dumps(document())
    unused = [
        f"{kind}/{name}"
        for kind, named in document()["components"].items()
        for name in named
        if kind != "securitySchemes" and f'"#/components/{kind}/{name}"' not in text
    ]
    assert unused == []
