"""The list of stored resources that do not fit their profile as it is now."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from ingestion.models import ConformityCheck, NonconformingResource
from profiles.models import Source
from tests import factories
from tests.clients import Api
from tests.conformity.conftest import NEEDS_EMAIL, Work, listed, with_property

LIST = "profiles/provider/nonconforming"
CORRECTED = {"data": {"name": "Ada", "email": "ada@example.org"}}


def ids(rows: list[Any]) -> list[str]:
    return [row["id"] for row in rows]


@pytest.fixture
def changed(source: Source, api: Api, providers: list[str]) -> int:
    """The contract version under which every provider needs an email; one has it."""
    api.put("profiles/provider", NEEDS_EMAIL)
    assert api.put("resources/provider/good", {"data": {"email": "x"}}).status == 201
    source.refresh_from_db()
    return source.contract_version


def test_what_was_left_behind_is_listed_with_its_faults(api: Api, changed: int) -> None:
    page = api.get(LIST).json
    assert ids(page["data"]) == ["ada", "bob", "cyd"]
    assert page["data"][0] == {
        "id": "ada",
        "type": "provider",
        "version": 1,
        "faults": [
            {
                "type": "INVALID_ARGUMENT",
                "path": "/data/email",
                "rule": "required",
                "expected": True,
                "message": "Is required.",
            }
        ],
    }


def test_it_is_told_when_it_was_found(api: Api, changed: int) -> None:
    meta = api.get(LIST).json["meta"]
    assert meta.pop("computedAt")[:10] == timezone.now().date().isoformat()
    assert meta == {
        "perPage": 100,
        "state": "ready",
        "contractVersion": changed,
        "checked": 4,
        "total": 3,
    }


def test_nothing_is_left_behind_before_a_change(api: Api, providers: list[str]) -> None:
    page = api.get(LIST).json
    assert (page["data"], page["meta"]["checked"], page["meta"]["total"]) == ([], 3, 0)


def test_it_comes_in_pages(api: Api, changed: int) -> None:
    first = api.get(f"{LIST}?perPage=2").json
    assert ids(first["data"]) == ["ada", "bob"]
    second = api.get(f"{LIST}?perPage=2&cursor={first['meta']['cursor']}").json
    assert ids(second["data"]) == ["cyd"]
    assert "cursor" not in second["meta"]
    assert second["meta"]["total"] == 3


def test_what_was_corrected_or_deleted_is_gone(api: Api, changed: int) -> None:
    api.put("resources/provider/ada", CORRECTED)
    api.delete("resources/provider/bob")
    assert ids(api.get(LIST).json["data"]) == ["cyd"]


def test_a_profile_that_is_loosened_again_leaves_nothing_behind(api: Api, changed: int) -> None:
    api.put("profiles/provider", with_property(type="symbol"))
    assert api.get(LIST).json["data"] == []


def test_a_changed_contained_profile_leaves_resources_behind(api: Api) -> None:
    row = {"id": "a", "type": "paymentMethod", "data": {"value": "Visa"}}
    api.put("resources/office/west", {"data": {}, "contained": {"primaryPaymentMethod": [row]}})
    body = {"properties": {"value": {"type": "symbol", "rules": [{"max": 3}]}}}
    api.put("profiles/paymentMethod", body)
    (found,) = api.get("profiles/office/nonconforming").json["data"]
    (fault,) = found["faults"]
    assert fault["path"] == "/contained/primaryPaymentMethod/0/data/value"
    assert "Visa" not in fault["message"]


def test_a_contained_profile_has_no_resources_of_its_own(api: Api) -> None:
    page = api.get("profiles/paymentMethod/nonconforming").json
    assert (page["data"], page["meta"]["checked"]) == ([], 0)


@pytest.mark.parametrize(
    "query", ["sort=id", "cursor=x", "perPage=0", "perPage=1001", "total=exact", "mode=plan"]
)
def test_another_parameter_is_refused(api: Api, query: str) -> None:
    assert api.get(f"{LIST}?{query}").error == (400, "INVALID_ARGUMENT")


def test_the_cursor_of_another_list_is_refused(api: Api, providers: list[str]) -> None:
    for sort in ("sort=-createdAt", "sort=id"):
        cursor = api.get(f"resources/provider?perPage=1&{sort}").json["meta"]["cursor"]
        missing = f"relationship-definitions/provider-office/missing?cursor={cursor}"
        assert api.get(missing).status == 400
    cursor = api.get("resources/provider?perPage=1").json["meta"]["cursor"]
    assert api.get(f"{LIST}?cursor={cursor}").faults == [("?cursor", "parameter")]


def test_who_may_read_the_source_sees_it(source: Source, api: Api, changed: int) -> None:
    assert len(Api(factories.make_key("reader"), source.key).get(LIST).json["data"]) == 3
    assert Api(factories.make_key("admin", sources=[]), source.key).get(LIST).status == 404
    assert api.get("profiles/unknown/nonconforming").status == 404


# In the background


def test_many_are_found_in_the_background(
    api: Api, changed: int, in_background: None, work: Work
) -> None:
    first = api.get(LIST)
    assert first.status == 200
    assert first.json == {"data": [], "meta": {"perPage": 100, "state": "computing"}}
    api.get(LIST)
    assert work() == ["ingestion.jobs.check_profile"]
    page = api.get(LIST).json
    assert ids(page["data"]) == ["ada", "bob", "cyd"]
    assert page["meta"]["state"] == "ready"
    assert (page["meta"]["checked"], page["meta"]["total"]) == (4, 3)
    assert work() == []


def test_pages_of_many_are_judged_again_when_they_are_shown(
    api: Api, changed: int, in_background: None, work: Work
) -> None:
    api.get(LIST)
    work()
    api.put("resources/provider/ada", CORRECTED)
    api.delete("resources/provider/bob")
    assert ids(listed(api, LIST, per_page=1)) == ["cyd"]


def test_an_unrelated_change_leaves_them_found(
    api: Api, changed: int, in_background: None, work: Work
) -> None:
    api.get(LIST)
    work()
    api.put("profiles/paymentMethod", {"properties": {}})
    assert api.get(LIST).json["meta"]["state"] == "ready"


def test_older_ones_are_shown_until_newer_are_found(
    api: Api, changed: int, in_background: None, work: Work
) -> None:
    api.get(LIST)
    work()
    api.put("profiles/provider", {**NEEDS_EMAIL, "description": "Changed."})
    page = api.get(LIST).json
    assert (page["meta"]["state"], page["meta"]["contractVersion"]) == ("computing", changed)
    assert len(page["data"]) == 3
    work()
    page = api.get(LIST).json
    assert (page["meta"]["state"], len(page["data"])) == ("ready", 3)
    assert page["meta"]["contractVersion"] > changed
    assert ConformityCheck.objects.count() == 1
    assert NonconformingResource.objects.count() == 3


def test_what_fits_by_now_is_not_shown_of_older_ones(
    api: Api, changed: int, in_background: None, work: Work
) -> None:
    api.get(LIST)
    work()
    api.put("profiles/provider", with_property(type="symbol"))
    assert api.get(LIST).json["data"] == []


def test_numbers_that_are_old_are_found_anew(
    api: Api, changed: int, in_background: None, work: Work
) -> None:
    api.get(LIST)
    work()
    api.put("resources/provider/ada", CORRECTED)
    assert api.get(LIST).json["meta"]["total"] == 3
    ConformityCheck.objects.update(computed_at=timezone.now() - timedelta(hours=2))
    assert api.get(LIST).json["meta"]["state"] == "computing"
    work()
    meta = api.get(LIST).json["meta"]
    assert (meta["state"], meta["total"]) == ("ready", 2)


def test_a_job_of_a_profile_that_is_gone_does_nothing(
    api: Api, changed: int, in_background: None, work: Work
) -> None:
    api.get(LIST)
    for id in ("ada", "bob", "cyd", "good"):
        api.delete(f"resources/provider/{id}")
    api.delete("relationship-definitions/provider-office")
    assert api.delete("profiles/provider").status == 204
    work()
    assert not ConformityCheck.objects.exists()
