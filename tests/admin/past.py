"""The history of a record in the admin, as tests ask for it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from ingestion.bodies.members import read_payload
from ingestion.models import Change
from ingestion.operations import Action, Operation, Target
from ingestion.single import write_one
from profiles.exact import encode
from profiles.models import Profile

KEY = "key:Ck3bVb5N nightly import"


def put(profile: Profile, id: str, body: Any, *, actor: str = KEY, reason: str = "") -> Change:
    """Through another door than the admin."""
    payload = read_payload(encode(body))
    operation = Operation(Action.UPSERT, Target.RESOURCE, profile.key, id, payload)
    write_one(profile.source.key, operation, actor=actor, reason=reason)
    return newest(id)


def remove(profile: Profile, id: str, *, actor: str = KEY, reason: str = "") -> Change:
    operation = Operation(Action.DELETE, Target.RESOURCE, profile.key, id)
    write_one(profile.source.key, operation, actor=actor, reason=reason)
    return newest(id)


def newest(id: str) -> Change:
    change = Change.objects.filter(public_id=id).order_by("-seq").first()
    assert change is not None
    return change


def page_of(change: Change, page: str = "past") -> str:
    """`past` and `compare` are pages of its record, `version`, `restore` and `edit` of itself."""
    page = f"{page}_version" if page in ("restore", "edit") else page
    model = "ingestion_resource"
    if change.target == Target.RELATIONSHIP:
        model = "relationships_relationship"
    own = [change.pk.hex] if page.endswith("version") else []
    record = [change.source.key, change.collection, change.public_id]
    return reverse(f"admin:{model}_{page}", args=[*record, *own])


def comparison(old: Change | None, new: Change) -> str:
    asked = f"?new={new.pk.hex}" + (f"&old={old.pk.hex}" if old else "")
    return page_of(new, "compare") + asked


def erase(change: Change) -> None:
    Change.objects.filter(pk=change.pk).update(
        is_erased=True, data={}, contained={}, identifiers=[]
    )
