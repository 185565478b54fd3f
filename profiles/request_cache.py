"""What is found once for each request, however often it is asked while a page is made."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from django.http import HttpRequest

T = TypeVar("T")


def found_once(request: HttpRequest, name: str, find: Callable[[], T]) -> T:
    """What `find` answers the first time; it is gone with the request."""
    known: dict[str, T] = request.__dict__.setdefault("_found", {})
    if name not in known:
        known[name] = find()
    return known[name]
