"""Fixtures of the API's tests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from profiles.models import Source
from tests import factories
from tests.clients import Api

Profiled = Callable[..., str]
"""Makes a profile from a definition of its properties; answers its key."""


@pytest.fixture
def profiled(source: Source) -> Profiled:
    def profile(properties: Any, **more: Any) -> str:
        body = {"properties": properties, **more}
        return str(factories.ProfileFactory.create(source=source, body=body).key)

    return profile


@pytest.fixture
def provider(api: Api) -> str:
    """The address of a stored provider."""
    api.put("resources/provider/ada", {"data": {"name": "Ada", "practiceNumber": 7}})
    return "resources/provider/ada"


@pytest.fixture
def office(api: Api) -> str:
    """The address of a stored office without contained resources."""
    api.put("resources/office/west", {"data": {"name": "West"}})
    return "resources/office/west"


@pytest.fixture
def link(api: Api, provider: str, office: str) -> str:
    """The address of a stored relationship between both."""
    api.put("relationships/provider-office/ada.west", {"data": {"effective": {"start": "2024"}}})
    return "relationships/provider-office/provider.ada,office.west"
