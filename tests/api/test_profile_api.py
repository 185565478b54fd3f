"""Profiles over HTTP: what a sound definition is, is tested in tests/profiles."""

from __future__ import annotations

import pytest

from profiles.models import Profile, ProfileVersion, Source
from tests import examples
from tests.clients import Api

TEXT = {"properties": {"name": {"type": "symbol"}}}
OTHER = {"properties": {"name": {"type": "code"}}}


def test_put_creates_a_profile(api: Api) -> None:
    answer = api.put("profiles/clinic", TEXT)
    assert answer.status == 201
    assert answer.json == {"key": "clinic", "version": 1, **TEXT}


def test_a_profile_is_read_as_it_was_put(api: Api) -> None:
    put = api.put("profiles/clinic", {"description": "A é", **examples.OFFICE})
    got = api.get("profiles/clinic")
    assert got.json == {"key": "clinic", "version": 1, "description": "A é", **examples.OFFICE}
    assert got.etag == put.etag


def test_the_order_of_properties_is_kept(api: Api) -> None:
    properties = {key: {"type": "symbol"} for key in ("zeta", "b", "alpha", "aa")}
    api.put("profiles/clinic", {"properties": properties})
    assert list(api.get("profiles/clinic").json["properties"]) == list(properties)


def test_numbers_in_rules_keep_their_digits(api: Api) -> None:
    rules = '[{"min":0.10,"max":1.50}]'
    text = f'{{"properties":{{"share":{{"type":"decimal","rules":{rules}}}}}}}'
    api.put("profiles/clinic", text)
    assert rules in api.get("profiles/clinic").text


def test_put_replaces_the_whole_profile(api: Api) -> None:
    api.put("profiles/clinic", {"description": "A", **TEXT})
    answer = api.put("profiles/clinic", OTHER)
    assert answer.status == 200
    assert answer.json == {"key": "clinic", "version": 2, **OTHER}


def test_the_same_profile_again_keeps_its_version(api: Api, source: Source) -> None:
    first = api.put("profiles/clinic", TEXT)
    source.refresh_from_db()
    contract_version = source.contract_version
    second = api.put("profiles/clinic", TEXT)
    source.refresh_from_db()
    assert (second.status, second.etag, second.json) == (200, first.etag, first.json)
    assert source.contract_version == contract_version
    assert ProfileVersion.objects.filter(definition__key="clinic").count() == 1


def test_put_takes_what_get_shows(api: Api) -> None:
    api.put("profiles/clinic", TEXT)
    shown = api.get("profiles/clinic").json
    answer = api.put("profiles/clinic", shown)
    assert (answer.status, answer.json) == (200, shown)


def test_an_old_version_in_the_body_is_a_precondition_that_failed(api: Api) -> None:
    shown = api.put("profiles/clinic", TEXT).json
    api.put("profiles/clinic", OTHER)
    answer = api.put("profiles/clinic", shown)
    assert answer.error == (412, "FAILED_PRECONDITION")
    assert answer.faults == [("/version", "version")]
    assert api.get("profiles/clinic").json["version"] == 2


def test_a_version_in_the_body_of_a_new_profile_is_a_precondition_that_failed(api: Api) -> None:
    answer = api.put("profiles/clinic", {"version": 1, **TEXT})
    assert answer.error == (412, "FAILED_PRECONDITION")


def test_a_key_in_the_body_agrees_with_the_path(api: Api) -> None:
    answer = api.put("profiles/clinic", {"key": "hospital", **TEXT})
    assert answer.faults == [("/key", "place")]


def test_a_key_that_does_not_agree_hides_no_other_fault(api: Api) -> None:
    answer = api.put("profiles/bulk", {"key": "clinic", "properties": {"name": {"type": "text"}}})
    assert answer.faults == [("/key", "place"), ("", "name"), ("/properties/name/type", "enum")]


