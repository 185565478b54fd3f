"""Where requests come from."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def client_address(request: HttpRequest) -> str | None:
    """The address of the client, behind as many proxies as `PROXIES` says.

    Each of these adds to X-Forwarded-For the address that it saw. What stands further to the left
    the client may have written itself.
    """
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    proxies: int = settings.PROXIES
    address = seen[-proxies] if 0 < proxies <= len(seen) else request.META.get("REMOTE_ADDR", "")
    try:
        return str(ip_address(address.strip()))
    except ValueError:
        return None
