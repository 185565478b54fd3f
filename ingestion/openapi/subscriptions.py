"""How subscriptions are described; `dead_letters` has those of what is not received."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema_view

from ingestion.models import SubscriptionStatus
from ingestion.openapi import subscription_examples as examples
from ingestion.webhooks.bodies import RESUMING, ROTATION
from ingestion.webhooks.saving import WHAT, subscription_validator
from profiles.api.openapi.components import COUNT, KEY, TEXT, path_parameter
from profiles.api.openapi.definitions import catalogue_page
from profiles.api.openapi.endpoints import (
    DENIED,
    Components,
    Object,
    answer,
    json_body,
    page_schema,
    reading,
    schema,
    starting,
    writing,
)
from profiles.api.openapi.refusals import missing, refusal
from profiles.api.openapi.versions import DescribedVersions, version_schemas
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object

TAG = "Webhooks"
TAGS = {TAG: "Changes of a source, sent to those who subscribe to them. For admins."}

MOMENT: Schema = {"type": "string", "format": "date-time"}
SAID: dict[str, str] = {
    "url": "Where messages are posted to. `https`, and a public address, unless settings allow"
    " others (`WEBHOOK_HTTP`, `WEBHOOK_NETWORKS`).",
    "types": "Only changes of these profiles and relationship definitions; else of all.",
    "payload": "`none`: without the records. `full` if it is not said.",
    "batch": "So many changes at most are one message; 1 if it is not said.",
    "from": "Where to begin: `now` (if it is not said), `beginning`, or a cursor of the change"
    " feed. It cannot be changed; `resume` goes on from another place.",
    "state": "Told only; what is sent here is passed over.",
}


def components() -> Components:
    sent = subscription_validator().schema
    members = {
        name: {**part, **({"description": SAID[name]} if name in SAID else {})}
        for name, part in sent["properties"].items()
    }
    shown = {**members, "state": schema("SubscriptionState")}
    needed = ["key", "version", "url", "payload", "batch", "from", "state"]
    secret: Schema = {**TEXT, "description": "By which messages are signed. Shown this once."}
    return {
        "schemas": {
            "SubscriptionBody": {**sent, "properties": members},
            "Subscription": closed_object(shown, needed),
            "SubscriptionWithSecret": closed_object(
                {**shown, "secret": secret}, [*needed, "secret"]
            ),
            "SubscriptionState": _state(),
            "SubscriptionPage": page_schema("Subscription", schema("CataloguePageMeta")),
            **version_schemas("Subscription", with_contract=False),
            "Rotation": ROTATION,
            "Resuming": RESUMING,
        },
        "parameters": {
            "subscription": path_parameter("subscription", KEY, "crm", "Its key."),
        },
    }


def _state() -> Schema:
    test = closed_object({"askedAt": MOMENT, "sentAt": MOMENT, "error": TEXT}, [])
    members: dict[str, Schema] = {
        "status": {"enum": SubscriptionStatus.values},
        "problem": {**TEXT, "description": "Why it was paused, and what to do."},
        "behind": {**COUNT, "description": "Changes that it has not been sent."},
        "behindIsAtLeast": {"type": "boolean", "description": "There may be more than that."},
        "deadLetters": COUNT,
        "attempts": {**COUNT, "description": "So often the next message was sent in vain."},
        "nextAttemptAt": MOMENT,
        "lastSuccessAt": MOMENT,
        "lastErrorAt": MOMENT,
        "lastError": TEXT,
        "begunAt": {**MOMENT, "description": "When it began, or was resumed from elsewhere."},
        "secretSince": {**MOMENT, "description": "When its secret was made."},
        "formerSecretUntil": {**MOMENT, "description": "So long two secrets hold."},
        "test": {**test, "description": "The last test message. Without `error`: received."},
    }
    return closed_object(
        members, ["status", "behind", "behindIsAtLeast", "deadLetters", "attempts"]
    )


def _optional(name: str, example: object) -> Object:
    return {**json_body(name, {"said": example}), "required": False}


_active = {"active": examples.ACTIVE}
_created = answer(
    "Created, with its secret.",
    "SubscriptionWithSecret",
    {"created": examples.CREATED},
    ("ETag", "Location"),
)
_faulty = refusal("The subscription is faulty.", faulty=examples.FAULTY)
_missing = missing(WHAT)
_place = ("source", "subscription")

DELIVERY = """\
Each change is sent at least once, as a POST that is signed as Standard Webhooks say (`webhook-id`,
`webhook-timestamp`, `webhook-signature`): `{"type": "changes", "source", "subscription", "data"}`,
where `data` holds changes as the change feed tells them. Any 2xx says that it was received. What is
sent again has the same `webhook-id`. The changes of one record come in their order.

