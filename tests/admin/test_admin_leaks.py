"""Nothing of another source is told: not by a page, a list, a select, a search, or a guess."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import ADDITION, LogEntry
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, UUIDField
from django.test import Client
from django.urls import reverse

from ingestion.models import Change, Receipt, Resource, Task
from profiles.models import ApiKey, Profile, Source, SourceRole
from relationships.models import Relationship, RelationshipDefinition
from tests.admin.every_page import ROW_PAGES, Level, of, pages_of_models, split, walked
from tests.admin.pages import DELETE, SURE, Pages, address, change_page
from tests.admin.world import HERE, THERE, Place, everything, make_place, person, somebody

LEVELS = [Level.NOTHING, Level.VIEWER, Level.STEWARD, Level.OWNER]
LISTED: list[type[Model]] = [
    *[Source, Profile, RelationshipDefinition, Resource, Relationship, Change, Receipt],
    Task,
]
QUERIES = [
    *["source={word}", "profile={word}/{word}-p", "definition={word}/{word}-r", "q={word}"],
    *["q={word}-1", "key={word}", "source__key={word}", "source__id__exact={id}", "o=1.2.-3"],
    *["source_id={id}", "profile__source_id={id}", "staff_roles__user__username=x"],
    *["public_id={word}-1", "public_id__startswith={word}", "collection__exact={word}-p"],
    *["_facets=True", "_popup=1", "_to_field=id", "all=", "e=1", "p=2", "actor__contains={word}"],
]
FIELDS = [
    *[("ingestion", "resource", "profile"), ("ingestion", "resource", "source")],
    *[("ingestion", "change", "source"), ("profiles", "profile", "source")],
    *[("relationships", "relationship", "definition"), ("profiles", "sourcerole", "user")],
    *[("relationships", "relationship", "from_resource"), ("profiles", "sourcerole", "source")],
    *[("profiles", "apikey", "sources"), ("relationships", "relationshipdefinition", "to_profile")],
]


@pytest.fixture
def here(db: None) -> Place:
    return make_place(HERE)


@pytest.fixture
def there(db: None) -> Place:
    return make_place(THERE)


def levels(test: Any) -> Any:
    return pytest.mark.parametrize("level", LEVELS, ids=lambda level: level.name.lower())(test)


def bodies(client: Client, path: str, **sent: str) -> Iterator[str]:
    for answer in (client.get(path, follow=True), client.post(path, sent, follow=True)):
        yield answer.content.decode()


@levels
def test_no_page_tells_of_another_source(here: Place, there: Place, level: Level) -> None:
    client = somebody(level, here.source)
    shared = ["/admin/", "/admin/nothing/", "/admin/profiles/", "/admin/password_change/"]
    for path in [*shared, *(path for path, _ in pages_of_models(here.rows, "GET"))]:
        for body in bodies(client, path):
            assert THERE not in body.lower(), path


@levels
def test_no_list_tells_of_another_source_whatever_is_asked(
    here: Place, there: Place, level: Level
) -> None:
    """A word that is asked for comes back: so it is compared with one that names nothing."""
    client = somebody(level, here.source)
    guess = {"word": THERE, "id": str(there.source.pk)}
    nothing = {"word": "timbuktu", "id": "99999999"}
    for model in LISTED:
        path = address(model, "changelist")
        for query in QUERIES:
            asked = f"{path}?{query}"
            answers = [client.get(asked.format_map(words)) for words in (guess, nothing)]
            guessed, made_up = (
                said(answer, words) for answer, words in zip(answers, (guess, nothing), strict=True)
            )
            assert guessed == made_up, asked


@levels
def test_no_choice_of_django_tells_of_another_source(
    here: Place, there: Place, level: Level
) -> None:
    client = somebody(level, here.source)
    for app, model, field in FIELDS:
        asked = {"app_label": app, "model_name": model, "field_name": field}
        for term in ("", THERE[:4], f"{THERE}-1"):
            answer = client.get("/admin/autocomplete/", {**asked, "term": term})
            assert answer.status_code in (200, 403)
            assert THERE not in answer.content.decode()


@levels
def test_guessed_rows_answer_as_rows_that_are_not_there(
    here: Place, there: Place, level: Level
) -> None:
    client = somebody(level, here.source)
    before = everything()
    for name in walked():
        model, page = split(str(name)) if name and name.count("_") > 1 else ("", "")
        for row in (row for row in there.rows if of(row, model) and page in ROW_PAGES):
            keys = {str(row.pk): "KEY", made_up_key(row): "KEY"}
            for method in ("GET", "POST"):
                answers = []
                for key in keys:
                    path = reverse(f"admin:{name}", args=[key])
                    sent = SURE if method == "POST" else {}
                    answer = getattr(client, method.lower())(path, sent, follow=True)
                    answers.append(said(answer, {"key": key}))
                assert answers[0] == answers[1], (method, name)
                assert THERE not in answers[0][1].lower()
    assert everything() == before


def said(answer: Any, words: dict[str, str]) -> tuple[int, str]:
    """Status and body, without the words that were asked for and what is new each time."""
    body = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())
    body = re.sub(r"(?<=>)[^<]+(?=</time>)", "…", body)  # “A second ago.”
    for word in words.values():
        around = r"(?<=[“/=\"]){}\b" if len(word) < 5 else "{}"  # A short number occurs anywhere.
        body = re.sub(around.format(re.escape(word)), "…", body, flags=re.IGNORECASE)
    return answer.status_code, body


def made_up_key(row: Model) -> str:
    if isinstance(row._meta.pk, UUIDField):
        return str(uuid4())
    return "aaaaaaaa.bbbb" if isinstance(row, ApiKey) else "99999999"


@pytest.mark.parametrize("type", ["resource", "source", "user"])
def test_the_redirect_to_objects_tells_nothing(here: Place, there: Place, type: str) -> None:
    client = somebody(Level.OWNER, here.source)
    rows = [row for row in there.rows if row._meta.model_name == type]
    kind = ContentType.objects.get_for_model(type_of(rows[0]))
    answers = [
        client.get(f"/admin/r/{kind.pk}/{key}/") for key in (rows[0].pk, made_up_key(rows[0]))
    ]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].content == answers[1].content


def type_of(row: Model) -> type[Model]:
    return type(row)


def test_forms_offer_only_where_one_may_write(here: Place, there: Place) -> None:
    """An owner there and a viewer here."""
    user = person(Level.VIEWER, here.source)
    SourceRole.objects.create(user=user, source=there.source, role="admin")
    client = Client()
    client.force_login(user)
    for model in (Profile, RelationshipDefinition, Resource, Relationship):
        page = client.get(address(model, "add")).content.decode()
        assert THERE in page
        assert HERE not in page
    assert THERE in client.get(address(Resource, "changelist")).content.decode()


def test_what_is_not_offered_cannot_be_chosen(here: Place, there: Place) -> None:
    pages = Pages(somebody(Level.OWNER, here.source))
    before = everything()
    source, profile = there.source.pk, there.row(Profile).pk
    tried: list[tuple[type[Model], dict[str, Any], str]] = [
        (Profile, {"source": source, "key": "new", "body": '{"properties":{}}'}, "source"),
        (Resource, {"profile": profile, "data": "{}"}, "profile"),
        (
            Relationship,
            {
                "definition": there.row(RelationshipDefinition).pk,
                "from_public_id": f"{THERE}-2",
                "to_public_id": f"{THERE}-1",
            },
            "definition",
        ),
    ]
    for model, typed, field in tried:
        page = pages.add(model, **typed)
        assert list(page.errors) == [field]
        nowhere = pages.add(model, **{**typed, field: 99999999})
        assert page.errors == nowhere.errors
    assert everything() == before


@pytest.mark.parametrize("model", [Source, Profile, RelationshipDefinition, Resource, Relationship])
def test_what_one_may_not_see_is_not_among_the_selected(
    here: Place, there: Place, model: Any
) -> None:
    client = somebody(Level.OWNER, here.source)
    before = everything()
    path = address(model, "changelist")
    page = client.post(path, {**DELETE, "_selected_action": [there.row(model).pk]}, follow=True)
    assert page.status_code == 200
    assert THERE not in page.content.decode()
    assert everything() == before


def test_of_selected_rows_one_may_not_delete_none_is_deleted(here: Place, there: Place) -> None:
    """A steward there and a viewer here."""
    user = person(Level.VIEWER, here.source)
    SourceRole.objects.create(user=user, source=there.source, role="writer")
    client = Client()
    client.force_login(user)
    before = everything()
    rows = [str(place.row(Resource).pk) for place in (here, there)]
    path = address(Resource, "changelist")
    asked = {"action": "delete_selected", "_selected_action": rows}
    assert "Cannot delete resources" in client.post(path, asked).content.decode()
    assert client.post(path, {**DELETE, "_selected_action": rows}).status_code == 403
    assert everything() == before
    assert client.post(path, {**DELETE, "_selected_action": rows[1:]}).status_code == 302
    assert not Resource.objects.filter(pk=there.row(Resource).pk).exists()


def test_the_index_tells_no_names_of_what_one_did_where_one_was(here: Place, there: Place) -> None:
    user = person(Level.VIEWER, here.source)
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Resource),
        object_id=str(there.row(Resource).pk),
        object_repr=f"{THERE}-1",
        action_flag=ADDITION,
    )
    client = Client()
    client.force_login(user)
    assert THERE not in client.get("/admin/").content.decode()


def test_history_of_a_retired_source_stays_with_those_who_had_a_role(
    here: Place, there: Place
) -> None:
    client = somebody(Level.VIEWER, here.source)
    Source.objects.filter(pk__in=[here.source.pk, there.source.pk]).update(
        retired_at="2026-01-01T00:00Z"
    )
    page = client.get(address(Change, "changelist")).content.decode()
    assert f"?source={HERE}" in page
    assert THERE not in page
    assert client.get(change_page(here.row(Change))).status_code == 200
    assert client.get(change_page(there.row(Change))).status_code == 302
    assert client.get(change_page(here.source)).status_code == 302


@pytest.mark.parametrize("lost", ["role", "is_staff", "is_active", "is_superuser"])
def test_what_is_taken_away_is_gone_with_the_next_request(here: Place, lost: str) -> None:
    level = Level.SUPERUSER if lost == "is_superuser" else Level.VIEWER
    client = somebody(level, here.source)
    page = change_page(here.row(Resource))
    assert client.get(page).status_code == 200
    if lost == "role":
        SourceRole.objects.filter(user__username="somebody").delete()
    else:
        User.objects.filter(username="somebody").update(**{lost: False})
    assert client.get(page).status_code in (302, 403)
    assert HERE not in client.get(page, follow=True).content.decode()
