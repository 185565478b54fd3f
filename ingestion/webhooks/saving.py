"""How subscriptions are saved and deleted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache

from django.db import models, transaction
from django.utils import timezone

from ingestion.feed.following import NOW
from ingestion.feed.reading import Wanted
from ingestion.feed.types import known_types
from ingestion.models import Subscription
from ingestion.sql import run
from ingestion.webhooks.addresses import LONGEST_URL, url_problems
from ingestion.webhooks.history import record_deletion, record_version, save_recorded
from ingestion.webhooks.places import begun, pack
from ingestion.webhooks.secrets import fingerprint, new_salt, shown_secret
from profiles.contract import Contract, current_contract, hold_contract
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object
from profiles.exact import Json
from profiles.faults import ErrorType, Fault, Refused, bad_key, faulty, not_found, unlike_path
from profiles.names import KEY_PATTERN, is_key
from profiles.preconditions import NONE, Preconditions, old_version
from profiles.validator import Validator

WHAT = "subscription"
MOST_CHANGES = 100
"""In one message."""
FORMER_HOURS = 24
"""So long the former secret holds after a rotation, unless something else is asked for."""
MOST_HOURS = 24 * 14
LOCK_SPACE = 7_106_700
"""Of the locks on keys of subscriptions."""


@cache
def subscription_validator() -> Validator:
    key: Schema = {"type": "string", "pattern": f"^{KEY_PATTERN}$"}
    members: dict[str, Schema] = {
        "key": {"type": "string"},
        "version": {"type": "integer"},
        "url": {"type": "string", "minLength": 1, "maxLength": LONGEST_URL},
        "types": {"type": "array", "items": key, "minItems": 1, "uniqueItems": True},
        "payload": {"enum": ["full", "none"]},
        "batch": {"type": "integer", "minimum": 1, "maximum": MOST_CHANGES},
        "description": {"type": "string", "maxLength": 2_000},
        "from": {"type": "string", "minLength": 1},
        "state": {"type": "object"},
    }
    return Validator(closed_object(members, ["url"]))


@dataclass(frozen=True, slots=True)
class SavedSubscription:
    subscription: Subscription
    is_new: bool
    secret: str | None = None
    """Shown once, where it was made."""


@transaction.atomic
def create_subscription(
    source_key: str, key: str, body: Json, *, actor: str, reason: str = ""
) -> SavedSubscription:
    """One that is not there yet. Raises `Refused`."""
    contract = current_contract(source_key)
    if _rows(contract, key).exists():
        raise Refused(ErrorType.ALREADY_EXISTS, "There is such a subscription already.")
    if "version" in body:
        raise faulty(WHAT, [Fault("/version", "absent", "A new one has none yet.")])
    is_new = Preconditions(must_be_new=True)
    return save_subscription(source_key, key, body, is_new, actor=actor, reason=reason)


@transaction.atomic
def save_subscription(
    source_key: str,
    key: str,
    body: Json,
    preconditions: Preconditions = NONE,
    *,
    actor: str,
    reason: str = "",
) -> SavedSubscription:
    """Create or change one; the same again changes nothing. Raises `Refused` with every fault.

    What waits for its next attempt is sent at once by what was changed.
    """
    contract = hold_contract(source_key)  # Lest the source is deleted meanwhile, and left with it.
    run("SELECT pg_advisory_xact_lock(%s, hashtext(%s))", [LOCK_SPACE, f"{source_key}/{key}"])
    former = _locked(contract, key)
    preconditions.check(former.etag if former else None)
    _refuse_faulty(contract, key, body, former)
    if former is not None:
        return _change(former, body, actor, reason)
    return _create(contract, key, body, actor, reason)


@transaction.atomic
def delete_subscription(
    source_key: str,
    key: str,
    preconditions: Preconditions = NONE,
    *,
    actor: str,
    reason: str = "",
) -> None:
    """With its dead letters; its history stays. Raises `Refused`."""
    found = _locked(current_contract(source_key), key)
    if found is None:
        raise not_found(WHAT)
    preconditions.check(found.etag)
    record_deletion(found, actor=actor, reason=reason)
    found.delete()


def find_subscription(source_key: str, key: str) -> Subscription:
    """Raises NOT_FOUND for the source or the subscription."""
    contract = current_contract(source_key)
    found = _rows(contract, key).first()
    if found is None:
        raise not_found(WHAT)
    return found


@transaction.atomic
def rotate_secret(
    subscription: Subscription,
    hours: float = FORMER_HOURS,
    preconditions: Preconditions = NONE,
    *,
    actor: str,
    reason: str = "",
) -> SavedSubscription:
    """A new secret. The former one holds for some hours more, so that receivers can follow."""
    row = lock(subscription)
    preconditions.check(row.etag)
    holds = hours > 0 and row.fingerprint == fingerprint(row.salt)
    row.secret_since = now = timezone.now()
    row.former_salt = row.salt if holds else None
    row.former_until = now + timedelta(hours=hours) if holds else None
    row.salt = new_salt()
    row.fingerprint = fingerprint(row.salt)
    columns = ("salt", "fingerprint", "secret_since", "former_salt", "former_until")
    save_recorded(row, *columns, actor=actor, reason=reason, ends_turn=True)
    return SavedSubscription(row, False, shown_secret(row.salt))


def lock(subscription: Subscription) -> Subscription:
    """As it is by now. Raises NOT_FOUND where it was deleted meanwhile."""
    rows = Subscription.objects.select_for_update(of=("self",)).select_related("source")
    row = rows.filter(pk=subscription.pk).first()
    if row is None:
        raise not_found(WHAT)
    return row


def _create(contract: Contract, key: str, body: Json, actor: str, reason: str) -> SavedSubscription:
    salt, now = new_salt(), timezone.now()
    begin = body.get("from", NOW)
    place = begun(begin, Wanted(contract.source_id, contract.source_key))
    row = Subscription(
        source_id=contract.source_id,
        key=key,
        salt=salt,
        fingerprint=fingerprint(salt),
        secret_since=now,
        begun_from=begin,
        begun_at=now,
        place=pack(place),
        **_columns(body),
    )
    record_version(row, actor=actor, reason=reason)
    row.sent_version = row.version
    row.save()
    return SavedSubscription(row, True, shown_secret(salt))


def _change(former: Subscription, body: Json, actor: str, reason: str) -> SavedSubscription:
    columns = _columns(body)
    if all(getattr(former, name) == value for name, value in columns.items()):
        return SavedSubscription(former, False)
    # What was in vain may not be so any more; nor is it still the same that is sent.
    columns |= {"attempts": 0, "tried": None, "next_attempt_at": None}
    for name, value in columns.items():
        setattr(former, name, value)
    save_recorded(former, *columns, actor=actor, reason=reason, ends_turn=True)
    return SavedSubscription(former, False)


def _columns(body: Json) -> dict[str, Json]:
    types = body.get("types")
    return {
        "url": body["url"],
        "types": None if types is None else sorted(types),
        "has_payload": body.get("payload", "full") == "full",
        "batch": int(body.get("batch", 1)),
        "description": body.get("description", ""),
    }


def _refuse_faulty(contract: Contract, key: str, body: Json, former: Subscription | None) -> None:
    faults = subscription_validator().faults(body)
    if not is_key(key):
        faults.append(bad_key(WHAT))
    if isinstance(body, dict):
        broken = {fault.path for fault in faults}
        faults += _placed(key, body, former)
        if isinstance(url := body.get("url"), str) and "/url" not in broken:
            faults += [Fault("/url", "destination", problem) for problem in url_problems(url)]
        if "types" in body and not any(path.startswith("/types") for path in broken):
            faults += _unknown_types(contract, body["types"], former)
    if faults:
        raise faulty(WHAT, faults)


def _placed(key: str, body: Json, former: Subscription | None) -> list[Fault]:
    """What must agree with the address, or with what is there."""
    faults = []
    if body.get("key", key) != key:
        faults.append(unlike_path("/key", key))
    if "version" in body and (former is None or body["version"] != former.version):
        raise old_version()
    if former is not None and body.get("from", former.begun_from) != former.begun_from:
        message = "Is said once. `resume` goes on from another place."
        faults.append(Fault("/from", "fixed", message, expected=former.begun_from))
    return faults


def _unknown_types(
    contract: Contract, types: Sequence[str], former: Subscription | None
) -> list[Fault]:
    """What is listed already may be gone by now."""
    listed = set(former.types or ()) if former else set()
    try:
        known_types(contract, ",".join({*types} - listed) or None)
    except Refused as refused:
        return [Fault("/types", "exists", fault.message) for fault in refused.faults]
    return []


def _rows(contract: Contract, key: str) -> models.QuerySet[Subscription]:
    return Subscription.objects.filter(source_id=contract.source_id, key=key).select_related(
        "source"
    )


def _locked(contract: Contract, key: str) -> Subscription | None:
    return _rows(contract, key).select_for_update(of=("self",)).first()
