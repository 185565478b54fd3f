"""Versions of profiles, relationship definitions and sources: who, when, why, and what it was."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
from jsonpatch import JsonPatch

from profiles.models import Profile, Source
from profiles.times import time_text
from tests import examples, factories
from tests.clients import Api
from tests.configuration.past import DEFINITION, PROFILE, versions

pytestmark = pytest.mark.django_db

WHY = "Überprüft"
SENT = WHY.encode().decode("latin-1")
"""As WSGI hands it on."""
BODIES = {PROFILE: examples.PROVIDER, DEFINITION: examples.PROVIDER_OFFICE}
both = pytest.mark.parametrize("path", BODIES)


def describe(api: Api, path: str, text: str, **headers: str) -> None:
    answer = api.put(path, {**BODIES[path], "description": text}, **headers)
    assert answer.status == 200, answer.text


@both
def test_a_version_tells_who_when_and_why(source: Source, api: Api, path: str) -> None:
    before = time_text(datetime.now(UTC))
    describe(api, path, "new", x_change_reason=SENT)
    changed, created = versions(api, path)
    assert before < changed.pop("timestamp") < time_text(datetime.now(UTC))
    assert changed.pop("userInfo")["actor"].startswith("key:")
    source.refresh_from_db()
    assert changed == {
        "version": 2,
        "action": "UPDATE",
        "reason": WHY,
        "contractVersion": source.contract_version,
    }
    assert (created["version"], created["action"]) == (1, "CREATE")
    assert created["userInfo"] == {"actor": factories.ACTOR}
    assert "reason" not in created


@both
@pytest.mark.parametrize("query", ["", "?mode=plan"])
def test_an_ill_formed_reason_is_refused(source: Source, api: Api, path: str, query: str) -> None:
    for reason in ("", "x" * 501):
        assert api.put(f"{path}{query}", BODIES[path], x_change_reason=reason).status == 400


@both
def test_what_was_saved_comes_back_exactly(source: Source, api: Api, path: str) -> None:
    describe(api, path, "new")
    old = api.get(f"{path}/versions/1").json
    assert list(old["payload"].items()) == list(BODIES[path].items())
    assert api.put(path, old["payload"]).json["version"] == 3


@both
def test_a_deleted_one_keeps_its_history_and_comes_back(
    source: Source, api: Api, path: str
) -> None:
    api.delete(DEFINITION)
    if path != DEFINITION:
        api.delete(path, x_change_reason=SENT)
    gone = versions(api, path)[0]
    assert (gone["version"], gone["action"]) == (2, "DELETE")
    assert api.get(f"{path}/versions/2").json["payload"] is None
    if path == DEFINITION:
        assert api.post(f"{path}/versions/1/restore", None).status == 201
        assert [row["action"] for row in versions(api, path)] == ["CREATE", "DELETE", "CREATE"]
    else:
        assert gone["reason"] == WHY


def test_versions_come_in_pages(source: Source, api: Api) -> None:
    for text in "abc":
        describe(api, PROFILE, text)
    first = api.get(f"{PROFILE}/versions?perPage=2").json
    describe(api, PROFILE, "meanwhile")
    second = api.get(f"{PROFILE}/versions?perPage=2&cursor={first['meta']['cursor']}").json
    found = [(row["version"], row["action"]) for row in first["data"] + second["data"]]
    assert found == [(4, "UPDATE"), (3, "UPDATE"), (2, "UPDATE"), (1, "CREATE")]
    assert "cursor" not in second["meta"]


def test_a_cursor_is_good_for_its_own_list(source: Source, api: Api) -> None:
    describe(api, PROFILE, "new")
    cursor = api.get(f"{PROFILE}/versions?perPage=1").json["meta"]["cursor"]
    for path in ("profiles/office", DEFINITION, f"/catalog/v1/sources/{source.key}"):
        answer = api.get(f"{path}/versions?cursor={cursor}")
        assert answer.faults == [("?cursor", "parameter")]


@both
def test_a_difference_leads_from_one_version_to_the_other(
    source: Source, api: Api, path: str
) -> None:
    describe(api, path, "new")
    one, two = (api.get(f"{path}/versions/{n}").json["payload"] for n in (1, 2))
    for before, after, way in ((one, two, "1/diff/2"), (two, one, "2/diff/1")):
        patch = api.get(f"{path}/versions/{way}").json
        assert len(patch) == 1
        assert JsonPatch(patch).apply(deepcopy(before)) == after
    assert api.get(f"{path}/versions/2/diff/2").json == []


def test_of_a_deletion_the_whole_is_the_difference(source: Source, api: Api) -> None:
    api.delete(DEFINITION)
    patch = api.get(f"{DEFINITION}/versions/1/diff/2").json
    assert patch == [{"op": "replace", "path": "", "value": None}]
    back = api.get(f"{DEFINITION}/versions/2/diff/1").json
    assert back == [{"op": "replace", "path": "", "value": examples.PROVIDER_OFFICE}]


def test_what_is_no_version_is_not_found(source: Source, api: Api) -> None:
    describe(api, PROFILE, "new")
    for version in ("0", "3", "01", "x", "1.0", "-1", "9" * 20, "%C2%B2"):
        for path in (version, f"{version}/diff/1", f"1/diff/{version}"):
            answer = api.get(f"{PROFILE}/versions/{path}")
            assert answer.error == (404, "NOT_FOUND"), path
            assert answer.json["message"] == "There is no such version."


def test_what_never_was_has_no_versions(source: Source, api: Api) -> None:
    for path in ("profiles/never", "relationship-definitions/never", "/catalog/v1/sources/never"):
        assert api.get(f"{path}/versions").error == (404, "NOT_FOUND")


def test_a_reader_reads_versions_of_its_sources_and_restores_none(source: Source) -> None:
    reader = Api(factories.make_key("reader", [source]), source.key)
    assert len(versions(reader, PROFILE)) == 1
    assert reader.post(f"{PROFILE}/versions/1/restore", None).error == (403, "PERMISSION_DENIED")
    other = factories.clinic()
    for path in (f"/sources/{other.key}/v1/{PROFILE}", f"/catalog/v1/sources/{other.key}"):
        assert reader.get(f"{path}/versions").error == (404, "NOT_FOUND")
        assert reader.get(f"{path}/versions/1").error == (404, "NOT_FOUND")


@both
def test_an_old_version_is_restored_as_a_new_one(source: Source, api: Api, path: str) -> None:
    describe(api, path, "new")
    answer = api.post(f"{path}/versions/1/restore", None, x_change_reason=SENT)
    assert answer.status == 200
    assert answer.json == {"key": path.partition("/")[2], "version": 3, **BODIES[path]}
    assert answer.etag == api.get(path).etag
    assert versions(api, path)[0]["reason"] == WHY


def test_what_is_restored_is_judged_as_any_other_body(source: Source, api: Api) -> None:
    body: Any = api.get("profiles/office").json["contained"]
    loose = {**examples.OFFICE, "contained": {}}
    assert api.put("profiles/office", loose).status == 200
    assert api.delete("profiles/paymentMethod").status == 204
    answer = api.post("profiles/office/versions/1/restore", None)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert len(answer.faults) == len(body)
    assert len(versions(api, "profiles/office")) == 2


def test_restoring_holds_to_preconditions(source: Source, api: Api) -> None:
    etag = api.get(PROFILE).etag
    describe(api, PROFILE, "new")
    refused = api.post(f"{PROFILE}/versions/1/restore", None, if_match=etag)
    assert refused.error == (412, "FAILED_PRECONDITION")
    assert Profile.objects.get(source=source, key="provider").version == 2


def test_a_deletion_is_not_restored(source: Source, api: Api) -> None:
    api.delete(DEFINITION)
    answer = api.post(f"{DEFINITION}/versions/2/restore", None)
    assert answer.error == (409, "FAILED_PRECONDITION")


def test_a_reason_that_is_none_is_refused(source: Source, api: Api) -> None:
    for method, path in (("PUT", PROFILE), ("DELETE", DEFINITION)):
        answer = api.send(method, path, examples.PROVIDER, x_change_reason="two\x0blines")
        assert answer.error == (400, "INVALID_ARGUMENT")
    assert len(versions(api, DEFINITION)) == 1


# Sources


def test_a_source_has_versions_in_all_its_lives(db: None) -> None:
    api = Api(factories.make_key())
    path, body = "/catalog/v1/sources/clinics", {"type": "registry", "name": "A"}
    api.put(path, body, x_change_reason=SENT)
    api.put(path, body)
    api.put(path, {"type": "registry"})
    api.delete(path, x_change_reason=SENT)
    assert api.get(f"{path}/versions").error == (404, "NOT_FOUND")
    api.put(path, body)
    told = [(row["version"], row["action"], row.get("reason")) for row in versions(api, path)]
    assert told == [
        *[(4, "CREATE", None), (3, "DELETE", WHY), (2, "UPDATE", None), (1, "CREATE", WHY)]
    ]
    assert all("contractVersion" not in row for row in versions(api, path))


def test_an_old_version_of_a_source_can_be_put_again(db: None) -> None:
    api = Api(factories.make_key())
    path = "/catalog/v1/sources/clinics"
    api.put(path, {"type": "registry", "name": "A", "description": "one"})
    api.put(path, {"type": "registry", "name": "B"})
    old = api.get(f"{path}/versions/1").json["payload"]
    assert old == {"key": "clinics", "type": "registry", "name": "A", "description": "one"}
    assert api.get(f"{path}/versions/2/diff/1").json == [
        {"op": "replace", "path": "/name", "value": "A"},
        {"op": "add", "path": "/description", "value": "one"},
    ]
    assert api.put(path, old).json == old


def test_roles_are_no_versions_of_a_source(source: Source, api: Api) -> None:
    path = f"/catalog/v1/sources/{source.key}"
    api.put(path, {"type": "registry", "name": "A"})
    factories.SourceRoleFactory.create(source=source)
    assert len(versions(api, path)) == 1
