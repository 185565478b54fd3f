"""Bodies without a length: in chunks (RFC 9112, section 7.1), or over HTTP/2.

Many clients send so what they make under way. Django reads as much as CONTENT_LENGTH tells, so it
would take such a body for an empty one.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.conf import settings

METHODS = frozenset({"PATCH", "POST", "PUT"})
"""Those that take a body. Reads pay for nothing here."""


def with_length(application: WSGIApplication) -> WSGIApplication:
    """An application whose bodies all have a length. One over the limit is cut off beyond it."""

    def sized(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] in METHODS and _lacks_length(environ):
            body = environ["wsgi.input"].read(settings.MAX_BODY_BYTES + 1)
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(len(body))}
        return application(environ, start_response)

    return sized


def _lacks_length(environ: WSGIEnvironment) -> bool:
    """Also that there is an end: elsewhere reading would wait for what the client sends next."""
    return bool(environ.get("wsgi.input_terminated")) and not environ.get("CONTENT_LENGTH")
