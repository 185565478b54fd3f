"""Definitions edited as rows, with their JSON beside them."""

from __future__ import annotations

from typing import Any

import pytest

from profiles.exact import decode, encode
from profiles.models import Profile, ProfileVersion, Source
from profiles.names import PROPERTY_RULE
from relationships.models import Relationship, RelationshipDefinition
from tests import examples
from tests.admin.pages import Page, Pages, address, change_page
from tests.factories import ProfileFactory, SourceFactory
from tests.inputs.browsing import sent

NEW = "rows/properties/n1"


def inputs(page: Page) -> Any:
    """What a browser sends of a page on which nothing was typed."""
    form = page.form
    data = sent(form["rows"].value())
    for name in form.fields.keys() - {"rows"}:
        data[name] = form[name].value() or ""
    return data


def typed(page: Page, **values: str) -> Any:
    """By names with `__` for `/`."""
    data = inputs(page)
    for name, value in values.items():
        data[name.replace("__", "/")] = value
    return data


def with_property(page: Page, key: str, type: str) -> Any:
    data = inputs(page)
    data.appendlist("rows/properties", "n1")
    data[f"{NEW}/key"], data[f"{NEW}/type"] = key, type
    return data


def send(pages: Pages, path: str, data: Any, **buttons: str) -> Page:
    return pages.send(path, {**dict(data.lists()), **buttons})


def add_page(source: Source, model: Any = Profile) -> str:
    return f"{address(model, 'add')}?source={source.key}"


def test_a_page_that_nobody_typed_in_changes_nothing(steward: Pages, provider: Profile) -> None:
    page = steward.open(change_page(provider))
    send(steward, change_page(provider), inputs(page))
    provider.refresh_from_db()
    assert (provider.version, provider.body) == (1, examples.PROVIDER)


def test_a_property_is_added_as_a_row(steward: Pages, provider: Profile) -> None:
    page = steward.open(change_page(provider))
    send(steward, change_page(provider), with_property(page, "born", "date"))
    provider.refresh_from_db()
    assert list(provider.body["properties"]) == [*examples.PROVIDER["properties"], "born"]
    assert provider.body["properties"]["born"] == {"type": "date"}
    assert ProfileVersion.objects.filter(definition=provider).latest("version").actor


def test_a_profile_is_made_of_rows(steward: Pages, source: Source) -> None:
    page = steward.open(add_page(source))
    data = with_property(page, "name", "symbol")
    data["key"] = "clinic"
    send(steward, add_page(source), data)
    profile = Profile.objects.get(source=source, key="clinic")
    assert profile.body == {"properties": {"name": {"type": "symbol"}}}


def test_the_source_is_asked_for_unless_there_is_but_one(steward: Pages, source: Source) -> None:
    assert steward.open(address(Profile, "add")).context["editing"].owner == source
    other = SourceFactory.create()
    page = steward.open(address(Profile, "add"))
    assert f"?source={other.key}" in page.text
    assert "adminform" not in page.context
    assert steward.open(add_page(other)).context["editing"].owner == other


def test_faults_stand_at_their_rows(steward: Pages, provider: Profile) -> None:
    page = steward.open(change_page(provider))
    data = with_property(page, "bad key", "date")
    data["rows/properties/0/pattern"] = "("
    page = send(steward, change_page(provider), data)
    found = {
        node.place.name: node.faults for node in page.form["rows"].value().walk() if node.faults
    }
    assert found.keys() == {f"{NEW}/key", "rows/properties/0/pattern"}
    assert found[f"{NEW}/key"] == [f"Is not a name that a property may have: {PROPERTY_RULE}."]
    assert f'href="#id_{NEW}/key"' in page.text
    assert 'value="bad key"' in page.text
    provider.refresh_from_db()
    assert provider.version == 1


def test_two_rows_with_one_key_are_refused_with_all_else(steward: Pages, provider: Profile) -> None:
    page = steward.open(change_page(provider))
    data = with_property(page, "name", "symbol")
    data["rows/properties/0/max"] = "-1"
    page = send(steward, change_page(provider), data)
    messages = " ".join(page.errors["__all__"])
    assert "Another row has this key too." in messages
    assert "At most" in messages
    provider.refresh_from_db()
    assert provider.version == 1


