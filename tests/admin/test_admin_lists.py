import re
from typing import Any
from unittest.mock import patch

import pytest
from django.db import connection
from django.db.models import BooleanField
from django.db.models.expressions import RawSQL
from django.test.utils import CaptureQueriesContext

from ingestion.admin.changes import ToldAdmin
from ingestion.models import Change, Erasure, Receipt, Resource
from profiles.models import ApiKey, Profile, Source
from relationships.models import Relationship, RelationshipDefinition
from tests.admin.pages import Pages, address
from tests.clients import Api
from tests.factories import (
    ProfileFactory,
    RelationshipFactory,
    ResourceFactory,
    SourceFactory,
    clinic,
    make_key,
)

TRANSACTIONS = ("SAVEPOINT", "RELEASE")
COUNTED: list[Any] = [Source, Profile, RelationshipDefinition, ApiKey]
UNCOUNTED: list[Any] = [Resource, Relationship, Change, Receipt]
SEARCH = {"q": "no-such-name"}
"""Without it there is a choice of profiles in place of the list of all resources."""


def fill(steward: Pages) -> None:
    """One more row in every list, of a source of its own."""
    source = clinic()
    profiles = {profile.key: profile for profile in Profile.objects.filter(source=source)}
    RelationshipFactory.create(
        definition=RelationshipDefinition.objects.get(source=source),
        from_resource=ResourceFactory.create(profile=profiles["provider"]),
        to_resource=ResourceFactory.create(profile=profiles["office"]),
    )
    make_key("reader", [source, SourceFactory.create()])
    steward.add(Resource, profile=profiles["provider"].pk, data="1")


def statements(steward: Pages, model: Any, **parameters: str) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        assert steward.list(model, **parameters).status == 200
    return [query["sql"] for query in queries if not query["sql"].startswith(TRANSACTIONS)]


@pytest.mark.parametrize("model", COUNTED + UNCOUNTED)
@pytest.mark.parametrize("parameters", [{}, SEARCH, {"source": "x"}])
def test_a_list_takes_the_same_number_of_statements_however_long(
    steward: Pages, model: Any, parameters: dict[str, str]
) -> None:
    if model in (Source, ApiKey):
        parameters = {name: text for name, text in parameters.items() if name != "source"}
    fill(steward)
    few = statements(steward, model, **parameters)
    for _ in range(3):
        fill(steward)
    assert len(statements(steward, model, **parameters)) == len(few) <= 8


@pytest.mark.parametrize("model", UNCOUNTED)
def test_a_large_table_is_not_counted(steward: Pages, model: Any) -> None:
    fill(steward)
    parameters = SEARCH if model is Resource else {}
    counts = [sql for sql in statements(steward, model, **parameters) if "COUNT(" in sql]
    assert len(counts) == (0 if model is Relationship else 1)
    assert all("LIMIT 51" in sql for sql in counts)


@pytest.mark.parametrize("model", [*UNCOUNTED, Profile, RelationshipDefinition])
def test_a_list_does_not_fetch_what_it_does_not_show(steward: Pages, model: Any) -> None:
    fill(steward)
    made = statements(steward, model, **(SEARCH if model is Resource else {}))
    text = " ".join(sql for sql in made if f'FROM "{model._meta.db_table}"' in sql)
    for column in ("body", "data", "contained", "identifiers", "error"):
        assert not re.search(f'"{column}"(,| FROM)', text), "What is taken from it may be."


def test_pages_go_on_as_far_as_there_are_rows(steward: Pages, provider: Profile) -> None:
    for number in range(101):
        ResourceFactory.create(profile=provider, id=f"r{number}")
    first, second, last = (steward.list(Change, p=page) for page in (1, 2, 3))
    assert (len(first.rows), len(second.rows)) == (50, 50)
    assert last.rows == ["CREATE provider/r0"]
    assert "at least 51" in first.text
    assert "at least 101" in second.text
    assert "at least" not in last.text
    assert "101\nchanges" in last.text


@pytest.mark.parametrize("page", ["-1", "x", "0", "10000", "9" * 30, "٣"])
def test_a_page_that_there_is_not_is_no_crash(steward: Pages, provider: Profile, page: str) -> None:
    ResourceFactory.create(profile=provider, id="han")
    assert steward.list(Change, p=page).status == 200


def test_resources_are_newest_first_within_their_profile(steward: Pages, provider: Profile) -> None:
    for id in ("b", "c", "a"):
        ResourceFactory.create(profile=provider, id=id)
    name = f"{provider.source.key}/provider"
    assert steward.list(Resource, profile=name).rows == ["a", "c", "b"]


