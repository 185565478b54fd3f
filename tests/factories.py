"""Factories. Definitions and records are made as in production: through the write path."""

from __future__ import annotations

from typing import Any

import factory
from django.contrib.auth.models import User
from django.utils import timezone

from ingestion.bodies.members import read_payload
from ingestion.models import Resource, Task, TaskKind
from ingestion.operations import Action, Operation, Target
from ingestion.single import write_one
from profiles.access import Role
from profiles.definitions import profiles
from profiles.exact import encode
from profiles.models import ApiKey, Profile, Source, SourceRole
from relationships.definitions import relationship_definitions
from relationships.models import Relationship, RelationshipDefinition
from tests import examples

ACTOR = "test"


class SourceFactory(factory.django.DjangoModelFactory):  # type: ignore[misc]
    class Meta:
        model = Source

    key = factory.Sequence(lambda n: f"source-{n:05}")


class ProfileFactory(factory.django.DjangoModelFactory):  # type: ignore[misc]
    class Meta:
        model = Profile

    source = factory.SubFactory(SourceFactory)
    key = factory.Sequence(lambda n: f"profile-{n:05}")
    body: Any = {"properties": {"name": {"type": "symbol"}}}

    @classmethod
    def _create(cls, model_class: type[Profile], *args: Any, **kwargs: Any) -> Profile:
        saved = profiles.save(kwargs["source"].key, kwargs["key"], kwargs["body"], actor=ACTOR)
        return saved.definition


class RelationshipDefinitionFactory(factory.django.DjangoModelFactory):  # type: ignore[misc]
    class Meta:
        model = RelationshipDefinition

    source = factory.SubFactory(SourceFactory)
    key = "provider-office"
    body = examples.PROVIDER_OFFICE

    @classmethod
    def _create(cls, model_class: Any, *args: Any, **kwargs: Any) -> RelationshipDefinition:
        source: Source = kwargs["source"]
        return relationship_definitions.save(
            source.key, kwargs["key"], kwargs["body"], actor=ACTOR
        ).definition


class ResourceFactory(factory.django.DjangoModelFactory):  # type: ignore[misc]
    class Meta:
        model = Resource

    profile = factory.SubFactory(ProfileFactory)
    id = factory.Sequence(lambda n: f"resource-{n:05}")
    data: Any = {}
    contained: Any = {}
    meta: Any = {}

    @classmethod
    def _create(cls, model_class: type[Resource], *args: Any, **kwargs: Any) -> Resource:
        profile: Profile = kwargs["profile"]
        body = {name: kwargs[name] for name in ("id", "data", "contained", "meta")}
        _create(profile.source.key, Target.RESOURCE, profile.key, body)
        return Resource.objects.get(profile=profile, public_id=kwargs["id"])


class RelationshipFactory(factory.django.DjangoModelFactory):  # type: ignore[misc]
    class Meta:
        model = Relationship

    definition = factory.SubFactory(RelationshipDefinitionFactory)
    from_resource: Any = None
    to_resource: Any = None
    data: Any = {}

    @classmethod
    def _create(cls, model_class: type[Relationship], *args: Any, **kwargs: Any) -> Relationship:
        definition: RelationshipDefinition = kwargs["definition"]
        ends = {"from": kwargs["from_resource"], "to": kwargs["to_resource"]}
        body = {name: {"id": end.public_id, "type": end.profile.key} for name, end in ends.items()}
        body["data"] = kwargs["data"]
        _create(definition.source.key, Target.RELATIONSHIP, definition.key, body)
        return Relationship.objects.get(
            definition=definition,
            from_resource=kwargs["from_resource"],
            to_resource=kwargs["to_resource"],
        )


class UserFactory(factory.django.DjangoModelFactory):  # type: ignore[misc]
    class Meta:
        model = User

    username = factory.Sequence(lambda n: f"user-{n:05}")
    is_staff = True

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        return model_class.objects.create_user(**kwargs)


class SourceRoleFactory(factory.django.DjangoModelFactory):  # type: ignore[misc]
    class Meta:
        model = SourceRole

    user = factory.SubFactory(UserFactory)
    source = factory.SubFactory(SourceFactory)
    role = Role.READER


class TaskFactory(factory.django.DjangoModelFactory):  # type: ignore[misc]
    """One that nobody has begun, without anything that was sent."""

    class Meta:
        model = Task

    source = factory.SubFactory(SourceFactory)
    kind = TaskKind.BULK
    actor = ACTOR
    received_at = factory.LazyFunction(timezone.now)


def make_key(role: str = "admin", sources: list[Source] | None = None, **options: Any) -> str:
    """A key as a system sends it; limited to `sources` if they are given."""
    row, key = ApiKey.objects.create_key(
        name="test", role=role, is_limited=sources is not None, **options
    )
    ApiKey.objects.get(pk=row.pk).sources.set(sources or [])
    return str(key)


def clinic() -> Source:
    """A source with the running example of the seed."""
    source: Source = SourceFactory.create()
    for key, body in (
        ("provider", examples.PROVIDER),
        ("paymentMethod", examples.PAYMENT_METHOD),
        ("office", examples.OFFICE),
    ):
        ProfileFactory.create(source=source, key=key, body=body)
    RelationshipDefinitionFactory.create(source=source)
    return source


def _create(source_key: str, target: Target, collection: str, body: Any) -> None:
    operation = Operation(Action.CREATE, target, collection, None, read_payload(encode(body)))
    write_one(source_key, operation, actor=ACTOR)
