"""Query parameters that no page can make anything of."""

from __future__ import annotations

import pytest
from django.db.models import Model

from ingestion.models import Change, Receipt, Resource, Task
from profiles.models import Profile, Source
from relationships.models import Relationship, RelationshipDefinition
from tests.admin.pages import Pages, address

MODELS = [Source, Profile, Resource, Change, Receipt, Relationship, RelationshipDefinition, Task]
PARAMETERS = ["q", "source", "profile", "definition", "public_id", "find", "data.name", "after"]


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", PARAMETERS)
@pytest.mark.parametrize("page", ["changelist", "add"])
def test_a_nul_in_a_query_is_a_bad_request(
    steward: Pages, source: Source, model: type[Model], name: str, page: str
) -> None:
    if page == "add" and model in (Change, Receipt):
        return
    assert steward.open(address(model, page), **{name: "a\0/b"}).status == 400
