"""What was, what comes back, and what is erased: john-doe, who works at the clinic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.utils import timezone

from ingestion.models import Horizon, Task
from ingestion.openapi import examples as records
from ingestion.openapi import history_examples as history
from ingestion.tasks import uploads
from profiles import examples as definitions
from profiles.models import Source
from relationships.openapi import examples as links
from tests.feed.seeing import own_changes_are_seen
from tests.story.telling import Story
from tests.tasks.doing import work


def tell_history(story: Story) -> None:
    """Of john-doe, who works at the clinic, is renamed, goes and comes back."""
    story.tell("deleteResource", 200)
    story.tell("createResource", 201, sends="providerWithId", x_change_reason=history.REASON)
    created = tell_operations(story, "Resource", {})
    renamed = {"data": {**records.JOHN_DOE, "name": "Jon Doe"}}
    story.tell("putResource", 200, body=renamed)
    other = newest(story, "Resource", {})
    story.tell("getResourceDifference", 200, shows="changed", at={**created, "otherId": other})
    provider = {"profile": "provider"}
    story.tell("putProfile", 200, body=definitions.WITH_EMAIL, at=provider)
    story.tell("restoreResource", 400, shows="noEmail", at=created)
    story.tell("putProfile", 200, sends="provider", at=provider)
    story.tell("restoreResource", 200, shows="changed", at=created)
    story.tell("createRelationship", 201, sends="worksAt")
    story.tell("deleteResource", 200)
    story.tell("restoreResource", 201, shows="back", at=created)
    tell_history_of_a_relationship(story)
    tell_erasing(story, "Resource", created)
    with own_changes_are_seen():
        story.tell("listChanges", 200, shows="erased", query="?types=provider&limit=1")
    story.tell("createResource", 201, sends="providerWithId")
    story.tell("createRelationship", 201, sends="worksAt")


def tell_history_of_a_relationship(story: Story) -> None:
    story.tell("deleteRelationship", 200)
    story.tell("createRelationship", 201, sends="worksAt")
    created = tell_operations(story, "Relationship", {})
    story.tell("patchRelationship", 200, body=links.PATCH)
    at = {**created, "otherId": newest(story, "Relationship", {})}
    story.tell("getRelationshipDifference", 200, shows="changed", at=at)
    story.tell("restoreRelationship", 200, shows="changed", at=created)
    story.tell("deleteRelationship", 200)
    story.tell("restoreRelationship", 201, shows="back", at=created)
    clinic = {"type": "office", "id": records.OFFICE_ID}
    story.tell("deleteResource", 200, at=clinic)
    story.tell("restoreRelationship", 409, shows="noEnd", at=created)
    story.tell("putResource", 201, sends="office", at=clinic)
    elsewhere = {"relationshipId": "john-doe.second"}
    put = "putRelationshipDefinition"
    story.tell(put, 200, body=links.ONE_OFFICE)
    story.tell("putRelationship", 201, sends="withoutEnds", at=elsewhere)
    story.tell("restoreRelationship", 409, shows="placeTaken", at=created)
    story.tell("deleteRelationship", 200, at=elsewhere)
    story.tell(put, 200, sends="provider-office")
    story.tell("createRelationship", 201, sends="worksAt")
    tell_erasing(story, "Relationship", created)
    story.tell("createRelationship", 201, sends="worksAt")


def tell_erasing(story: Story, kind: str, created: dict[str, str]) -> None:
    """While it is there, and once no task may write it."""
    erase = f"erase{kind}"
    forget_uploads()
    story.tell(erase, 400, shows="noReason")
    link = {"action": "UPSERT", "upsert": {"type": "provider-office", **links.BODY}}
    task = story.tell("bulkRelationships", 202, body={"operations": [link]}).json["taskId"]
    story.tell(erase, 409, sends="asked", shows="busy")
    work(task)
    forget_uploads()
    story.tell(erase, 200, sends="asked", shows="erased")
    one = f"get{kind}Operation"
    gone = story.tell(one, 200, shows="erased", at=created, query="?withPayload=true")
    story.tell(f"get{kind}", 410, shows="erased", query=f"?at={gone.json['timestamp']}")
    at = {**created, "otherId": created["operationId"]}
    story.tell(f"get{kind}Difference", 410, shows="erased", at=at)
    story.tell(f"restore{kind}", 410, shows="erased", at=created)


def forget_uploads() -> None:
    """As if workers had done what was sent before, and their transactions had ended."""
    Task.objects.update(upload="")
    for name in uploads.names():
        uploads.discard(name)


@contextmanager
def horizon() -> Iterator[None]:
    """As if all changes so far were superfluous, and not kept."""
    now = timezone.now()
    source = Source.objects.get(key="clinic")
    made = Horizon.objects.create(source=source, seq=10**9, transaction=10**9, at=now)
    yield
    made.delete()


def tell_what_is_not_kept(story: Story, kind: str, at: dict[str, str], query: str) -> None:
    with horizon():
        story.tell(f"list{kind}Operations", 200, shows="olderAreGone", at=at, query=query)
        before = "?at=2001-01-01T00:00:00Z"
        story.tell(f"get{kind}", 410, shows="tooLongAgo", query=before)
        story.tell(f"list{kind}s", 410, shows="tooLongAgo", query=before)


def tell_operations(story: Story, kind: str, at: dict[str, str]) -> dict[str, str]:
    """The newest operation, as a place."""
    id = newest(story, kind, at)
    one = {**at, "operationId": id}
    change = story.tell(f"get{kind}Operation", 200, shows="created", at=one).json
    query = f"?from={change['timestamp']}"
    story.tell(f"list{kind}Operations", 200, shows="created", at=at, query=query)
    tell_what_is_not_kept(story, kind, at, query)
    payload = "?withPayload=true"
    story.tell(f"get{kind}Operation", 200, shows="withPayload", at=one, query=payload)
    return one


def newest(story: Story, kind: str, at: dict[str, str]) -> str:
    listed = story.tell(f"list{kind}Operations", 200, at=at, query="?perPage=1").json
    return str(listed["data"][0]["operationId"])
