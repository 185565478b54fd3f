"""Who opens the admin: a steward may do all, a viewer may look."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client

from profiles.models import Profile, Source
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


@pytest.fixture
def viewer(db: None) -> Pages:
    client = Client()
    user = UserFactory.create(username="vera")
    user.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(user)
    return Pages(client)


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
