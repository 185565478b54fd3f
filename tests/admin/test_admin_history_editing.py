"""An old version fills the form of its record: corrected there, and saved as any other change."""

from __future__ import annotations

from itertools import islice
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from ingestion.models import Change, Resource
from profiles.access import Role
from profiles.definitions import profiles
from profiles.exact import canonical, decode
from profiles.models import Profile, SourceRole
from relationships.definitions import relationship_definitions
from relationships.models import Relationship
from tests.admin.pages import Page, Pages, address, change_page
from tests.admin.past import erase, newest, page_of, put, remove
from tests.admin.test_record_forms import inputs
from tests.commands.test_real_records import (
    DATA,
    FILES,
    PLANNET,
    as_operation,
    facilities,
    upserts,
)
from tests.factories import ProfileFactory, ResourceFactory, SourceFactory, UserFactory

PLACE: dict[str, Any] = {
    "properties": {
        "name": {"type": "symbol"},
        "beds": {"type": "integer"},
        "share": {"type": "decimal"},
        "about": {"type": "markdown"},
        "tags": {"type": "array", "items": {"type": "symbol"}},
        "home": {"type": "address"},
        "phones": {
            "type": "array",
            "items": {"type": "object", "properties": {"number": {"type": "symbol"}}},
        },
    },
    "contained": {"cards": {"types": ["paymentMethod"], "cardinality": "0:*"}},
}
LINK = "provider.han,office.falcon"
EXACT = rb"""{
    "name": "", "beds": 1, "share": 0.10000000000000000000000000000000010, "tags": [],
    "about": "one\r\ntwo\n", "home": {"city": "Toronto", "line": []},
    "phones": [{"number": "2"}, {"number": "1"}, {}]
}"""


@pytest.fixture
def place(source: Any) -> Profile:
    profile: Profile = ProfileFactory.create(source=source, key="place", body=PLACE)
    return profile


class Form:
    """The form that an old version fills, as somebody sees it."""

    def __init__(self, pages: Pages, change: Change) -> None:
        self.pages = pages
        self.page = pages.open(page_of(change, "edit"))
        self.typed = inputs(self.page)
        self.path = last_address(self.page)

    def save(self, **typed: Any) -> Page:
        """Type, and save. What is shown then is typed over the next time."""
        self.typed |= {name.replace("__", "/"): text for name, text in typed.items()}
        self.page = self.pages.send(self.path, {**self.typed, **self._was})
        if self.page.context and "adminform" in self.page.context:
            self.typed = inputs(self.page)
        return self.page

    @property
    def _was(self) -> dict[str, str]:
        record = self.page.context.get("record")
        return {"was": record["was"]} if record else {}


def fits(place: Profile, **properties: Any) -> None:
    """From now on the profile has these properties; None for those that it has no more."""
    known = {**PLACE["properties"], **properties}
    left = {key: body for key, body in known.items() if body is not None}
    profiles.save(place.source.key, "place", {**PLACE, "properties": left}, actor="test")


def assert_same(one: Change, other: Change) -> None:
    """To the last digit, which Python's `==` does not see."""
    for part in ("data", "contained", "identifiers"):
        assert canonical(getattr(one, part)) == canonical(getattr(other, part)), part


def body_of(payload: Any) -> Any:
    return {key: payload[key] for key in ("data", "contained", "meta") if key in payload}


def last_address(page: Page) -> str:
    """Where redirects have led to."""
    address: str = page.response.redirect_chain[-1][0]  # type: ignore[attr-defined]
    return address


def errors(page: Page) -> list[str]:
    return page.errors.get("__all__", [])


def test_a_version_is_the_beginning_of_an_edit(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"name": "A", "beds": 1}})
    put(place, "a", {"data": {"name": "B"}}, reason="Renamed")
    form = Form(steward, first)
    assert "Filled with version 1" in form.page.text
    assert [mark.name for mark in form.page.context["filled"]["marks"]] == ["Name", "Beds"]
    page = form.save(data__beds="2", reason="As it was, but for a bed")
    assert last_address(page) == page_of(first)
    last = newest("a")
    assert (last.data, last.version) == ({"name": "A", "beds": 2}, 3)
    assert (last.actor, last.reason) == ("user:stella", "As it was, but for a bed")


