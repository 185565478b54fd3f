"""What is around a resource."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ingestion.models import Resource
from profiles.models import Profile
from relationships import neighbourhood as module
from relationships.models import Relationship
from relationships.neighbourhood import neighbourhood
from tests.admin.pages import Pages, change_page
from tests.factories import RelationshipFactory, ResourceFactory


@pytest.fixture
def chain(link: Relationship, provider: Profile, office: Profile) -> Relationship:
    """han – falcon – leia – cantina – luke"""
    leia, luke = (ResourceFactory.create(profile=provider, id=id) for id in ("leia", "luke"))
    cantina = ResourceFactory.create(profile=office, id="cantina", data={"name": "Cantina"})
    for start, end in ((leia, link.to_resource), (leia, cantina), (luke, cantina)):
        RelationshipFactory.create(definition=link.definition, from_resource=start, to_resource=end)
    return link


def page_of(resource: Resource) -> str:
    return reverse("admin:ingestion_resource_neighbourhood", args=[resource.pk])


def around(pages: Pages, resource: Resource, **asked: Any) -> dict[str, Any]:
    found: dict[str, Any] = pages.client.get(page_of(resource), {"as": "json", **asked}).json()
    return found


@pytest.mark.parametrize("hops", [1, 2, 3])
def test_a_neighbourhood_reaches_as_far_as_is_asked(
    steward: Pages, chain: Relationship, hops: int
) -> None:
    found = around(steward, chain.from_resource, hops=hops)
    names = ["han", "falcon", "leia", "Cantina"]
    assert [node["text"] for node in found["nodes"]] == names[: hops + 1]
    assert [node["hops"] for node in found["nodes"]] == list(range(hops + 1))
    assert len(found["arrows"]) == hops
    assert not found["isCut"]


def test_an_arrow_goes_as_the_definition_says(steward: Pages, chain: Relationship) -> None:
    (arrow,) = around(steward, chain.from_resource)["arrows"]
    assert arrow["start"] == str(chain.from_resource_id)
    assert (arrow["definition"], arrow["label"]) == ("provider-office", "worksAt")
    assert arrow["page"] == change_page(chain)


def test_it_stops_at_a_limit_and_says_so(
    steward: Pages, chain: Relationship, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "MOST_NODES", 3)
    found = around(steward, chain.from_resource, hops=3)
    assert (len(found["nodes"]), len(found["arrows"]), found["isCut"]) == (3, 2, True)
    page = steward.open(page_of(chain.from_resource), hops=3)
    assert 'id="cut">There is more' in page.text


def test_each_hop_takes_one_statement(chain: Relationship) -> None:
    counts = []
    neighbourhood(chain.from_resource, 1)
    for hops in (1, 2, 3):
        with CaptureQueriesContext(connection) as queries:
            neighbourhood(chain.from_resource, hops)
        counts.append(len(queries))
    assert counts == [counts[0], counts[0] + 1, counts[0] + 2]


def test_the_page_has_the_same_as_tables(steward: Pages, chain: Relationship) -> None:
    page = steward.open(page_of(chain.from_resource), hops=3)
    for resource in (chain.from_resource, chain.to_resource):
        assert change_page(resource) in page.text
        assert page_of(resource) in page.text
    assert "Cantina" in page.text


def test_alone_there_is_nothing_around(steward: Pages, provider: Profile) -> None:
    page = steward.open(page_of(ResourceFactory.create(profile=provider, id="alone")))
    assert "There is none." in page.text


@pytest.mark.parametrize("hops", ["0", "4", "x", ""])
def test_other_hops_are_refused_with_those_that_there_are(
    steward: Pages, chain: Relationship, hops: str
) -> None:
    page = steward.open(page_of(chain.from_resource), hops=hops)
    assert page.messages == ["There are 1 to 3 hops: this is one."]
