"""How sources are saved and retired."""

from __future__ import annotations

from functools import cache

from django.db import connection, transaction
from django.utils import timezone

from profiles.configuration import Subject, record, source_body
from profiles.contract import LOCK_SPACE, hold_contract_exclusively
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.exact import Json
from profiles.faults import bad_key, faulty, unlike_path
from profiles.models import SOURCE_TYPE, Source
from profiles.names import is_key
from profiles.preconditions import NONE, Preconditions
from profiles.uses import refuse_if_used, uses_of
from profiles.validator import Validator

RETENTION: dict[str, Schema] = {
    "days": {"type": "integer", "minimum": 1, "maximum": 36_500},
    "versions": {"type": "integer", "minimum": 1, "maximum": 1_000_000},
}
"""What of history is kept: decision 24. All of it, where neither is said."""
KEY_LOCK_SPACE = LOCK_SPACE + 1
"""Of the locks on keys of sources, beside those on contracts."""


@cache
def source_validator() -> Validator:
    name: Schema = {"type": "string", "maxLength": 200}
    members: dict[str, Schema] = {
        "key": {"type": "string"},
        "type": {"enum": [SOURCE_TYPE]},
        "name": name,
        "description": {"type": "string"},
        "retention": {**closed_object(RETENTION, []), "minProperties": 1},
    }
    return Validator(closed_object(members, ["type"]))


@transaction.atomic
def save_source(
    key: str,
    body: Json,
    preconditions: Preconditions = NONE,
    *,
    actor: str,
    reason: str = "",
) -> tuple[Source, bool]:
    """Create or change a source; also whether it is new. Raises `Refused` with every fault."""
    faults = source_validator().faults(body)
    if not is_key(key):
        faults.append(bad_key("source"))
    if isinstance(body, dict) and body.get("key", key) != key:
        faults.append(unlike_path("/key", key))
    if faults:
        raise faulty("source", faults)
    with connection.cursor() as cursor:  # There may be no row yet that two writers could lock.
        cursor.execute("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [KEY_LOCK_SPACE, key])
    former = Source.with_retired.select_for_update().filter(key=key).first()
    is_new = former is None or former.retired_at is not None
    preconditions.check(None if is_new or former is None else former.etag)
    source = former or Source(key=key)
    kept = body.get("retention", {})
    said = {
        "name": body.get("name", ""),
        "description": body.get("description", ""),
        **{f"retention_{unit}": kept.get(unit) for unit in RETENTION},
    }
    if not is_new and said == {name: getattr(source, name) for name in said}:
        return source, False
    for name, value in said.items():
        setattr(source, name, value)
    source.retired_at, source.updated_at = None, timezone.now()
    source.save()
    record(Subject.source(source), source_body(source), actor=actor, reason=reason)
    return source, is_new


@transaction.atomic
def retire_source(
    source_key: str, preconditions: Preconditions = NONE, *, actor: str, reason: str = ""
) -> None:
    """Delete a source that holds nothing. Raises `Refused`."""
    contract = hold_contract_exclusively(source_key)
    source = Source.objects.select_for_update().get(pk=contract.source_id)
    preconditions.check(source.etag)
    refuse_if_used("source", uses_of(source))
    source.retired_at = timezone.now()
    source.save()
    record(Subject.source(source), None, actor=actor, reason=reason)
