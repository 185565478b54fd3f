"""The database itself refuses what must never be, at the statement, whoever writes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from ingestion.models import Change, Receipt, Resource
from profiles.models import Profile, Source
from relationships.models import Relationship, RelationshipDefinition
from tests import factories
from tests.writing.asking import ask, define_link, link, make, resource

pytestmark = pytest.mark.django_db

HOT = [Resource, Relationship, Change, Receipt]
NOW = datetime(2026, 1, 1, tzinfo=UTC)
Ends = tuple[Resource, Resource]


@contextmanager
def refused_by(constraint: str) -> Iterator[None]:
    """At the statement: the transaction is never committed."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        yield
    cause: Any = caught.value.__cause__
    assert cause.diag.constraint_name == constraint


def insert_resource(source: Source, profile: Profile, id: str) -> Resource:
    made: Resource = Resource.objects.create(
        source=source,
        profile=profile,
        public_id=id,
        data={},
        version=1,
        contract_version=1,
        created_at=NOW,
        updated_at=NOW,
    )
    return made


def insert_relationship(
    definition: RelationshipDefinition, from_end: Resource, to_end: Resource, **columns: Any
) -> Relationship:
    values = {
        "source": definition.source,
        "from_public_id": from_end.public_id,
        "to_public_id": to_end.public_id,
        "version": 1,
        "contract_version": 1,
        "created_at": NOW,
        "updated_at": NOW,
        **columns,
    }
    made: Relationship = Relationship.objects.create(
        definition=definition, from_resource=from_end, to_resource=to_end, **values
    )
    return made


@pytest.fixture
def profile(source: Source) -> Profile:
    found: Profile = Profile.objects.get(source=source, key="office")
    return found


@pytest.fixture
def definition(source: Source) -> RelationshipDefinition:
    found: RelationshipDefinition = RelationshipDefinition.objects.get(source=source)
    return found


@pytest.fixture
def ends(source: Source) -> Ends:
    make(source, providers=1, offices=1)
    return resource(source, "provider", "p0"), resource(source, "office", "o0")


@pytest.fixture
def other_ends(history_is_replayed: None) -> Ends:
    """Of another source."""
    other = factories.clinic()
    make(other, providers=1, offices=1)
    return resource(other, "provider", "p0"), resource(other, "office", "o0")


# Resources


def test_an_id_stands_once_in_a_profile(source: Source, profile: Profile) -> None:
    make(source, offices=1)
    with refused_by("resource_public_id"):
        insert_resource(source, profile, "o0")


def test_a_resource_has_a_profile_of_its_own_source(source: Source) -> None:
    other = factories.ProfileFactory.create()
    with refused_by("resource_profile"):
        insert_resource(source, other, "o0")


def test_a_resource_has_a_source(profile: Profile) -> None:
    with refused_by("resource_profile"):
        insert_resource(Source(pk=0), profile, "o0")


# Relationships


def test_two_resources_have_one_relationship_of_a_definition(
    source: Source, definition: RelationshipDefinition, ends: Ends
) -> None:
    ask(source, link("provider-office", "p0.o0"))
    with refused_by("relationship_ends"):
        insert_relationship(definition, *ends)


@pytest.mark.parametrize("side", ["from", "to"])
def test_a_single_place_is_taken_once(source: Source, side: str) -> None:
    make(source, providers=2, offices=2)
    define_link(source, "pair", "0:1", "0:1")
    ask(source, link("pair", "p0.o0"))
    definition = RelationshipDefinition.objects.get(source=source, key="pair")
    providers, offices = (
        [resource(source, type, f"{type[0]}{number}") for number in range(2)]
        for type in ("provider", "office")
    )
    pair = (providers[0], offices[1]) if side == "from" else (providers[1], offices[0])
    taken: Any = providers[0] if side == "from" else offices[0]
    with refused_by(f"relationship_{side}_single"):
        insert_relationship(definition, *pair, **{f"{side}_single": taken.pk})


