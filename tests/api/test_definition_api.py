"""Relationship definitions over HTTP."""

from __future__ import annotations

from typing import Any

import pytest

from relationships.models import Relationship, RelationshipDefinition
from tests import examples
from tests.clients import Api

LINK = "relationship-definitions/provider-office"


def definition(
    from_key: str = "provider",
    to_key: str = "office",
    *,
    sees: str = "manages",
    seen: str = "managers",
    limit: str = "0:*",
    limit_back: str = "0:*",
    **more: Any,
) -> dict[str, Any]:
    """A definition between two profiles, beside the one that the running example has."""
    return {
        "from": {"profileKey": from_key, "includeKey": sees, "includeCardinality": limit},
        "to": {"profileKey": to_key, "includeKey": seen, "includeCardinality": limit_back},
        **more,
    }


def limited(limit: str, limit_back: str = "0:*") -> dict[str, Any]:
    """The running example with other cardinalities."""
    return definition(sees="worksAt", seen="staff", limit=limit, limit_back=limit_back)


def link_many(api: Api) -> None:
    """Two providers in one office, of whom one is in two."""
    for id in ("ada", "bo"):
        api.put(f"resources/provider/{id}", {"data": {}})
    for id in ("west", "east"):
        api.put(f"resources/office/{id}", {"data": {}})
    for ends in ("ada.west", "ada.east", "bo.west"):
        assert api.put(f"relationships/provider-office/{ends}", {}).status == 201


def test_put_creates_a_definition(api: Api) -> None:
    answer = api.put("relationship-definitions/managing", definition())
    assert answer.status == 201
    assert answer.json == {"key": "managing", "version": 1, **definition()}


def test_a_definition_is_read_as_it_was_put(api: Api) -> None:
    answer = api.get(LINK)
    assert answer.json == {"key": "provider-office", "version": 1, **examples.PROVIDER_OFFICE}


def test_put_replaces_the_whole_definition(api: Api) -> None:
    answer = api.put(LINK, {**limited("0:*"), "description": "A"})
    assert answer.status == 200
    assert "properties" not in answer.json
    assert answer.json["version"] == 2


def test_the_same_definition_again_keeps_its_version(api: Api) -> None:
    first = api.get(LINK)
    second = api.put(LINK, examples.PROVIDER_OFFICE)
    assert (second.status, second.etag, second.json) == (200, first.etag, first.json)


def test_put_takes_what_get_shows(api: Api) -> None:
    shown = api.get(LINK).json
    answer = api.put(LINK, shown)
    assert (answer.status, answer.json) == (200, shown)


def test_an_old_version_in_the_body_is_a_precondition_that_failed(api: Api) -> None:
    shown = api.get(LINK).json
    api.put(LINK, {**examples.PROVIDER_OFFICE, "description": "B"})
    assert api.put(LINK, shown).error == (412, "FAILED_PRECONDITION")


def test_cardinality_is_another_word_for_include_cardinality(api: Api) -> None:
    body = definition()
    body["from"]["cardinality"] = body["from"].pop("includeCardinality")
    assert api.put("relationship-definitions/managing", body).json["from"] == body["from"]
    body["from"]["includeCardinality"] = "0:1"
    answer = api.put("relationship-definitions/managing", body)
    assert answer.faults == [("/from/cardinality", "place")]


def test_a_faulty_definition_is_refused_with_every_fault(api: Api) -> None:
    body = {"from": {"profileKey": "provider", "includeKey": "_"}, "properties": {"a": {}}, "x": 1}
    answer = api.put("relationship-definitions/managing", body)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert sorted(answer.faults) == [
        ("/from/includeCardinality", "required"),
        ("/from/includeKey", "name"),
        ("/properties/a/type", "required"),
        ("/to", "required"),
        ("/x", "unknown"),
    ]


def test_a_fault_of_form_hides_no_wrong_name(api: Api) -> None:
    body = {**definition("nurse", "office"), "x": 1}
    body["to"]["includeKey"] = "primaryPaymentMethod"
    answer = api.put("relationship-definitions/managing", body)
    assert answer.faults == [
        ("/x", "unknown"),
        ("/from/profileKey", "exists"),
        ("/to/includeKey", "unique"),
    ]


@pytest.mark.parametrize("body", ["[]", '"a"', "1", "null", '{"from":[],"to":1}'])
def test_what_is_no_definition_is_refused(api: Api, body: str) -> None:
    answer = api.put("relationship-definitions/managing", body)
    assert {rule for _, rule in answer.faults} == {"type"}


@pytest.mark.parametrize("key", ["bulk", "missing", "_a", "a.b", "a%20b", "x" * 63])
def test_words_of_paths_are_no_keys_of_definitions(api: Api, key: str) -> None:
    assert api.put(f"relationship-definitions/{key}", definition()).faults == [("", "name")]


def test_both_profiles_exist(api: Api) -> None:
    answer = api.put("relationship-definitions/managing", definition("nurse", "ward"))
    assert answer.faults == [("/from/profileKey", "exists"), ("/to/profileKey", "exists")]


