"""From a mark in a definition to an index in the database, and back."""

from __future__ import annotations

import json

import pytest
from django.db import connection, transaction

from ingestion.indexes.profiles import ready_paths
from ingestion.models import DataIndex, IndexState
from ingestion.operations import Target
from profiles.definitions import profiles
from profiles.models import Profile, Source
from relationships.definitions import relationship_definitions
from relationships.models import RelationshipDefinition
from tests import examples, factories
from tests.indexes.worker import (
    definition_of,
    indexes,
    jobs,
    marked,
    save,
    states,
    work,
)


def test_a_mark_is_built_and_then_ready(source: Source) -> None:
    profile = save(source, {"age": marked("integer"), "note": {"type": "symbol"}})
    assert states() == {"age:least": "building"}
    assert ready_paths(Target.RESOURCE, profile.pk) == {"age": IndexState.BUILDING}
    assert indexes() == {}
    work()
    assert states() == {"age:least": "ready"}
    assert ready_paths(Target.RESOURCE, profile.pk) == {"age": IndexState.READY}
    assert f"WHERE (profile_id = {profile.pk})" in definition_of("age:least")


def test_records_in_order_are_named_by_the_index(source: Source) -> None:
    save(source, {"age": marked("integer")})
    work()
    built = definition_of("age:least")
    assert "ON public.ingestion_resource USING btree (registrar_numbers(" in built
    assert ", public_id)" in built


def test_each_kind_of_key_has_an_index(source: Source) -> None:
    save(source, {"born": marked("date"), "name": marked("symbol"), "place": marked("geopoint")})
    work()
    assert states() == dict.fromkeys(
        ("born:least", "born:greatest", "name:least", "name:words", "place:bounds"), "ready"
    )
    assert "USING gin (registrar_words(" in definition_of("name:words")
    assert "USING gist (registrar_bounds(" in definition_of("place:bounds")


def test_relationships_are_indexed_too(source: Source) -> None:
    save(source, {})
    save(source, {}, "office")
    body = {**examples.PROVIDER_OFFICE, "properties": {"hours": marked("integer")}}
    definition = relationship_definitions.save(
        source.key, "provider-office", body, actor="test"
    ).definition
    work()
    assert ready_paths(Target.RELATIONSHIP, definition.pk) == {"hours": IndexState.READY}
    built = definition_of("hours:least")
    assert "ON public.relationships_relationship USING btree" in built
    assert ", from_public_id, to_public_id)" in built
    assert f"WHERE (definition_id = {definition.pk})" in built
    relationship_definitions.retire(source.key, "provider-office", actor="test")
    work()
    assert not RelationshipDefinition.objects.exists()
    assert (states(), indexes()) == ({}, {})


def test_what_is_unmarked_is_dropped(source: Source) -> None:
    profile = save(source, {"age": marked("integer"), "size": marked("integer")})
    work()
    save(source, {"age": {"type": "integer"}, "size": marked("integer")})
    assert states() == {"age:least": "dropping", "size:least": "ready"}
    assert ready_paths(Target.RESOURCE, profile.pk) == {"size": IndexState.READY}
    work()
    assert states() == {"size:least": "ready"}
    assert len(indexes()) == 1


def test_what_is_marked_again_before_it_was_dropped_is_kept(source: Source) -> None:
    save(source, {"age": marked("integer")})
    work()
    before = indexes()
    save(source, {"age": {"type": "integer"}})
    save(source, {"age": marked("integer")})
    assert states() == {"age:least": "building"}
    work()
    assert states() == {"age:least": "ready"}
    assert indexes() == before


def test_what_becomes_of_another_type_is_built_anew(source: Source) -> None:
    save(source, {"age": marked("integer")})
    work()
    before = indexes()
    save(source, {"age": marked("symbol")})
    assert states() == {"age:least": "building", "age:words": "building"}
    work()
    assert states() == {"age:least": "ready", "age:words": "ready"}
    assert len(indexes()) == 2
    assert not indexes().keys() & before.keys()


def test_what_a_deleted_profile_had_is_dropped(source: Source) -> None:
    save(source, {"age": marked("integer")})
    work()
    profiles.retire(source.key, "provider", actor="test")
    assert states() == {"age:least": "dropping"}
    work()
    assert (states(), indexes()) == ({}, {})


def test_contained_resources_are_in_no_index(source: Source) -> None:
    save(source, {"age": marked("integer")}, type="CONTAINED")
    assert states() == {}
    save(source, {"age": marked("integer")}, type="ROOT")
    assert states() == {"age:least": "building"}
    save(source, {"age": marked("integer")}, type="CONTAINED")
    assert states() == {"age:least": "dropping"}


def test_saving_puts_in_one_job_and_only_where_something_changes(source: Source) -> None:
    save(source, {"age": {"type": "integer"}})
    assert jobs() == 0
    save(source, {"age": marked("integer"), "size": marked("integer")})
    assert jobs() == 1
    save(source, {"age": marked("integer"), "size": marked("integer")}, description="Same.")
    assert jobs() == 1


def test_what_is_not_saved_is_not_built(source: Source) -> None:
    with transaction.atomic():
        save(source, {"age": marked("integer")})
        assert jobs() == 1
        transaction.set_rollback(True)
    assert jobs() == 0
    assert states() == {}


def guessed(profile: Profile, condition: str) -> int:
    """How many records the planner expects."""
    with connection.cursor() as cursor:
        cursor.execute(
            "EXPLAIN (FORMAT JSON) SELECT FROM ingestion_resource"
            f" WHERE profile_id = {profile.pk} AND {condition}"
        )
        (found,) = cursor.fetchone()
    return int((json.loads(found) if isinstance(found, str) else found)[0]["Plan"]["Plan Rows"])


def test_the_planner_knows_the_rare_from_the_frequent(source: Source) -> None:
    profile = save(source, {"age": marked("integer"), "name": marked("symbol")})
    for age in range(40):
        data = {"age": age, "name": f"Doctor {'Rare' if age == 7 else age}"}
        factories.ResourceFactory.create(profile=profile, data=data)
    work()
    ages, names, words = (row.expression for row in DataIndex.objects.order_by("path", "kind"))
    assert guessed(profile, f"{ages} >= 38") == 2
    assert guessed(profile, f"{ages} >= 2") in (38, 39)
    assert guessed(profile, f"{names} >= 'doctor rare'") == 1
    assert guessed(profile, f"{words} @@ 'rare'") == 1
    assert guessed(profile, f"{words} @@ 'doctor'") == 40


def statistics() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_statistic_ext WHERE stxname ~ '^data_statistics_'")
        return int(cursor.fetchone()[0])


def test_statistics_come_and_go_with_their_index(source: Source) -> None:
    save(source, {"age": marked("integer"), "place": marked("geopoint")})
    work()
    assert statistics() == 1
    with connection.cursor() as cursor:
        cursor.execute(f"DROP STATISTICS data_statistics_{DataIndex.objects.get(path='age').pk}")
    work()
    assert statistics() == 1
    save(source, {})
    work()
    assert statistics() == 0


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_two_saves_leave_what_the_last_one_asks_for(source: Source, order: tuple[str, str]) -> None:
    for marks in order:
        save(source, {key: {"type": "integer", "indexed": key == marks} for key in "ab"})
    work()
    assert states() == {f"{order[1]}:least": "ready"}
    assert len(indexes()) == 1