def test_resources_are_filtered_by_source_and_profile(
    steward: Pages, provider: Profile, office: Profile
) -> None:
    for profile in (provider, office, ProfileFactory.create()):
        ResourceFactory.create(profile=profile, id="han")
    key = provider.source.key
    assert len(steward.list(Resource, q="han").rows) == 3
    assert len(steward.list(Resource, q="han", source=key).rows) == 2
    assert len(steward.list(Resource, q="han", profile=f"{key}/provider").rows) == 1
    assert steward.list(Resource, q="han", source="other").rows == []
    assert steward.list(Resource, q="han", profile="nonsense").rows == []


def test_the_profiles_to_filter_by_are_those_of_the_chosen_source(
    steward: Pages, provider: Profile
) -> None:
    other = ProfileFactory.create()
    name = f"{other.source.key} / {other.key}"
    assert name in steward.list(Resource, **SEARCH).text
    assert name not in steward.list(Resource, source=provider.source.key, **SEARCH).text


def test_resources_are_found_by_their_whole_id_only(steward: Pages, provider: Profile) -> None:
    ResourceFactory.create(profile=provider, id="han")
    assert steward.list(Resource, q="han").rows == ["han"]
    assert steward.list(Resource, q="ha").rows == []
    assert steward.list(Resource, q="HAN").rows == []


def test_changes_are_newest_first_and_filtered(steward: Pages, provider: Profile) -> None:
    resource = ResourceFactory.create(profile=provider, id="han")
    steward.change(resource, data='{"name":"Han"}')
    assert steward.list(Change).rows == ["UPSERT provider/han", "CREATE provider/han"]
    assert steward.list(Change, action__exact="CREATE").rows == ["CREATE provider/han"]
    assert steward.list(Change, source="other").rows == []


def test_history_of_a_retired_source_can_be_chosen(steward: Pages) -> None:
    source = SourceFactory.create(key="gone")
    steward.delete(source)
    assert "?source=gone" in steward.list(Change).text
    assert "?source=gone" not in steward.list(Resource).text


def test_all_rows_cannot_be_selected_at_once(steward: Pages, provider: Profile) -> None:
    for _ in range(51):
        ResourceFactory.create(profile=provider)
    assert (
        "to select the objects across all pages"
        not in steward.open(address(Resource, "changelist")).text
    )


@pytest.mark.parametrize("model", UNCOUNTED)
def test_a_list_that_is_not_counted_has_the_counter_that_the_script_needs(
    steward: Pages, model: Any
) -> None:
    fill(steward)
    page = steward.list(model).text
    has_actions = 'class="actions"' in page
    assert ('class="action-counter"' in page) is has_actions
    assert 'class="question' not in page


@pytest.mark.parametrize("model", [Change, Receipt, Erasure])
def test_a_list_in_the_order_of_sources_says_so(steward: Pages, source: Source, model: Any) -> None:
    told = "Source by source, the newest first of each"
    assert told in steward.list(model).text
    assert told not in steward.list(model, source=source.key).text


def test_a_change_is_named_by_its_id(steward: Pages, provider: Profile) -> None:
    ResourceFactory.create(profile=provider, id="han")
    listed = steward.list(Change).text
    assert '<td class="field-shown_id">han</td>' in listed
    assert "public id" not in listed.lower()


def test_the_changes_of_a_task_are_found_by_its_index(steward: Pages, source: Source) -> None:
    """To walk the list, newest first, would be to read all that came since."""
    ProfileFactory.create(source=source, key="provider")
    api = Api(make_key("writer"), source.key)
    tasks = [api.put(f"resources/provider/{id}", {"data": {}}).json["taskId"] for id in "ab"]
    assert steward.list(Change, q=tasks[0]).rows == ["UPSERT provider/a"]
    assert steward.list(Change, q="s_none").rows == []
    with CaptureQueriesContext(connection) as queries:
        steward.list(Change, q=tasks[0])
    (sql,) = (one["sql"] for one in queries if '"public_id"' in one["sql"])
    with connection.cursor() as cursor:
        for way in ("seqscan", "bitmapscan", "sort"):
            cursor.execute(f"SET LOCAL enable_{way} = off")
        cursor.execute(f"EXPLAIN {sql}")
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "using change_of_task" in plan
    assert re.search("Presorted Key: .*transaction", plan), "but for what is in one transaction"


def test_what_takes_too_long_to_find_is_refused(steward: Pages, settings: Any) -> None:
    settings.SEARCH_SECONDS = 0.05
    fill(steward)
    slow = RawSQL("pg_sleep(1) IS NOT NULL", [], output_field=BooleanField())
    with patch.object(ToldAdmin, "get_queryset", lambda *_: Change.objects.filter(slow)):
        shown = steward.list(Change)
    assert "The search took longer than 0.05 s." in shown.text
    assert shown.rows == []
