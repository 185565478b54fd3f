import pytest

from ingestion.models import Resource
from profiles.models import Profile, Source
from relationships.models import Relationship, RelationshipDefinition
from tests.admin.pages import Pages, address, as_json, change_page
from tests.factories import RelationshipDefinitionFactory, ResourceFactory

EFFECTIVE = '{"effective":{"start":"2020"}}'


@pytest.fixture
def definition(source: Source) -> RelationshipDefinition:
    found: RelationshipDefinition = RelationshipDefinition.objects.get(source=source)
    return found


@pytest.fixture
def ends(provider: Profile, office: Profile) -> None:
    ResourceFactory.create(profile=provider, id="han")
    ResourceFactory.create(profile=office, id="falcon")


def test_a_relationship_is_added(
    steward: Pages, definition: RelationshipDefinition, ends: None
) -> None:
    steward.add(
        Relationship,
        definition=definition.pk,
        from_public_id="han",
        to_public_id="falcon",
        data=EFFECTIVE,
    )
    relationship = Relationship.objects.get()
    assert str(relationship) == "han → falcon"
    assert relationship.data == {"effective": {"start": "2020"}}


def test_definitions_are_offered_with_their_source(steward: Pages, source: Source) -> None:
    page = steward.open(as_json(address(Relationship, "add")))
    assert f"{source.key} / provider-office" in page.text


def test_an_end_that_is_missing_is_a_fault_of_its_field(
    steward: Pages, definition: RelationshipDefinition, ends: None
) -> None:
    page = steward.add(
        Relationship, definition=definition.pk, from_public_id="leia", to_public_id="falcon"
    )
    assert page.errors == {"from_public_id": ["/from/id: There is no such provider."]}
    assert page.inputs["from_public_id"] == "leia"


def test_faults_of_data_stand_beside_it(
    steward: Pages, definition: RelationshipDefinition, ends: None
) -> None:
    page = steward.add(
        Relationship,
        definition=definition.pk,
        from_public_id="han",
        to_public_id="falcon",
        data='{"effective":1}',
    )
    assert list(page.errors) == ["data"]
    assert page.errors["data"][0].startswith("/data/effective: ")


def test_a_relationship_that_exists_is_not_added(steward: Pages, link: Relationship) -> None:
    page = steward.add(
        Relationship,
        definition=link.definition_id,
        from_public_id="han",
        to_public_id="falcon",
        data=EFFECTIVE,
    )
    assert page.errors == {"__all__": ["/id: This relationship exists already."]}
    assert Relationship.objects.get().data == {}


def test_a_second_partner_where_one_is_allowed_is_a_fault(
    steward: Pages, source: Source, ends: None, office: Profile
) -> None:
    ResourceFactory.create(profile=office, id="cantina")
    side = {"includeCardinality": "0:1"}
    definition = RelationshipDefinitionFactory.create(
        source=source,
        key="single",
        body={
            "from": {"profileKey": "provider", "includeKey": "one", **side},
            "to": {"profileKey": "office", "includeKey": "two", "includeCardinality": "0:*"},
        },
    )
    chosen = {"definition": definition.pk, "from_public_id": "han"}
    steward.add(Relationship, **chosen, to_public_id="falcon")
    page = steward.add(Relationship, **chosen, to_public_id="cantina")
    assert list(page.errors) == ["from_public_id"]


def test_data_of_a_relationship_is_changed(steward: Pages, link: Relationship) -> None:
    steward.change(link, data=EFFECTIVE)
    link.refresh_from_db()
    assert (link.data, link.version) == ({"effective": {"start": "2020"}}, 2)


def test_ends_cannot_be_changed_and_lead_to_their_resources(
    steward: Pages, link: Relationship
) -> None:
    page = steward.open(change_page(link))
    assert set(page.inputs) == {"data", "identifiers", "etag"}
    assert change_page(Resource.objects.get(public_id="han")) in page.text
    assert "provider/han" in page.text


def test_a_relationship_that_was_changed_meanwhile_is_not_overwritten(
    steward: Pages, link: Relationship
) -> None:
    opened = steward.open(as_json(change_page(link))).inputs
    steward.change(link, data=EFFECTIVE)
    page = steward.send(as_json(change_page(link)), {**opened, "data": "{}"})
    assert page.errors["__all__"][0] == "It was changed since it was read."
    link.refresh_from_db()
    assert link.data == {"effective": {"start": "2020"}}


def test_history_of_a_relationship_is_found(steward: Pages, link: Relationship) -> None:
    steward.change(link, data=EFFECTIVE)
    page = steward.open(address(Relationship, "history", link.pk))
    assert [one.change.action for one in page.context["rows"]] == ["UPSERT", "CREATE"]
