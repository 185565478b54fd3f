"""Below the history of a resource: the links that it got and lost."""

from __future__ import annotations

import pytest

from relationships import past_links
from relationships.models import Relationship
from tests.admin.pages import Page, Pages
from tests.admin.past import newest, page_of

LINK = "provider.han,office.falcon"


def told(page: Page) -> list[tuple[str, str]]:
    ((_, panel),) = page.context["panels"]
    return [(link.what, link.other) for link in panel.rows]


def test_links_that_came_and_went_are_told_at_both_ends(steward: Pages, link: Relationship) -> None:
    steward.change(link, data='{"effective": {"start": "2020"}}', reason="They told us.")
    steward.delete(link)
    for id, other in (("han", "office / falcon"), ("falcon", "provider / han")):
        page = steward.open(page_of(newest(id)))
        assert told(page) == [("removed", other), ("changed", other), ("added", other)]
        assert "They told us." in page.text
        assert page_of(newest(LINK)) in page.text


def test_links_that_went_along_are_told_where_the_resource_is_gone(
    steward: Pages, link: Relationship
) -> None:
    steward.delete(link.from_resource)
    assert told(steward.open(page_of(newest("han"))))[0] == ("removed", "office / falcon")


def test_so_many_links_are_looked_at(
    steward: Pages, link: Relationship, monkeypatch: pytest.MonkeyPatch
) -> None:
    steward.change(link, data='{"effective": {"start": "2020"}}')
    whole = steward.open(page_of(newest("han")))
    assert "need not be the newest" not in whole.text
    monkeypatch.setattr(past_links, "LOOKED_AT", 1)
    cut = steward.open(page_of(newest("han")))
    assert len(told(cut)) == 1
    assert "need not be the newest" in cut.text


def test_a_relationship_has_no_links_of_its_own(steward: Pages, link: Relationship) -> None:
    assert steward.open(page_of(newest(LINK))).context["panels"] == []