def test_what_is_there_already_is_not_written_again(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"name": "A"}})
    put(place, "a", {"data": {"name": "B"}})
    last = put(place, "a", {"data": {"name": "A"}})
    form = Form(steward, first)
    assert "It says what is there now." in form.page.text
    form.save()
    assert newest("a") == last


@pytest.mark.parametrize("tab", ["form", "json"])
def test_what_nobody_touches_is_saved_to_the_last_digit(
    steward: Pages, place: Profile, tab: str
) -> None:
    card = {"id": "visa", "type": "paymentMethod", "data": {"value": "x\r\ny"}}
    meta = {"identifier": [{"system": "urn:a", "value": "1"}]}
    body = {"data": decode(EXACT), "contained": {"cards": [card]}, "meta": meta}
    first = put(place, "a", body)
    other = {"name": "B", "tags": ["x"], "about": "one\ntwo", "phones": [{"number": "1"}]}
    cards = [{**card, "id": "other"}, {**card, "data": {}}]
    put(place, "a", {"data": other, "contained": {"cards": cards}, "meta": {"identifier": []}})
    form = Form(steward, first)
    if tab == "json":
        form.path += "&tab=json"
        form.typed = steward.open(form.path).inputs
    form.save()
    last = newest("a")
    assert last.version == 3
    assert_same(last, first)


@pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no records in {DATA}")
def test_real_records_come_back_as_they_were(steward: Pages) -> None:
    call_command("define", PLANNET, source="plannet", verbosity=0)
    canadian = [as_operation(row)["create"] for row in islice(facilities(), 1)]
    offices = [*canadian, *islice(upserts(FILES[1]), 1)]
    for one, other in (islice(upserts(FILES[0]), 1, 3), offices):
        profile = Profile.objects.get(source__key="plannet", key=one["type"])
        first = put(profile, "x", body_of(one))
        put(profile, "x", body_of(other))
        Form(steward, first).save()
        assert_same(newest("x"), first)


def test_a_refused_restoration_goes_on_in_the_form(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"name": "A", "beds": 1}})
    put(place, "a", {"data": {"name": "B"}})
    fits(place, beds={"type": "integer", "rules": [{"min": 10}]})
    path = page_of(first, "restore")
    seen = steward.open(path).context["seen"]
    refused = steward.send(path, {"seen": seen, "reason": "It was better."})
    assert f'formaction="{page_of(first, "edit")}" class="h-button h-first"' in refused.text
    form = Form(steward, first)
    place_of_fault = '<a href="#id_data/beds">Data › Beds</a>: Must be at least 10.'
    assert form.page.context["unfit"] == [place_of_fault]
    assert errors(form.save(data__name="C")) == [place_of_fault]
    assert newest("a").version == 2
    form.save(data__beds="11")
    assert newest("a").data == {"name": "C", "beds": 11}


def test_a_reason_that_was_typed_goes_along_into_the_form(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"beds": 1}})
    other = put(place, "a", {"data": {"beds": 2}})
    put(place, "a", {"data": {"beds": 3}})
    page = steward.send(page_of(first, "edit"), {"seen": "any", "reason": "It was better."})
    assert page.inputs["reason"] == "It was better."
    assert "better" not in last_address(page)
    assert "reason" not in typed_already(steward.open(last_address(Form(steward, other).page)))
    steward.send(page_of(first, "edit"), {"reason": "It was better."})
    path = last_address(page)
    steward.send(path, inputs(steward.open(path)))
    assert (newest("a").version, newest("a").reason) == (4, "It was better.")
    assert "reason" not in typed_already(steward.open(page_of(other, "edit")))


def test_a_reason_goes_along_to_what_is_made_anew(steward: Pages, place: Profile) -> None:
    gone = put(place, "a", {"data": {"beds": 1}})
    remove(place, "a")
    page = steward.send(page_of(gone, "edit"), {"reason": "It is needed."})
    assert page.inputs["reason"] == "It is needed."


def typed_already(page: Page) -> dict[str, Any]:
    return {name: text for name, text in inputs(page).items() if text}


