"""Secrets in answers that may be told again.

An answer is kept with the salt of its secret, as the subscription keeps it: whoever reads the
database can sign nothing (`ingestion.webhooks.secrets`).
"""

from __future__ import annotations

from base64 import b64decode, b64encode
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from rest_framework.response import Response

from ingestion.models import Subscription
from ingestion.webhooks.secrets import shown_secret
from profiles.exact import Json, decode

SALT = "salt"

P = ParamSpec("P")


def salted(shown: Json, row: Subscription) -> Json:
    """As it is kept: `with_secret` puts the secret in the place of the salt."""
    return {**shown, SALT: b64encode(bytes(row.salt)).decode()}


def with_secret(handler: Callable[P, Response]) -> Callable[P, Response]:
    """Around `once`, so that the secret is in what is told and not in what is kept."""

    @wraps(handler)
    def answer(*args: P.args, **kwargs: P.kwargs) -> Response:
        response = handler(*args, **kwargs)
        response.data = _told(response.data)
        return response

    return answer


def _told(data: Json) -> Json:
    """`data` is JSON text where it is told again."""
    shown = decode(data) if isinstance(data, bytes) else data
    if SALT not in shown:
        return data
    others = {name: member for name, member in shown.items() if name != SALT}
    return {**others, "secret": shown_secret(b64decode(shown[SALT]))}
