"""What was, what is put back, what goes for good, and what is undone."""

from __future__ import annotations

from ingestion.records import new_row_id
from ingestion.retention.sweeping import sweep
from tests.feed.seeing import own_changes_are_seen
from tests.retention.ageing import keeps, make_older
from tests.sql_counts.cases import Cases, Measured, Prepare, asks
from tests.sql_counts.desk import LINK, Desk
from tests.tasks.doing import work
from tests.writing.asking import ask, delete, put, put_link

FIRST = "resources/provider/{lot}-0"


def operations_of(desk: Desk, record: str) -> list[str]:
    """The addresses of a record's operations, the newest first."""
    listed = f"history/{record}/operations"
    return [f"{listed}/{one['operationId']}" for one in desk.api.get(listed).json["data"]]


def newest(desk: Desk, count: int) -> str:
    return operations_of(desk, desk.rewritten(count))[0]


def oldest(desk: Desk, count: int) -> str:
    return operations_of(desk, desk.rewritten(count))[-1]


def newest_and_oldest(desk: Desk, count: int) -> str:
    first, *_, last = operations_of(desk, desk.rewritten(count))
    return f"{first}/diff/{last.rpartition('/')[2]}"


def deletion_with_links(desk: Desk, count: int) -> str:
    desk.links(count)
    path = f"resources/provider/{desk.lot}-0"
    assert desk.api.delete(path).status == 200
    return operations_of(desk, path)[0]


def sweep_changes(desk: Desk, count: int) -> Measured:
    desk.rewritten(count)
    rule = keeps(desk.source, days=1)
    make_older(desk.source, 2)

    def step() -> None:
        sweep(desk.source, rule)

    return own_changes_are_seen()(step)


def deleting_task(desk: Desk, count: int) -> str:
    """A task that deleted a provider, and with it so many relationships."""
    desk.links(count)
    id = f"s_{new_row_id().hex}"
    ask(desk.source, delete("provider", f"{desk.lot}-0"), task_id=id)
    return id


def undo_of(desk: Desk, task_id: str, query: str = "") -> str:
    answer = desk.api.send("POST", f"tasks/{task_id}/undo{query}")
    assert answer.status == 202, answer.text
    return str(answer.json["taskId"])


def works_on_undo(query: str = "") -> Prepare:
    def prepare(desk: Desk, count: int) -> Measured:
        undo = undo_of(desk, deleting_task(desk, count), query)
        return lambda: work(undo)

    return prepare


def undo_with_conflicts(desk: Desk, count: int) -> str:
    undone = deleting_task(desk, count)
    desk.write([put("provider", f"{desk.lot}-0", {"name": "B"})])
    desk.write(put_link(LINK, f"{desk.lot}-0.{office}") for office in desk.names(count))
    undo = undo_of(desk, undone)
    work(undo)
    return undo


CASES: Cases = {
    "GET operations of a resource": asks("GET history/{made}/operations", after=Desk.rewritten),
    "GET operation, with its payload": asks("GET {made}?withPayload=true", after=newest),
    "GET difference of two operations": asks("GET {made}", after=newest_and_oldest),
    "POST restore": asks("POST {made}/restore", after=oldest),
    "POST restore, with relationships": asks("POST {made}/restore", after=deletion_with_links),
    "POST erase": asks(f"POST history/{FIRST}/erase", {"reason": "asked"}, after=Desk.links),
    "remove what is not kept": sweep_changes,
    "GET resource, as it was": asks("GET {made}?at={now}", after=Desk.rewritten),
    "GET resources, as they were": asks(
        "GET resources/provider?perPage=1000&at={now}", after=Desk.providers
    ),
    "GET resources, as they were, with what they were linked to": asks(
        "GET resources/provider?include=worksAt,worksAt.staff&at={now}", after=Desk.links
    ),
    "GET relationships, as they were, with their ends": asks(
        f"GET relationships/{LINK}?include=from,to&perPage=1000&at={{now}}", after=Desk.links
    ),
    "POST undo": asks("POST tasks/{made}/undo", after=deleting_task),
    "work on an undo, of one chunk": works_on_undo(),
    "work on the plan of an undo, of one chunk": works_on_undo("?mode=plan"),
    "GET conflicts": asks("GET tasks/{made}/conflicts?perPage=1000", after=undo_with_conflicts),
}
