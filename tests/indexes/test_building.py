"""From a mark in a definition to an index in the database, and back."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from ingestion.data_indexes import ready_paths
from ingestion.models import DataIndex, IndexState
from ingestion.operations import Target
from profiles.definitions import profiles
from profiles.models import Source
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


def test_the_planner_knows_what_an_index_holds(source: Source) -> None:
    profile = save(source, {"age": marked("integer")})
    for age in range(20):
        factories.ResourceFactory.create(profile=profile, data={"age": age})
    work()
    name = f"data_index_{DataIndex.objects.get().pk}"
    with connection.cursor() as cursor:
        cursor.execute("SELECT n_distinct FROM pg_stats WHERE tablename = %s", [name])
        assert cursor.fetchone() == (-1,)


@pytest.mark.parametrize("order", [("a", "b"), ("b", "a")])
def test_two_saves_leave_what_the_last_one_asks_for(source: Source, order: tuple[str, str]) -> None:
    for marks in order:
        save(source, {key: {"type": "integer", "indexed": key == marks} for key in "ab"})
    work()
    assert states() == {f"{order[1]}:least": "ready"}
    assert len(indexes()) == 1