@pytest.mark.parametrize("side", ["from", "to"])
def test_a_single_place_is_that_of_the_end(
    definition: RelationshipDefinition, ends: Ends, side: str
) -> None:
    other: Any = ends[1] if side == "from" else ends[0]
    with refused_by(f"relationship_{side}_single_is_{side}"):
        insert_relationship(definition, *ends, **{f"{side}_single": other.pk})


@pytest.mark.parametrize("side", ["from", "to"])
def test_an_end_of_a_relationship_exists(
    definition: RelationshipDefinition, ends: Ends, side: str
) -> None:
    nobody = Resource(source=definition.source, public_id="nobody")
    pair = (nobody, ends[1]) if side == "from" else (ends[0], nobody)
    with refused_by(f"relationship_{side}_resource"):
        insert_relationship(definition, *pair)


@pytest.mark.parametrize("side", ["from", "to"])
def test_an_end_of_a_relationship_is_not_deleted(source: Source, ends: Ends, side: str) -> None:
    ask(source, link("provider-office", "p0.o0"))
    end = ends[0] if side == "from" else ends[1]
    with refused_by(f"relationship_{side}_resource"):
        execute("DELETE FROM ingestion_resource WHERE id = %s", end.pk)


@pytest.mark.parametrize("side", ["from", "to"])
def test_no_relationship_leads_into_another_source(
    definition: RelationshipDefinition, ends: Ends, other_ends: Ends, side: str
) -> None:
    pair = (other_ends[0], ends[1]) if side == "from" else (ends[0], other_ends[1])
    with refused_by(f"relationship_{side}_resource"):
        insert_relationship(definition, *pair)


def test_a_relationship_has_a_definition_of_its_own_source(ends: Ends, other_ends: Ends) -> None:
    definition = RelationshipDefinition.objects.get(source_id=other_ends[0].source_id)
    with refused_by("relationship_definition"):
        insert_relationship(definition, *ends, source=ends[0].source)


def execute(sql: str, *parameters: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)


# What the catalogue says


def constraints(table: str, kind: str) -> dict[str, list[str]]:
    """The columns of the constraints of a kind (`p`, `u`, `f`), by their names."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conname, array_agg(attname::text ORDER BY place)
            FROM pg_constraint, unnest(conkey) WITH ORDINALITY AS key (number, place),
                 pg_attribute
            WHERE conrelid = %s::regclass AND contype = %s
              AND attrelid = conrelid AND attnum = number
            GROUP BY conname
            """,
            [table, kind],
        )
        return dict(cursor.fetchall())


def unique_indexes(table: str) -> dict[str, str]:
    """The first column of every unique index, also of those that are no constraint."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT indexrelid::regclass::text, attname::text FROM pg_index JOIN pg_attribute
                ON attrelid = indrelid AND attnum = indkey[0]
            WHERE indrelid = %s::regclass AND indisunique
            """,
            [table],
        )
        return dict(cursor.fetchall())


@pytest.fixture(params=HOT, ids=lambda model: model.__name__)
def table(request: pytest.FixtureRequest) -> str:
    name: str = request.param._meta.db_table
    return name


def test_primary_keys_begin_with_the_source(table: str) -> None:
    assert list(constraints(table, "p").values()) == [["source_id", "id"]]


def test_whatever_is_unique_is_so_within_its_source(table: str) -> None:
    assert set(unique_indexes(table).values()) == {"source_id"}


def test_foreign_keys_begin_with_the_source(table: str) -> None:
    found = constraints(table, "f")
    assert found
    assert {columns[0] for columns in found.values()} == {"source_id"}


def test_constraints_are_checked_at_the_statement_and_cascade_nowhere(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT conname FROM pg_constraint
            WHERE conrelid = %s::regclass
              AND (condeferrable OR NOT convalidated
                   OR contype = 'f' AND (confdeltype, confupdtype) <> ('a', 'a'))
            """,
            [table],
        )
        assert cursor.fetchall() == []


def test_every_row_belongs_to_a_source(table: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            """
            SELECT count(*) FROM pg_constraint
            WHERE conrelid = %s::regclass AND contype = 'f'
              AND confrelid = 'profiles_source'::regclass
            """,
            [table],
        )
        assert cursor.fetchone() == (1,)
