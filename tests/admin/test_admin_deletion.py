import pytest

from ingestion.admin.resources import ResourceAdmin
from ingestion.models import Change, Resource
from ingestion.records import RecordKey
from profiles.models import Profile
from relationships.models import Relationship
from tests.admin.pages import DELETE, Pages, address, delete_page
from tests.factories import ProfileFactory, ResourceFactory


def test_a_resource_is_deleted(steward: Pages, provider: Profile) -> None:
    resource = ResourceFactory.create(profile=provider)
    page = steward.delete(resource)
    assert "was deleted successfully" in page.messages[-1]
    assert not Resource.objects.exists()


def test_the_question_tells_how_many_relationships_go_along(
    steward: Pages, link: Relationship
) -> None:
    page = steward.open(delete_page(link.from_resource))
    assert "Relationships: 1" in page.text
    assert "Resources: 1" in page.text


def test_relationships_go_along_and_are_counted(steward: Pages, link: Relationship) -> None:
    page = steward.delete(link.from_resource)
    assert "1 relationship went along." in page.messages
    assert not Relationship.objects.exists()


def test_a_deletion_is_kept_in_history(steward: Pages, link: Relationship) -> None:
    steward.delete(link.from_resource)
    deleted = Change.objects.filter(action="DELETE").order_by("seq")
    assert [(change.target, change.actor) for change in deleted] == [
        ("RESOURCE", "user:stella"),
        ("RELATIONSHIP", "user:stella"),
    ]


def test_selected_resources_of_several_sources_are_deleted(
    steward: Pages, link: Relationship
) -> None:
    elsewhere = ResourceFactory.create()
    page = steward.delete_selected(link.from_resource, link.to_resource, elsewhere)
    assert "Successfully deleted 3 resources." in page.messages
    assert "1 relationship went along." in page.messages
    assert not Resource.objects.exists()
    tasks = Change.objects.filter(action="DELETE").values_list("source_id", "task_id")
    assert len(set(tasks)) == 2


def test_all_across_pages_are_never_deleted(steward: Pages, link: Relationship) -> None:
    everything = {**DELETE, "select_across": "1"}
    name = f"{link.source.key}/provider"
    for query in ("", f"?profile={name}", "?q=han"):
        steward.send(f"{address(Resource, 'changelist')}{query}", everything)
    assert Resource.objects.count() == 2


def test_the_question_about_several_names_them(steward: Pages, link: Relationship) -> None:
    selected = [str(link.from_resource_id), str(link.to_resource_id)]
    page = steward.send(
        address(Resource, "changelist"),
        {"action": "delete_selected", "_selected_action": selected},
    )
    assert "Relationships: 1" in page.text
    assert "Resources: 2" in page.text
    assert Resource.objects.count() == 2


def test_a_relationship_is_deleted(steward: Pages, link: Relationship) -> None:
    page = steward.delete(link)
    assert "was deleted successfully" in page.messages[-1]
    assert not Relationship.objects.exists()
    assert Resource.objects.count() == 2


def test_selected_relationships_are_deleted(steward: Pages, link: Relationship) -> None:
    steward.delete_selected(link)
    assert not Relationship.objects.exists()


def test_a_profile_in_use_is_not_deleted(steward: Pages, provider: Profile) -> None:
    ResourceFactory.create(profile=provider)
    page = steward.delete(provider)
    (message,) = page.messages
    assert message.startswith("Nothing was deleted. The profile is in use.")
    assert "Is used by 1 resource." in message
    assert "Is used by 1 relationship definition: provider-office." in message
    provider.refresh_from_db()
    assert provider.retired_at is None


def test_of_selected_profiles_all_or_none_are_deleted(steward: Pages, provider: Profile) -> None:
    unused = ProfileFactory.create(source=provider.source, key="aaa")
    page = steward.delete_selected(unused, provider)
    (message,) = page.messages
    assert message.startswith("Nothing was deleted.")
    unused.refresh_from_db()
    assert unused.retired_at is None


def test_a_source_in_use_is_not_deleted(steward: Pages, provider: Profile) -> None:
    page = steward.delete(provider.source)
    (message,) = page.messages
    assert "The source is in use." in message
    assert "Is used by 3 profiles: office, paymentMethod, provider." in message
    provider.source.refresh_from_db()
    assert provider.source.retired_at is None


def test_an_unused_profile_and_source_are_retired(steward: Pages) -> None:
    profile = ProfileFactory.create()
    steward.delete(profile)
    steward.delete_selected(profile.source)
    profile.refresh_from_db()
    profile.source.refresh_from_db()
    assert profile.retired_at is not None
    assert profile.source.retired_at is not None


def test_of_selected_resources_all_or_none_are_deleted(
    steward: Pages, provider: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if another had deleted one of them in between."""
    rows = [ResourceFactory.create(profile=provider, id=id) for id in ("han", "leia")]

    def key_of(admin: ResourceAdmin, row: Resource) -> RecordKey:
        return RecordKey("provider", "gone" if row.public_id == "han" else row.public_id)

    monkeypatch.setattr(ResourceAdmin, "key_of", key_of)
    page = steward.delete_selected(*rows)
    assert page.messages == ["Nothing was deleted. There is no such resource."]
    assert Resource.objects.count() == 2
    page = steward.delete(rows[0])
    assert page.messages == ["Nothing was deleted. There is no such resource."]
