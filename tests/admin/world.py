"""Two sources with a row of each model, and people with a role in the first."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from axes.models import AccessAttempt
from django.contrib.auth.models import User
from django.db.models import Model
from django.test import Client

from ingestion.models import Change, DeadLetter, Erasure, Receipt, Resource, Subscription, Task
from ingestion.webhooks.saving import save_subscription
from profiles.access import Role
from profiles.configuration import record_key
from profiles.exact import encode
from profiles.models import ApiKey, ConfigurationChange, Profile, Source, SourceRole
from relationships.models import Relationship, RelationshipDefinition
from tests import factories
from tests.admin.every_page import Level
from tests.clients import Api

HERE, THERE = "casablanca", "zanzibar"
"""Words that occur in all that is of the one source, and of the other."""

ROLES = {Level.VIEWER: Role.READER, Level.STEWARD: Role.WRITER, Level.OWNER: Role.ADMIN}
PROPERTIES = {"properties": {"name": {"type": "symbol"}}}


@dataclass
class Place:
    """A source, and one row of each model that it has to do with."""

    word: str
    source: Source
    rows: list[Model] = field(default_factory=list)

    def row(self, model: type[Model]) -> Any:
        return next(row for row in self.rows if isinstance(row, model))


def make_place(word: str) -> Place:
    id = 70_000_000 + len(word)  # Found in a page for sure, other than a short one.
    source = factories.SourceFactory.create(
        id=id, key=word, name=f"{word} registry", description=word
    )
    profile = factories.ProfileFactory.create(source=source, key=f"{word}-p", body=PROPERTIES)
    side = {"profileKey": profile.key, "includeCardinality": "0:*"}
    definition = factories.RelationshipDefinitionFactory.create(
        source=source,
        key=f"{word}-r",
        body={
            "from": {**side, "includeKey": f"{word}-in"},
            "to": {**side, "includeKey": f"{word}-out"},
        },
    )
    ends = [
        factories.ResourceFactory.create(
            profile=profile,
            id=f"{word}-{n}",
            data={"name": f"{word} {n}"},
            meta={"identifier": [{"system": word, "value": str(n), "use": "official"}]},
        )
        for n in (1, 2)
    ]
    link = factories.RelationshipFactory.create(
        definition=definition, from_resource=ends[0], to_resource=ends[1]
    )
    secret = factories.make_key("admin", [source])
    ApiKey.objects.filter(sources=source).update(name=f"{word}-key")
    refused = Api(secret, source.key).put(f"resources/{profile.key}/{word}-3", {"data": 1})
    assert refused.status == 400
    user = factories.UserFactory.create(username=f"{word}-user")
    factories.SourceRoleFactory.create(user=user, source=source)
    attempt = AccessAttempt.objects.create(username=f"{word}-user", failures_since_start=1)
    key = ApiKey.objects.get(sources=source)
    rows = [source, profile, definition, ends[0], link, key, user, attempt]
    rows += [Change.objects.filter(source=source).first(), Receipt.objects.get(source=source)]
    rows.append(
        Erasure.objects.create(
            source=source,
            target="RESOURCE",
            collection=profile.key,
            public_id=f"{word}-4",
            scope="all",
            actor=f"user:{word}",
            reason=word,
            erased={"changes": 1},
        )
    )
    record_key(key, actor="test", reason=word)
    rows.append(factories.TaskFactory.create(source=source, asked={"name": f"{word}.csv"}))
    rows += subscribed(source, word)
    return Place(word, source, rows)


def subscribed(source: Source, word: str) -> list[Model]:
    """A subscription, a dead letter of it, and its first version."""
    body = {"url": f"https://{word}.example.org/hook", "description": word}
    subscription = save_subscription(source.key, f"{word}-s", body, actor="test").subscription
    change = Change.objects.filter(source=source).earliest("seq")
    letter = DeadLetter.objects.create(
        subscription=subscription,
        change_id=change.pk,
        seq=change.seq,
        target=change.target,
        collection=change.collection,
        public_id=change.public_id,
        action=change.action,
        version=change.version,
        failure="Answered 500.",
    )
    return [subscription, letter, ConfigurationChange.objects.get(subject=subscription.key)]


def somebody(level: Level, source: Source, name: str = "somebody") -> Client:
    """Signed in."""
    client = Client()
    client.force_login(person(level, source, name))
    return client


def person(level: Level, source: Source, name: str = "somebody") -> User:
    user: User = factories.UserFactory.create(username=name, is_superuser=level is Level.SUPERUSER)
    if level in ROLES:
        factories.SourceRoleFactory.create(user=user, source=source, role=ROLES[level])
    return user


def everything() -> bytes:
    """All that is stored, to see whether something was written."""
    models = [Source, Profile, RelationshipDefinition, Resource, Relationship, Change]
    others = [Receipt, ApiKey, SourceRole, User, AccessAttempt, Task, Erasure, ConfigurationChange]
    webhooks = [Subscription, DeadLetter]
    managers = [
        getattr(model, "with_retired", model._default_manager)
        for model in models + others + webhooks
    ]
    ignored = {"last_login"}
    return encode(
        [
            [
                {name: str(value) for name, value in row.items() if name not in ignored}
                for row in manager.order_by("pk").values()
            ]
            for manager in managers
        ]
    )
