"""Profiles whose marks are indexes already, made at once and inside of the test's transaction."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from ingestion.indexes.keys import METHODS, KeyKind
from ingestion.models import DataIndex, IndexState
from ingestion.operations import Target
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.search.attacked import PROPERTIES
from tests.search.desks import Desk

Indexed = Callable[..., str]
"""Makes a profile from a definition of its properties; answers its key."""


@pytest.fixture
def indexed(source: Source) -> Indexed:
    def profile(properties: Any) -> str:
        body = {"properties": properties}
        made = factories.ProfileFactory.create(source=source, body=body)
        make_indexes(made.pk)
        return str(made.key)

    return profile


def make_indexes(profile_id: int) -> None:
    """As the worker does, but for the transaction."""
    rows = DataIndex.objects.filter(target=Target.RESOURCE, collection_id=profile_id)
    for row in rows:
        method = METHODS[KeyKind(row.kind)]
        columns = f"({row.expression}){', public_id' if method == 'btree' else ''}"
        with connection.cursor() as cursor:
            cursor.execute(
                f"CREATE INDEX data_index_{row.pk} ON ingestion_resource"
                f" USING {method} ({columns}) WHERE profile_id = {profile_id}"
            )
    rows.update(state=IndexState.READY)


@pytest.fixture
def desk(api: Api, indexed: Indexed, definition: Any) -> Desk:
    """Of what the test is parametrized with."""
    return Desk(api, indexed(definition), definition)


@pytest.fixture
def profile(api: Api, indexed: Indexed) -> str:
    key = indexed(PROPERTIES)
    data = {"name": "Ada", "n": 1, "born": "2024", "tags": ["red"]}
    api.put(f"resources/{key}/a", {"data": {**data, "at": {"longitude": 1, "latitude": 2}}})
    return key
