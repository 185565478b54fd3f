"""Forms made from profiles, as somebody at a browser fills them in."""

from __future__ import annotations

from typing import Any

import pytest

from ingestion.models import Change, Resource
from ingestion.single import write_one
from profiles.models import Profile, Source
from relationships.models import Relationship
from tests.admin.pages import Page, Pages, address, change_page
from tests.admin.past import erase, put
from tests.factories import ProfileFactory, ResourceFactory
from tests.inputs.browsing import sent

PERSON = {
    "description": "Somebody.",
    "properties": {
        "name": {"type": "symbol", "rules": [{"required": True}], "description": "As people say."},
        "age": {"type": "integer", "rules": [{"min": 0, "max": 150}]},
        "tags": {"type": "array", "items": {"type": "symbol"}},
        "home": {"type": "address"},
    },
    "contained": {"cards": {"types": ["paymentMethod"], "cardinality": "0:*"}},
}


@pytest.fixture
def person(source: Source) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="person", body=PERSON)
    return profile


@pytest.fixture
def ada(person: Profile) -> Resource:
    card = {"id": "visa", "type": "paymentMethod", "data": {"value": "Visa"}}
    data = {"name": "Ada", "age": 36, "tags": ["one", "two"]}
    resource: Resource = ResourceFactory.create(
        profile=person, id="ada", data=data, contained={"cards": [card]}
    )
    return resource


def inputs(page: Page) -> dict[str, Any]:
    """What a browser would send of a page, if nothing was typed."""
    found: dict[str, Any] = {}
    for field in page.form:
        value = field.value()
        if hasattr(value, "place"):
            found |= dict(sent(value).lists())
        elif value is not None:
            found[field.html_name] = value
    return found


def save(pages: Pages, row: Resource | Relationship, opened: dict[str, Any], **typed: Any) -> Page:
    names = {name.replace("__", "/"): text for name, text in typed.items()}
    return pages.send(change_page(row), {**opened, **names})


def open_form(pages: Pages, row: Resource | Relationship) -> dict[str, Any]:
    return inputs(pages.open(change_page(row)))


def add_page(profile: Profile) -> str:
    return f"{address(Resource, 'add')}?profile={profile.source.key}/{profile.key}"


def stored(resource: Resource) -> tuple[Any, int]:
    resource.refresh_from_db()
    return resource.data, resource.version


# Adding


def test_the_profile_is_chosen_first(steward: Pages, person: Profile) -> None:
    page = steward.open(address(Resource, "add"))
    assert f"?profile={person.source.key}/person" in page.text
    assert "data/name" not in page.text


def test_profiles_are_found_by_their_key_and_their_source(steward: Pages, person: Profile) -> None:
    assert "/office" not in steward.open(address(Resource, "add"), q="PERS").text
    assert "/person" in steward.open(address(Resource, "add"), q="pers").text
    assert "/person" in steward.open(address(Resource, "add"), q=person.source.key).text
    assert "None is called so" in steward.open(address(Resource, "add"), q="nothing").text


@pytest.mark.parametrize("name", ["nowhere/person", "", "/", "person"])
def test_a_profile_that_is_not_there_is_asked_for_again(
    steward: Pages, person: Profile, name: str
) -> None:
    page = steward.open(address(Resource, "add"), profile=name)
    assert "Of which profile?" in page.text


def test_a_resource_is_added_by_its_form(steward: Pages, person: Profile) -> None:
    path = add_page(person)
    typed = {**inputs(steward.open(path)), "public_id": "ada", "data/name": "Ada", "data/age": "36"}
    page = steward.send(path, typed)
    assert "was added successfully" in page.messages[0]
    assert Resource.objects.get(public_id="ada").data == {"name": "Ada", "age": 36}


def test_the_faults_of_a_new_resource_are_those_of_the_api(steward: Pages, person: Profile) -> None:
    path = add_page(person)
    page = steward.send(path, {**inputs(steward.open(path)), "data/age": "200"})
    assert errors(page) == [
        '<a href="#id_data/name">Data › Name</a>: Is required.',
        '<a href="#id_data/age">Data › Age</a>: Must be at most 150.',
    ]
    assert not Resource.objects.exists()