def test_a_saved_key_is_shown_and_not_to_be_typed(steward: Pages, provider: Profile) -> None:
    page = steward.open(change_page(provider))
    assert 'type="hidden" name="rows/properties/0/key" value="name"' in page.text
    send(steward, change_page(provider), typed(page, rows__properties__0__key="other"))
    provider.refresh_from_db()
    assert provider.body == examples.PROVIDER


def test_a_profile_changed_meanwhile_is_not_overwritten(steward: Pages, provider: Profile) -> None:
    page = steward.open(change_page(provider))
    steward.change(provider, body='{"properties":{}}')
    page = send(steward, change_page(provider), with_property(page, "born", "date"))
    assert page.errors["__all__"][0] == "It was changed since it was read."
    assert '"born"' in page.form["text"].value()
    provider.refresh_from_db()
    assert provider.body == {"properties": {}}


def test_a_preview_saves_nothing_and_shows_what_comes_of_it(
    steward: Pages, provider: Profile
) -> None:
    page = steward.open(change_page(provider))
    data = with_property(page, "born", "date")
    page = send(steward, change_page(provider), data, _preview="1")
    assert decode(page.form["text"].value().encode())["properties"]["born"] == {"type": "date"}
    assert '"born"' in page.context["compiled"]
    assert "preview/data/born" in page.text
    provider.refresh_from_db()
    assert provider.version == 1


def test_a_preview_tells_what_is_wrong(steward: Pages, source: Source) -> None:
    """Before there is a key, too."""
    data = with_property(steward.open(add_page(source)), "a", "array")
    page = send(steward, add_page(source), data, _preview="1")
    assert "Each element" in page.errors["__all__"][0]
    assert "compiled" not in page.context
    assert not Profile.objects.filter(key="").exists()


def test_the_script_gets_the_editor_alone(steward: Pages, provider: Profile) -> None:
    data = inputs(steward.open(change_page(provider)))
    data["_preview"] = "1"
    sent = dict(data.lists())
    answer = steward.client.post(change_page(provider), sent, headers={"X-Part": "editor"})
    assert answer.content.strip().startswith(b'<div class="d-editor"')


def test_json_that_was_typed_last_is_what_counts(steward: Pages, provider: Profile) -> None:
    page = steward.open(change_page(provider))
    body = {"properties": {"weight": {"type": "decimal", "rules": [{"enum": [decode(b"1.10")]}]}}}
    data = typed(page, text=encode(body).decode(), last="json")
    page = send(steward, change_page(provider), data, _preview="1")
    assert page.form["last"].value() == ""
    assert decode(page.form["shown"].value().encode()) == body
    assert 'name="rows/properties/0/enum"' in page.text
    send(steward, change_page(provider), data)
    provider.refresh_from_db()
    assert encode(provider.body) == encode(body)


@pytest.mark.parametrize("text", ["{", "[]", '{"properties": {"a": {"type": "none"}}}', ""])
def test_json_that_no_rows_could_show_stays_as_it_was_typed(
    steward: Pages, provider: Profile, text: str
) -> None:
    page = steward.open(change_page(provider))
    page = send(steward, change_page(provider), typed(page, text=text, last="json"))
    assert page.form["text"].value() == text
    assert page.errors["text"]
    assert not page.form.are_rows
    provider.refresh_from_db()
    assert provider.version == 1


def test_faults_beside_other_profiles_stand_at_their_rows(steward: Pages, source: Source) -> None:
    office = Profile.objects.get(source=source, key="office")
    page = steward.open(change_page(office))
    data = inputs(page)
    data.setlist("rows/contained/0/types", ["", "gone"])
    page = send(steward, change_page(office), data)
    (node,) = [node for node in page.form["rows"].value().walk() if node.faults]
    assert (node.place.name, node.faults) == (
        "rows/contained/0/types",
        ["There is no such profile."],
    )


def test_another_profile_is_contained_by_its_box(steward: Pages, source: Source) -> None:
    office = Profile.objects.get(source=source, key="office")
    data = inputs(steward.open(change_page(office)))
    data.setlist("rows/contained/0/types", ["", "paymentMethod", "provider"])
    send(steward, change_page(office), data)
    office.refresh_from_db()
    types = office.body["contained"]["primaryPaymentMethod"]["types"]
    assert types == ["paymentMethod", "provider"]


