"""A plan tells what a definition would leave behind, and changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from ingestion.models import Change, Resource
from profiles.models import Profile, ProfileVersion, Source
from relationships.models import RelationshipDefinition
from tests import examples, factories
from tests.clients import Api
from tests.conformity.conftest import NEEDS_EMAIL, Work, with_property

PROVIDER = "profiles/provider?mode=plan"
OFFICE = "profiles/paymentMethod?mode=plan"
LINKED = "relationship-definitions/provider-office?mode=plan"


def stored(source: Source) -> Any:
    models: list[Any] = [Profile, ProfileVersion, RelationshipDefinition, Resource, Change]
    source.refresh_from_db()
    return source.contract_version, [
        list(model.objects.order_by("pk").values()) for model in models
    ]


def sided(**cardinalities: str) -> dict[str, Any]:
    """The definition with other cardinalities: `from_="1:1"`."""
    body = dict(examples.PROVIDER_OFFICE)
    for name, cardinality in cardinalities.items():
        side = name.rstrip("_")
        body[side] = {**body[side], "includeCardinality": cardinality}
    return body


def test_a_plan_counts_what_would_not_fit(api: Api, providers: list[str]) -> None:
    api.put("resources/provider/dan", {"data": {"name": "dan", "practiceNumber": 4}})
    plan = api.put(PROVIDER, with_property(type="symbol", rules=[{"required": True}]))
    assert plan.status == 200
    assert (plan.json["mode"], plan.json["outcome"], plan.json["state"]) == (
        *("plan", "CHANGED", "ready"),
    )
    assert (plan.json["checked"], plan.json["nonconforming"]) == (4, 4)
    assert plan.json["faults"] == [
        {
            "type": "provider",
            "path": "/data/email",
            "rule": "required",
            "expected": True,
            "count": 4,
            "examples": ["ada", "bob", "cyd", "dan"],
        }
    ]


def test_a_plan_changes_nothing(source: Source, api: Api, providers: list[str]) -> None:
    before = stored(source)
    assert api.put(PROVIDER, NEEDS_EMAIL).json["nonconforming"] == 3
    assert api.put("profiles/new?mode=plan", NEEDS_EMAIL).json["outcome"] == "CREATED"
    assert api.put(LINKED, sided(to="1:1")).status == 200
    assert stored(source) == before


def test_a_plan_tells_at_most_five_examples(api: Api) -> None:
    for n in range(7):
        api.put(f"resources/provider/p{n}", {"data": {}})
    (fault,) = api.put(PROVIDER, NEEDS_EMAIL).json["faults"]
    assert (fault["count"], len(fault["examples"])) == (7, 5)


def test_faults_of_elements_are_counted_by_their_place(api: Api) -> None:
    """Whichever element it is; a record counts once."""
    api.put("resources/provider/ada", {"data": {"specialities": ["long", "longer", "x"]}})
    api.put("resources/provider/bob", {"data": {"specialities": ["x", "longest"]}})
    items = {"type": "symbol", "rules": [{"max": 3}]}
    properties = {
        **examples.PROVIDER["properties"],
        "specialities": {"type": "array", "items": items},
    }
    (fault,) = api.put(PROVIDER, {**examples.PROVIDER, "properties": properties}).json["faults"]
    assert (fault["path"], fault["rule"], fault["count"]) == ("/data/specialities/*", "max", 2)


def test_a_contained_profile_matters_to_those_that_contain_it(api: Api) -> None:
    visa = {"type": "paymentMethod", "data": {"value": "Visa"}}
    contained = {"alternativePaymentMethods": [{**visa, "id": "a"}, {**visa, "id": "b"}]}
    api.put("resources/office/west", {"data": {}, "contained": contained})
    api.put("resources/office/east", {"data": {}})
    body = {"properties": {"value": {"type": "symbol", "rules": [{"max": 3}]}}}
    plan = api.put(OFFICE, body).json
    types = {each["type"]: (each["checked"], each["nonconforming"]) for each in plan["types"]}
    assert types["office"] == (2, 1)
    (fault,) = plan["faults"]
    assert (fault["type"], fault["path"], fault["count"], fault["examples"]) == (
        *("office", "/contained/alternativePaymentMethods/*/data/value", 1, ["west"]),
    )


def test_a_plan_of_what_is_there_counts_what_was_left_behind_before(
    api: Api, providers: list[str]
) -> None:
    api.put("profiles/provider", NEEDS_EMAIL)
    plan = api.put(PROVIDER, NEEDS_EMAIL).json
    assert (plan["outcome"], plan["nonconforming"]) == ("UNCHANGED", 3)


def test_a_new_profile_leaves_nothing_behind(api: Api) -> None:
    plan = api.put("profiles/new?mode=plan", examples.PROVIDER).json
    assert (plan["outcome"], plan["checked"], plan["faults"]) == ("CREATED", 0, [])


def test_a_plan_is_refused_as_the_change_would_be(api: Api, providers: list[str]) -> None:
    for body in (
        {"properties": {"a": {"type": "no"}, "_": 1}},
        {**NEEDS_EMAIL, "type": "CONTAINED"},
    ):
        planned, sent = api.put(PROVIDER, body), api.put("profiles/provider", body)
        assert planned.status in (400, 409)
        assert (planned.status, planned.json) == (sent.status, sent.json)


@pytest.mark.parametrize("headers", [{"If_Match": '"other"'}, {"If_None_Match": "*"}])
def test_a_plan_has_the_preconditions_of_the_change(api: Api, headers: dict[str, str]) -> None:
    assert api.put(PROVIDER, NEEDS_EMAIL, **headers).status == 412


def test_a_plan_answers_the_etag_by_which_it_can_be_saved(api: Api) -> None:
    plan = api.put(PROVIDER, NEEDS_EMAIL)
    assert plan.etag == api.get("profiles/provider").etag
    assert api.put("profiles/provider", NEEDS_EMAIL, If_Match=plan.etag).status == 200


@pytest.mark.parametrize("query", ["mode=save", "mode=", "mode=plan&mode=plan", "plan=1"])
def test_another_mode_is_refused(api: Api, query: str) -> None:
    answer = api.put(f"profiles/provider?{query}", NEEDS_EMAIL)
    assert answer.error == (400, "INVALID_ARGUMENT")
    assert Profile.objects.get(key="provider").version == 1


@pytest.mark.parametrize("role", ["reader", "writer"])
def test_a_plan_needs_the_role_of_the_change(source: Source, api: Api, role: str) -> None:
    other = Api(factories.make_key(role), source.key)
    assert other.put(PROVIDER, NEEDS_EMAIL).status == 403


def test_another_source_is_not_there(source: Source) -> None:
    other = Api(factories.make_key("admin", sources=[]), source.key)
    assert other.put(PROVIDER, NEEDS_EMAIL).status == 404


# Relationship definitions


@pytest.fixture
def links(api: Api, providers: list[str]) -> None:
    """ada works at two offices, bob at one of them; nobody at a third."""
    for office in ("east", "north", "west"):
        api.put(f"resources/office/{office}", {"data": {}})
    for link in ("ada.east", "ada.west", "bob.east"):
        api.put(f"relationships/provider-office/{link}", {"data": {}})


def test_properties_of_relationships_are_planned(api: Api, links: None) -> None:
    needed = {"effective": {"type": "period", "rules": [{"required": True}]}}
    plan = api.put(LINKED, {**examples.PROVIDER_OFFICE, "properties": needed}).json
    assert plan["types"] == [{"type": "provider-office", "checked": 3, "nonconforming": 3}]
    (fault,) = plan["faults"]
    assert (fault["path"], fault["rule"]) == ("/data/effective", "required")
    assert fault["examples"][0] == "provider.ada,office.east"
    assert plan["ends"] == []


def test_ends_with_several_partners_are_counted(api: Api, links: None) -> None:
    plan = api.put(LINKED, sided(from_="0:1")).json
    assert plan["ends"] == [
        {
            "side": "from",
            "type": "provider",
            "path": "/from/includeCardinality",
            "rule": "cardinality",
            "expected": "0:1",
            "count": 1,
            "examples": ["ada"],
        }
    ]
    assert api.put("relationship-definitions/provider-office", sided(from_="0:1")).status == 409


def test_ends_that_would_lack_a_partner_are_counted(api: Api, links: None) -> None:
    plan = api.put(LINKED, sided(from_="1:*", to="1:1")).json
    found = [(end["side"], end["rule"], end["count"], end["examples"]) for end in plan["ends"]]
    assert found == [
        ("from", "missing", 1, ["cyd"]),
        ("to", "cardinality", 1, ["east"]),
        ("to", "missing", 1, ["north"]),
    ]


def test_every_end_lacks_a_partner_in_a_new_definition(api: Api, links: None) -> None:
    sides = {
        side: {**examples.PROVIDER_OFFICE[side], "includeKey": "other"} for side in ("from", "to")
    }
    sides["to"]["includeCardinality"] = "1:*"
    plan = api.put("relationship-definitions/new?mode=plan", sides).json
    assert (plan["outcome"], [end["count"] for end in plan["ends"]]) == ("CREATED", [3])


def test_relationships_stay_between_their_profiles(api: Api, links: None) -> None:
    body = {**examples.PROVIDER_OFFICE, "from": {**examples.PROVIDER_OFFICE["from"]}}
    body["from"]["profileKey"] = "office"
    answer = api.put(LINKED, body)
    assert (answer.status, answer.faults) == (409, [("/from/profileKey", "unused")])


# In the background


def test_a_plan_of_many_records_is_made_in_the_background(
    api: Api, providers: list[str], in_background: None, work: Work
) -> None:
    first = api.put(PROVIDER, NEEDS_EMAIL)
    assert first.status == 202
    assert first.json == {"mode": "plan", "outcome": "CHANGED", "state": "computing"}
    assert api.put(PROVIDER, NEEDS_EMAIL).status == 202
    assert work() == ["ingestion.jobs.find_plan"]
    plan = api.put(PROVIDER, NEEDS_EMAIL)
    assert (plan.status, plan.json["state"], plan.json["nonconforming"]) == (200, "ready", 3)


def test_a_plan_under_another_contract_is_made_anew(
    api: Api, providers: list[str], in_background: None, work: Work
) -> None:
    api.put(PROVIDER, NEEDS_EMAIL)
    api.put("profiles/other", examples.PROVIDER)
    work()
    assert api.put(PROVIDER, NEEDS_EMAIL).status == 202
    work()
    assert api.put(PROVIDER, NEEDS_EMAIL).status == 200


def test_a_plan_of_relationships_is_made_in_the_background(
    api: Api, links: None, in_background: None, work: Work
) -> None:
    assert api.put(LINKED, sided(to="1:*")).status == 202
    work()
    (end,) = api.put(LINKED, sided(to="1:*")).json["ends"]
    assert (end["count"], end["examples"]) == (1, ["north"])


def test_an_old_plan_is_shown_while_a_newer_one_is_made(
    api: Api, providers: list[str], in_background: None, work: Work, monkeypatch: Any
) -> None:
    api.put(PROVIDER, NEEDS_EMAIL)
    work()
    api.delete("resources/provider/ada")
    monkeypatch.setattr("ingestion.conformity.plans.FRESH", timedelta(0))
    old = api.put(PROVIDER, NEEDS_EMAIL)
    assert (old.status, old.json["state"], old.json["nonconforming"]) == (200, "computing", 3)
    work()
    assert api.put(PROVIDER, NEEDS_EMAIL).json["nonconforming"] == 2
