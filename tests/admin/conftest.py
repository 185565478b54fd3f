"""Who opens the admin: a steward may do all, a viewer may look everywhere."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client

from profiles.access import Role
from profiles.models import Profile, Source, SourceRole
from relationships.models import Relationship, RelationshipDefinition
from tests.admin.pages import Pages
from tests.factories import RelationshipFactory, ResourceFactory, UserFactory


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
