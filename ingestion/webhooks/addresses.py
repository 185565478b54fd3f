"""Where messages may go: to public addresses, unless a setting allows others too."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterator
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

from django.conf import settings

Address = IPv4Address | IPv6Address

UNICAST = IPv6Network("2000::/3")
"""All of IPv6 that was given to anybody to be reached by others."""
TRANSLATED = IPv6Network("64:ff9b::/96")
"""IPv4 behind a translator (RFC 6052)."""
LONGEST_URL = 2_000

_visible = re.compile(r"[!-\[\]-~]+")
"""ASCII, without what parsers disagree about."""


def is_allowed(text: str) -> bool:
    """Whether a connection to an address may be made. `text` is as `getaddrinfo` answers it."""
    address = _embedded(ip_address(text.partition("%")[0]))
    return is_public(address) or any(
        address in ip_network(network, strict=False) for network in settings.WEBHOOK_NETWORKS
    )


def is_public(address: Address) -> bool:
    if address.is_multicast or not address.is_global:
        return False
    if isinstance(address, IPv4Address):
        return True
    is_tunnel = address.sixtofour is not None or address.teredo is not None
    return address in UNICAST and not is_tunnel


def _embedded(address: Address) -> Address:
    """The IPv4 address that an IPv6 one leads to."""
    if isinstance(address, IPv6Address):
        if address.ipv4_mapped is not None:
            return address.ipv4_mapped
        if address in TRANSLATED:
            return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address


def url_problems(url: str) -> Iterator[str]:
    """What is wrong with the address of a receiver, each as a sentence.

    It only keeps out what can be told without asking anybody. Where a name leads is looked at when
    a connection is made (`ingestion.webhooks.connecting`).
    """
    parts = read_url(url)
    if parts is None or parts.hostname is None:
        yield "Must be an address as https://example.org/hook, in ASCII."
        return
    schemes = ("https", "http") if settings.WEBHOOK_HTTP else ("https",)
    if parts.scheme not in schemes:
        yield f"Must begin with {' or '.join(f'{scheme}://' for scheme in schemes)}."
    if "@" in parts.netloc:
        yield "Must hold neither a name nor a password: the signature tells who sends."
    if "#" in url:
        yield "Must have no fragment."
    if any(not is_allowed(address) for address in _numeric(parts.hostname)):
        yield "Must lead to a public address."


def read_url(url: str) -> SplitResult | None:
    """None for what is none, or may mean one thing here and another elsewhere."""
    if not _visible.fullmatch(url) or len(url) > LONGEST_URL:
        return None
    try:
        parts = urlsplit(url)
        return parts if parts.hostname and parts.port != 0 else None
    except ValueError:
        return None


def _numeric(host: str) -> list[str]:
    """The address that a host is written as, in whatever spelling; none for a name."""
    try:
        found = socket.getaddrinfo(host, None, flags=socket.AI_NUMERICHOST)
    except (OSError, UnicodeError):
        return []
    return [str(address[0]) for *_, address in found]