def test_what_has_no_property_any_more_is_left_out_by_who_says_so(
    steward: Pages, place: Profile
) -> None:
    card = {"id": "visa", "type": "paymentMethod", "data": {}}
    data = {"name": "A", "beds": 1, "share": 2}
    first = put(place, "a", {"data": data, "contained": {"cards": [card]}})
    put(place, "a", {"data": {"name": "B"}})
    body = {"properties": {"name": {"type": "symbol"}}}
    profiles.save(place.source.key, "place", body, actor="test")
    form = Form(steward, first)
    left_over = form.page.context["left_over"]
    assert [link.partition(">")[2] for link in left_over] == [
        "Data › beds</a>",
        "Data › share</a>",
        "Contained › cards</a>",
    ]
    assert len(errors(form.save())) == 3
    assert newest("a").version == 2
    assert 'name="data/beds~remove" checked' not in form.page.text
    form.save(**{"data/beds~remove": "on"})
    assert 'name="data/beds~remove" checked' in form.page.text
    form.save(**{"left-over~remove": "on"})
    assert (newest("a").data, newest("a").contained) == ({"name": "A"}, {})


def test_what_is_of_another_kind_by_now_is_shown_as_json_and_kept(
    steward: Pages, place: Profile
) -> None:
    first = put(place, "a", {"data": {"tags": ["x"], "home": {"city": "Y"}, "name": "A"}})
    fits(place, tags={"type": "symbol"}, home={"type": "symbol"}, name=PLACE["properties"]["home"])
    put(place, "a", {"data": {"name": {"city": "Z"}, "tags": "x"}})
    form = Form(steward, first)
    assert len(errors(form.save())) == 3
    assert form.typed["data/name"] == ['"A"']
    form.save(data__name='{"city": "A"}', data__tags='"x"', data__home='"Y"')
    assert newest("a").data == {"name": {"city": "A"}, "tags": "x", "home": "Y"}


def test_what_is_contained_is_made_no_other_type(steward: Pages, place: Profile) -> None:
    card = {"id": "visa", "type": "paymentMethod", "data": {}}
    first = put(place, "a", {"data": {}, "contained": {"cards": [card]}})
    put(place, "a", {"data": {}})
    room = ProfileFactory.create(
        source=place.source, key="room", body={"type": "CONTAINED", "properties": {}}
    )
    contained = {"cards": {"types": [room.key], "cardinality": "0:*"}}
    profiles.save(place.source.key, "place", {**PLACE, "contained": contained}, actor="test")
    form = Form(steward, first)
    assert 'href="#id_contained/cards/0/type"' in errors(form.save())[0]
    form.save(**{"contained/cards/0/type": '"room"'})
    assert [row["type"] for row in newest("a").contained["cards"]] == ["room"]


# Somebody else


def test_what_somebody_else_changed_meanwhile_is_brought_together(
    steward: Pages, place: Profile
) -> None:
    first = put(place, "a", {"data": {"name": "A", "beds": 1, "share": 2}})
    put(place, "a", {"data": {"name": "B", "beds": 1}})
    form = Form(steward, first)
    put(place, "a", {"data": {"name": "Theirs", "beds": 1, "about": "New"}})
    page = form.save()
    assert "Somebody else has changed this" in errors(page)[0]
    assert newest("a").version == 3
    shown = {row.label: row for row in page.context["differences"]}
    name = shown["Data › Name"]
    assert (name.base, name.theirs, name.mine, name.is_conflict) == ("B", "Theirs", "A", True)
    form.save(take_theirs=["/data/name"])
    assert newest("a").data == {"name": "Theirs", "beds": 1, "share": 2, "about": "New"}


def test_what_was_left_out_stays_out_when_changes_come_together(
    steward: Pages, place: Profile
) -> None:
    first = put(place, "a", {"data": {"name": "A", "beds": 1}})
    put(place, "a", {"data": {"name": "B"}})
    fits(place, beds=None)
    form = Form(steward, first)
    put(place, "a", {"data": {"name": "B", "about": "New"}})
    form.save(**{"data/beds~remove": "on"})
    form.save()
    assert newest("a").data == {"name": "A", "about": "New"}