def test_a_faulty_profile_is_refused_with_every_fault(api: Api) -> None:
    body = {
        "colour": "red",
        "properties": {
            "a__b": {"type": "symbol"},
            "size": {"type": "number"},
            "list": {"type": "array"},
        },
        "contained": {"parts": {"types": ["nothing"], "cardinality": "2:3"}},
    }
    answer = api.put("profiles/clinic", body)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert answer.json["message"] == "5 faults in the profile."
    assert answer.faults == [
        ("/colour", "unknown"),
        ("/contained/parts/cardinality", "enum"),
        ("/properties/a__b", "name"),
        ("/properties/list/items", "required"),
        ("/properties/size/type", "enum"),
    ]
    assert not Profile.objects.filter(key="clinic").exists()


@pytest.mark.parametrize("body", ["[]", '"a"', "1", "null", "true"])
def test_a_profile_is_an_object(api: Api, body: str) -> None:
    assert api.put("profiles/clinic", body).faults == [("", "type")]


@pytest.mark.parametrize(
    "key",
    [
        *("bulk", "bundle", "purge", "tasks", "browse", "query", "history", "changes", "schema"),
        *("graph", "path", "operations", "relationships", "openapi", "nonconforming", "missing"),
        *("_a", "a.b", "a%20b", "x" * 63),
    ],
)
def test_words_of_paths_are_no_keys_of_profiles(api: Api, key: str) -> None:
    assert api.put(f"profiles/{key}", TEXT).faults == [("", "name")]


def test_a_binding_is_refused_until_there_are_vocabularies(api: Api) -> None:
    binding = {"vocabulary": {"key": "spoken-language", "strength": "required"}}
    body = {"properties": {"language": {"type": "code", "binding": binding}}}
    assert api.put("profiles/clinic", body).faults == [("/properties/language/binding", "unknown")]


def test_a_profile_that_is_not_there_is_a_404(api: Api) -> None:
    assert api.get("profiles/clinic").error == (404, "NOT_FOUND")
    assert api.get("profiles/clinic/schema").error == (404, "NOT_FOUND")
    assert api.delete("profiles/clinic").error == (404, "NOT_FOUND")


def test_a_source_that_is_not_there_is_a_404(api: Api) -> None:
    assert api.get("/sources/nothing/v1/profiles").error == (404, "NOT_FOUND")
    answer = api.put("/sources/nothing/v1/profiles/clinic", TEXT)
    assert answer.error == (404, "NOT_FOUND")


def test_an_unused_profile_can_be_deleted(api: Api) -> None:
    api.put("profiles/clinic", TEXT)
    answer = api.delete("profiles/clinic")
    assert (answer.status, answer.text) == (204, "")
    assert api.get("profiles/clinic").status == 404


def test_a_deleted_profile_can_be_made_anew_and_goes_on_with_its_versions(api: Api) -> None:
    api.put("profiles/clinic", TEXT)
    api.delete("profiles/clinic")
    answer = api.put("profiles/clinic", TEXT)
    assert (answer.status, answer.json["version"]) == (201, 3)


def test_a_profile_with_resources_cannot_become_contained(api: Api, provider: str) -> None:
    answer = api.put("profiles/provider", {"type": "CONTAINED", "properties": {}})
    assert answer.error == (409, "FAILED_PRECONDITION")
    assert ("/type", "unused") in answer.faults


def test_a_contain_key_is_no_include_key_of_the_profile(api: Api) -> None:
    contained = {"worksAt": {"types": ["paymentMethod"], "cardinality": "0:1"}}
    answer = api.put("profiles/provider", {**examples.PROVIDER, "contained": contained})
    assert answer.faults == [("/contained/worksAt", "unique")]


def test_a_changed_profile_leaves_stored_resources_as_they_are(api: Api, provider: str) -> None:
    before = api.get(provider).text
    api.put("profiles/provider", {"properties": {"title": {"type": "symbol"}}})
    assert api.get(provider).text == before


def test_a_changed_profile_governs_the_next_write(api: Api, provider: str) -> None:
    api.put("profiles/provider", {"properties": {"title": {"type": "symbol"}}})
    assert api.put(provider, {"data": {"name": "Ada"}}).faults == [("/data/name", "unknown")]
    assert api.put(provider, {"data": {"title": "Dr."}}).status == 200


