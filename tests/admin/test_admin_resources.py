import pytest

from ingestion.models import Change, Receipt, Resource
from profiles.exact import encode
from profiles.models import Profile, Source
from tests.admin.pages import Pages, address, as_json, change_page
from tests.factories import ProfileFactory, ResourceFactory

MEASURES = {
    "properties": {
        "weight": {"type": "decimal"},
        "text": {"type": "symbol"},
        "tags": {"type": "array", "items": {"type": "symbol"}},
        "parts": {"type": "object", "properties": {"a": {"type": "symbol"}}},
    }
}


@pytest.fixture
def measures(source: Source) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="measures", body=MEASURES)
    return profile


def stored(resource: Resource) -> tuple[str, int]:
    resource.refresh_from_db()
    return encode(resource.data).decode(), resource.version


def test_a_resource_is_added(steward: Pages, provider: Profile) -> None:
    page = steward.add(Resource, profile=provider.pk, public_id="han", data='{"name":"Han"}')
    assert page.status == 200
    assert "was added successfully" in page.messages[0]
    resource = Resource.objects.get(profile=provider, public_id="han")
    assert (resource.data, resource.contained, resource.version) == ({"name": "Han"}, {}, 1)


def test_a_resource_without_an_id_is_given_one(steward: Pages, provider: Profile) -> None:
    steward.add(Resource, profile=provider.pk, public_id="", data="{}")
    assert len(Resource.objects.get(profile=provider).public_id) == 36


def test_the_actor_of_a_change_is_the_user(steward: Pages, provider: Profile) -> None:
    steward.add(Resource, profile=provider.pk, public_id="han")
    steward.change(Resource.objects.get(), data='{"name":"Han"}')
    changes = Change.objects.order_by("seq").values_list("action", "actor")
    assert list(changes) == [("CREATE", "user:stella"), ("UPSERT", "user:stella")]


def test_an_empty_object_is_data(steward: Pages, provider: Profile) -> None:
    steward.add(Resource, profile=provider.pk, public_id="han", data="{}")
    assert Resource.objects.get(public_id="han").data == {}


def test_profiles_are_offered_with_their_source(steward: Pages, source: Source) -> None:
    page = steward.open(as_json(address(Resource, "add")))
    assert f"{source.key} / provider" in page.text


def test_contained_profiles_are_not_offered(steward: Pages, source: Source) -> None:
    body = {"type": "CONTAINED", "properties": {}}
    ProfileFactory.create(source=source, key="part", body=body)
    page = steward.open(as_json(address(Resource, "add")))
    assert f"{source.key} / part" not in page.text


def test_a_link_can_choose_the_profile(steward: Pages, provider: Profile) -> None:
    page = steward.open(address(Resource, "add"), profile=provider.pk, tab="json")
    assert page.inputs["profile"] == str(provider.pk)


def test_an_id_that_exists_is_a_fault_of_the_id(steward: Pages, provider: Profile) -> None:
    ResourceFactory.create(profile=provider, id="han", data={"name": "Han"})
    page = steward.add(Resource, profile=provider.pk, public_id="han", data="{}")
    assert page.errors == {"public_id": ["This resource exists already."]}
    assert Resource.objects.get().data == {"name": "Han"}


def test_an_id_that_is_none_is_a_fault_of_the_id(steward: Pages, provider: Profile) -> None:
    page = steward.add(Resource, profile=provider.pk, public_id="a b", data="{}")
    assert list(page.errors) == ["public_id"]


def test_faults_stand_beside_their_fields_with_their_places(
    steward: Pages, office: Profile
) -> None:
    method = {"type": "paymentMethod", "data": {"value": 5}}
    page = steward.add(
        Resource,
        profile=office.pk,
        data='{"name":1,"unknown":2}',
        contained=encode({"primaryPaymentMethod": [method]}).decode(),
        identifiers='[{"value":1}]',
    )
    places = {
        name: sorted(message.partition(":")[0] for message in messages)
        for name, messages in page.errors.items()
    }
    assert places == {
        "data": ["/data/name", "/data/unknown"],
        "contained": ["/contained/primaryPaymentMethod/0/data/value"],
        "identifiers": ["/meta/identifier/0/value"],
    }
    assert "/data/name: Must be text." in page.text
    assert not Resource.objects.exists()


def test_what_was_typed_is_kept_beside_its_faults(steward: Pages, provider: Profile) -> None:
    typed = {
        "profile": str(provider.pk),
        "public_id": "han",
        "data": '{ "name" :1,\n"practiceNumber":1.10}',
        "contained": "{ }",
        "identifiers": "[  ]",
    }
    page = steward.add(Resource, **typed)
    assert page.errors
    assert page.inputs == typed


@pytest.mark.parametrize("text", ['{"a":1', '{"a":1,"a":2}', '"\\ud800"', "NaN"])
def test_what_is_no_json_is_a_fault_of_its_field(
    steward: Pages, provider: Profile, text: str
) -> None:
    page = steward.add(Resource, profile=provider.pk, data=text)
    assert list(page.errors) == ["data"]
    assert page.inputs["data"] == text


