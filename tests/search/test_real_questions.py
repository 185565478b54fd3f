"""The five questions of docs/finding.md, asked of real records and answered by Python beside."""

from __future__ import annotations

import math
import re
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.management import call_command

from profiles.definitions import profiles
from profiles.models import Profile, Source
from tests import factories
from tests.clients import Answer, Api
from tests.commands.test_real_records import DATA, FILES, PLANNET, upserts
from tests.search.conftest import make_indexes

PAGE = Path(__file__).parents[2] / "docs" / "finding.md"
EARTH = 6_371.0088

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not DATA.is_dir(), reason=f"there are no records in {DATA}"),
]


@pytest.fixture
def questions() -> list[str]:
    return re.findall(r"```http\n(.*?)```", PAGE.read_text(), re.DOTALL)


@pytest.fixture
def plannet() -> Api:
    call_command("define", PLANNET, source="plannet")
    call_command("load", *FILES, source="plannet")
    mark("office", {"position": {"indexed": True}, "name": {"indexed": True}})
    mark("provider", {"names": {"items": {"type": "humanname", "indexed": ["family"]}}})
    return Api(factories.make_key("reader", [Source.objects.get(key="plannet")]), "plannet")


def mark(key: str, members: dict[str, Any]) -> None:
    body = Profile.objects.get(source__key="plannet", key=key).body
    for name, more in members.items():
        body["properties"][name] |= more
    saved = profiles.save("plannet", key, body, actor="test")
    make_indexes(saved.definition.pk)


def ask(api: Api, question: str) -> Answer:
    """As it stands on the page: a body below, or parameters one on each line."""
    head, *lines = question.strip().splitlines()
    method, path = head.split()
    if method == "POST":
        answer = api.post(path, "\n".join(lines))
    else:
        pairs = (line.strip().lstrip("?&").partition("=") for line in lines)
        answer = api.get(f"{path}?{'&'.join(f'{name}={quote(text)}' for name, _, text in pairs)}")
    assert answer.status == 200, answer.text
    return answer


def metres(position: dict[str, Any], latitude: float, longitude: float) -> float:
    """By the law of cosines, where the registry takes the haversine."""
    north, other = math.radians(latitude), math.radians(float(position["latitude"]))
    apart = math.radians(float(position["longitude"]) - longitude)
    cosine = math.sin(north) * math.sin(other)
    cosine += math.cos(north) * math.cos(other) * math.cos(apart)
    return EARTH * 1000 * math.acos(min(1.0, cosine))


def by_id(file: Path) -> dict[str, Any]:
    return {one["id"]: one["data"] for one in upserts(file)}


def codes(values: Any) -> set[str]:
    return {value["code"] for value in values}


def test_the_questions_are_answered(plannet: Api, questions: list[str]) -> None:
    providers, offices = by_id(FILES[0]), by_id(FILES[1])
    links = list(upserts(FILES[2]))
    cardiologists, idle, named, open_ones, languages = (ask(plannet, one) for one in questions)

    wanted = {
        (link["from"]["id"], link["to"]["id"])
        for link in links
        if link["data"].get("active")
        and any(
            coding.get("display") == "Cardiovascular Disease Physician"
            for coding in link["data"].get("specialities", ())
        )
        and providers[link["from"]["id"]].get("active")
        and "pt" in codes(providers[link["from"]["id"]].get("communication", ()))
        and "position" in offices[link["to"]["id"]]
        and metres(offices[link["to"]["id"]]["position"], 41.7637, -72.6851) <= 20_000
    }
    found = {(row["from"]["id"], row["to"]["id"]) for row in cardiologists.json["data"]}
    assert wanted
    assert found == wanted
    brought = {row["id"] for row in cardiologists.json["included"]["resources"]}
    assert brought == {id for ends in wanted for id in ends}

    staffed = {link["to"]["id"] for link in links}
    assert idle.json["meta"]["total"] == len(offices.keys() - staffed)
    assert {row["id"] for row in idle.json["data"]} <= offices.keys() - staffed

    families = {
        id: sorted(
            name["family"].lower()
            for name in data["names"]
            if name.get("family", "").lower().startswith("mar")
        )
        for id, data in providers.items()
    }
    expected = sorted((names[0], id) for id, names in families.items() if names)
    assert [row["id"] for row in named.json["data"]] == [id for _, id in expected][:20]
    assert expected

    near = {
        id
        for id, data in offices.items()
        if any("sun" in hours.get("daysOfWeek", ()) for hours in data.get("hours", ()))
        and "position" in data
        and metres(data["position"], 42.3736, -71.1097) <= 10_000
    }
    assert near
    assert {row["id"] for row in open_ones.json["data"]} == near
    assert "includeIsCut" not in open_ones.json["meta"]
    staff = {row["id"] for row in open_ones.json["included"]["resources"]}
    assert staff == {link["from"]["id"] for link in links if link["to"]["id"] in near}

    others = {"es", "pt", "zh", "vi", "ht", "ru", "ja"}
    spoken = Counter(
        code
        for data in providers.values()
        if data.get("active") and codes(data.get("communication", ())) & others
        for code in codes(data["communication"])
    )
    (buckets,) = languages.json["aggregations"]
    assert {each["value"]: each["count"] for each in buckets["buckets"]} == spoken
    assert buckets["isExact"] is True
