"""Many at once: bulks, the undo of a load, and a purge."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from errno import ENOSPC
from unittest.mock import patch

from django.core.files.storage import FileSystemStorage

from ingestion.tasks import uploads
from relationships.openapi import purge as purges
from tests.story.telling import Story
from tests.tasks.doing import work


def tell_bulks(story: Story) -> None:
    """From what is sent to what became of it, with a worker of our own."""
    story.tell("putRelationshipDefinition", 200, sends="provider-office")
    task = story.tell("bulkResources", 202, sends="operations", shows="kept").json["taskId"]
    story.tell("listTasks", 200, shows="waiting")
    story.tell("getTask", 200, shows="waiting", at={"id": task})
    story.tell("cancelTask", 200, shows="cancelled", at={"id": task})
    story.tell("cancelTask", 409, shows="ended", at={"id": task})
    story.tell("applyPlan", 409, shows="noPlan", at={"id": task})
    task = story.tell("bulkResources", 202, sends="operations").json["taskId"]
    work(task)
    story.tell("getTask", 200, shows="done", at={"id": task}, query="?withReceipts=true")
    story.tell("getRejects", 200, shows="reject", at={"id": task})
    plan = story.tell("bulkResources", 202, sends="operations", query="?mode=plan").json["taskId"]
    work(plan)
    story.tell("applyPlan", 202, shows="kept", at={"id": plan})
    delete = {"type": "provider", "id": "jane-roe"}
    story.tell("deleteResource", 200, at=delete)
    story.tell("deleteRelationship", 200)
    for id, query in (("bulkResources", "?type=provider"), ("bulkRelationships", "?type=x")):
        story.tell(id, 202, sends="operations", shows="kept")
        story.tell(id, 202, sends="line", media_type="application/x-ndjson")
        story.tell(id, 202, sends="table", media_type="text/csv", query=query)
        tell_a_wait(story, id)
        with patch.object(uploads, "LENGTH_IS_UNTOLD", "CONTENT_TYPE"):
            story.tell(id, 411, sends="line", shows="lines", media_type="application/x-ndjson")
        with patch.object(FileSystemStorage, "save", side_effect=OSError(ENOSPC, "Full")):
            story.tell(id, 507, sends="operations", shows="full")


def tell_a_wait(story: Story, id: str) -> None:
    with somebody_works(story):
        story.tell(id, 200, sends="operations", shows="done", prefer="wait=10")


@contextmanager
def somebody_works(story: Story) -> Iterator[None]:
    """While a request waits. The transaction of this test would be gone with its connection."""

    def work_on_the_newest(_: float) -> None:
        work(story.tell("listTasks", 200).json["data"][0]["taskId"])

    with (
        patch("ingestion.views.waiting.time.sleep", work_on_the_newest),
        patch("ingestion.views.waiting.close_old_connections"),
    ):
        yield


def tell_an_undo(story: Story) -> None:
    """A load is undone, of which somebody changed the one record since."""
    jane = {"type": "provider", "id": "jane-roe"}
    load = {"operations": [{"action": "UPSERT", "upsert": {**jane, "data": {"name": "Jane Roe"}}}]}
    plan = story.tell("bulkResources", 202, body=load, query="?mode=plan").json["taskId"]
    story.api.delete("/sources/clinic/v1/resources/provider/jane-roe")
    loaded = story.tell("bulkResources", 202, body=load).json["taskId"]
    story.tell("undoTask", 409, shows="runs", at={"id": loaded})
    story.tell("undoTask", 409, shows="plan", at={"id": plan})
    work(loaded)
    changed = {"data": {"name": "Jane Roe-Poe"}}
    story.tell("putResource", 200, body=changed, at=jane)
    with somebody_works(story):
        undo = story.tell("undoTask", 200, shows="done", at={"id": loaded}, prefer="wait=10")
    story.tell("listConflicts", 200, shows="jane", at={"id": undo.json["taskId"]})
    story.tell("undoTask", 202, shows="undo", at={"id": loaded})
    story.tell("undoTask", 409, shows="inWork", at={"id": loaded})


def tell_a_purge(story: Story) -> None:
    purge, preview = "purgeCollection", "?mode=plan"
    story.tell(purge, 400, body=purges.NO_NURSES, shows="noNurses")
    story.tell(purge, 200, sends="offices", shows="offices", query=preview)
    story.tell(purge, 202, sends="offices", shows="offices")