def test_data_left_empty_is_a_fault(steward: Pages, provider: Profile) -> None:
    page = steward.add(Resource, profile=provider.pk, data="")
    assert page.errors == {"data": ["This field is required."]}


def test_a_refused_form_leaves_a_receipt_without_what_was_typed(
    steward: Pages, provider: Profile
) -> None:
    steward.add(Resource, profile=provider.pk, data='{"name":123454321}')
    receipt = Receipt.objects.get()
    assert receipt.actor == "user:stella"
    assert b"123454321" not in encode(receipt.error)


def test_a_resource_is_changed(steward: Pages, provider: Profile) -> None:
    resource = ResourceFactory.create(profile=provider, data={"name": "Han"})
    page = steward.change(resource, data='{"name":"Leia"}')
    assert "was changed successfully" in page.messages[0]
    assert stored(resource) == ('{"name":"Leia"}', 2)


def test_what_names_a_resource_cannot_be_changed(
    steward: Pages, provider: Profile, office: Profile
) -> None:
    resource = ResourceFactory.create(profile=provider, id="han")
    steward.change(resource, profile=office.pk, public_id="leia", data='{"name":"Leia"}')
    resource.refresh_from_db()
    assert (resource.profile, resource.public_id) == (provider, "han")


def test_identifiers_are_changed_and_cleared(steward: Pages, provider: Profile) -> None:
    resource = ResourceFactory.create(profile=provider)
    steward.change(resource, identifiers='[{"system":"urn:a","value":"1"}]')
    resource.refresh_from_db()
    assert resource.identifiers == [{"system": "urn:a", "value": "1"}]
    steward.change(resource, identifiers="[]")
    resource.refresh_from_db()
    assert resource.identifiers == []


def test_every_digit_is_shown(steward: Pages, measures: Profile) -> None:
    resource = ResourceFactory.create(profile=measures, data={})
    steward.change(resource, data='{"weight":12345678901234567890.10}')
    page = steward.open(as_json(change_page(resource)))
    assert page.inputs["data"] == '{\n  "weight": 12345678901234567890.10\n}'


def test_every_digit_is_kept(steward: Pages, measures: Profile) -> None:
    resource = ResourceFactory.create(profile=measures, data={})
    steward.change(resource, data='{"weight":1.10,"text":"a"}')
    steward.change(resource, data=steward.open(as_json(change_page(resource))).inputs["data"])
    assert stored(resource) == ('{"text":"a","weight":1.10}', 2)


def test_a_form_that_changes_nothing_writes_nothing(steward: Pages, measures: Profile) -> None:
    data = {"text": "", "tags": [], "parts": {}, "weight": 0}
    resource = ResourceFactory.create(profile=measures, data=data)
    page = steward.change(resource)
    assert page.messages
    resource.refresh_from_db()
    assert (resource.data, resource.version) == (data, 1)
    assert Change.objects.filter(record_id=resource.pk).count() == 1


def test_contained_resources_stay_when_data_is_changed(steward: Pages, office: Profile) -> None:
    rows = [{"id": "a", "type": "paymentMethod", "data": {"value": "cash"}}]
    resource = ResourceFactory.create(profile=office, contained={"alternativePaymentMethods": rows})
    before = resource.contained
    steward.change(resource, data='{"name":"Cantina"}')
    resource.refresh_from_db()
    assert resource.contained == before
    assert resource.data == {"name": "Cantina"}


def test_a_resource_that_was_changed_meanwhile_is_not_overwritten(
    steward: Pages, provider: Profile
) -> None:
    resource = ResourceFactory.create(profile=provider, data={"name": "Han"})
    opened = steward.open(as_json(change_page(resource))).inputs
    steward.change(resource, data='{"name":"Leia"}')
    typed = {**opened, "data": '{"name":"Luke"}'}
    page = steward.send(as_json(change_page(resource)), typed)
    assert page.errors["__all__"][0] == "It was changed since it was read."
    assert page.inputs == typed
    assert stored(resource) == ('{"name":"Leia"}', 2)


def test_a_form_without_its_version_writes_nothing(steward: Pages, provider: Profile) -> None:
    resource = ResourceFactory.create(profile=provider, data={"name": "Han"})
    steward.change(resource, etag="", data='{"name":"Leia"}')
    assert stored(resource) == ('{"name":"Han"}', 1)


def test_the_profile_that_changed_meanwhile_judges(steward: Pages, provider: Profile) -> None:
    resource = ResourceFactory.create(profile=provider, data={"name": "Han"})
    opened = steward.open(as_json(change_page(resource))).inputs
    ProfileFactory.create(source=provider.source, key="provider", body={"properties": {}})
    page = steward.send(as_json(change_page(resource)), {**opened, "data": '{"name":"Leia"}'})
    assert list(page.errors) == ["data"]


def test_history_shows_the_changes_through_every_door(steward: Pages, provider: Profile) -> None:
    resource = ResourceFactory.create(profile=provider, id="han")
    ResourceFactory.create(profile=provider, id="leia")
    steward.change(resource, data='{"name":"Han"}')
    page = steward.open(address(Resource, "history", resource.pk))
    told = page.context["rows"]
    assert [one.change.action for one in told] == ["UPSERT", "CREATE"]
    assert {one.change.public_id for one in told} == {"han"}
