"""Who opens the admin: a steward may do all, a viewer may look everywhere."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from profiles.access import Role
from profiles.models import Profile, Source, SourceRole
from relationships.models import Relationship, RelationshipDefinition
from tests.admin.pages import Pages
from tests.factories import ProfileFactory, RelationshipFactory, ResourceFactory, UserFactory
from tests.search.conftest import make_indexes


def signed_in(**options: object) -> Client:
    client = Client()
    client.force_login(UserFactory.create(**options))
    return client


@pytest.fixture
def steward(db: None) -> Pages:
    return Pages(signed_in(username="stella", is_superuser=True))


class ViewerPages(Pages):
    """Speaks for somebody who is a viewer of every source there is, be it made later."""

    def __init__(self, user: User) -> None:
        client = Client()
        client.force_login(user)
        super().__init__(client)
        self.user = user

    @property
    def client(self) -> Client:
        sources = Source.with_retired.exclude(staff_roles__user=self.user)
        SourceRole.objects.bulk_create(
            SourceRole(user=self.user, source=source, role=Role.READER) for source in sources
        )
        return self._client

    @client.setter
    def client(self, client: Client) -> None:
        self._client = client


@pytest.fixture
def viewer(db: None) -> Pages:
    return ViewerPages(UserFactory.create(username="vera"))


@pytest.fixture
def provider(source: Source) -> Profile:
    profile: Profile = Profile.objects.get(source=source, key="provider")
    return profile


@pytest.fixture
def office(source: Source) -> Profile:
    profile: Profile = Profile.objects.get(source=source, key="office")
    return profile


@pytest.fixture
def link(source: Source, provider: Profile, office: Profile) -> Relationship:
    """han works at falcon."""
    relationship: Relationship = RelationshipFactory.create(
        definition=RelationshipDefinition.objects.get(source=source),
        from_resource=ResourceFactory.create(profile=provider, id="han"),
        to_resource=ResourceFactory.create(profile=office, id="falcon"),
    )
    return relationship


CLINIC: dict[str, Any] = {
    "properties": {
        "name": {"type": "symbol", "indexed": True},
        "beds": {"type": "integer", "indexed": True},
        "opened": {"type": "date", "indexed": True},
        "at": {"type": "geopoint", "indexed": True},
        "home": {"type": "address", "indexed": ["city"]},
        "floors": {"type": "integer"},
    }
}


@pytest.fixture
def clinic(source: Source) -> Profile:
    """What can be indexed is, with a clinic in each direction."""
    profile: Profile = ProfileFactory.create(source=source, key="clinic", body=CLINIC)
    make_indexes(profile.pk)
    for id, data in (
        ("north", {"name": "North Star", "beds": 3, "opened": "2001", "floors": 2}),
        ("south", {"name": "southern cross", "beds": 20, "opened": "2010-05"}),
        ("west", {"home": {"city": "Toronto"}, "at": {"latitude": 43.7, "longitude": -79.4}}),
    ):
        ResourceFactory.create(profile=profile, id=id, data=data)
    return profile
