"""What the API tells of itself: its OpenAPI document, and a page to read and try it.

Both hold no data and need no key.
"""

from __future__ import annotations

import hashlib
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition

from config.errors import read_only
from config.openapi import document
from profiles.exact import encode

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",  # Swagger UI's icons are data.
        "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


@read_only
def docs(request: HttpRequest) -> HttpResponse:
    page = render(request, "docs.html", {"root": f"{request.scheme}://{request.get_host()}"})
    page["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return page


@cache
def _text() -> bytes:
    return encode(document())


@cache
def _etag() -> str:
    return f'"{hashlib.sha256(_text()).hexdigest()[:32]}"'


@read_only
@cache_control(no_cache=True)
@condition(etag_func=lambda request: _etag())
def api_schema(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_text(), content_type="application/json")
