"""Bodies as bytes: what comes is parsed where its meaning is known, what goes is text already."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import IO, Any

from django.conf import settings
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.parsers import BaseParser
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request

from profiles.exact import encode
from profiles.faults import ErrorType, Refused

ANYTHING = "*/*"


class JsonParser(BaseParser):
    """Hands on the body as it is, up to the limit."""

    media_type = "application/json"

    @property
    def limit(self) -> int:
        """Of bytes."""
        limit: int = settings.MAX_BODY_BYTES
        return limit

    def parse(  # type: ignore[override]
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        limit = self.limit
        body: bytes = stream.read(limit + 1)
        if len(body) > limit:
            message = f"The body is larger than {limit} bytes."
            raise Refused(ErrorType.CONTENT_TOO_LARGE, message)
        return body


class JsonPatchParser(JsonParser):
    media_type = "application/json-patch+json"


class MergePatchParser(JsonParser):
    media_type = "application/merge-patch+json"


PATCH_PARSERS = (JsonParser, JsonPatchParser, MergePatchParser)


class JsonRenderer(BaseRenderer):
    """Bytes are JSON already: stored text goes to the wire without being read."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        if data is None:
            return b""
        return data if isinstance(data, bytes) else encode(data)


class JsonNegotiation(DefaultContentNegotiation):
    """Weighs an `Accept` only where it asks for more than the JSON that there is."""

    def select_renderer(
        self, request: Request, renderers: Iterable[BaseRenderer], format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        first, *_ = renderers
        if request.META.get("HTTP_ACCEPT", ANYTHING) in (ANYTHING, first.media_type):
            return first, first.media_type
        renderer, media_type = super().select_renderer(request, renderers, format_suffix)
        return renderer, media_type


def bad_media_type(known: Iterable[str]) -> Refused:
    message = f"Content-Type must be one of: {', '.join(known)}."
    return Refused(ErrorType.UNSUPPORTED_MEDIA_TYPE, message)


def body_of(request: Request) -> bytes:
    """The body of a request; empty if there is none. Raises `Refused` and DRF's exceptions."""
    if request.META.get("HTTP_CONTENT_ENCODING", "identity").lower() != "identity":
        message = "A body is taken as it is, without Content-Encoding."
        raise Refused(ErrorType.UNSUPPORTED_MEDIA_TYPE, message)
    try:
        data = request.data
    except UnsupportedMediaType:
        raise bad_media_type(parser.media_type for parser in request.parsers or ()) from None
    return data if isinstance(data, bytes) else b""
