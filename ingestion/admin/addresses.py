"""Addresses of lists: what a form sends without a script, tidied up."""

from __future__ import annotations

import re
from decimal import Decimal

from django.http import HttpRequest, HttpResponseRedirect
from django.utils.http import urlencode

NEAR_PARTS = ("~latitude", "~longitude", "~kilometres")
"""Ends of the names of the inputs that make up one filter by distance; no key holds a `~`."""

_number = re.compile(r"[0-9]{1,8}(?:\.[0-9]{1,20})?", re.ASCII)


def tidied(request: HttpRequest) -> HttpResponseRedirect | None:
    """To the address without empty parameters, and with each distance in one; None if it is so."""
    given = [(name, str(text)) for name, text in request.GET.items() if text]
    parts = {name: text for name, text in given if name.endswith(NEAR_PARTS)}
    if len(given) == len(request.GET) and not parts:
        return None
    kept = [(name, text) for name, text in given if name not in parts]
    for name in dict.fromkeys(name.rpartition("~")[0] for name in parts):
        latitude, longitude, kilometres = (parts.get(name + part, "") for part in NEAR_PARTS)
        kept.append((name, f"{latitude.strip()},{longitude.strip()},{_metres(kilometres.strip())}"))
    return HttpResponseRedirect(f"?{urlencode(kept)}")


def near_texts(text: str) -> list[str]:
    """What stands in the inputs of a filter by distance."""
    latitude, longitude, metres = [*text.split(",", 2), "", "", ""][:3]
    return [latitude, longitude, _scaled(metres, Decimal("0.001"))]


def _metres(kilometres: str) -> str:
    return _scaled(kilometres, Decimal(1000))


def _scaled(text: str, factor: Decimal) -> str:
    """What is no number stays as it is: the filter will say so."""
    if not _number.fullmatch(text):
        return text
    scaled = f"{Decimal(text) * factor:f}"
    return scaled.rstrip("0").rstrip(".") if "." in scaled else scaled
