import pytest

from profiles.exact import encode
from profiles.models import Profile, ProfileVersion, Source
from relationships.models import RelationshipDefinition
from tests import examples
from tests.admin.pages import Pages, as_json, change_page
from tests.factories import ProfileFactory, RelationshipDefinitionFactory, SourceFactory

BODY = '{"properties":{"weight":{"type":"decimal","rules":[{"min":1.10}]}}}'


def test_a_profile_is_added(steward: Pages) -> None:
    source = SourceFactory.create()
    steward.add(Profile, source=source.pk, key="thing", body=BODY)
    profile = Profile.objects.get(source=source)
    assert (profile.key, profile.version) == ("thing", 1)
    assert encode(profile.body).decode() == BODY
    assert ProfileVersion.objects.get().actor == "user:stella"


def test_a_profile_is_changed_and_every_version_kept(steward: Pages) -> None:
    profile = ProfileFactory.create()
    steward.change(profile, body=BODY)
    page = steward.open(as_json(change_page(profile)))
    assert page.inputs["body"].count("1.10") == 1
    (versions,) = page.context["inline_admin_formsets"]
    assert [form.original.version for form in versions if form.original] == [2, 1]


def test_a_profile_that_says_the_same_stays_at_its_version(steward: Pages) -> None:
    profile = ProfileFactory.create()
    steward.change(profile)
    profile.refresh_from_db()
    assert profile.version == 1


def test_faults_of_a_profile_stand_beside_its_body(steward: Pages) -> None:
    source = SourceFactory.create()
    typed = '{"properties":{"a":{"type":"nonsense"}},"other":1}'
    page = steward.add(Profile, source=source.pk, key="thing", body=typed)
    assert sorted(message.partition(":")[0] for message in page.errors["body"]) == [
        "/other",
        "/properties/a/type",
    ]
    assert page.inputs["body"] == typed
    assert not Profile.objects.exists()


def test_a_key_that_exists_is_not_overwritten(steward: Pages) -> None:
    profile = ProfileFactory.create(key="thing")
    page = steward.add(Profile, source=profile.source.pk, key="thing", body=BODY)
    assert page.errors == {"key": ["It exists already."]}
    profile.refresh_from_db()
    assert profile.version == 1


@pytest.mark.parametrize("key", ["a b", "_a", "bulk", "a" * 63])
def test_what_cannot_be_a_key_is_a_fault_of_the_key(steward: Pages, key: str) -> None:
    source = SourceFactory.create()
    page = steward.add(Profile, source=source.pk, key=key, body=BODY)
    assert list(page.errors) == ["key"]


def test_a_profile_that_was_changed_meanwhile_is_not_overwritten(steward: Pages) -> None:
    profile = ProfileFactory.create()
    opened = steward.open(as_json(change_page(profile))).inputs
    steward.change(profile, body=BODY)
    page = steward.send(as_json(change_page(profile)), {**opened, "body": "{}"})
    assert page.errors["__all__"][0] == "It was changed since it was read."
    assert page.inputs["body"] == "{}"
    profile.refresh_from_db()
    assert encode(profile.body).decode() == BODY


def test_key_and_source_are_fixed(steward: Pages) -> None:
    profile = ProfileFactory.create(key="thing")
    steward.change(profile, key="other", source=SourceFactory.create().pk, body=BODY)
    profile.refresh_from_db()
    assert (profile.key, profile.version) == ("thing", 2)


def test_a_retired_key_goes_on_with_its_versions(steward: Pages) -> None:
    profile = ProfileFactory.create(key="thing")
    steward.delete(profile)
    steward.add(Profile, source=profile.source.pk, key="thing", body=BODY)
    page = steward.open(change_page(Profile.objects.get()))
    (versions,) = page.context["inline_admin_formsets"]
    assert [form.original.version for form in versions if form.original] == [3, 2, 1]
    assert "deleted" in page.text


def test_a_relationship_definition_is_added_and_changed(steward: Pages, source: Source) -> None:
    body = {**examples.PROVIDER_OFFICE, "description": "…"}
    definition = RelationshipDefinition.objects.get(source=source)
    steward.change(definition, body=encode(body).decode())
    definition.refresh_from_db()
    assert (definition.version, definition.body["description"]) == (2, "…")


def test_faults_of_a_relationship_definition_are_shown(steward: Pages) -> None:
    source = SourceFactory.create()
    page = steward.add(
        RelationshipDefinition,
        source=source.pk,
        key="provider-office",
        body=encode(examples.PROVIDER_OFFICE).decode(),
    )
    assert page.errors["body"] == [
        "/from/profileKey: There is no such profile.",
        "/to/profileKey: There is no such profile.",
    ]


def test_a_new_relationship_definition_is_saved(steward: Pages, source: Source) -> None:
    definition = RelationshipDefinition.objects.get(source=source)
    steward.delete(definition)
    steward.add(
        RelationshipDefinition,
        source=source.pk,
        key="provider-office",
        body=encode(examples.PROVIDER_OFFICE).decode(),
    )
    assert RelationshipDefinition.objects.get(source=source).version == 3


def test_definitions_are_filtered_by_source_and_found_by_key(steward: Pages) -> None:
    one = ProfileFactory.create(key="one")
    ProfileFactory.create(key="two")
    assert steward.list(Profile, source=one.source.key).rows == ["one"]
    assert steward.list(Profile, q="tw").rows == ["two"]


def test_a_definition_of_relationships_that_is_unused_is_retired(
    steward: Pages, source: Source
) -> None:
    definition = RelationshipDefinition.objects.get(source=source)
    steward.delete_selected(definition)
    assert not RelationshipDefinition.objects.filter(source=source).exists()
    RelationshipDefinitionFactory.create(source=source)