def test_an_id_that_exists_is_a_fault_of_the_id(steward: Pages, ada: Resource) -> None:
    path = add_page(ada.profile)
    typed = {**inputs(steward.open(path)), "public_id": "ada", "data/name": "Eva"}
    page = steward.send(path, typed)
    assert page.errors == {"public_id": ["This resource exists already."]}


# Changing


def test_a_form_that_changes_nothing_writes_nothing(steward: Pages, ada: Resource) -> None:
    before = stored(ada)
    save(steward, ada, open_form(steward, ada))
    assert stored(ada) == before
    assert Change.objects.filter(record_id=ada.pk).count() == 1


def test_one_property_is_changed_and_nothing_else(steward: Pages, ada: Resource) -> None:
    contained = ada.contained
    save(steward, ada, open_form(steward, ada), data__age="37")
    assert stored(ada) == ({"name": "Ada", "age": 37, "tags": ["one", "two"]}, 2)
    assert ada.contained == contained


def test_labels_and_help_come_from_the_profile(steward: Pages, ada: Resource) -> None:
    text = steward.open(change_page(ada)).text
    assert '<label for="id_data/name" class="required">Name</label>' in text
    assert "As people say" in text
    assert "From 0 to 150" in text


def test_a_profile_that_contains_nothing_has_no_place_for_it(
    steward: Pages, provider: Profile, ada: Resource
) -> None:
    assert ">Contained</legend>" in steward.open(change_page(ada)).text
    alone = ResourceFactory.create(profile=provider)
    assert ">Contained</legend>" not in steward.open(change_page(alone)).text


def test_what_was_typed_is_still_there_after_a_refusal(steward: Pages, ada: Resource) -> None:
    page = save(steward, ada, open_form(steward, ada), data__age="36 or so", data__home__city="X")
    assert errors(page) == ['<a href="#id_data/age">Data › Age</a>: Must be a whole number.']
    assert inputs(page)["data/age"] == ["36 or so"]
    assert inputs(page)["data/home/city"] == ["X"]
    assert stored(ada)[1] == 1


def test_a_fault_in_a_row_leads_to_that_row(steward: Pages, ada: Resource) -> None:
    opened = open_form(steward, ada)
    rows = ["", "0", *(f"n{number}" for number in range(200))]
    names = {f"contained/cards/n{n}/type": "paymentMethod" for n in range(200)}
    wrong = {"contained/cards/n136/id": "a b"}
    page = steward.send(change_page(ada), {**opened, "contained/cards": rows, **names, **wrong})
    (error,) = errors(page)
    assert error.startswith('<a href="#id_contained/cards/n136/id">Contained › Cards ›')
    assert 'id="id_contained/cards/n136/id_faults"' in page.text


# Somebody else


def test_changes_of_different_properties_come_together(steward: Pages, ada: Resource) -> None:
    opened = open_form(steward, ada)
    save(steward, ada, open_form(steward, ada), data__age="37")
    page = save(steward, ada, opened, data__name="Ada L.")
    assert "Somebody else has changed this" in errors(page)[0]
    assert stored(ada)[1] == 2
    assert inputs(page)["data/age"] == ["37"]
    save(steward, ada, inputs(page))
    assert stored(ada) == ({"name": "Ada L.", "age": 37, "tags": ["one", "two"]}, 3)


def test_the_three_versions_stand_side_by_side(steward: Pages, ada: Resource) -> None:
    opened = open_form(steward, ada)
    save(steward, ada, open_form(steward, ada), data__age="37")
    page = save(steward, ada, opened, data__age="38", data__name="Eva")
    shown = {row.label: row for row in page.context["differences"]}
    age = shown["Data › Age"]
    assert (age.base, age.theirs, age.mine, age.is_conflict) == ("36", "37", "38", True)
    assert shown["Data › Name"].is_mine