def test_both_profiles_are_root_profiles(api: Api) -> None:
    api.put("profiles/card", {"type": "CONTAINED", "properties": {}})
    answer = api.put("relationship-definitions/managing", definition("card", "office"))
    assert answer.faults == [("/from/profileKey", "type")]


def test_a_profile_whose_definition_is_there_cannot_become_contained(api: Api) -> None:
    answer = api.put("profiles/provider", {"type": "CONTAINED", "properties": {}})
    assert answer.error == (409, "FAILED_PRECONDITION")


def test_an_include_key_is_unique_within_its_profile(api: Api) -> None:
    answer = api.put("relationship-definitions/managing", definition(sees="worksAt", seen="staff"))
    assert answer.faults == [("/from/includeKey", "unique"), ("/to/includeKey", "unique")]


def test_an_include_key_may_come_again_in_another_profile(api: Api) -> None:
    body = definition(sees="staff", seen="worksAt")
    assert api.put("relationship-definitions/managing", body).status == 201


def test_an_include_key_is_no_contain_key_of_its_profile(api: Api) -> None:
    answer = api.put("relationship-definitions/managing", definition(seen="primaryPaymentMethod"))
    assert answer.faults == [("/to/includeKey", "unique")]


def test_a_profile_may_be_linked_with_itself_under_two_keys(api: Api) -> None:
    one = definition("provider", "provider", sees="knows", seen="knows")
    assert api.put("relationship-definitions/knowing", one).faults == [("/to/includeKey", "unique")]
    two = definition("provider", "provider", sees="knows", seen="knownBy")
    assert api.put("relationship-definitions/knowing", two).status == 201


def test_profiles_do_not_change_while_there_are_relationships(api: Api, link: str) -> None:
    answer = api.put(LINK, definition("office", "provider", sees="staff", seen="worksAt"))
    assert answer.error == (409, "FAILED_PRECONDITION")
    assert answer.faults == [("/from/profileKey", "unused"), ("/to/profileKey", "unused")]


def test_profiles_may_change_while_there_are_none(api: Api) -> None:
    turned = definition("office", "provider", sees="staff", seen="worksAt")
    assert api.put(LINK, turned).status == 200


def test_a_tighter_cardinality_that_does_not_fit_is_refused_with_the_number(api: Api) -> None:
    link_many(api)
    answer = api.put(LINK, limited("0:1", "0:1"))
    assert answer.error == (409, "FAILED_PRECONDITION")
    assert answer.faults == [
        ("/from/includeCardinality", "cardinality"),
        ("/to/includeCardinality", "cardinality"),
    ]
    assert answer.json["details"][0]["message"].startswith("1 provider")
    assert api.get(LINK).json["version"] == 1


def test_a_tighter_cardinality_holds_for_the_relationships_that_there_are(api: Api) -> None:
    link_many(api)
    api.delete("relationships/provider-office/ada.east")
    assert api.put(LINK, limited("0:1")).status == 200
    answer = api.put("relationships/provider-office/bo.east", {})
    assert (answer.error, answer.faults) == (
        (409, "FAILED_PRECONDITION"),
        [("/from/id", "cardinality")],
    )


def test_a_looser_cardinality_frees_the_places(api: Api) -> None:
    link_many(api)
    api.delete("relationships/provider-office/ada.east")
    api.put(LINK, limited("1:1"))
    api.put(LINK, limited("0:*"))
    assert api.put("relationships/provider-office/bo.east", {}).status == 201
    assert not Relationship.objects.exclude(from_single=None).exists()


def test_at_least_one_is_not_demanded_of_what_is_there(api: Api, provider: str) -> None:
    assert api.put(LINK, limited("1:*", "1:*")).status == 200
    assert api.put("resources/provider/bo", {"data": {}}).status == 201


def test_a_changed_definition_governs_the_next_write(api: Api, link: str) -> None:
    api.put(LINK, limited("0:*"))
    assert api.get(link).json["data"] == {"effective": {"start": "2024"}}
    answer = api.put(link, {"data": {"effective": {"start": "2024"}}})
    assert answer.faults == [("/data/effective", "unknown")]


def test_a_definition_with_relationships_cannot_be_deleted(api: Api, link: str) -> None:
    assert api.delete(LINK).error == (409, "FAILED_PRECONDITION")
    api.delete(link)
    assert api.delete(LINK).status == 204


def test_a_deleted_definition_can_be_made_anew_between_other_profiles(api: Api) -> None:
    first = api.get(LINK)
    api.delete(LINK)
    assert api.get(LINK).error == (404, "NOT_FOUND")
    again = api.put(LINK, definition("office", "provider", sees="staff", seen="worksAt"))
    assert (again.status, again.json["version"]) == (201, 3)
    assert again.etag != first.etag


def test_definitions_are_listed_by_key_and_counted(api: Api) -> None:
    api.put("relationship-definitions/managing", definition())
    answer = api.get("relationship-definitions")
    assert [row["key"] for row in answer.json["data"]] == ["managing", "provider-office"]
    assert answer.json["meta"]["total"] == 2


def test_a_definition_in_which_nothing_was_kept_after_a_refusal(api: Api) -> None:
    api.put("relationship-definitions/managing", definition("nurse", "ward"))
    assert RelationshipDefinition.with_retired.count() == 1