def test_what_was_deleted_meanwhile_is_made_anew_by_who_says_so(
    steward: Pages, link: Relationship
) -> None:
    provider = link.from_resource.profile
    first = newest("han")
    put(provider, "han", {"data": {"name": "Han"}})
    form = Form(steward, first)
    steward.delete(link.from_resource)
    assert "somebody else has deleted this" in errors(form.save())[0]
    page = form.save()
    assert "1 relationship came back with it." in page.messages
    assert Resource.objects.get(public_id="han").data == first.data


# What was deleted


def test_what_was_deleted_comes_back_corrected_and_with_its_relationships(
    steward: Pages, link: Relationship
) -> None:
    first = newest("han")
    steward.delete(link.from_resource)
    gone = newest("han")
    form = Form(steward, gone)
    assert "Bring back han" in form.page.text
    assert form.path.startswith(address(Resource, "add"))
    page = form.save(data__name="Han Solo", reason="Still needed")
    assert "1 relationship came back with it." in page.messages
    last = newest("han")
    assert (last.data, last.version, last.reason) == ({"name": "Han Solo"}, 1, "Still needed")
    assert last.created_at == first.created_at
    assert newest(LINK).reason == "Still needed"
    assert Relationship.objects.get().from_public_id == "han"


def test_it_comes_back_by_its_own_id_only(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"name": "A"}})
    form = Form(steward, remove(place, "a"))
    form.save(public_id="b")
    assert Resource.objects.get().public_id == "a"


def test_it_comes_back_as_json_too(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"name": "A", "share": 1}})
    form = Form(steward, remove(place, "a"))
    form.path += "&tab=json"
    page = steward.open(form.path)
    typed = {**page.inputs, "data": page.inputs["data"].replace('"A"', '"B"')}
    steward.send(form.path, {name: text for name, text in typed.items() if name != "profile"})
    assert (newest("a").data, newest("a").version) == ({"name": "B", "share": 1}, 1)


def test_what_was_made_anew_meanwhile_is_not_overwritten(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"name": "A"}})
    gone = remove(place, "a")
    form = Form(steward, gone)
    anew = put(place, "a", {"data": {"name": "Theirs"}})
    (error,) = errors(form.save())
    assert "made it anew meanwhile" in error
    assert page_of(gone, "edit") in error
    assert newest("a") == anew
    again = Form(steward, gone)
    assert again.path.startswith(change_page(Resource.objects.get(public_id="a")))
    again.save()
    assert (newest("a").data, newest("a").version) == ({"name": "A"}, 2)


# Relationships


def test_a_relationship_is_edited_from_a_version(steward: Pages, link: Relationship) -> None:
    form = Form(steward, newest(LINK))
    form.save(data__effective__start="2024")
    second = newest(LINK)
    form = Form(steward, second)
    form.save(data__effective__start="2023")
    assert (newest(LINK).data, newest(LINK).version) == ({"effective": {"start": "2023"}}, 3)


def test_a_relationship_whose_end_is_gone_goes_on_with_another(
    steward: Pages, link: Relationship
) -> None:
    office = link.to_resource.profile
    Form(steward, newest(LINK)).save(data__effective__start="2024")
    steward.delete(link.to_resource)
    gone = newest(LINK)
    form = Form(steward, gone)
    assert form.typed["to_public_id"] == "falcon"
    assert form.save().errors.keys() == {"to_public_id"}
    ResourceFactory.create(profile=office, id="tower")
    form.save(to_public_id="tower")
    made = Relationship.objects.get()
    assert (made.to_public_id, made.data) == ("tower", {"effective": {"start": "2024"}})
    ResourceFactory.create(profile=office, id="falcon")
    Form(steward, gone).save()
    assert newest(LINK).created_at == gone.created_at


