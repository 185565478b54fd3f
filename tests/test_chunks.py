"""Bodies without a length, as a server of ours hands them on."""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment
from wsgiref.util import setup_testing_defaults

import pytest
from django.core.handlers.wsgi import WSGIRequest
from pytest_django import Settings

from config.chunks import with_length

BODY = b'{"data": {"name": "Ada"}}'
CHUNKED = {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}


@with_length
def django_reads(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    return [WSGIRequest(environ).read()]


def read(method: str, **environ: Any) -> bytes:
    setup_testing_defaults(environ)
    environ |= {"REQUEST_METHOD": method, "wsgi.input": BytesIO(BODY)}
    return b"".join(django_reads(environ, lambda *_: lambda data: None))


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH"])
def test_a_body_in_chunks_is_read(method: str) -> None:
    assert read(method, **CHUNKED) == BODY


def test_a_body_in_chunks_is_read_no_further_than_beyond_the_limit(settings: Settings) -> None:
    settings.MAX_BODY_BYTES = 20
    assert read("POST", **CHUNKED) == BODY[:21]


def test_a_bundle_is_read_as_far_as_its_own_limit(settings: Settings) -> None:
    settings.MAX_BUNDLE_BYTES = 22
    assert read("POST", **CHUNKED, PATH_INFO="/sources/s/v1/bundle") == BODY[:23]


def test_a_bulk_is_handed_on_as_it_comes(settings: Settings) -> None:
    settings.MAX_BODY_BYTES = 5
    assert read("POST", **CHUNKED, PATH_INFO="/sources/s/v1/resources/bulk") == BODY


def test_a_body_with_a_length_is_left_alone() -> None:
    assert read("POST", **CHUNKED, CONTENT_LENGTH="3") == BODY[:3]


def test_a_server_that_tells_no_end_is_not_read() -> None:
    """It would wait for what the client sends next."""
    assert read("POST", HTTP_TRANSFER_ENCODING="chunked") == b""
