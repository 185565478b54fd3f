"""Resources that a reference may mean, suggested while one types."""

from __future__ import annotations

from typing import Any

import pytest
from django.urls import reverse

from profiles.models import Profile
from tests import factories
from tests.admin.pages import Pages
from tests.factories import ResourceFactory

FOUND = reverse("admin:ingestion_resource_found")


def found(pages: Pages, profile: str, text: str) -> list[dict[str, Any]]:
    answer = pages.client.get(FOUND, {"profile": profile, "q": text})
    assert answer.status_code == 200
    rows: list[dict[str, Any]] = answer.json()["found"]
    return rows


@pytest.fixture
def providers(provider: Profile) -> str:
    """The name of a profile with three resources."""
    for id, name in (("han", "Han Solo"), ("hal", "Hal"), ("leia", "Leia Organa")):
        ResourceFactory.create(profile=provider, id=id, data={"name": name})
    return f"{provider.source.key}/provider"


def test_resources_are_found_by_the_beginning_of_their_id(steward: Pages, providers: str) -> None:
    assert found(steward, providers, "ha") == [
        {"id": "hal", "title": "Hal"},
        {"id": "han", "title": "Han Solo"},
    ]


def test_resources_are_found_by_their_title(steward: Pages, providers: str) -> None:
    assert found(steward, providers, "Leia Organa") == [{"id": "leia", "title": "Leia Organa"}]


def test_ten_are_enough(steward: Pages, provider: Profile) -> None:
    for number in range(12):
        ResourceFactory.create(profile=provider, id=f"p{number}")
    assert len(found(steward, f"{provider.source.key}/provider", "p")) == 10


@pytest.mark.parametrize("text", ["", " ", "xyz", "%", "'"])
def test_what_nothing_is_called_finds_nothing(steward: Pages, providers: str, text: str) -> None:
    assert found(steward, providers, text) == []


@pytest.mark.parametrize("profile", ["", "provider", "nowhere/provider", "/"])
def test_a_profile_that_is_not_there_has_nothing(
    steward: Pages, providers: str, profile: str
) -> None:
    assert found(steward, profile, "ha") == []


def test_another_source_is_not_searched(steward: Pages, providers: str) -> None:
    other = factories.clinic()
    assert found(steward, f"{other.key}/provider", "ha") == []
