"""Bodies without a length: in chunks (RFC 9112, section 7.1), or over HTTP/2.

Many clients send so what they make under way. Django reads as much as CONTENT_LENGTH tells, so it
would take such a body for an empty one.

Servers hand on a body that was cut off as if it had ended there (granian does): no body that is
read here is known to be whole. JSON and what is packed tell by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings

from ingestion.tasks.uploads import LENGTH_IS_UNTOLD

METHODS = frozenset({"PATCH", "POST", "PUT"})
"""Those that take a body. Reads pay for nothing here."""


STREAMED = "/bulk"
"""How the addresses end whose bodies are read piece by piece: memory does not hold them."""

BUNDLE = "/bundle"
"""Has a limit of its own."""


def with_length(application: WSGIApplication) -> WSGIApplication:
    """An application whose bodies all have a length. One over the limit is cut off beyond it."""

    def sized(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in METHODS and _lacks_length(environ):
            is_streamed = environ.get("PATH_INFO", "").endswith(STREAMED)
            environ |= _streamed() if is_streamed else _read(environ)
        return application(environ, start_response)

    return sized


def _read(environ: WSGIEnvironment) -> WSGIEnvironment:
    is_bundle = environ.get("PATH_INFO", "").endswith(BUNDLE)
    most = settings.MAX_BUNDLE_BYTES if is_bundle else settings.MAX_BODY_BYTES
    body = environ["wsgi.input"].read(most + 1)
    return {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}


def _streamed() -> WSGIEnvironment:
    """More than any that is taken, so that Django reads to the end."""
    beyond = max(settings.MAX_BULK_BYTES, settings.MAX_BULK_STREAM_BYTES) + 1
    return {"CONTENT_LENGTH": str(beyond), LENGTH_IS_UNTOLD: True}


def _lacks_length(environ: WSGIEnvironment) -> bool:
    """Also that there is an end: elsewhere reading would wait for what the client sends next."""
    return bool(environ.get("wsgi.input_terminated")) and not environ.get("CONTENT_LENGTH")