@pytest.mark.parametrize(("chosen", "age", "version"), [([], 38, 3), (["/data/age"], 37, 2)])
def test_the_steward_decides_a_conflict(
    steward: Pages, ada: Resource, chosen: list[str], age: int, version: int
) -> None:
    opened = open_form(steward, ada)
    save(steward, ada, open_form(steward, ada), data__age="37")
    page = save(steward, ada, opened, data__age="38")
    save(steward, ada, inputs(page), take_theirs=chosen)
    assert stored(ada) == ({"name": "Ada", "age": age, "tags": ["one", "two"]}, version)


def test_a_third_change_is_brought_together_as_well(steward: Pages, ada: Resource) -> None:
    opened = open_form(steward, ada)
    save(steward, ada, open_form(steward, ada), data__age="37")
    page = save(steward, ada, opened, data__name="Eva")
    save(steward, ada, open_form(steward, ada), data__age="40")
    page = save(steward, ada, inputs(page))
    assert "Somebody else has changed this" in errors(page)[0]
    assert inputs(page)["data/age"] == ["40"]
    save(steward, ada, inputs(page))
    assert stored(ada) == ({"name": "Eva", "age": 40, "tags": ["one", "two"]}, 4)


def test_what_is_changed_while_it_is_being_saved_comes_together_too(
    steward: Pages, ada: Resource, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = open_form(steward, ada)

    def overtaken(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.undo()
        body = {"data": {**ada.data, "age": 37}, "contained": ada.contained}
        put(ada.profile, "ada", body)
        return write_one(*args, **kwargs)

    monkeypatch.setattr("ingestion.forms.records.write_one", overtaken)
    page = save(steward, ada, opened, data__name="Eva")
    assert "Somebody else has changed this" in errors(page)[0]
    assert (inputs(page)["data/name"], inputs(page)["data/age"]) == (["Eva"], ["37"])


def test_nothing_comes_together_where_what_was_opened_is_erased(
    steward: Pages, ada: Resource
) -> None:
    """Else all that others changed since would look like a change of who opened it."""
    opened = open_form(steward, ada)
    save(steward, ada, open_form(steward, ada), data__age="37")
    erase(Change.objects.get(public_id="ada", version=1))
    page = save(steward, ada, opened, data__name="Eva")
    assert "is not kept any more" in errors(page)[0]
    save(steward, ada, inputs(page))
    assert stored(ada) == ({"name": "Ada", "age": 37, "tags": ["one", "two"]}, 2)


def test_contained_resources_of_both_come_together(steward: Pages, ada: Resource) -> None:
    opened = open_form(steward, ada)
    save(steward, ada, open_form(steward, ada), contained__cards__0__data__value="Theirs")
    new = {
        "contained/cards": ["", "0", "n1"],
        "contained/cards/n1/type": "paymentMethod",
        "contained/cards/n1/data/value": "Mine",
    }
    page = steward.send(change_page(ada), {**opened, **new})
    save(steward, ada, inputs(page))
    stored(ada)
    assert [row["data"]["value"] for row in ada.contained["cards"]] == ["Theirs", "Mine"]


@pytest.mark.parametrize("etag", ["", '"0-1"', "x", '"' + "0" * 32 + '-1"'])
def test_an_etag_that_never_was_one_writes_nothing(
    steward: Pages, ada: Resource, etag: str
) -> None:
    save(steward, ada, open_form(steward, ada), etag=etag, data__age="37")
    assert stored(ada)[1] == 1


def test_a_record_that_was_deleted_meanwhile_can_be_made_anew(
    steward: Pages, ada: Resource
) -> None:
    opened = {**open_form(steward, ada), "was": f"{ada.source.key}/person/ada"}
    steward.delete(ada)
    page = save(steward, ada, opened, data__name="Eva")
    assert "somebody else has deleted this" in errors(page)[0]
    assert inputs(page)["data/name"] == ["Eva"]
    assert not Resource.objects.filter(public_id="ada").exists()
    save(steward, ada, {**inputs(page), "was": opened["was"]})
    anew = Resource.objects.get(public_id="ada")
    assert (anew.data["name"], anew.data["age"], anew.version) == ("Eva", 36, 1)
    assert anew.pk != ada.pk


def test_a_record_that_was_erased_meanwhile_is_not_made_anew(steward: Pages, ada: Resource) -> None:
    opened = {**open_form(steward, ada), "was": f"{ada.source.key}/person/ada"}
    steward.delete(ada)
    for change in Change.objects.filter(public_id="ada"):
        erase(change)
    page = save(steward, ada, opened, data__name="Eva")
    assert page.messages[0].startswith("resource with ID")
    assert not Resource.objects.exists()


def test_a_record_that_was_made_anew_meanwhile_is_left_alone(steward: Pages, ada: Resource) -> None:
    opened = {**open_form(steward, ada), "was": f"{ada.source.key}/person/ada"}
    steward.delete(ada)
    ResourceFactory.create(profile=ada.profile, id="ada", data={"name": "Another"})
    save(steward, ada, opened, data__name="Eva")
    assert Resource.objects.get(public_id="ada").data == {"name": "Another"}


@pytest.mark.parametrize("was", ["", "x", "//", "a/b/c", "clinic/person"])
def test_what_never_was_there_is_not_made(steward: Pages, ada: Resource, was: str) -> None:
    opened = {**open_form(steward, ada), "was": was}
    steward.delete(ada)
    page = save(steward, ada, opened)
    assert page.messages[0].startswith("resource with ID")
    assert not Resource.objects.exists()


# What no longer fits


def test_a_record_that_fits_no_more_says_so(steward: Pages, ada: Resource) -> None:
    body = {**PERSON, "properties": {"name": {"type": "integer"}, "tags": {"type": "symbol"}}}
    ProfileFactory.create(source=ada.source, key="person", body=body)
    page = steward.open(change_page(ada))
    assert "does not fit its profile as that is now" in page.text
    places = [fault.partition('"')[2].partition('"')[0] for fault in page.context["unfit"]]
    assert places == ["#id_data/name", "#id_data/tags", "#id_data/age"]


def test_a_property_that_the_profile_lost_stays_until_it_is_removed(
    steward: Pages, ada: Resource
) -> None:
    properties = {key: PERSON["properties"][key] for key in ("name", "tags")}  # type: ignore[index]
    ProfileFactory.create(
        source=ada.source, key="person", body={**PERSON, "properties": properties}
    )
    page = save(steward, ada, open_form(steward, ada), data__name="Eva")
    assert 'href="#id_data/age"' in errors(page)[0]
    assert stored(ada)[1] == 1
    page = save(steward, ada, inputs(page), **{"data/age~remove": "on"})
    assert stored(ada) == ({"name": "Eva", "tags": ["one", "two"]}, 2)


# Looking only


def test_whoever_may_only_look_sees_values_and_no_inputs(viewer: Pages, ada: Resource) -> None:
    text = viewer.open(change_page(ada)).text.replace("\n", "")
    assert "<dt>Name</dt><dd>Ada</dd>" in text
    assert "None" not in text
    assert 'name="data/name"' not in text


def test_the_record_leads_to_its_json_its_api_and_its_list(steward: Pages, ada: Resource) -> None:
    text = steward.open(change_page(ada)).text
    assert "?tab=json" in text
    assert f"/sources/{ada.source.key}/v1/resources/person/ada" in text
    assert f"?profile={ada.source.key}%2Fperson" in text


# Relationships


def test_a_relationship_is_changed_by_its_form(steward: Pages, link: Relationship) -> None:
    save(steward, link, open_form(steward, link), data__effective__start="2024")
    link.refresh_from_db()
    assert link.data == {"effective": {"start": "2024"}}


def test_a_relationship_is_added_to_a_chosen_definition(steward: Pages, link: Relationship) -> None:
    ResourceFactory.create(profile=link.from_resource.profile, id="leia")
    path = f"{address(Relationship, 'add')}?definition={link.source.key}/provider-office"
    typed = {**inputs(steward.open(path)), "from_public_id": "leia", "to_public_id": "falcon"}
    steward.send(path, typed)
    assert Relationship.objects.filter(from_public_id="leia", to_public_id="falcon").exists()


def errors(page: Page) -> list[str]:
    return page.errors["__all__"]