def test_a_base_that_is_none_is_ignored(steward: Pages, provider: Profile) -> None:
    page = steward.open(change_page(provider))
    for shown in ("", "{", "[]", '{"properties": 1}'):
        send(steward, change_page(provider), typed(page, shown=shown))
        provider.refresh_from_db()
        assert provider.body == examples.PROVIDER


def test_a_page_tells_where_a_profile_is_used(steward: Pages, link: Relationship) -> None:
    page = steward.open(change_page(link.from_resource.profile))
    assert [(use.what, use.name) for use in page.context["uses"]] == [
        ("relationship definition, from profile", "provider-office"),
        ("resources", "1"),
    ]
    for use in page.context["uses"]:
        assert steward.open(use.page).status == 200
    payment = Profile.objects.get(source=link.source, key="paymentMethod")
    names = [use.name for use in steward.open(change_page(payment)).context["uses"]]
    assert names[:2] == ["office, as primaryPaymentMethod", "office, as alternativePaymentMethods"]


def test_many_resources_are_not_counted_to_the_end(
    steward: Pages, link: Relationship, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("profiles.admin.uses.ENOUGH", 0)
    page = steward.open(change_page(link.definition))
    assert [use.name for use in page.context["uses"]] == ["more than 0"]


def test_a_relationship_definition_is_edited_as_rows(steward: Pages, source: Source) -> None:
    definition = RelationshipDefinition.objects.get(source=source)
    path = change_page(definition)
    page = steward.open(path)
    assert '<option value="0:*" selected>0:* – any number</option>' in page.text
    assert "paymentMethod" in page.text
    send(steward, path, typed(page, rows__from__includeKey="places"))
    definition.refresh_from_db()
    assert definition.body["from"]["includeKey"] == "places"
    page = send(steward, path, typed(steward.open(path), rows__to__profileKey=""))
    assert "To › Profile</a>: Is required." in page.text


def test_the_other_word_for_a_cardinality_stays(steward: Pages, source: Source) -> None:
    definition = RelationshipDefinition.objects.get(source=source)
    body = {**definition.body, "to": {**definition.body["to"], "cardinality": "0:*"}}
    del body["to"]["includeCardinality"]
    steward.change(definition, body=encode(body).decode())
    page = steward.open(change_page(definition))
    send(steward, change_page(definition), inputs(page))
    definition.refresh_from_db()
    assert (definition.version, definition.body) == (2, body)


def test_a_viewer_sees_the_schema_and_the_uses_but_no_inputs(
    viewer: Pages, link: Relationship
) -> None:
    for row in (link.from_resource.profile, link.definition):
        page = viewer.open(change_page(row))
        assert page.context["compiled"] in page.text
        assert page.context["uses"]
        assert "<textarea" not in page.text
        assert viewer.client.post(change_page(row), {"_preview": "1"}).status_code == 403
    assert viewer.client.get(add_page(link.source)).status_code == 403


def test_a_stranger_previews_nothing(provider: Profile, client: Any) -> None:
    answer = client.post(change_page(provider), {"_preview": "1"}, headers={"X-Part": "editor"})
    assert answer.status_code == 403
    assert "data-editor" not in answer.content.decode()


def test_a_profile_of_many_properties_costs_no_more_statements(
    steward: Pages, django_assert_max_num_queries: Any
) -> None:
    body = {"properties": {f"p{number}": {"type": "symbol"} for number in range(60)}}
    profile = ProfileFactory.create(body=body)
    steward.open(change_page(profile))
    with django_assert_max_num_queries(20):
        steward.open(change_page(profile))


def test_a_profile_of_many_properties_is_saved(steward: Pages) -> None:
    """Django takes a thousand inputs, and no more."""
    body = {"properties": {f"p{number}": {"type": "symbol"} for number in range(150)}}
    profile = ProfileFactory.create(body=body)
    page = steward.open(change_page(profile))
    data = with_property(page, "last", "date")
    assert len([*data]) > 1_000
    encoded = data.urlencode()
    answer = steward.client.post(
        change_page(profile), encoded, content_type="application/x-www-form-urlencoded"
    )
    assert answer.status_code == 302
    profile.refresh_from_db()
    assert len(profile.body["properties"]) == 151
