"""Whatever is logged while a request is answered tells which one it was."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from structlog.contextvars import get_contextvars

from tests.clients import Api

pytestmark = pytest.mark.django_db


@pytest.fixture(params=[logging.INFO, logging.WARNING], ids=["told", "untold"])
def seen(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> dict[str, Any]:
    """What a log would tell from within a request, whether ordinary ones are told or not."""
    caplog.set_level(request.param, logger="django_structlog.middlewares.request")
    found: dict[str, Any] = {}
    monkeypatch.setattr(
        "profiles.api.viewsets.refuse_unknown_parameters",
        lambda *_: found.update(get_contextvars()),
    )
    return found


def test_each_request_has_an_id_of_its_own(api: Api, seen: dict[str, Any]) -> None:
    """What a client sends for one counts for nothing."""
    api.get("profiles", X_Request_ID="mine", X_Forwarded_For="10.0.0.1")
    first = seen.pop("request_id")
    assert seen == {"ip": "127.0.0.1", "forwarded_for": "10.0.0.1"}
    api.get("profiles")
    assert len({first, seen["request_id"], "mine"}) == 3
    assert get_contextvars() == {}
