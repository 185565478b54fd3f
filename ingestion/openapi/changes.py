"""How the change feed is described."""

from __future__ import annotations

from ingestion.api.listeners import MAX_WAIT
from ingestion.feed.following import NOW
from ingestion.feed.removed import of_another_past, too_old
from ingestion.openapi import change_examples as examples
from ingestion.operations import Action, Target
from profiles.api.openapi.components import (
    KEY,
    PER_PAGE,
    POSITIVE,
    TEXT,
    query_parameter,
)
from profiles.api.openapi.endpoints import (
    Components,
    answer,
    page_schema,
    reading,
    schema,
)
from profiles.api.openapi.refusals import refusal
from profiles.api.parameters import DEFAULT_PER_PAGE
from profiles.api.tickets import TICKET
from profiles.datatypes.base import Schema
from profiles.datatypes.nested import closed_object

TAG = "Changes"
TAGS = {TAG: "Every change of a source, for those who follow it."}

MOMENT: Schema = {"type": "string", "format": "date-time"}
GO_ON: Schema = {**TEXT, "description": "Where to go on behind it, at any time later."}

LISTENER = {
    "schema": TEXT,
    "required": True,
    "description": "The same request, with a ticket.",
    "example": f"https://listener.example.org/sources/clinic/v1/changes?wait=30"
    f"&cursor={examples.CURSOR}&{TICKET}={examples.TICKET}",
}


def components() -> Components:
    told: dict[str, Schema] = {
        "operationId": {**TEXT, "description": "By which the history of the record knows it."},
        "action": {"enum": [action.value for action in Action]},
        "target": {"enum": [target.value for target in Target]},
        "type": KEY,
        "id": TEXT,
        "version": POSITIVE,
        "at": MOMENT,
        "actor": {**TEXT, "description": "Who did it: a key, a person or a command."},
        "taskId": TEXT,
    }
    records: dict[str, Schema] = {
        "resource": {"anyOf": [schema("Resource"), {"type": "null"}]},
        "relationship": {"anyOf": [schema("Relationship"), {"type": "null"}]},
        "erased": {"type": "boolean", "description": "What the record then was has been erased."},
    }
    reason: Schema = {**TEXT, "description": "Why, where that was said."}
    change = closed_object(
        {**told, "reason": reason, **records, "cursor": GO_ON}, [*told, "cursor"]
    )
    description = "With the whole record as it then was; of a DELETE, as it was last."
    meta = closed_object({"cursor": GO_ON}, ["cursor"])
    limit = {**PER_PAGE, "default": DEFAULT_PER_PAGE}
    return {
        "schemas": {
            "FeedChange": {**change, "description": description},
            "ChangePageMeta": meta,
            "ChangePage": page_schema("FeedChange", schema("ChangePageMeta")),
        },
        "parameters": {
            "changeCursor": query_parameter(
                "cursor",
                TEXT,
                examples.CURSOR,
                "That of a change or of an answer before. It is good for as long as all that comes"
                " behind it is kept."
                f" `{NOW}`: only what comes from now on. Without one: all that is kept.",
            ),
            "changeLimit": query_parameter(
                "limit",
                limit,
                100,
                "How many at most. As NDJSON there is no limit unless one is asked for.",
            ),
            "changeTypes": query_parameter(
                "types",
                TEXT,
                "provider,provider-office",
                "Only changes of these profiles and relationship definitions.",
            ),
            "changePayload": query_parameter(
                "payload",
                {"enum": ["full", "none"], "default": "full"},
                "none",
                "`none`: without the records.",
            ),
            "changeWait": query_parameter(
                "wait",
                {"type": "integer", "minimum": 1, "maximum": MAX_WAIT},
                30,
                "Seconds. Where nothing is new, the answer comes as soon as something is, or when"
                " they are over. As NDJSON it has 1,000 changes at most then.",
            ),
            "changeTicket": query_parameter(
                TICKET,
                TEXT,
                examples.TICKET,
                "What the address of a 307 holds, in place of a key: for a minute and a half it"
                " reads this source.",
            ),
            "changeFormat": query_parameter(
                "format",
                {"enum": ["ndjson"]},
                "ndjson",
                "A line for each change, as a stream, up to what there is by now. The last line"
                ' holds nothing but where to go on: `{"cursor": "…"}`.',
            ),
        },
    }


_page = answer(
    "The next changes; fewer than `limit` where there are no more by now.",
    "ChangePage",
    {
        "created": examples.CHANGES,
        "withoutPayload": examples.WITHOUT_PAYLOAD,
        "erased": examples.ERASED,
        "none": examples.NONE,
    },
    headers=(),
)

describe_changes = reading(
    "listChanges",
    TAG,
    "Follow every change of a source",
    {
        200: {
            **_page,
            "content": {**_page["content"], "application/x-ndjson": {"schema": TEXT}},
        },
        307: {
            "description": "Nothing is new yet: at `Location` is a listener, which waits with you."
            " Follow it, then ask here again.",
            "headers": {"Location": LISTENER},
        },
        410: refusal(
            "Of what comes behind the cursor not all is kept, or it is of the time before a backup"
            " was restored. `expected.cursor` is the one to go on from once all records were read"
            " anew.",
            tooOld=too_old(examples.CURSOR),
            restored=of_another_past(examples.CURSOR),
        ),
    },
    parameters=(
        *("source", "changeCursor", "changeLimit", "changeTypes", "changePayload"),
        *("changeFormat", "changeWait", "changeTicket"),
    ),
    description="""\
Ask, do what was told, keep `meta.cursor`, and ask again with it: nothing is skipped and nothing
comes twice, whatever is written meanwhile. The changes of one record come in their order, and a
relationship after its ends. Each tells the whole record, so doing one again does no harm.

With `wait=30` you are told within a second of what is written. A server holds no thread for that:
where there is nothing yet it sends you on to a listener (307), whose address needs no key but holds
a ticket. Ask here again each time.

A change is shown as soon as it is committed, or a tenth of a second later (`TICK_SECONDS`). What a
long transaction wrote comes when it has ended, though later changes were shown before. A snapshot
and the changes behind its cursor are the registry: `manage.py dump` tells the cursor, and exports
do in `X-Changes-Cursor`.

Where a source does not keep all of its history (`retention`), the beginning tells what is kept, of
which the last of each record is its newest state; and a cursor behind which something was removed
is a 410, that leads on: keep `expected.cursor`, read all records anew, forget what is not among
them, and follow from it.
""",
)
