"""Secrets of subscriptions, and what they sign (Standard Webhooks).

None is stored. A secret is made from a salt, which is, and from `SECRET_KEY`, which is not in the
database: whoever reads a backup can sign nothing. With another `SECRET_KEY` all secrets are others.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from collections.abc import Iterable
from hashlib import sha256

from django.conf import settings
from django.utils import timezone

from ingestion.models import Subscription

PREFIX = "whsec_"
SALT_BYTES = 24
PURPOSE = b"registrar.webhooks:"

Salt = bytes | memoryview
"""The latter as the database answers it."""


def new_salt() -> bytes:
    return secrets.token_bytes(SALT_BYTES)


def secret_of(salt: Salt) -> bytes:
    return hmac.digest(settings.SECRET_KEY.encode(), PURPOSE + bytes(salt), sha256)


def shown_secret(salt: Salt) -> str:
    """As receivers are given it."""
    return PREFIX + base64.b64encode(secret_of(salt)).decode()


def fingerprint(salt: Salt) -> str:
    return sha256(secret_of(salt)).hexdigest()[:16]


def signature(id: str, timestamp: int, body: bytes, secrets: Iterable[bytes]) -> str:
    """The header `webhook-signature`: one for each secret that holds."""
    signed = b".".join((id.encode(), str(timestamp).encode(), body))
    digests = (hmac.digest(secret, signed, sha256) for secret in secrets)
    return " ".join(f"v1,{base64.b64encode(digest).decode()}" for digest in digests)


def secrets_now(subscription: Subscription) -> list[bytes]:
    """The new one first. After a rotation the former one holds for a while."""
    former, until = subscription.former_salt, subscription.former_until
    holds = former is not None and until is not None and until > timezone.now()
    salts = [subscription.salt, former] if former is not None and holds else [subscription.salt]
    return [secret_of(salt) for salt in salts]
