"""A key's own rate limit, if one is set."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

if TYPE_CHECKING:  # DRF's views import this module while they are being imported themselves.
    from rest_framework.views import APIView


class KeyThrottle(SimpleRateThrottle):
    """Counts in Django's cache: with several processes, set CACHE_URL to a shared one."""

    duration = 60

    def get_rate(self) -> str | None:
        return None  # Each key has its own.

    def allow_request(self, request: Request, view: APIView) -> bool:
        limit = getattr(request.user, "rate_limit", None)
        if limit is None:
            return True
        self.rate, self.num_requests, self.duration = f"{limit}/min", limit, 60
        return bool(super().allow_request(request, view))

    def get_cache_key(self, request: Request, view: APIView) -> str:
        return f"requests:{request.user.actor.partition(' ')[0]}"  # type: ignore[union-attr]
