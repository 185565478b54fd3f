"""Random profiles and records: what is told is what another validator finds, one by one."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, assume, event, given, settings
from hypothesis import strategies as st

from ingestion.conformity.checks import check
from profiles.contract import current_contract
from profiles.exact import Json
from profiles.schema import resource_schema
from tests import factories
from tests.clients import Api
from tests.conformity.conftest import listed
from tests.profiles.judging import read
from tests.profiles.test_two_validators import Taught, other_places
from tests.strategies.definitions import Definitions, catalogues
from tests.strategies.definitions import profiles as profile_bodies
from tests.strategies.records import sound_bodies

bounded = settings(
    max_examples=25,
    deadline=None,
    print_blob=True,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,  # Each example has a source of its own.
        HealthCheck.filter_too_much,
    ],
)


def starred(path: str, value: Json) -> str:
    """A place with a star for each index, told from the value."""
    told, here = "", value
    for step in path.split("/")[1:]:
        told += "/*" if isinstance(here, list) else f"/{step}"
        key = step.replace("~1", "/").replace("~0", "~")
        if isinstance(here, list):
            here = here[int(step)]
        else:
            here = here.get(key) if isinstance(here, dict) else None
    return told


def slowly_found(api: Api, definitions: Definitions) -> tuple[list[str], Counter[str]]:
    """The ids of those that do not fit, and how many do not at each place."""
    other = Taught(resource_schema("top", read(definitions)))
    ids: list[str] = []
    places: Counter[str] = Counter()
    for row in listed(api, "resources/top?sort=id", per_page=100):
        body = {"data": row["data"], "contained": row["contained"]}
        errors = list(other.iter_errors(body))
        if errors:
            ids.append(row["id"])
            found = set().union(*map(other_places, errors))
            places.update({starred(path, body) for path in found})
    return ids, places


@pytest.mark.django_db
@bounded
@given(catalogues(), st.data())
def test_a_plan_tells_what_is_found_once_it_is_saved(
    definitions: Definitions, data: st.DataObject
) -> None:
    with transaction.atomic():
        source = factories.SourceFactory.create()
        api = Api(factories.make_key("admin"), source.key)
        for key in reversed(definitions):
            assert api.put(f"profiles/{key}", definitions[key]).status == 201
        bodies = data.draw(st.lists(sound_bodies("top", read(definitions)), min_size=3, max_size=6))
        for n, body in enumerate(bodies):
            assert api.put(f"resources/top/r{n}", body).status == 201
        keys = list(definitions)
        key = data.draw(st.sampled_from(keys))
        inner = keys[keys.index(key) + 1 :]
        changed = data.draw(profile_bodies(key, inner))
        planned = api.put(f"profiles/{key}?mode=plan", changed)
        assume(planned.status == 200)
        compare(api, planned.json, key, changed, definitions)
        transaction.set_rollback(True)


def compare(api: Api, plan: Any, key: str, changed: Json, definitions: Definitions) -> None:
    ids, places = slowly_found(api, {**definitions, key: changed})
    event(f"of {plan['checked']} {bool(ids)}")
    by_type = {each["type"]: each for each in plan["types"]}
    if "top" in by_type:
        assert by_type["top"]["nonconforming"] == len(ids)
        faults = [fault for fault in plan["faults"] if fault["type"] == "top"]
        assert {fault["path"] for fault in faults} == set(places)
        for fault in faults:
            assert fault["count"] <= places[fault["path"]]
            assert set(fault["examples"]) <= set(ids)
    else:
        assert ids == []
    assert api.put(f"profiles/{key}", changed).status == 200
    rows = listed(api, "profiles/top/nonconforming")
    assert [row["id"] for row in rows] == ids
    made = check(current_contract(api.source), "top")
    assert (made.total, made.checked) == (len(ids), len(listed(api, "resources/top")))
