"""The page that shows how to use the API. It holds no data and needs no key."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def docs(request: HttpRequest) -> HttpResponse:
    return render(request, "docs.html", {"root": f"{request.scheme}://{request.get_host()}"})
