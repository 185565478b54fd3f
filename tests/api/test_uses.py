"""What uses a profile keeps it from being deleted, and is named."""

from __future__ import annotations

from tests.clients import Api


def test_a_profile_with_resources_cannot_be_deleted(api: Api, provider: str) -> None:
    answer = api.delete("profiles/provider")
    assert answer.error == (409, "FAILED_PRECONDITION")
    assert answer.json["details"][0]["rule"] == "unused"
    assert api.get("profiles/provider").status == 200


def test_a_profile_with_relationship_definitions_cannot_be_deleted(api: Api) -> None:
    assert api.delete("profiles/provider").error == (409, "FAILED_PRECONDITION")
    api.delete("relationship-definitions/provider-office")
    assert api.delete("profiles/provider").status == 204


def test_a_profile_that_others_contain_cannot_be_deleted(api: Api) -> None:
    api.delete("relationship-definitions/provider-office")
    assert api.delete("profiles/paymentMethod").error == (409, "FAILED_PRECONDITION")
    api.delete("profiles/office")
    assert api.delete("profiles/paymentMethod").status == 204


def test_what_uses_a_profile_is_named(api: Api) -> None:
    """Each once, on whichever sides; beyond a few they are only counted."""
    api.put("profiles/card", {"properties": {}})
    for key in "gfedcba":
        ways = {"ways": {"types": ["card"], "cardinality": "0:*"}}
        api.put(f"profiles/{key}", {"properties": {}, "contained": ways})
        cardinality = {"profileKey": "card", "includeCardinality": "0:*"}
        sides = {
            "from": {**cardinality, "includeKey": f"{key}-in"},
            "to": {**cardinality, "includeKey": f"{key}-out"},
        }
        assert api.put(f"relationship-definitions/{key}-cards", sides).status == 201
    for key in "gf":
        api.delete(f"relationship-definitions/{key}-cards")
    assert [fault["message"] for fault in api.delete("profiles/card").json["details"]] == [
        "Is used by 5 relationship definitions: a-cards, b-cards, c-cards, d-cards, e-cards.",
        "Is used by 7 profiles: a, b, c, d, e and 2 more.",
    ]
