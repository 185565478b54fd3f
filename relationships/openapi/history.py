"""How the endpoints of the history of relationships are described."""

from __future__ import annotations

from ingestion.openapi import history_examples
from ingestion.openapi.examples import meta
from ingestion.openapi.history import DescribedHistory
from ingestion.openapi.resources import written
from profiles.api.openapi.refusals import refusal
from profiles.exact import Json
from relationships.openapi import examples


def _restored(**changes: Json) -> Json:
    """Nothing comes back along with a relationship."""
    shown = written("relationship", examples.RELATIONSHIP, **changes)
    return {**shown, "restored": [], "notRestored": []}


describe_relationship_history = DescribedHistory(
    name="Relationship",
    parameters=("source", "definition", "relationshipId"),
    change=history_examples.change(examples.ID),
    payload=examples.RELATIONSHIP,
    patch=examples.PATCH,
    changed=_restored(meta=meta(3)),
    restored=_restored(),
    answers={
        409: refusal(
            "An end does not exist, or has its one partner.",
            noEnd=examples.NO_END_REFUSED,
            placeTaken=examples.PLACE_TAKEN_REFUSED,
        )
    },
).endpoints()
