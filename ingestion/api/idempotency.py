"""`Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a POST that is sent again is done
once.

The row of a key is inserted before anything is done, in the same transaction, so that a second
request waits for the first and then gives its answer again. What has no effect takes no part.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial, wraps
from hashlib import sha256
from typing import Concatenate, ParamSpec, TypeVar

from django.conf import settings
from django.db import transaction
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from ingestion.models import KeptAnswer
from ingestion.sql import run
from profiles.access import Caller
from profiles.api.bodies import JsonRenderer, body_of
from profiles.api.errors import answer_exception
from profiles.api.reasons import REASON_HEADER
from profiles.api.viewsets import RegistrarViewSet
from profiles.exact import encode
from profiles.faults import ErrorType, Refused

HEADER = "Idempotency-Key"
SENT_AS = "HTTP_IDEMPOTENCY_KEY"
REPLAYED = "Idempotency-Replayed"
MAX_KEY = 255
NO_KEY = f"{HEADER} takes 1 to {MAX_KEY} visible ASCII characters, in double quotes or without."
REUSED = f"This {HEADER} came with another request before: take a new one."
PLAIN_PATTERN = rf"[!#-~][!-~]{{0,{MAX_KEY - 1}}}"
QUOTED_PATTERN = rf'"([!#-\[\]-~]|\\["\\]){{1,{MAX_KEY}}}"'
NOT_TOLD_AGAIN = frozenset({"Content-Type"})
"""Headers that every answer gets anew."""

V = TypeVar("V", bound=RegistrarViewSet)
P = ParamSpec("P")

_plain = re.compile(PLAIN_PATTERN)
_quoted = re.compile(QUOTED_PATTERN)
_escaped = re.compile(r"\\(.)")


def once(
    handler: Callable[Concatenate[V, Request, P], Response],
) -> Callable[Concatenate[V, Request, P], Response]:
    """A method of a viewset that is done once for each key. Without the header it costs nothing."""

    @wraps(handler)
    def answer(view: V, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> Response:
        make = partial(handler, view, request, *args, **kwargs)
        if SENT_AS not in request.META:  # `headers` would be made of all that was sent.
            return make()
        return answer_once(request, view.caller, sha256(body_of(request)).digest(), make)

    return answer


def answer_once(
    request: Request, caller: Caller, body_digest: bytes, make: Callable[[], Response]
) -> Response:
    """What `make` answers, or what it answered to the same key and request before.

    `make` runs in a transaction that is committed with its answer. An answer of 5xx or 429 is not
    kept, nor is anything that was done for it: to try again is right then. Raises `Refused` for an
    ill-formed key and for one that came with another request.
    """
    sent = request.headers.get(HEADER)
    if sent is None:
        return make()
    scope = _digest(caller.actor, str(request.method), request.path, read_key(sent))
    fingerprint = _fingerprint(request, body_digest)
    with transaction.atomic():
        if _claim(scope, fingerprint):
            response = _made(make)
            _keep(scope, response)
            return response
        return _replayed(KeptAnswer.objects.get(scope=scope), fingerprint)


def read_key(sent: str) -> str:
    """The key in a header: a string of structured fields (RFC 8941), or the same without quotes.

    Raises INVALID_ARGUMENT.
    """
    text = sent.strip(" \t")
    if _plain.fullmatch(text):
        return text
    if _quoted.fullmatch(text):
        return _escaped.sub(r"\1", text[1:-1])
    raise Refused(ErrorType.INVALID_ARGUMENT, NO_KEY)


def forget_answers() -> None:
    """Delete the answers that are kept no longer."""
    run(
        "DELETE FROM ingestion_keptanswer WHERE asked_at < clock_timestamp() - %s * interval '1h'",
        [settings.IDEMPOTENCY_HOURS],
    )


def _fingerprint(request: Request, body_digest: bytes) -> bytes:
    """Of all that makes a request another one at the same address."""
    names = ("If-Match", "If-None-Match", REASON_HEADER)
    headers = (request.headers.get(name) for name in names)
    return _digest(body_digest.hex(), request.META.get("QUERY_STRING", ""), *headers)


def _digest(*parts: str | None) -> bytes:
    return sha256(encode(parts)).digest()


def _claim(scope: bytes, fingerprint: bytes) -> bool:
    """Whether the key is new, or too old to count. Waits for a request that has it just now.

    A row that is there stays locked, so that nobody deletes it before it was read.
    """
    return bool(
        run(
            """
            INSERT INTO ingestion_keptanswer AS kept
                (scope, fingerprint, asked_at, status, headers, body)
            VALUES (%s, %s, clock_timestamp(), 0, '{}', '')
            ON CONFLICT (scope) DO UPDATE
            SET fingerprint = excluded.fingerprint, asked_at = excluded.asked_at
            WHERE kept.asked_at < clock_timestamp() - %s * interval '1h'
            RETURNING scope
            """,
            [scope, fingerprint, settings.IDEMPOTENCY_HOURS],
        )
    )


def _made(make: Callable[[], Response]) -> Response:
    """The answer, also to what is refused for good. Raises what an attempt later may not meet."""
    try:
        return make()
    except (Refused, APIException) as error:
        response = answer_exception(error, {})
        if response is None or response.status_code >= 500 or response.status_code == 429:
            raise
        return response


def _keep(scope: bytes, response: Response) -> None:
    KeptAnswer.objects.filter(scope=scope).update(
        status=response.status_code,
        headers={name: text for name, text in response.items() if name not in NOT_TOLD_AGAIN},
        body=JsonRenderer().render(response.data),
    )


def _replayed(kept: KeptAnswer, fingerprint: bytes) -> Response:
    if bytes(kept.fingerprint) != fingerprint:
        raise Refused(ErrorType.INVALID_ARGUMENT, REUSED, status=422)
    return Response(bytes(kept.body), kept.status, headers={**kept.headers, REPLAYED: "true"})
