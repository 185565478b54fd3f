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

from config.openapi import document
from config.reading import only_read
from profiles.exact import encode


@only_read
def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "docs.html", {"root": f"{request.scheme}://{request.get_host()}"})


@cache
def _text() -> bytes:
    return encode(document())


@cache
def _etag() -> str:
    return f'"{hashlib.sha256(_text()).hexdigest()[:32]}"'


@only_read
@cache_control(no_cache=True)
@condition(etag_func=lambda request: _etag())
def api_schema(request: HttpRequest) -> HttpResponse:
    return HttpResponse(_text(), content_type="application/json")