def test_a_relationship_that_links_other_profiles_by_now_gets_new_ends(
    steward: Pages, link: Relationship
) -> None:
    steward.delete(link)
    body = link.definition.body
    to = {**body["to"], "profileKey": "provider"}
    key = link.definition.key
    relationship_definitions.save(link.source.key, key, {**body, "to": to}, actor="test")
    form = Form(steward, newest(LINK))
    assert "to_public_id" not in form.typed
    ResourceFactory.create(profile=link.from_resource.profile, id="leia")
    form.save(from_public_id="han", to_public_id="leia")
    assert Relationship.objects.get().to_public_id == "leia"


# What has no form


def test_saving_goes_on_with_what_is_saved(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"name": "A"}})
    put(place, "a", {"data": {"name": "B"}})
    page = Form(steward, first).save(_continue="on", data__name="C")
    assert last_address(page) == change_page(Resource.objects.get())
    assert inputs(page)["data/name"] == ["C"]
    assert "Filled with" not in page.text


def test_what_was_erased_fills_no_form(steward: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"name": "Secret"}})
    last = put(place, "a", {"data": {"name": "B"}})
    form = Form(steward, first)
    erase(first)
    for page in (steward.open(page_of(first, "edit")), steward.open(form.path), form.save()):
        assert page.status == 410
        assert "what it held is gone for good" in page.text
        assert "Secret" not in page.text
    assert newest("a") == last


def test_what_is_erased_while_it_is_saved_does_not_come_back(
    steward: Pages, place: Profile, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = put(place, "a", {"data": {"name": "A"}})
    last = put(place, "a", {"data": {"name": "B"}})
    form = Form(steward, first)

    def refuse_erased(change: Change) -> None:
        monkeypatch.undo()
        erase(change)

    monkeypatch.setattr("ingestion.past.restoring.refuse_erased", refuse_erased)
    assert errors(form.save()) == ["What the record then was has been erased."]
    assert newest("a") == last


@pytest.mark.parametrize("name", ["0" * 32, "x", "", "../.."])
def test_what_is_no_version_of_it_is_not_found(steward: Pages, place: Profile, name: str) -> None:
    put(place, "a", {"data": {"name": "A"}})
    other = put(place, "b", {"data": {"name": "Other"}})
    row = Resource.objects.get(public_id="a")
    add = f"{address(Resource, 'add')}?profile={place.source.key}/place"
    for version in (name, other.pk.hex):
        page = steward.open(change_page(row), from_version=version)
        assert page.status == 404
        assert "There is no such version" in page.text
    assert steward.client.get(f"{add}&from_version={name}").status_code == 404
    assert steward.client.get(f"{add}x&from_version={other.pk.hex}").status_code == 404


def test_a_viewer_edits_from_no_version(viewer: Pages, place: Profile) -> None:
    first = put(place, "a", {"data": {"name": "A"}})
    last = put(place, "a", {"data": {"name": "B"}})
    path = page_of(first, "edit")
    assert path not in viewer.open(page_of(first)).text
    row = Resource.objects.get()
    asked = f"?from_version={first.pk.hex}"
    add = f"{address(Resource, 'add')}{asked}&profile={place.source.key}/place"
    for form in (path, f"{change_page(row)}{asked}", add):
        assert viewer.client.get(form).status_code == 403
        assert viewer.client.post(form, {"data/name": "A"}).status_code == 403
    assert newest("a") == last


def test_a_steward_of_another_source_finds_no_version(place: Profile) -> None:
    first = put(place, "a", {"data": {"name": "A"}})
    put(place, "a", {"data": {"name": "B"}})
    user = UserFactory.create()
    SourceRole.objects.create(user=user, source=SourceFactory.create(), role=Role.WRITER)
    client = Client()
    client.force_login(user)
    asked = f"?from_version={first.pk.hex}"
    add = f"{address(Resource, 'add')}{asked}&profile={place.source.key}/place"
    assert client.get(add).status_code == 404
    for path in (page_of(first, "edit"), f"{change_page(Resource.objects.get())}{asked}"):
        assert client.get(path).headers["Location"] == "/admin/"


def test_what_has_no_profile_any_more_has_no_form(steward: Pages, place: Profile) -> None:
    put(place, "a", {"data": {"name": "A"}})
    gone = remove(place, "a")
    profiles.retire(place.source.key, "place", actor="test")
    assert steward.open(page_of(gone, "edit")).status == 403