def test_a_changed_contained_profile_governs_what_contains_it(api: Api) -> None:
    api.put("profiles/paymentMethod", {"properties": {"value": {"type": "integer"}}})
    row = {"type": "paymentMethod", "data": {"value": "Visa"}}
    answer = api.put(
        "resources/office/west", {"data": {}, "contained": {"primaryPaymentMethod": [row]}}
    )
    assert answer.faults == [("/contained/primaryPaymentMethod/0/data/value", "type")]


def test_every_saved_version_is_kept(api: Api) -> None:
    api.put("profiles/clinic", TEXT)
    api.put("profiles/clinic", OTHER)
    api.delete("profiles/clinic")
    versions = ProfileVersion.objects.filter(definition__key="clinic").order_by("version")
    kept = [(row.version, row.body, row.actor.startswith("key:")) for row in versions]
    assert kept == [(1, TEXT, True), (2, OTHER, True), (3, None, True)]


def test_the_schema_of_a_profile_is_published(api: Api) -> None:
    schema = api.get("profiles/provider/schema").json
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "provider"
    assert set(schema["$defs"]["profile.provider"]["properties"]) == set(
        examples.PROVIDER["properties"]
    )


def test_the_schema_of_a_contained_profile_is_published_too(api: Api) -> None:
    api.put("profiles/card", {"type": "CONTAINED", **TEXT})
    assert api.get("profiles/card/schema").json["title"] == "card"


def test_the_etag_of_a_schema_changes_with_any_profile_that_it_holds(api: Api) -> None:
    first = api.get("profiles/office/schema")
    assert api.get("profiles/office/schema", if_none_match=first.etag).status == 304
    api.put("profiles/paymentMethod", {"properties": {"value": {"type": "code"}}})
    second = api.get("profiles/office/schema", if_none_match=first.etag)
    assert second.status == 200
    assert second.text != first.text


def test_profiles_are_listed_by_key_and_counted(api: Api) -> None:
    answer = api.get("profiles?perPage=2")
    assert [profile["key"] for profile in answer.json["data"]] == ["office", "paymentMethod"]
    assert answer.json["meta"] == {"numPages": 2, "page": 1, "perPage": 2, "total": 3}
    assert answer.json["data"][0] == {"key": "office", "version": 1, **examples.OFFICE}


def test_deleted_profiles_are_not_listed(api: Api) -> None:
    api.put("profiles/clinic", TEXT)
    api.delete("profiles/clinic")
    assert api.get("profiles").json["meta"]["total"] == 3


def test_profiles_of_other_sources_are_not_listed(api: Api, source: Source) -> None:
    api.put("/catalog/v1/sources/other", {"type": "registry"})
    assert api.get("/sources/other/v1/profiles").json["data"] == []


@pytest.mark.parametrize("depth", [1, 197])
def test_arrays_can_be_nested_as_deeply_as_a_body_can(api: Api, depth: int) -> None:
    prop = '{"type":"array","items":' * depth + '{"type":"symbol"}' + "}" * depth
    assert api.put("profiles/deep", f'{{"properties":{{"list":{prop}}}}}').status == 201
    data = f'{{"data":{{"list":{"[" * depth}"a"{"]" * depth}}}}}'
    assert api.put("resources/deep/one", data).status == 201
    assert api.get("profiles/deep/schema").status == 200


@pytest.mark.parametrize("depth", [1, 98])
def test_objects_can_be_nested_as_deeply_as_a_body_can(api: Api, depth: int) -> None:
    prop = '{"type":"object","properties":{"in":' * depth + '{"type":"symbol"}' + "}}" * depth
    assert api.put("profiles/deep", f'{{"properties":{{"in":{prop}}}}}').status == 201
    data = '{"in":' * (depth + 1) + '"a"' + "}" * (depth + 1)
    assert api.put("resources/deep/one", f'{{"data":{data}}}').status == 201
    assert api.get("profiles/deep/schema").status == 200


def test_a_profile_that_is_nested_deeper_is_refused(api: Api) -> None:
    prop = '{"type":"array","items":' * 198 + '{"type":"symbol"}' + "}" * 198
    assert api.put("profiles/deep", f'{{"properties":{{"list":{prop}}}}}').faults == [("", "json")]
