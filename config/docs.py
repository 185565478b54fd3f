"""What the API tells of itself: its OpenAPI document, that of a source, and a page to read them.

The first and the page hold no data and need no key; that of a source needs one that may read it.
"""

from __future__ import annotations

import hashlib
from functools import cache

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import condition
from rest_framework.request import Request
from rest_framework.response import Response

from config.openapi import document
from config.openapi_service import describe_source_document
from config.openapi_source import source_document
from config.read_only import only_read
from profiles.api.viewsets import RegistrarViewSet
from profiles.contract import current_contract
from profiles.exact import encode


@only_read
def docs(request: HttpRequest) -> HttpResponse:
    """Its script shows the document of the source that `?source=` names, if it may be read."""
    root = f"{request.scheme}://{request.get_host()}"
    return render(request, "docs.html", {"root": root, "source": request.GET.get("source", "")})


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


@describe_source_document
class SourceDocumentViewSet(RegistrarViewSet):
    def retrieve(self, request: Request, source: str) -> Response:
        made = source_document(current_contract(source))
        return self.answer_read(made.text, made.etag)