Anything else is tried again, ever later. What was tried in vain for hours becomes a dead letter
(`WEBHOOK_ATTEMPTS`), and so do all later changes of its record, until they are replayed. `410`
pauses the subscription. Redirects are not followed.
"""

describe_subscriptions = extend_schema_view(
    list=reading(
        "listSubscriptions",
        TAG,
        "List the subscriptions of a source",
        {
            200: answer(
                "A page of them.",
                "SubscriptionPage",
                {"crm": catalogue_page(examples.ACTIVE)},
                headers=(),
            ),
            **DENIED,
        },
        parameters=("source", "page", "perPage"),
    ),
    create=starting(
        "createSubscription",
        TAG,
        "Subscribe to the changes of a source",
        {
            201: _created,
            400: _faulty,
            409: refusal("There is one with this key.", exists=examples.EXISTS),
        },
        parameters=("source", "IdempotencyKey", "ChangeReason"),
        body=json_body("SubscriptionBody", {"crm": examples.BODY_WITH_KEY}),
        description=DELIVERY,
    ),
    retrieve=reading(
        "getSubscription",
        TAG,
        "Read a subscription, and how far it has come",
        {200: answer("The subscription.", "Subscription", _active), 404: _missing, **DENIED},
        parameters=_place,
    ),
    update=writing(
        "putSubscription",
        TAG,
        "Create or change a subscription",
        {
            200: answer("Changed, or the same as before.", "Subscription", _active),
            201: _created,
            400: _faulty,
        },
        parameters=(*_place, "IfMatch", "IfNew", "ChangeReason"),
        body=json_body("SubscriptionBody", {"crm": examples.BODY}),
        description="Where it is in the feed, and its secret, stay as they are. If a message waits"
        " for its next attempt, a change makes that now.",
    ),
    destroy=writing(
        "deleteSubscription",
        TAG,
        "Delete a subscription with its dead letters",
        {204: {"description": "Deleted."}, 404: _missing},
        parameters=(*_place, "IfMatch", "ChangeReason"),
    ),
    rotate_secret=writing(
        "rotateSubscriptionSecret",
        TAG,
        "Make a new secret",
        {
            200: answer(
                "With the new secret.", "SubscriptionWithSecret", {"rotated": examples.ROTATED}
            ),
            404: _missing,
        },
        parameters=(*_place, "IfMatch", "IdempotencyKey", "ChangeReason"),
        body=_optional("Rotation", {"formerHours": 24}),
        description=(
            "Messages are signed by both for `formerHours` (24 if it is not said), so that the"
            " receiver can take the new one over. 0, where the former one was betrayed."
        ),
    ),
    pause=writing(
        "pauseSubscription",
        TAG,
        "Send nothing until it is resumed",
        {
            200: answer("The subscription.", "Subscription", {"paused": examples.PAUSED}),
            404: _missing,
        },
        parameters=(*_place, "IfMatch", "IdempotencyKey", "ChangeReason"),
        description="A message that is on its way is still sent. Nothing is lost meanwhile.",
    ),
    resume=writing(
        "resumeSubscription",
        TAG,
        "Go on at once",
        {
            200: answer("The subscription.", "Subscription", {"resumed": examples.RESUMED}),
            400: refusal("There is no such place.", noPlace=examples.NO_PLACE),
            404: _missing,
            409: refusal("It cannot go on where it was.", stuck=examples.STUCK),
        },
        parameters=(*_place, "IfMatch", "IdempotencyKey", "ChangeReason"),
        body=_optional("Resuming", {"from": "now"}),
        description=(
            "Where it was, or from `now`, `beginning` or a cursor of the change feed. One that is"
            " not paused but waits for its next attempt makes it now."
        ),
    ),
    give_up=writing(
        "giveUpMessage",
        TAG,
        "Give up what the receiver does not take",
        {
            200: answer("The subscription.", "Subscription", {"spared": examples.SPARED}),
            404: _missing,
            409: refusal("No message is being tried again.", nothing=examples.NOTHING_FAILS),
        },
        parameters=(*_place, "IfMatch", "IdempotencyKey", "ChangeReason"),
        description=(
            "The message that is tried again and again (`state.attempts`), as if its attempts were"
            " over: it becomes a dead letter, which can be replayed, and the rest goes on at once."
            " Of a message with several changes each is sent alone first, as only one may be to"
            " blame. A message that is on its way just now may be received all the same."
        ),
    ),
    test=starting(
        "testSubscription",
        TAG,
        "Send a message without changes, to try the receiver out",
        {
            202: answer("A worker sends it.", "Subscription", {"tested": examples.TESTED}),
            404: _missing,
        },
        parameters=(*_place, "IdempotencyKey"),
        description="Once, within a second. `state.test` tells what came of it.",
    ),
    **DescribedVersions(
        name="Subscription",
        what=WHAT,
        tag=TAG,
        parameters=_place,
        payload=examples.RECORDED,
        with_contract=False,
        common=DENIED,
    ).endpoints(),
)
