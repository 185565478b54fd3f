import pytest

from profiles.models import Source
from tests.admin.pages import Pages, change_page
from tests.factories import SourceFactory


def test_a_source_is_added(steward: Pages) -> None:
    steward.add(Source, key="acme", name="Acme", description="One\r\ntwo")
    source = Source.objects.get()
    assert (source.key, source.name, source.description) == ("acme", "Acme", "One\ntwo")


@pytest.mark.parametrize("key", ["", "a b", "_a", "bulk", "a/b"])
def test_what_cannot_be_a_key_is_refused(steward: Pages, key: str) -> None:
    page = steward.add(Source, key=key, name="Acme")
    assert list(page.errors) == ["key"]
    assert page.inputs["name"] == "Acme"
    assert not Source.objects.exists()


def test_a_key_that_exists_is_refused(steward: Pages) -> None:
    SourceFactory.create(key="acme", name="Acme")
    page = steward.add(Source, key="acme", name="Other")
    assert page.errors == {"key": ["It exists already."]}
    assert Source.objects.get().name == "Acme"


def test_a_retired_key_can_be_taken_again(steward: Pages) -> None:
    source = SourceFactory.create(key="acme")
    steward.delete(source)
    steward.add(Source, key="acme", name="Again")
    assert Source.objects.get().pk == source.pk


def test_name_and_description_are_changed_but_not_the_key(steward: Pages) -> None:
    source = SourceFactory.create(key="acme")
    steward.change(source, key="other", name="Acme", description="…")
    source.refresh_from_db()
    assert (source.key, source.name, source.description) == ("acme", "Acme", "…")


def test_a_source_that_was_changed_meanwhile_is_not_overwritten(steward: Pages) -> None:
    source = SourceFactory.create(key="acme")
    opened = steward.open(change_page(source)).inputs
    steward.change(source, name="Acme")
    page = steward.send(change_page(source), {**opened, "name": "Other"})
    assert page.errors["__all__"][0] == "It was changed since it was read."
    source.refresh_from_db()
    assert source.name == "Acme"
