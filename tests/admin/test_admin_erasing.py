"""Erasing in the admin: a page that says what goes, and asks why."""

from __future__ import annotations

import pytest

from ingestion.admin.erasing import erase_url
from ingestion.models import Change, Erasure, Resource
from ingestion.operations import Target
from ingestion.records import RecordKey
from profiles.models import Source
from relationships.models import Relationship
from tests.admin.every_page import Level
from tests.admin.pages import Pages, address, change_page
from tests.admin.world import somebody
from tests.factories import ResourceFactory

RETENTION_INPUTS = ("retention_days", "retention_versions")
pytestmark = pytest.mark.usefixtures("uploads_folder")

TYPED = {"scope": "all", "reason": "Asked for", "is_sure": "on"}


def page_of(source: Source, id: str = "han") -> str:
    return erase_url(source.key, Target.RESOURCE, RecordKey("provider", id))


def test_a_record_is_erased(steward: Pages, source: Source, link: Relationship) -> None:
    page = steward.open(page_of(source))
    assert "the 1 relationship that it has or had" in page.text
    page = steward.send(page_of(source), TYPED)
    assert page.messages == ["provider/han was erased."]
    erasure = Erasure.objects.get()
    assert (erasure.reason, erasure.actor, erasure.scope) == ("Asked for", "user:stella", "all")
    assert erasure.erased["changes"] == 4
    assert not Resource.objects.filter(public_id="han").exists()
    assert Change.objects.filter(is_erased=False).count() == 1
    assert "deleted already" in steward.open(page_of(source)).text


@pytest.mark.parametrize("lacks", TYPED)
def test_nothing_is_left_out(
    steward: Pages, source: Source, link: Relationship, lacks: str
) -> None:
    typed = {name: value for name, value in TYPED.items() if name != lacks}
    page = steward.send(page_of(source), typed)
    assert list(page.context["form"].errors) == [lacks]
    assert not Change.objects.filter(is_erased=True).exists()


def test_the_way_there_is_on_its_pages(steward: Pages, source: Source, link: Relationship) -> None:
    record = Resource.objects.get(public_id="han")
    change = Change.objects.get(public_id="han")
    for row in (record, change):
        assert page_of(source) in steward.open(change_page(row)).text
    assert "target=RELATIONSHIP" in steward.open(change_page(link)).text
    assert "its changes" in steward.open(address(Erasure, "add")).text


def test_it_is_for_owners_of_the_source(source: Source, link: Relationship) -> None:
    record = Resource.objects.get(public_id="han")
    for level, status in ((Level.NOTHING, 403), (Level.STEWARD, 403), (Level.OWNER, 200)):
        client = somebody(level, source, f"is-{level.name.lower()}")
        assert client.get(page_of(source)).status_code == status, level
        if level is Level.STEWARD:
            assert page_of(source) not in Pages(client).open(change_page(record)).text
            assert client.post(page_of(source), TYPED).status_code == 403
    assert Resource.objects.filter(public_id="han").exists()


def test_an_owner_elsewhere_finds_nothing(source: Source, link: Relationship) -> None:
    other = ResourceFactory.create(id="falcon").profile.source
    client = somebody(Level.OWNER, other)
    assert client.get(page_of(source)).status_code == 404


@pytest.mark.parametrize("query", ["id=nobody", "type=nothing", "target=THING"])
def test_what_never_was_is_not_found(steward: Pages, source: Source, query: str) -> None:
    named = {"source": source.key, "target": "RESOURCE", "type": "provider", "id": "han"}
    name, _, value = query.partition("=")
    path = address(Erasure, "add")
    wanted = "&".join(f"{key}={text}" for key, text in {**named, name: value}.items())
    assert steward.open(f"{path}?{wanted}").status == 404


def test_what_was_erased_is_not_shown_as_empty(
    steward: Pages, source: Source, link: Relationship
) -> None:
    steward.send(page_of(source), TYPED)
    for change in Change.objects.filter(public_id="han"):
        page = steward.open(change_page(change))
        assert "Is erased" in page.text
        assert '<pre class="json">' not in page.text


def test_a_source_says_what_it_keeps(steward: Pages, source: Source) -> None:
    steward.change(source, retention_days="90", retention_versions="")
    source.refresh_from_db()
    assert (source.retention_days, source.retention_versions) == (90, None)
    page = steward.change(source, retention_days="-1", retention_versions="0")
    assert page.errors == {name: ["Must be at least 1."] for name in RETENTION_INPUTS}
    steward.change(source, retention_days="", retention_versions="2")
    source.refresh_from_db()
    assert (source.retention_days, source.retention_versions) == (None, 2)
