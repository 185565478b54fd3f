"""The picture of a source: boxes, arrows, and the same as a table and as text."""

from __future__ import annotations

import json
import re
from typing import Any

from django.test import Client
from django.urls import reverse

from profiles.access import Role
from profiles.models import Profile, Source, SourceRole
from profiles.picture import picture_of
from tests.admin.pages import Pages, address
from tests.factories import ProfileFactory, SourceFactory, UserFactory

MERMAID = """erDiagram
  p1["office"] {
    symbol name
    symbol note
  }
  p2["paymentMethod"] {
    symbol value
  }
  p3["provider"] {
    symbol name
    integer practiceNumber
    array-of-symbol specialities
  }
  p3 }o--o{ p1 : "provider-office"
  p1 ||--o| p2 : "primaryPaymentMethod"
  p1 ||--o{ p2 : "alternativePaymentMethods\""""


def page_of(source: Source) -> str:
    return reverse("admin:profiles_source_picture", args=[source.pk])


def test_a_source_is_drawn_with_all_that_leads_from_one_to_another(source: Source) -> None:
    picture = picture_of(source)
    assert [box.key for box in picture.boxes] == ["office", "paymentMethod", "provider"]
    arrow, *contained = picture.arrows
    assert (arrow.start.key, arrow.start.name, arrow.start.cardinality) == (
        *("provider", "staff", "0:*"),
    )
    assert (arrow.end.key, arrow.end.name, arrow.end.cardinality) == ("office", "worksAt", "0:*")
    assert [(arrow.name, arrow.end.cardinality) for arrow in contained] == [
        ("primaryPaymentMethod", "0:1"),
        ("alternativePaymentMethods", "0:*"),
    ]


def test_mermaid_says_the_same(source: Source) -> None:
    assert picture_of(source).as_mermaid() == MERMAID


def test_keys_that_mermaid_has_no_names_for_are_told_apart(db: None) -> None:
    body = {"properties": {"01": {"type": "symbol", "rules": [{"required": True}]}}}
    profile = ProfileFactory.create(body=body)
    assert '    symbol _01 "required"' in picture_of(profile.source).as_mermaid()


def test_the_page_has_picture_table_and_text(steward: Pages, source: Source) -> None:
    page = steward.open(page_of(source))
    script = re.search(r'<script id="drawn"[^>]*>(.*?)</script>', page.text, re.DOTALL)
    assert script is not None
    drawn: Any = json.loads(script[1])
    assert [box["key"] for box in drawn["boxes"]] == ["office", "paymentMethod", "provider"]
    assert MERMAID in page.text
    assert "0:* office as <code>worksAt</code>" in page.text
    for linked in [drawn["boxes"][0]["page"], drawn["arrows"][0]["page"]]:
        assert steward.open(linked).status == 200


def test_an_empty_source_has_an_empty_picture(steward: Pages) -> None:
    page = steward.open(page_of(SourceFactory.create()))
    assert "no profile yet" in page.text


def test_what_is_no_source_has_no_picture(steward: Pages, source: Source) -> None:
    answer = steward.client.get(page_of(source).replace(str(source.pk), "0"))
    assert answer.headers["Location"] == "/admin/"


def test_a_viewer_sees_the_picture_and_others_do_not(viewer: Pages, source: Source) -> None:
    assert viewer.open(page_of(source)).status == 200
    assert Client().get(page_of(source)).status_code == 302


def test_who_has_no_role_in_a_source_finds_no_picture_of_it(source: Source) -> None:
    user = UserFactory.create()
    SourceRole.objects.create(user=user, source=SourceFactory.create(), role=Role.ADMIN)
    client = Client()
    client.force_login(user)
    assert client.get(page_of(source)).headers["Location"] == "/admin/"
    assert client.get(address(Profile, "add"), {"source": source.key}).status_code == 200
